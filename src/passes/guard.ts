/**
 * Guarded values: a derivative together with the condition under which it counts.
 *
 * The derivative that enters the branch of a choice does so under the choice's mask, known only at run time. Its value
 * is free to be anything, NaN included, where the guard does not hold: rules multiply first and the guard is applied
 * when terms are added up. So `0 * inf` never arises from a branch that was not taken.
 */
import type { Dim } from '../core/affine.js';
import type { Builder } from '../ir/builder.js';
import type { Value } from '../ir/types.js';

export interface Guarded {
  readonly value: Value;
  /** A condition of the value's shape; absent when it always holds. */
  readonly guard?: Value;
}

export function guardedBy(value: Value, guard: Value | undefined): Guarded {
  return guard ? { value, guard } : { value };
}

/** Applies a shape operation to value and guard alike. */
export function mapGuarded(g: Guarded, change: (v: Value) => Value): Guarded {
  return guardedBy(change(g.value), g.guard && change(g.guard));
}

export function both(b: Builder, a: Value | undefined, c: Value | undefined): Value | undefined {
  return a && c ? b.elementwise('and', a, c) : (a ?? c);
}

/** The value where the guard holds, else zero. */
export function closed(b: Builder, g: Guarded): Value {
  return g.guard ? b.select(g.guard, g.value, b.full(0, g.value.type.shape)) : g.value;
}

/** The sum of terms; its guard holds where that of any term does. */
export function total(b: Builder, terms: readonly Guarded[]): Guarded {
  if (terms.length === 1) return terms[0] as Guarded;
  const value = terms.map((t) => closed(b, t)).reduce((x, y) => b.elementwise('add', x, y));
  const guards = terms.map((t) => t.guard);
  if (guards.some((g) => g === undefined)) return { value };
  return { value, guard: (guards as Value[]).reduce((x, y) => (x === y ? x : b.elementwise('or', x, y))) };
}

/** 1 where a condition holds, else 0. */
function indicator(b: Builder, condition: Value): Value {
  const { shape } = condition.type;
  return b.select(condition, b.full(1, shape), b.full(0, shape));
}

const positive = (b: Builder, v: Value) => b.elementwise('lt', b.full(0, v.type.shape), v);

/** The elements of a linear recurrence in which an added element under the guard has a part. */
export function guardAlong(b: Builder, guard: Value, axis: number, reverse: boolean): Value {
  const ones = b.full(1, guard.type.shape);
  return positive(b, b.recur(ones, indicator(b, guard), axis, 0, reverse));
}

/** The elements to which an update under the guard is added. */
export function guardScattered(b: Builder, guard: Value, index: Value, length: Dim): Value {
  return positive(b, b.scatterAdd(indicator(b, guard), index, length));
}
