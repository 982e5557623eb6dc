/**
 * What rounding does to a result: the interpreter runs the program several times and rounds every operation up or down
 * at random where it is not exact; how far the results scatter tells how many of their digits are meant (Vignes,
 * "Discrete stochastic arithmetic", Numerical Algorithms 37, 2004; Parker, "Monte Carlo arithmetic", UCLA 1997).
 */
import { randomFrom } from '../core/random.js';
import type { Tensor } from '../core/tensor.js';
import { interpret } from '../ir/interpret.js';
import * as kernels from '../ir/kernels.js';
import {
  type ContractOp,
  type ElementwiseOp,
  type Func,
  type Op,
  type ReduceOp,
  regionsOf,
} from '../ir/types.js';
import type { ArrayRow } from '../ops/array.js';
import type { ElementwiseRow, ReductionRow } from '../ops/row.js';
import { arrayRow, elementwiseRow, reductionRow } from '../ops/table.js';
import { hasPieces, picksElements } from './pieces.js';

/** A little more than half a unit in the last place of a number, relative to it: added, it yields the neighbour. */
const TO_NEIGHBOUR = 2 ** -53 * (1 + 2 ** -20);
/** 2²⁷ + 1 splits a double into halves whose products are exact (Dekker 1971). */
const SPLITTER = 134217729;
/** Beyond these sizes the halves may overflow or vanish; such products count as inexact. */
const SPLITTABLE = { least: 2 ** -480, most: 2 ** 480 };

/** Arithmetic that rounds to a neighbour at random, except where the result is exact. */
class RandomRounding {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  /** The double above or below x; zero and what is not finite stay. */
  near(x: number): number {
    if (x === 0 || !Number.isFinite(x)) return x;
    const step = Math.abs(x) * TO_NEIGHBOUR || Number.MIN_VALUE;
    return this.#random() < 0.5 ? x + step : x - step;
  }

  /** A result that may have vanished below the smallest numbers. */
  #underflown(x: number): number {
    if (x !== 0) return this.near(x);
    return this.#random() < 0.5 ? Number.MIN_VALUE : -Number.MIN_VALUE;
  }

  readonly add = (a: number, b: number): number => {
    const sum = a + b;
    const shadow = sum - a;
    const lost = a - (sum - shadow) + (b - shadow);
    return lost === 0 ? sum : this.near(sum);
  };

  readonly mul = (a: number, b: number): number => {
    const product = a * b;
    return lostByProduct(a, b, product) === 0 ? product : this.#underflown(product);
  };

  readonly div = (a: number, b: number): number => {
    const quotient = a / b;
    const exact = a === 0 || (quotient * b === a && lostByProduct(quotient, b, a) === 0);
    return exact ? quotient : this.#underflown(quotient);
  };

  readonly sqrt = (a: number): number => {
    const root = Math.sqrt(a);
    const exact = root * root === a && lostByProduct(root, root, a) === 0;
    return exact ? root : this.near(root);
  };
}

/** a·b − product, or NaN where that cannot be told. */
function lostByProduct(a: number, b: number, product: number): number {
  if (a === 0 || b === 0) return 0;
  const smaller = Math.min(Math.abs(a), Math.abs(b), Math.abs(product));
  const larger = Math.max(Math.abs(a), Math.abs(b), Math.abs(product));
  if (!(smaller > SPLITTABLE.least && larger < SPLITTABLE.most)) return Number.NaN;
  const aHigh = a * SPLITTER - (a * SPLITTER - a);
  const bHigh = b * SPLITTER - (b * SPLITTER - b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

type Rounded = (op: Op, operands: readonly Tensor[], results: readonly Tensor[]) => readonly Tensor[];

/** What the interpreter puts in place of an operation's results. */
function roundingAtRandom(seed: number): Rounded {
  const by = new RandomRounding(seed);
  return (op, operands, results) => {
    if (op.results[0]?.type.dtype !== 'float') return results;
    switch (op.kind) {
      case 'elementwise':
        return [elementwise(by, op, operands, results[0] as Tensor)];
      case 'reduce':
        return [reduce(by, op, operands[0] as Tensor, results[0] as Tensor)];
      case 'contract':
        return [contract(by, op, operands as [Tensor, Tensor])];
      case 'recur': {
        // Rounding a·s + b is the same as moving a and b by as much.
        const [a, b] = operands.map((t) => scattered(by, t)) as [Tensor, Tensor];
        return [kernels.recur(a, b, op.axis, op.init, op.reverse)];
      }
      case 'scatterAdd': {
        const [updates, index] = operands as [Tensor, Tensor];
        return [kernels.scatterAdd(scattered(by, updates), index, (results[0] as Tensor).shape)];
      }
      case 'array': {
        const row = arrayRow(op.name) as ArrayRow;
        if (row.of === 'rows') return results;
        const moved = operands.map((t) => scattered(by, t));
        return [kernels.array(row, moved, (results[0] as Tensor).shape)];
      }
      default:
        return results;
    }
  };
}

function scattered(by: RandomRounding, t: Tensor): Tensor {
  return { shape: t.shape, data: t.data.map((x) => by.near(x)) };
}

/** Rows that are exact beside those made of pieces. */
const EXACT_ROWS: ReadonlySet<string> = new Set(['neg', 'rem']);

function elementwise(
  by: RandomRounding,
  op: ElementwiseOp,
  operands: readonly Tensor[],
  result: Tensor,
): Tensor {
  const row = elementwiseRow(op.name) as ElementwiseRow;
  const value = valueBy(by, op.name);
  if (value !== undefined) return kernels.elementwise({ ...row, value }, operands);
  // What is made of straight pieces rounds nothing, beside a remainder that is brought to the other side.
  if (EXACT_ROWS.has(op.name) || (hasPieces(row) && op.name !== 'mod')) return result;
  const again = row.definition !== undefined;
  return { shape: result.shape, data: result.data.map((y) => (again ? by.near(by.near(y)) : by.near(y))) };
}

/** The operations of which arithmetic itself tells whether they are exact. */
function valueBy(by: RandomRounding, name: string): ElementwiseRow['value'] | undefined {
  switch (name) {
    case 'add':
      return by.add;
    case 'sub':
      return (a, b) => by.add(a, -b);
    case 'mul':
      return by.mul;
    case 'div':
      return by.div;
    case 'sqrt':
      return by.sqrt;
    default:
      return undefined;
  }
}

function reduce(by: RandomRounding, op: ReduceOp, operand: Tensor, result: Tensor): Tensor {
  const row = reductionRow(op.name) as ReductionRow;
  const running = (start: number, step: (s: number, x: number) => number): Tensor => {
    const value = (elements: ArrayLike<number>) => {
      let s = start;
      for (let i = 0; i < elements.length; i++) s = step(s, elements[i] as number);
      return s;
    };
    return kernels.reduce({ ...row, value }, operand, op.axes);
  };
  if (op.name === 'sum') return running(0, by.add);
  if (op.name === 'prod') return running(1, by.mul);
  return picksElements(row) ? result : scattered(by, kernels.reduce(row, scattered(by, operand), op.axes));
}

function contract(by: RandomRounding, op: ContractOp, [a, b]: readonly [Tensor, Tensor]): Tensor {
  const plus = (sum: number, x: number, y: number) => by.add(sum, by.mul(x, y));
  return kernels.contract(a, op.left, b, op.right, op.out, plus);
}

/** Results of a function under random rounding, one list for each seed. */
export function roundedResults(func: Func, args: readonly Tensor[], seeds: readonly number[]): Tensor[][] {
  return seeds.map((seed) => interpret(func, args, { amend: roundingAtRandom(seed) }));
}

/** How far numbers scatter that were computed several times: the root mean square of their distance from `centre`. */
export function scatterAround(centre: number, samples: readonly number[]): number {
  const distances = samples.map((x) => (Object.is(x, centre) || x === centre ? 0 : Math.abs(x - centre)));
  const largest = Math.max(...distances);
  if (Number.isNaN(largest)) return Number.POSITIVE_INFINITY;
  if (largest === 0 || largest === Number.POSITIVE_INFINITY) return largest;
  // Relative to the largest, squares neither overflow nor vanish.
  return largest * Math.sqrt(distances.reduce((sum, d) => sum + (d / largest) ** 2, 0) / samples.length);
}

/** An operation that loses digits. */
export interface Loss {
  readonly op: Op;
  /** By how many decimal digits its result scatters more, relative to its size, than its operands. */
  readonly digits: number;
}

interface Step {
  readonly op: Op;
  readonly operands: readonly Tensor[];
  readonly results: readonly Tensor[];
}

/** The relative scatter of numbers that are right to the last digit. */
const EXACT = 2 ** -53;
/** Operations that lose fewer digits are not worth telling. */
const LEAST_DIGITS = 3;

/**
 * The operation at which the relative scatter grows most, such as a difference of nearly equal numbers; undefined where
 * none loses three digits. Intermediate results are kept, so this is for programs of moderate size.
 */
export function worstLoss(func: Func, args: readonly Tensor[], seeds: readonly number[]): Loss | undefined {
  const steps: Step[] = [];
  interpret(func, args, { observe: (op, operands, results) => steps.push({ op, operands, results }) });
  const growth = new Float64Array(steps.length);
  for (const seed of seeds) {
    let k = 0;
    interpret(func, args, {
      amend: roundingAtRandom(seed),
      observe: (op, operands, results) => {
        const step = steps[k];
        // Where rounding changes the path, what follows has nothing to be compared with.
        if (step?.op !== op) return;
        const before = step.operands.map((t, i) => relativeDistance(t, operands[i] as Tensor));
        const after = relativeDistance(step.results[0] as Tensor, results[0] as Tensor);
        // What an operation with regions loses, it loses inside of them.
        const lost = regionsOf(op).length > 0 ? 0 : after / Math.max(EXACT, ...before);
        growth[k] = Math.max(growth[k] as number, lost);
        k++;
      },
    });
  }
  const worst = growth.reduce((best, g, i) => (g > (growth[best] as number) ? i : best), 0);
  const digits = Math.log10(growth[worst] ?? 0);
  return digits >= LEAST_DIGITS ? { op: (steps[worst] as Step).op, digits } : undefined;
}

/** The largest distance of elements relative to their size, at most 1. */
function relativeDistance(reference: Tensor, other: Tensor): number {
  let most = 0;
  for (const [i, x] of reference.data.entries()) {
    const distance = Math.abs((other.data[i] as number) - x);
    if (distance > most * Math.abs(x)) most = Math.min(1, distance / Math.abs(x));
  }
  return most;
}
