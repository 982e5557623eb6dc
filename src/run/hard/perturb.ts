/**
 * Runs of a function with other roundings: every result that is not exact is moved up or down by what its rounding may
 * have cost, at random; how far the outputs scatter is how far they are certain (Vignes, Discrete stochastic arithmetic,
 * Numerical Algorithms 37, 2004). Decisions stay those of the plain run, so that nothing but rounding differs.
 */
import type { Tensor } from '../../core/tensor.js';
import { interpret } from '../../ir/interpret.js';
import { type Func, type Op, regionsOf } from '../../ir/types.js';
import { elementwiseRow } from '../../ops/table.js';
import { operationName } from './call.js';
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
  // What regions and functions compute has been decided in them.
  if (op.kind === 'call' || regionsOf(op).length > 0) return false;
  if (op.results.some((r) => r.type.dtype !== 'float')) return true;
  if (op.kind !== 'elementwise') return false;
  return elementwiseRow(op.name)?.partials.every((p) => p === 'zero') ?? false;
}

const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);

/** A sum of bits in which the order of the numbers does not count, as it does not in a + b and a * b. */
function mixed(x: number): number {
  bits[0] = x;
  const h = Math.imul((words[0] as number) ^ Math.imul(words[1] as number, 0x9e3779b1), 0x85ebca6b);
  return h ^ (h >>> 15);
}

function hashOf(name: string): number {
  let h = 0;
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
  return h;
}

/** By how many times its slack a result is moved; several sizes, so that two of them seldom cancel in all runs. */
const MOVES = [-3, -2, -1, 1, 2, 3];

/**
 * One of the moves at random, but the same for the same operation on the same numbers: x*y - y*x stays 0. What sums up
 * many numbers goes by its result.
 */
function moveOf(op: Op, operands: readonly Tensor[], result: number, i: number, seed: number): number {
  let h = Math.imul(seed, 0x27d4eb2f) ^ hashOf(operationName(op));
  if (op.kind === 'elementwise') for (const t of operands) h = (h + mixed(t.data[i] as number)) | 0;
  else h = (h + mixed(result)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return MOVES[((h ^ (h >>> 16)) >>> 0) % MOVES.length] as number;
}

/** What a run puts in the place of the results of a step; undefined leaves them as they are. */
type Amend = (
  step: Step,
  computed: readonly Tensor[],
  operands: readonly Tensor[],
  k: number,
) => readonly Tensor[] | undefined;

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
      amend: (op, operands, computed) => {
        const step = this.steps[k] as Step;
        const results = decides(op) ? step.results : (amend(step, computed, operands, k) ?? computed);
        k++;
        see?.(step, results);
        return results;
      },
    });
  }

  /** A run with other roundings. */
  perturbed(seed: number, see?: (step: Step, results: readonly Tensor[]) => void): Tensor[] {
    const amend: Amend = ({ op, slack }, computed, operands) => {
      if (!slack) return undefined;
      const [first, ...rest] = computed as [Tensor, ...Tensor[]];
      const move = (x: number, i: number) => moveOf(op, operands, x, i, seed);
      const data = first.data.map((x, i) =>
        slack[i] === 0 ? x : moved(x, move(x, i) * (slack[i] as number)),
      );
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

/** Runs with other roundings that a scatter is taken of. */
export const RUNS = 5;

/** How far apart two numbers are; NaN is infinitely far from any number. */
export function distance(a: number, b: number): number {
  return Number.isNaN(a) ? Number.POSITIVE_INFINITY : Math.abs(a - b);
}

/** How far each element of the outputs moves under other roundings. */
export function scatterOf(func: Func, args: readonly Tensor[]): Tensor[] {
  const reruns = new Reruns(func, args);
  const runs = Array.from({ length: RUNS }, (_, j) => reruns.perturbed(j + 1));
  return reruns.outputs.map(({ shape, data }, k) => ({
    shape,
    data: data.map((x, i) =>
      runs.reduce((most, r) => Math.max(most, distance(r[k]?.data[i] as number, x)), 0),
    ),
  }));
}
