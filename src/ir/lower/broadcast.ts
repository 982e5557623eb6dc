/**
 * Broadcasting, NumPy's rule made strict: shapes are aligned at their ends; sizes are equal, or one is a literal 1,
 * or missing at the front. Every stretch becomes a broadcast operation.
 */
import { type Dim, printShape, type Shape } from '../../core/affine.js';
import { shapeMismatch } from '../../core/errors/types.js';
import type { Span } from '../../core/span.js';
import type { Value } from '../types.js';
import { type Context, isOne, shapeOf } from './context.js';

function common(cx: Context, a: Dim, b: Dim): Dim | undefined {
  if (isOne(a)) return b;
  if (isOne(b)) return a;
  return cx.dims.unify(a, b) ? cx.dims.resolve(a) : undefined;
}

/** The shape that both broadcast to, or undefined when they do not fit. */
export function broadcastShape(cx: Context, a: Shape, b: Shape): Shape | undefined {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a];
  const missing = long.length - short.length;
  const shape: Dim[] = [];
  for (const [k, d] of long.entries()) {
    const size = k < missing ? d : common(cx, d, short[k - missing] as Dim);
    if (size === undefined) return undefined;
    shape.push(size);
  }
  return shape;
}

/** A value stretched to a shape that it broadcasts to. */
export function stretch(cx: Context, v: Value, shape: Shape): Value {
  const from = shapeOf(cx, v);
  if (from.length === 0) return cx.b.broadcast(v, shape, []);
  const missing = shape.length - from.length;
  const kept = from
    .map((_, k) => k)
    .filter((k) => !isOne(from[k] as Dim) || isOne(shape[k + missing] as Dim));
  const squeezed =
    kept.length === from.length
      ? v
      : cx.b.reshape(
          v,
          kept.map((k) => from[k] as Dim),
        );
  return cx.b.broadcast(
    squeezed,
    shape,
    kept.map((k) => k + missing),
  );
}

/** Stretches values to their common shape; `describe` names the operation in the error. */
export function align(
  cx: Context,
  values: readonly Value[],
  span: Span,
  describe: (a: string, b: string) => { message: string; hint?: string },
): Value[] {
  let shape: Shape = shapeOf(cx, values[0] as Value);
  for (const v of values.slice(1)) {
    const next = broadcastShape(cx, shape, shapeOf(cx, v));
    if (!next) {
      const { message, hint } = describe(printShape(shape), printShape(shapeOf(cx, v)));
      throw shapeMismatch(span, message, hint);
    }
    shape = next;
  }
  return values.map((v) => stretch(cx, v, shape));
}
