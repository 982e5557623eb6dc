/**
 * The meaning of the tensor operations on numbers, written for clarity: strided copies, reductions, contractions.
 *
 * Order of summation is part of the meaning: sums start from 0 and run row-major ascending, a contraction's over the
 * labels that `out` lacks in order of first appearance.
 */
import { sizeOf, type Tensor } from '../core/tensor.js';
import type { ArrayRow } from '../ops/array.js';
import type { ElementwiseRow, ReductionRow } from '../ops/row.js';

/** Row-major strides. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (let k = shape.length - 1; k >= 0; k--) {
    strides[k] = stride;
    stride *= shape[k] as number;
  }
  return strides;
}

/** Visits every index of `shape` row-major; `offsets[j]` follows the j-th list of strides. */
export function walk(
  shape: readonly number[],
  strides: readonly (readonly number[])[],
  starts: readonly number[],
  visit: (offsets: readonly number[]) => void,
): void {
  const total = sizeOf(shape);
  const offsets = [...starts];
  const index = shape.map(() => 0);
  for (let n = 0; n < total; n++) {
    visit(offsets);
    for (let k = shape.length - 1; k >= 0; k--) {
      index[k] = (index[k] as number) + 1;
      const carry = index[k] === shape[k];
      for (let j = 0; j < offsets.length; j++) {
        const stride = strides[j]?.[k] as number;
        offsets[j] = (offsets[j] as number) + (carry ? stride * (1 - (shape[k] as number)) : stride);
      }
      if (!carry) break;
      index[k] = 0;
    }
  }
}

/** The same, a row along the last axis at a time: where it starts, how long it is, and by what `offsets` advance in it. */
function walkRows(
  shape: readonly number[],
  strides: readonly (readonly number[])[],
  starts: readonly number[],
  visit: (offsets: readonly number[], length: number, steps: readonly number[]) => void,
): void {
  const last = shape.length - 1;
  const length = shape[last] ?? 1;
  if (length === 0) return;
  const steps = strides.map((s) => s[last] ?? 0);
  const outer = strides.map((s) => s.slice(0, Math.max(0, last)));
  walk(shape.slice(0, Math.max(0, last)), outer, starts, (offsets) => visit(offsets, length, steps));
}

/** Rows up to this length are copied element by element. */
const SHORT = 16;

/** A copy of `data` seen with other shape and strides. */
export function view(
  data: Float64Array,
  shape: readonly number[],
  strides: readonly number[],
  start = 0,
): Tensor {
  const out = new Float64Array(sizeOf(shape));
  let n = 0;
  walkRows(shape, [strides], [start], ([from = 0], length, [step = 0]) => {
    if (step === 1 && length > SHORT) out.set(data.subarray(from, from + length), n);
    else if (step === 0 && length > SHORT) out.fill(data[from] as number, n, n + length);
    else for (let i = 0; i < length; i++) out[n + i] = data[from + i * step] as number;
    n += length;
  });
  return { shape, data: out };
}

/** Writes `data` row-major to places of `out`. */
function place(
  data: Float64Array,
  shape: readonly number[],
  out: Float64Array,
  strides: readonly number[],
  start: number,
): void {
  let n = 0;
  walkRows(shape, [strides], [start], ([to = 0], length, [step = 0]) => {
    if (step === 1 && length > SHORT) out.set(data.subarray(n, n + length), to);
    else for (let i = 0; i < length; i++) out[to + i * step] = data[n + i] as number;
    n += length;
  });
}

export function elementwise(row: ElementwiseRow, operands: readonly Tensor[]): Tensor {
  const [a, b, c] = operands.map((o) => o.data) as [Float64Array, Float64Array, Float64Array];
  const out = new Float64Array(a.length);
  const { value } = row;
  if (operands.length === 1) for (let i = 0; i < out.length; i++) out[i] = value(a[i] as number, 0, 0);
  else if (operands.length === 2) {
    for (let i = 0; i < out.length; i++) out[i] = value(a[i] as number, b[i] as number, 0);
  } else for (let i = 0; i < out.length; i++) out[i] = value(a[i] as number, b[i] as number, c[i] as number);
  return { shape: (operands[0] as Tensor).shape, data: out };
}

export function select(condition: Tensor, a: Tensor, b: Tensor): Tensor {
  const out = new Float64Array(a.data.length);
  for (let i = 0; i < out.length; i++) out[i] = (condition.data[i] ? a.data[i] : b.data[i]) as number;
  return { shape: a.shape, data: out };
}

export function broadcast(operand: Tensor, shape: readonly number[], axes: readonly number[]): Tensor {
  const from = stridesOf(operand.shape);
  const strides = shape.map((_, k) => from[axes.indexOf(k)] ?? 0);
  return view(operand.data, shape, strides);
}

export function iota(length: number): Tensor {
  const data = new Float64Array(length);
  for (let i = 0; i < length; i++) data[i] = i;
  return { shape: [length], data };
}

export function transpose(operand: Tensor, permutation: readonly number[]): Tensor {
  if (permutation.every((p, k) => p === k)) return operand;
  const from = stridesOf(operand.shape);
  const shape = permutation.map((p) => operand.shape[p] as number);
  return view(
    operand.data,
    shape,
    permutation.map((p) => from[p] as number),
  );
}

export function reduce(row: ReductionRow, operand: Tensor, axes: readonly number[]): Tensor {
  const kept = operand.shape.map((_, k) => k).filter((k) => !axes.includes(k));
  const sorted = transpose(operand, [...kept, ...axes]);
  const shape = kept.map((k) => operand.shape[k] as number);
  const length = sizeOf(axes.map((k) => operand.shape[k] as number));
  const out = new Float64Array(sizeOf(shape));
  for (let i = 0; i < out.length; i++) out[i] = row.value(sorted.data.subarray(i * length, (i + 1) * length));
  return { shape, data: out };
}

/** A contraction with the summed labels last on both sides, so that each sum runs over stretches without gaps. */
interface Arranged {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** How long the stretches are. */
  readonly length: number;
  readonly shape: readonly number[];
  /** Where the stretches for an index of the result start. */
  readonly strides: readonly [readonly number[], readonly number[]];
}

function arranged(
  a: Tensor,
  left: readonly number[],
  b: Tensor,
  right: readonly number[],
  out: readonly number[],
): Arranged {
  // A label that the result lacks is one of both operands.
  const summed = left.filter((l) => !out.includes(l));
  const size = (l: number) => (a.shape[left.indexOf(l)] ?? b.shape[right.indexOf(l)]) as number;
  const length = sizeOf(summed.map(size));
  const side = (t: Tensor, labels: readonly number[]) => {
    const kept = labels.filter((l) => out.includes(l));
    const { data } = transpose(
      t,
      [...kept, ...summed].map((l) => labels.indexOf(l)),
    );
    const strides = stridesOf(kept.map(size));
    return { data, strides: out.map((l) => length * (strides[kept.indexOf(l)] ?? 0)) };
  };
  const [x, y] = [side(a, left), side(b, right)];
  return { x: x.data, y: y.data, length, shape: out.map(size), strides: [x.strides, y.strides] };
}

/** Visits the products that a contraction adds up, in their order, telling where each sum ends. */
export function walkContraction(
  a: Tensor,
  left: readonly number[],
  b: Tensor,
  right: readonly number[],
  out: readonly number[],
  visit: { readonly term: (x: number, y: number) => void; readonly end: () => void },
): void {
  const { x, y, length, shape, strides } = arranged(a, left, b, right, out);
  walk(shape, strides, [0, 0], ([p = 0, q = 0]) => {
    for (let k = 0; k < length; k++) visit.term(x[p + k] as number, y[q + k] as number);
    visit.end();
  });
}

/** The sum of products; `plus(sum, x, y)` may compute sum + x·y in another way. */
export function contract(
  a: Tensor,
  left: readonly number[],
  b: Tensor,
  right: readonly number[],
  out: readonly number[],
  plus: (sum: number, x: number, y: number) => number = (sum, x, y) => sum + x * y,
): Tensor {
  const { x, y, length, shape, strides } = arranged(a, left, b, right, out);
  const data = new Float64Array(sizeOf(shape));
  let n = 0;
  walkRows(shape, strides, [0, 0], ([p = 0, q = 0], count, [dp = 0, dq = 0]) => {
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (let k = 0; k < length; k++)
        sum = plus(sum, x[p + i * dp + k] as number, y[q + i * dq + k] as number);
      data[n++] = sum;
    }
  });
  return { shape, data };
}

function sliceStrides(shape: readonly number[], starts: readonly number[], steps: readonly number[]) {
  const from = stridesOf(shape);
  return {
    strides: from.map((s, k) => s * (steps[k] as number)),
    start: from.reduce((sum, s, k) => sum + s * (starts[k] as number), 0),
  };
}

export function slice(
  operand: Tensor,
  starts: readonly number[],
  steps: readonly number[],
  shape: readonly number[],
): Tensor {
  const { strides, start } = sliceStrides(operand.shape, starts, steps);
  return view(operand.data, shape, strides, start);
}

export function pad(
  operand: Tensor,
  starts: readonly number[],
  steps: readonly number[],
  shape: readonly number[],
): Tensor {
  const { strides, start } = sliceStrides(shape, starts, steps);
  const out = new Float64Array(sizeOf(shape));
  place(operand.data, operand.shape, out, strides, start);
  return { shape, data: out };
}

export function concat(operands: readonly Tensor[], axis: number, shape: readonly number[]): Tensor {
  const out = new Float64Array(sizeOf(shape));
  const strides = stridesOf(shape);
  let at = 0;
  for (const operand of operands) {
    place(operand.data, operand.shape, out, strides, at * (strides[axis] as number));
    at += operand.shape[axis] as number;
  }
  return { shape, data: out };
}

export function recur(a: Tensor, b: Tensor, axis: number, init: number, reverse: boolean): Tensor {
  const out = new Float64Array(a.data.length);
  const strides = stridesOf(a.shape);
  const stride = strides[axis] as number;
  const length = a.shape[axis] as number;
  const others = a.shape.map((d, k) => (k === axis ? Math.min(1, d) : d));
  walk(others, [strides], [0], (o) => {
    let s = init;
    for (let i = 0; i < length; i++) {
      const at = (o[0] as number) + (reverse ? length - 1 - i : i) * stride;
      out[at] = s;
      s = (a.data[at] as number) * s + (b.data[at] as number);
    }
  });
  return { shape: a.shape, data: out };
}

/** Rows of `data` picked by `index`. */
export function gather(data: Tensor, index: Tensor, shape: readonly number[]): Tensor {
  const row = sizeOf(data.shape.slice(1));
  const out = new Float64Array(sizeOf(shape));
  for (const [i, at] of index.data.entries()) out.set(data.data.subarray(at * row, (at + 1) * row), i * row);
  return { shape, data: out };
}

export function scatterAdd(updates: Tensor, index: Tensor, shape: readonly number[]): Tensor {
  const row = sizeOf(shape.slice(1));
  const out = new Float64Array(sizeOf(shape));
  for (const [i, at] of index.data.entries()) {
    for (let j = 0; j < row; j++) {
      out[at * row + j] = (out[at * row + j] as number) + (updates.data[i * row + j] as number);
    }
  }
  return { shape, data: out };
}

/** `at` holds for each axis of x an index, or the window that `value` has that axis for. */
export function update(
  x: Tensor,
  value: Tensor,
  at: readonly (number | { readonly start: number; readonly step: number })[],
  add: boolean,
): Tensor {
  const out = Float64Array.from(x.data);
  const strides = stridesOf(x.shape);
  let from = 0;
  const windows: number[] = [];
  for (const [k, place] of at.entries()) {
    const stride = strides[k] as number;
    if (typeof place === 'number') from += place * stride;
    else {
      from += place.start * stride;
      windows.push(place.step * stride);
    }
  }
  walk(value.shape, [stridesOf(value.shape), windows], [0, from], ([v, o]) => {
    const element = value.data[v as number] as number;
    out[o as number] = add ? (out[o as number] as number) + element : element;
  });
  return { shape: x.shape, data: out };
}

export function array(row: ArrayRow, operands: readonly Tensor[], shape: readonly number[]): Tensor {
  const data = new Float64Array(sizeOf(shape));
  const compute = row.compute as (...args: (Float64Array | number)[]) => void;
  compute(...operands.map((o) => o.data), data, ...(row.sizes(operands.map((o) => o.shape)) as number[]));
  return { shape, data };
}
