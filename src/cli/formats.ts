/** The formats of `adc diff`: the derivative as text, in mathematical notation, or as code. */
import { AdcError } from '../core/diagnostic.js';
import * as errors from '../core/errors/cli.js';
import { derivativeOf, type Notation, toLatex, toMathml } from '../notation/index.js';
import type { DerivativeFormula } from '../run/orders.js';
import type { Invocation } from './invocation.js';

export type Format = 'text' | 'latex' | 'mathml' | 'typescript';

/** The format that is asked for; `--latex` is short for one of them. */
export function formatOf({ options }: Invocation): Format {
  const format = options.format as Format | undefined;
  if (options.latex !== true) return format ?? 'text';
  if (format !== undefined && format !== 'latex')
    throw new AdcError(errors.badOption(`--latex and --format ${format} contradict each other`));
  return 'latex';
}

export interface Formulas {
  readonly formulas: readonly DerivativeFormula[];
  readonly ranks: ReadonlyMap<string, number>;
}

const writers = { latex: toLatex, mathml: toMathml };

/** Derivatives in a notation; where there are several, each says with respect to what. */
export function notated(format: 'latex' | 'mathml', { formulas, ranks }: Formulas): string[] {
  return formulas.map(({ wrt, program }) => {
    const notation: Notation = { ranks, ...(formulas.length > 1 && { label: derivativeOf(wrt, ranks) }) };
    return writers[format](program, notation);
  });
}
