/**
 * Runs of a function with other roundings: every result that is not exact is moved up or down by what its rounding may
 * have cost, at random; how far the outputs scatter is how far they are certain (Vignes, Discrete stochastic arithmetic,
 * Numerical Algorithms 37, 2004). Decisions stay those of the plain run, so that nothing but rounding differs.
 */
import type { Tensor } from '../../core/tensor.js';
import { interpret } from '../../ir/interpret.js';
import type { Func, Op } from '../../ir/types.js';
import { elementwiseRow } from '../../ops/table.js';
import { slackOf } from './rounding.js';

/** One operation of the plain run. */
export interface Step {
  readonly op: Op;
  readonly operands: readonly Tensor[];
  readonly results: readonly Tensor[];
  /** What rounding may have done to the first result; undefined where it did nothing. */
  readonly slack: Float64Array | undefined;
}

/** Whether an operation decides something rather than computing: a comparison, a rounding to whole numbers. */
function decides(op: Op): boolean {
  if (op.results.some((r) => r.type.dtype !== 'float')) return true;
  if (op.kind !== 'elementwise') return false;
  return elementwiseRow(op.name)?.partials.every((p) => p === 'zero') ?? false;
}

/** Random signs, the same ones for the same seed. */
function signs(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state & 64) === 0 ? 1 : -1;
  };
}

/** What a run puts in the place of the results of a step; undefined leaves them as they are. */
type Amend = (step: Step, computed: readonly Tensor[], k: number) => readonly Tensor[] | undefined;

export class Reruns {
  /** Every operation that was run, nested ones included, in order. */
  readonly steps: readonly Step[];
  readonly outputs: readonly Tensor[];

  constructor(
    private readonly func: Func,
    private readonly args: readonly Tensor[],
  ) {
    const steps: Step[] = [];
    this.outputs = interpret(func, args, {
      observe: (op, operands, results) => {
        steps.push({ op, operands, results, slack: slackOf(op, operands, results[0] as Tensor) });
      },
    });
    this.steps = steps;
  }

  /** A run in which `amend` has a say, at other arguments if need be. */
  run(amend: Amend, args = this.args, see?: (step: Step, results: readonly Tensor[]) => void): Tensor[] {
    let k = 0;
    return interpret(this.func, args, {
      amend: (op, _, computed) => {
        const step = this.steps[k] as Step;
        const results = decides(op) ? step.results : (amend(step, computed, k) ?? computed);
        k++;
        see?.(step, results);
        return results;
      },
    });
  }

  /** A run with other roundings. */
  perturbed(seed: number, see?: (step: Step, results: readonly Tensor[]) => void): Tensor[] {
    const sign = signs(seed);
    const amend: Amend = ({ slack }, computed) => {
      if (!slack) return undefined;
      const [first, ...rest] = computed as [Tensor, ...Tensor[]];
      const data = first.data.map((x, i) => (slack[i] === 0 ? x : moved(x, sign() * (slack[i] as number))));
      return [{ shape: first.shape, data }, ...rest];
    };
    return this.run(amend, this.args, see);
  }
}

/** A result is not moved over zero: what underflowed to 0 keeps its sign. */
function moved(x: number, by: number): number {
  if (x === 0) return Object.is(x, -0) ? -Math.abs(by) : Math.abs(by);
  return x + by;
}
