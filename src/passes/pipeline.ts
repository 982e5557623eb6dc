/** The pipeline: which passes run, in which order, around each kind of differentiation. */
import type { Func } from '../ir/types.js';
import { fold } from './fold.js';
import { type ForwardOptions, forward } from './forward/index.js';
import { freeze } from './freeze.js';
import { type Pass, runPasses } from './pass.js';
import { prune } from './prune.js';
import { reverse } from './reverse/index.js';
import { share } from './share.js';
import { simplify } from './simplify.js';

/** Before differentiation: nothing here may change a value's bits or the convention at a kink. */
export const beforeDerivatives: readonly Pass[] = [fold, share, prune];

/** After differentiation, and for the value alone. */
export const afterDerivatives: readonly Pass[] = [share, simplify, fold, share, prune];

export interface Derivation {
  readonly name: string;
  readonly summary: string;
  readonly passes: readonly Pass[];
}

function derivation(name: string, summary: string, derive: (func: Func) => Func): Derivation {
  return {
    name,
    summary,
    passes: [...beforeDerivatives, { name, summary, run: derive }, ...afterDerivatives],
  };
}

export const valueDerivation: Derivation = derivation('value', 'the value alone', (func) => func);

export const frozenDerivation: Derivation = derivation(
  'freeze',
  'the value with detached values as inputs',
  freeze,
);

export function forwardDerivation(wrt: readonly string[], options?: ForwardOptions): Derivation {
  return derivation('forward', 'value and tangent by forward mode', (func) => forward(func, wrt, options));
}

export function reverseDerivation(wrt: readonly string[]): Derivation {
  return derivation('reverse', 'value and gradient by reverse mode', (func) => reverse(func, wrt));
}

/** A lowered function made ready for derivations. */
export function prepare(func: Func): Func {
  return runPasses(func, beforeDerivatives);
}

/** Runs the passes of a derivation over a prepared function. */
export function derive(func: Func, by: Derivation): Func {
  return runPasses(func, by.passes);
}
