/**
 * Tensors of big numbers, and the operations that only move elements. Those follow the interpreter's kernels, run on
 * the places of elements instead of the elements.
 */
import { sizeOf, type Tensor } from '../../core/tensor.js';
import * as kernels from '../../ir/kernels.js';
import type { Bigs } from './numbers.js';
import { type Element, Undefined } from './rows.js';

export interface BigTensor {
  readonly shape: readonly number[];
  readonly data: readonly Element[];
}

/** The same numbers; NaN and infinities have no place among big numbers. */
export function bigTensor(k: Bigs, { shape, data }: Tensor, infinite: string): BigTensor {
  const convert = (x: number) => (Number.isFinite(x) ? k.num(x) : new Undefined(infinite));
  return { shape, data: Array.from(data, convert) };
}

/** The places of all elements as numbers. */
function places(shape: readonly number[], from: number): Tensor {
  return { shape, data: Float64Array.from({ length: sizeOf(shape) }, (_, i) => from + i) };
}

/** A rearrangement of operands, given as what it does to tensors of places; place 0 stands for a zero. */
export function rearranged(
  k: Bigs,
  operands: readonly BigTensor[],
  move: (operands: readonly Tensor[]) => Tensor,
): BigTensor {
  let next = 1;
  const numbered = operands.map(({ shape, data }) => {
    const own = places(shape, next);
    next += data.length;
    return own;
  });
  const all = [k.zero as Element, ...operands.flatMap((t) => t.data)];
  const moved = move(numbered);
  return { shape: moved.shape, data: Array.from(moved.data, (place) => all[place] as Element) };
}

/** The indices that a tensor of integers holds, or why one is undefined. */
export function indices({ shape, data }: BigTensor): Tensor | Undefined {
  const missing = data.find((x) => x instanceof Undefined);
  if (missing instanceof Undefined) return missing;
  return { shape, data: Float64Array.from(data, (x) => (x as Exclude<Element, Undefined>).toNumber()) };
}

/** Splits rows for a reduction: the reduced axes last, `length` elements each. */
export function reducedRows(operand: BigTensor, axes: readonly number[]) {
  const kept = operand.shape.map((_, k) => k).filter((k) => !axes.includes(k));
  const sorted = kernels.transpose(places(operand.shape, 0), [...kept, ...axes]);
  const shape = kept.map((k) => operand.shape[k] as number);
  const length = sizeOf(axes.map((k) => operand.shape[k] as number));
  const rows = Array.from({ length: sizeOf(shape) }, (_, i) =>
    Array.from(sorted.data.subarray(i * length, (i + 1) * length), (place) => operand.data[place] as Element),
  );
  return { shape, rows };
}
