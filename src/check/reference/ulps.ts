/**
 * Errors in units in the last place: |double − truth| over the distance of doubles at the truth. Where the truth is zero
 * the unit is that of the largest component, and of 1 where all are zero.
 */
import { type Tensor, zerosLike } from '../../core/tensor.js';
import type { Point } from '../../run/problem.js';
import { type Big, type Bigs, ulpOf } from './numbers.js';
import type { BigTensor } from './tensors.js';
import type { Truth } from './truth.js';

/** The truth itself is certain to fewer digits than would tell such an error from none. */
const CERTAIN = 1e-30;

/** The error of one double. A double that is not finite is right only where the truth exceeds all doubles. */
function ulpsOf(k: Bigs, got: number, truth: Big, largest: number): number {
  const nearest = truth.toNumber();
  if (got === nearest && (truth.isZero() || !Number.isFinite(got))) return 0;
  if (!Number.isFinite(got)) return Number.POSITIVE_INFINITY;
  const unit = ulpOf(truth.isZero() ? largest || 1 : nearest);
  const error = k.num(got).sub(truth).abs().div(k.num(unit)).toNumber();
  return error < CERTAIN ? 0 : error;
}

function largestOf(tensors: Iterable<BigTensor>): number {
  let largest = 0;
  for (const { data } of tensors)
    for (const x of data) largest = Math.max(largest, Math.abs((x as Big).toNumber()));
  return largest;
}

/** Errors of the value's elements. */
export function valueUlps(k: Bigs, { value }: Truth, got: Tensor): Tensor {
  const largest = largestOf([value]);
  return { shape: got.shape, data: got.data.map((x, i) => ulpsOf(k, x, value.data[i] as Big, largest)) };
}

/** Errors of a gradient's components. */
export function gradientUlps(k: Bigs, { gradient }: Truth, got: Point): Point {
  const largest = largestOf(gradient.values());
  const errors = new Map<string, Tensor>();
  for (const [name, truth] of gradient) {
    const t = got.get(name) as Tensor;
    const own = zerosLike(t);
    for (const [i, x] of t.data.entries()) own.data[i] = ulpsOf(k, x, truth.data[i] as Big, largest);
    errors.set(name, own);
  }
  return errors;
}
