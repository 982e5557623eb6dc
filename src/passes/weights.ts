/** The table's rules evaluated over the builder: partials of element-wise rows, weights of reductions. */
import type { Shape } from '../core/affine.js';
import type { Builder } from '../ir/builder.js';
import type { ElementwiseOp, ReduceOp, Value } from '../ir/types.js';
import type { ElementwiseRow, ReduceAlgebra, ReductionRow } from '../ops/row.js';
import { elementwiseRow, reductionRow } from '../ops/table.js';

/** The partial derivative with respect to operand i, in the shape of the operation; undefined where it is zero. */
export function partialOf(b: Builder, op: ElementwiseOp, i: number, operands: readonly Value[], y: Value) {
  const partial = (elementwiseRow(op.name) as ElementwiseRow).partials[i];
  if (partial === undefined || partial === 'zero') return undefined;
  const p = partial(b.algebra, operands as [Value, Value, Value], y);
  return b.broadcastTo(p, y.type.shape);
}

/** A reduced value spread again over the axes that the reduction removed. */
export function spread(b: Builder, reduced: Value, shape: Shape, axes: readonly number[]): Value {
  const kept = shape.map((_, k) => k).filter((k) => !axes.includes(k));
  return b.broadcast(reduced, shape, kept);
}

/** The product of the others along one axis: the running products from both ends. */
function othersAlong(b: Builder, x: Value, axis: number): Value {
  const zeros = b.full(0, x.type.shape);
  const before = b.recur(x, zeros, axis, 1, false);
  return b.elementwise('mul', before, b.recur(x, zeros, axis, 1, true));
}

/** Over several axes: the others in the last axis, times the others of what that axis yields. */
function nested(b: Builder, x: Value, axes: readonly number[]): Value {
  const last = axes.at(-1) as number;
  const within = othersAlong(b, x, last);
  if (axes.length === 1) return within;
  const outer = nested(b, b.reduce('prod', x, [last]), axes.slice(0, -1));
  return b.elementwise('mul', within, spread(b, outer, x.type.shape, [last]));
}

function algebraOf(b: Builder, axes: readonly number[]): ReduceAlgebra<Value> {
  return {
    ...b.algebra,
    total: (x) => spread(b, b.sum(x, axes), x.type.shape, axes),
    others: (x) => nested(b, x, axes),
  };
}

/** The weights of a reduction (see `ReductionRow`); undefined stands for ones, `'zero'` for no derivative. */
export function weightsOf(b: Builder, op: ReduceOp, x: Value, y: Value): Value | undefined | 'zero' {
  const { weights } = reductionRow(op.name) as ReductionRow;
  if (weights === 'ones') return undefined;
  if (weights === 'zero') return 'zero';
  return weights(algebraOf(b, op.axes), x, spread(b, y, x.type.shape, op.axes));
}
