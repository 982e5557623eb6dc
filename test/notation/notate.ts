/** Texts to notation: what the tests share. */
import katex from 'katex';
import { parseProgram } from '../../grammar/index.js';
import { toLatex, toMathml } from '../../src/notation/index.js';

export type Ranks = Readonly<Record<string, number>>;

const notation = (ranks: Ranks) => ({ ranks: new Map(Object.entries(ranks)) });

export const latex = (text: string, ranks: Ranks = {}) =>
  toLatex(parseProgram(text).program, notation(ranks));
export const mathml = (text: string, ranks: Ranks = {}) =>
  toMathml(parseProgram(text).program, notation(ranks));

/** What KaTeX makes of it as MathML. @throws where it finds the slightest fault */
export const compiled = (tex: string) =>
  katex.renderToString(tex, { throwOnError: true, strict: 'error', displayMode: true, output: 'mathml' });
