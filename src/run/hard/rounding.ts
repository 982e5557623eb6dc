/**
 * How far the rounding in one operation may have taken its result: nothing where the result is exact, else about half a
 * unit in the last place, or what is lost on the way through a sum.
 *
 * Sums, products, quotients and roots are exact or not as error-free transformations tell (Dekker 1971; Ogita, Rump and
 * Oishi, Accurate sum and dot product, SIAM J. Sci. Comput. 26, 2005).
 */
import type { Tensor } from '../../core/tensor.js';
import { walkContraction } from '../../ir/kernels.js';
import type { ContractOp, ElementwiseOp, Op, RecurOp, ReduceOp } from '../../ir/types.js';
import { elementwiseRow, reductionRow } from '../../ops/table.js';
import { reducedElements } from './reduced.js';

const UNIT = Number.EPSILON / 2;
const LEAST = Number.MIN_VALUE;

/** Half to one unit in the last place: what rounding to the nearest may cost. */
const ulp = (x: number) => Math.max(Math.abs(x) * UNIT, LEAST);

/** What is lost in s = a + b. */
function sumError(a: number, b: number): number {
  const s = a + b;
  const t = s - a;
  return a - (s - t) + (b - t);
}

function split(a: number): [number, number] {
  const c = 134217729 * a;
  const high = c - (c - a);
  return [high, a - high];
}

/** What is lost in p = a * b; NaN where the pieces themselves overflow or vanish. */
function productError(a: number, b: number): number {
  const p = a * b;
  if (!(Math.abs(p) > 1e-270 && Math.abs(p) < 1e300)) return Number.NaN;
  const [ah, al] = split(a);
  const [bh, bl] = split(b);
  return al * bl - (p - ah * bh - al * bh - ah * bl);
}

const isPowerOfTwo = (x: number) =>
  x !== 0 && Number.isInteger(Math.log2(Math.abs(x))) && 2 ** Math.log2(Math.abs(x)) === Math.abs(x);

function isExactProduct(a: number, b: number): boolean {
  if (a === 0 || b === 0) return true;
  const p = a * b;
  if ((isPowerOfTwo(a) || isPowerOfTwo(b)) && Math.abs(p) > 1e-300) return true;
  return productError(a, b) === 0;
}

/** Arguments and result small whole numbers. Functions that level out do so at -2 … 2 at most, which is left out. */
const isWhole = (r: number, args: readonly number[]) =>
  Number.isInteger(r) && Math.abs(r) > 2 && Math.abs(r) < 2 ** 40 && args.every(Number.isInteger);

/** Whether a function of the table at these arguments yields a double without rounding. */
function isExact(
  name: string,
  [a = 0, b = 0]: readonly number[],
  args: readonly number[],
  r: number,
): boolean {
  switch (name) {
    case 'add':
      return sumError(a, b) === 0;
    case 'sub':
      return sumError(a, -b) === 0;
    case 'mul':
      return isExactProduct(a, b);
    case 'div':
      return r * b === a && isExactProduct(r, b);
    case 'sqrt':
      return r * r === a && isExactProduct(r, r);
    case 'pow':
      if (b === 2) return isExactProduct(a, a);
      return b === 0 || b === 1 || a === 0 || a === 1 || isWhole(r, args) || (b === -1 && isPowerOfTwo(a));
    default:
      return isWhole(r, args) || atOrigin(args, r);
  }
}

/** Functions at zero: cos(0), exp(0), sigmoid(0). */
function atOrigin(args: readonly number[], r: number): boolean {
  return args.every((x) => x === 0) && (r === 0 || Math.abs(r) === 1 || r === 0.5);
}

function elementwise(
  op: ElementwiseOp,
  operands: readonly Tensor[],
  result: Tensor,
): Float64Array | undefined {
  const row = elementwiseRow(op.name);
  if (row?.exact) return undefined;
  const args = operands.map(() => 0);
  return result.data.map((r, i) => {
    if (!Number.isFinite(r)) return 0;
    for (let k = 0; k < args.length; k++) args[k] = operands[k]?.data[i] as number;
    return isExact(op.name, args, args, r) ? 0 : ulp(r);
  });
}

/** A sum from 0 with what it loses on the way. */
class LossySum {
  value = 0;
  lost = 0;
  /** Whether anything was rounded at all. */
  rounded = false;

  add(term: number, error = 0): void {
    const e = sumError(this.value, term);
    this.value += term;
    if (e === 0 && error === 0) return;
    this.rounded = true;
    if (!Number.isNaN(e + error)) this.lost += e + error;
  }

  slack(): number {
    return this.rounded && Number.isFinite(this.value) ? Math.max(Math.abs(this.lost), ulp(this.value)) : 0;
  }
}

function reduce(op: ReduceOp, [operand]: readonly Tensor[], result: Tensor): Float64Array | undefined {
  const row = reductionRow(op.name);
  if (row?.exact) return undefined;
  return result.data.map((r, i) => {
    if (!Number.isFinite(r)) return 0;
    const elements = reducedElements(operand as Tensor, op.axes, i);
    if (row?.weights !== 'ones')
      return elements.every((x) => x === 0) || isWhole(r, [...elements]) ? 0 : ulp(r);
    const sum = new LossySum();
    for (const x of elements) sum.add(x);
    return sum.slack();
  });
}

function contract(op: ContractOp, [a, b]: readonly [Tensor, Tensor]): Float64Array {
  const slack: number[] = [];
  let sum = new LossySum();
  walkContraction(a, op.left, b, op.right, op.out, {
    term: (x, y) => {
      const error = productError(x, y);
      sum.add(x * y, isExactProduct(x, y) ? 0 : Number.isNaN(error) ? ulp(x * y) : error);
    },
    end: () => {
      slack.push(sum.slack());
      sum = new LossySum();
    },
  });
  return Float64Array.from(slack);
}

/** Every step of a recurrence rounds, unless everything is a small whole number. */
function recur(_: RecurOp, operands: readonly Tensor[], result: Tensor): Float64Array {
  const whole = operands.every((t) => t.data.every((x) => Number.isInteger(x) && Math.abs(x) < 2 ** 26));
  return result.data.map((r) => (!Number.isFinite(r) || (whole && Math.abs(r) < 2 ** 52) ? 0 : ulp(r)));
}

/** The slack of every element of an operation's result; undefined where nothing is ever rounded. */
export function slackOf(op: Op, operands: readonly Tensor[], result: Tensor): Float64Array | undefined {
  if (op.results[0]?.type.dtype !== 'float') return undefined;
  switch (op.kind) {
    case 'elementwise':
      return elementwise(op, operands, result);
    case 'reduce':
      return reduce(op, operands, result);
    case 'contract':
      return contract(op, operands as readonly [Tensor, Tensor]);
    case 'recur':
      return recur(op, operands, result);
    default:
      return undefined;
  }
}
