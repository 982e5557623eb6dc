/** Points at which the rows of the table are sampled, and a way to see rows as functions of numbers. */
import type { ElementwiseRow } from '../../src/ops/row.js';
import { numbers } from '../../src/ops/table.js';

export type Triple = readonly [number, number, number];

/** Points spread over the ranges of a row (Weyl's sequence), kinks and points outside the domain left out. */
export function pointsOf(row: ElementwiseRow, count: number): Triple[] {
  const points: Triple[] = [];
  for (let n = 1; points.length < count && n < 20 * count; n++) {
    const [a = 0, b = 0, c = 0] = row.ranges.map(([low, high], k) => {
      const fraction = (n * (Math.sqrt([2, 3, 5][k] as number) % 1) + 0.1234567) % 1;
      const x = low + (high - low) * fraction;
      return row.whole?.includes(k) ? Math.round(x) : x;
    });
    const inDomain = row.domain?.(a, b, c) ?? true;
    if (inDomain && !row.kinks?.some((kink) => kink.at(a, b, c))) points.push([a, b, c]);
  }
  return points;
}

/** The partial with respect to argument i at a point. */
export function partialAt(row: ElementwiseRow, i: number, at: Triple): number {
  const partial = row.partials[i];
  return partial === undefined || partial === 'zero' ? 0 : partial(numbers, at, row.value(...at));
}

export const moved = (at: Triple, i: number, to: number): Triple =>
  at.map((x, k) => (k === i ? to : x)) as unknown as Triple;

/** |a - b| relative to the greater of the two and 1e-300. */
export const relative = (a: number, b: number): number =>
  a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), 1e-300);
