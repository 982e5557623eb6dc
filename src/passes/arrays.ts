/** The rules of array primitives over the builder: matrix algebra on the last two axes, orders along the last one. */
import { type Dim, mulDims, type Shape } from '../core/affine.js';
import { unknownSize } from '../core/errors/passes.js';
import type { Builder } from '../ir/builder.js';
import type { ArrayOp, Value } from '../ir/types.js';
import type { ArrayAlgebra, ArrayPartial, ArrayRow } from '../ops/array.js';
import { arrayRow } from '../ops/table.js';

/** How an array operation depends on operand i. */
export function arrayPartial(op: ArrayOp, i: number): ArrayPartial {
  return (arrayRow(op.name) as ArrayRow).partials[i] as ArrayPartial;
}

/** Whether a guard holds anywhere, over a whole shape. */
export function guardOfAll(b: Builder, guard: Value, shape: Shape): Value {
  const axes = guard.type.shape.map((_, k) => k);
  return b.broadcast(axes.length > 0 ? b.reduce('any', guard, axes) : guard, shape, []);
}

/** The last two axes of a value. */
const matrixAxes = (v: Value) => [v.type.shape.length - 2, v.type.shape.length - 1];

/** Labels of a stack's axes, behind those of matrices. */
const stackLabels = (v: Value) => v.type.shape.slice(0, -2).map((_, k) => 3 + k);

export function arrayAlgebra(b: Builder): ArrayAlgebra<Value> {
  const k: ArrayAlgebra<Value> = {
    array: (name, ...operands) => b.array(name, ...operands),
    add: (x, y) => b.elementwise('add', x, y),
    sub: (x, y) => b.elementwise('sub', x, y),
    neg: (x) => b.elementwise('neg', x),
    mul: (x, y) => b.elementwise('mul', x, y),
    half: (x) => b.elementwise('mul', b.full(0.5, x.type.shape), x),
    transpose: (x) => {
      const [row, column] = matrixAxes(x) as [number, number];
      return b.transpose(
        x,
        x.type.shape.map((_, axis) => (axis === row ? column : axis === column ? row : axis)),
      );
    },
    product: (x, y) => {
      const stack = stackLabels(x);
      if (y.type.shape.length === 1) return b.contract(x, [1, 0], y, [0], [1]);
      return b.contract(x, [...stack, 1, 0], y, [...stack, 0, 2], [...stack, 1, 2]);
    },
    timesTransposed: (x, y) => {
      const stack = stackLabels(x);
      if (x.type.shape.length === 1) return b.contract(x, [1], y, [2], [1, 2]);
      return b.contract(x, [...stack, 1, 0], y, [...stack, 2, 0], [...stack, 1, 2]);
    },
    inner: (x, y) => b.sum(b.elementwise('mul', x, y), matrixAxes(x)),
    spread: (s, like) =>
      b.broadcast(
        s,
        like.type.shape,
        s.type.shape.map((_, axis) => axis),
      ),
    lower: (x, halved) => {
      const { shape } = x.type;
      const [rows, columns] = matrixAxes(x).map((axis) =>
        b.broadcast(b.iota(shape[axis] as Dim), shape, [axis]),
      ) as [Value, Value];
      const below = b.elementwise(halved ? 'lt' : 'le', columns, rows);
      const kept = b.select(below, x, b.full(0, shape));
      return halved ? b.select(b.elementwise('eq', columns, rows), k.half(x), kept) : kept;
    },
    take: (x, order) => {
      const [flat, index] = flattened(b, x, order);
      return b.gather(flat, index);
    },
    put: (x, order) => {
      const [flat, index] = flattened(b, x, order);
      return b.reshape(b.scatterAdd(x, index, flat.type.shape[0] as Dim), x.type.shape);
    },
  };
  return k;
}

/** A tensor as one row of all its elements, and places in rows as places in that. */
function flattened(b: Builder, x: Value, order: Value): [Value, Value] {
  const { shape } = x.type;
  if (shape.length === 1) return [x, order];
  const length = shape.at(-1) as Dim;
  const rows = sizeOfAll(b, shape.slice(0, -1));
  const start = b.elementwise('mul', b.iota(rows), b.broadcastTo(b.dim(length), [rows]));
  const along = shape.slice(0, -1).map((_, axis) => axis);
  const starts = b.broadcast(b.reshape(start, shape.slice(0, -1)), shape, along);
  return [b.reshape(x, [sizeOfAll(b, shape)]), b.elementwise('add', starts, order)];
}

function sizeOfAll(b: Builder, shape: Shape): Dim {
  return shape.reduce((product, d) => {
    const next = mulDims(product, d);
    if (next === undefined) throw unknownSize(b.span, 'the derivative of a sorted matrix');
    return next;
  }, 1 as Dim);
}
