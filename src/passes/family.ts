/**
 * The derivative family as data: each member is a list of passes, forward and reverse mode with what stands between.
 * None of them is a second implementation of either.
 */
import type { Dim } from '../core/affine.js';
import type { Func } from '../ir/types.js';
import { batch } from './batch/index.js';
import { aside, flatten, keep, pair, setAside } from './compose.js';
import { type ForwardOptions, forward, tangentName } from './forward/index.js';
import type { Pass } from './pass.js';
import { runPasses } from './pass.js';
import { afterDerivatives, beforeDerivatives, type Derivation } from './pipeline.js';
import { COTANGENT, reverse } from './reverse/index.js';
import { smooth } from './smooth.js';

/** A prepared function, and what to differentiate it by. */
export interface Subject {
  readonly func: Func;
  readonly wrt: readonly string[];
}

export function chain(name: string, summary: string, steps: readonly Pass[]): Derivation {
  return { name, summary, passes: [...beforeDerivatives, ...steps, ...afterDerivatives] };
}

export const forwardStep = (wrt: readonly string[], options: ForwardOptions = {}): Pass => ({
  name: 'forward',
  summary: 'value and tangent by forward mode',
  run: (func) => forward(func, wrt, options),
});

export const reverseStep = (wrt: readonly string[]): Pass => ({
  name: 'reverse',
  summary: 'value and gradient by reverse mode',
  run: (func) => reverse(func, wrt),
});

/** Parameters from a position on become batches, and so do the results `wide`. */
export const batchStep = (from: number, by: readonly Dim[], wide?: readonly number[]): Pass => ({
  name: 'batch',
  summary: 'many tangents or cotangents in one sweep',
  run: (func) => {
    const positions = func.params.map((_, k) => k).filter((k) => k >= from);
    return batch(func, positions, by, wide);
  },
});

export const gradients = (wrt: readonly string[]) => keep(wrt.map((_, k) => k + 1));
export const isScalar = ({ body }: Func) => body.results[0]?.type.shape.length === 0;

/** Jacobian times many tangents in one forward sweep: parameters as of `forward`, each tangent with a leading axis. */
export function tangentsDerivation({ func, wrt }: Subject, count: Dim, options?: ForwardOptions): Derivation {
  return chain('tangents', 'many tangents by forward mode', [
    forwardStep(wrt, options),
    keep([1]),
    batchStep(func.params.length, [count]),
  ]);
}

/** Many cotangents times the Jacobian in one reverse sweep; the output is no scalar. */
export function cotangentsDerivation({ func, wrt }: Subject, count: Dim): Derivation {
  return chain('cotangents', 'many cotangents by reverse mode', [
    reverseStep(wrt),
    gradients(wrt),
    batchStep(func.params.length, [count]),
  ]);
}

/**
 * Jacobian times tangent without forward mode: the cotangent's gradient of ⟨Jᵀu, v⟩, which is linear in u, is Jv. The
 * last result is the product.
 */
export function transposedDerivation(subject: Subject): Derivation {
  const { func, wrt } = subject;
  // Gradients stand in the order of `wrt`, and so do the tangents that they are paired with.
  const once = [
    reverseStep(wrt),
    gradients(wrt),
    setAside(func.params.length),
    pair(wrt.map(tangentName), 'tangent'),
  ];
  const twice = isScalar(func) ? [] : [setAside(func.params.length + 1), reverseStep([aside(COTANGENT)])];
  return chain('transposed', 'tangent by two reverse sweeps', [...once, ...twice]);
}

/** The name of the parameter that weighs the elements of the output where a second derivative is taken. */
export const WEIGHTS = aside(COTANGENT);

/** A program with a scalar output: the elements of the output weighed by a parameter behind the others, and added up. */
export const weigh: Pass = {
  ...pair([WEIGHTS], 'cotangent'),
  name: 'weigh',
  summary: 'the weighed sum of the output',
};

/**
 * Hessian times tangent by reverse mode over forward mode, of a scalar program: the gradient of the derivative along
 * the tangent. Results are that derivative and the products by variable.
 */
export function hvpDerivation({ func, wrt }: Subject): Derivation {
  return chain('hvp', 'Hessian times tangent by reverse over forward mode', [
    smooth,
    forwardStep(wrt),
    keep([1]),
    setAside(func.params.length),
    ...afterDerivatives,
    reverseStep(wrt),
  ]);
}

/** The gradient of a prepared scalar program as a program of its own: its output is all gradients as one vector. */
export function gradientFunction({ func, wrt }: Subject): Func {
  return runPasses(func, [smooth, reverseStep(wrt), gradients(wrt), flatten, ...afterDerivatives]);
}
