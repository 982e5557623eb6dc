/** Contractions taken apart: operands spread over all labels, and products without a sum. */
import type { Dim, Shape } from '../core/affine.js';
import type { Builder } from '../ir/builder.js';
import type { ContractOp, Value } from '../ir/types.js';

/** A value with axes labelled `own`, spread over all labels, whose sizes are `shape`. */
export function placedAlong(
  b: Builder,
  v: Value,
  own: readonly number[],
  all: readonly number[],
  shape: Shape,
): Value {
  const place = new Map(all.map((label, k) => [label, k]));
  const to = (k: number) => place.get(own[k] as number) as number;
  const order = own.map((_, k) => k).sort((p, q) => to(p) - to(q));
  return b.broadcast(b.transpose(v, order), shape, order.map(to));
}

/** An operand without the axes that the contraction sums over, all of length 1. */
function squeezed(b: Builder, v: Value, labels: readonly number[], out: readonly number[]) {
  const kept = labels.map((_, k) => k).filter((k) => out.includes(labels[k] as number));
  const shape = kept.map((k) => v.type.shape[k] as Dim);
  return { value: b.reshape(v, shape), labels: kept.map((k) => labels[k] as number) };
}

/**
 * The factors of a contraction that sums over nothing, or over axes of length 1 alone, spread to the shape of the
 * result; undefined for any other.
 */
export function productOf(b: Builder, op: ContractOp, operands: readonly Value[]): Value[] | undefined {
  const [x, y] = operands as [Value, Value];
  const trivial = (labels: readonly number[], v: Value) =>
    labels.every((label, k) => op.out.includes(label) || v.type.shape[k] === 1);
  if (!trivial(op.left, x) || !trivial(op.right, y)) return undefined;
  const shape = op.results[0]?.type.shape as Shape;
  return [squeezed(b, x, op.left, op.out), squeezed(b, y, op.right, op.out)].map((side) =>
    placedAlong(b, side.value, side.labels, op.out, shape),
  );
}
