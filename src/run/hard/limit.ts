/**
 * Limits from numbers: what a function of h tends to as h goes to 0 from above, told from its values at steps that
 * shrink by a fixed factor. One-sided derivatives and the values on both sides of a jump are such limits.
 */

/** Steps relative to `scaleOf` what is moved: each an eighth of the one before. */
export const STEPS: readonly number[] = Array.from({ length: 9 }, (_, k) => 2 ** (-8 - 3 * k));

/**
 * How far a number is moved at most: as far as it is large, but no further than 1 as long as the smallest step can
 * still be told apart from rounding, so that jumps between whole numbers are seen.
 */
export function scaleOf(x: number): number {
  const size = Math.abs(x);
  return size === 0 ? 1 : Math.max(Math.min(size, 1), size * 2 ** -20);
}

export interface Limit {
  /** Infinite where the sequence grows without bound, NaN where there is no limit. */
  readonly value: number;
  readonly error: number;
}

const none: Limit = { value: Number.NaN, error: Number.POSITIVE_INFINITY };

/**
 * The limit of values at `STEPS`, by Aitken's Δ² (which is exact for a + b·h^p, whatever p). Where some extrapolations
 * hardly change, that of the smallest steps counts; else the one that changes least.
 */
export function limitOf(sequence: readonly number[]): Limit {
  const from = sequence.findLastIndex((x) => Number.isNaN(x)) + 1;
  const tail = sequence.slice(from);
  const last = tail.at(-1);
  if (last === undefined || tail.length < 4) return none;
  if (!Number.isFinite(last)) return { value: last, error: 0 };
  const known = tail.slice(tail.findLastIndex((x) => !Number.isFinite(x)) + 1);
  if (diverges(known))
    return { value: last > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY, error: 0 };
  if (known.length < 4) return none;
  return settled(known);
}

/** Increments of one sign that do not shrink, as those of 1/h, 1/√h and log h. */
function diverges(values: readonly number[]): boolean {
  const steps = values.slice(1).map((x, k) => x - (values[k] as number));
  const recent = steps.slice(-5);
  const last = values.at(-1) as number;
  if (recent.length < 5 || Math.abs(recent.at(-1) as number) < 1e-3 * Math.abs(last)) return false;
  return recent.every((d, k) => {
    const before = recent[k - 1];
    return d * last > 0 && (before === undefined || Math.abs(d) > 0.9 * Math.abs(before));
  });
}

function settled(values: readonly number[]): Limit {
  const guesses = values
    .slice(2)
    .map((_, k) => aitken(values[k] as number, values[k + 1] as number, values[k + 2] as number));
  const size = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  let best = none;
  for (let k = 1; k < guesses.length; k++) {
    const value = guesses[k] as number;
    const change = Math.abs(value - (guesses[k - 1] as number));
    const flat = change <= 1e-10 * Math.max(Math.abs(value), 1e-3 * size);
    if (flat || change < best.error) best = { value, error: flat ? Math.min(change, best.error) : change };
  }
  return Math.abs(best.value) <= 1e-9 * size ? { ...best, value: 0 } : best;
}

/** The limit of a geometric approach through three values. */
function aitken(a: number, b: number, c: number): number {
  const [first, second] = [b - a, c - b];
  if (second === 0 || Math.abs(second) >= Math.abs(first)) return c;
  return c - (second * second) / (second - first);
}

/** What a function that is `here` at the point tends to beside it: `here` itself where it does not jump. */
export function neighbour(here: number, sequence: readonly number[]): number {
  if (!Number.isFinite(here)) return limitOf(sequence).value;
  const { value, error } = limitOf(sequence.map((x) => x - here));
  return Math.abs(value) <= 8 * error + 1e-12 * Math.abs(here) ? here : here + value;
}
