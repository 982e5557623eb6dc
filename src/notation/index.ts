/** Formulas in the notation of mathematics: LaTeX and MathML from the syntax tree. */
import type { ProgramNode } from '../../grammar/ast.js';
import { type Box, digits, fraction, letters, power, tight } from './box.js';
import { latexOf } from './latex.js';
import { programBox } from './layout.js';
import { mathElement } from './mathml.js';
import { nameBox } from './names.js';

export interface Notation {
  /** The number of axes of each variable; those that are missing are scalars. */
  readonly ranks: ReadonlyMap<string, number>;
  /** What the formula is equal to. */
  readonly label?: Box;
}

/** A formula as LaTeX for mathematical mode. */
export function toLatex(program: ProgramNode, notation: Notation): string {
  return latexOf(programBox(program, notation));
}

/** A formula as a MathML element. */
export function toMathml(program: ProgramNode, notation: Notation): string {
  return mathElement(programBox(program, notation));
}

/** ∂f/∂x, or ∂²f/∂x²; f is a letter that no variable has. */
export function derivativeOf(wrt: readonly string[], ranks: ReadonlyMap<string, number>): Box {
  const name = [...'fFgGhH'].find((letter) => !ranks.has(letter)) ?? 'f';
  const times = (box: Box, order: number) => (order === 1 ? box : power(box, digits(String(order))));
  const runs: [string, number][] = [];
  for (const variable of wrt) {
    const last = runs.at(-1);
    if (last?.[0] === variable) last[1]++;
    else runs.push([variable, 1]);
  }
  const below = runs.flatMap(([variable, order]) => [letters('∂'), times(nameBox(variable), order)]);
  return fraction(tight(times(letters('∂'), wrt.length), letters(name)), tight(...below));
}
