/** Limits from numbers at shrinking steps: of smooth functions, roots, poles, jumps, and what has no limit. */
import { limitOf, neighbour, STEPS, scaleOf } from '../../src/run/hard/limit.js';

const at = (f: (h: number) => number) => STEPS.map(f);
const inf = Number.POSITIVE_INFINITY;

const limits: readonly (readonly [string, (h: number) => number, number])[] = [
  ['a constant', () => 3, 3],
  ['a line', (h) => 2 + 5 * h, 2],
  ['a parabola', (h) => 2 - h + 40 * h * h, 2],
  ['an exponential', (h) => Math.exp(3 * h), 1],
  ['a root', (h) => 1 + Math.sqrt(h), 1],
  ['a cube root', (h) => Math.cbrt(h), 0],
  ['a removable gap', (h) => Math.sin(h) / h, 1],
  ['a kink farther off', (h) => (h < 2 ** -16 ? 2 : 7), 2],
  ['a pole', (h) => 1 / h, inf],
  ['a slow pole', (h) => -1 / Math.sqrt(h), -inf],
  ['a logarithm', (h) => Math.log(h), -inf],
  ['infinity', () => -inf, -inf],
];

test.each(limits)('%s', (_, f, limit) => {
  const { value } = limitOf(at(f));
  if (Number.isFinite(limit)) expect(Math.abs(value - limit)).toBeLessThan(1e-6);
  else expect(value).toBe(limit);
});

test('what is not defined near the point has no limit', () => {
  expect(limitOf(at(() => Number.NaN)).value).toBeNaN();
  expect(limitOf(at((h) => (h < 1e-3 ? Number.NaN : 1))).value).toBeNaN();
});

test('a function that is not defined farther off has one', () => {
  expect(limitOf(at((h) => (h > 1e-4 ? Number.NaN : 4 + h))).value).toBeCloseTo(4, 8);
});

test('jumps are told from continuous approach', () => {
  expect(
    neighbour(
      5,
      at((h) => 5 + h),
    ),
  ).toBe(5);
  expect(
    neighbour(
      5,
      at((h) => 5 + Math.sqrt(h)),
    ),
  ).toBe(5);
  expect(
    neighbour(
      1e12,
      at((h) => 1e12 + 100 * h),
    ),
  ).toBe(1e12);
  expect(
    neighbour(
      5,
      at(() => 4),
    ),
  ).toBe(4);
  expect(
    neighbour(
      1e9,
      at(() => 1e9 - 1),
    ),
  ).toBe(1e9 - 1);
  expect(
    neighbour(
      5,
      at((h) => 4 + h),
    ),
  ).toBeCloseTo(4, 8);
});

test('moves stay within one as long as rounding allows', () => {
  expect(scaleOf(0)).toBe(1);
  expect(scaleOf(0.25)).toBe(0.25);
  expect(scaleOf(-1000)).toBe(1);
  // The smallest step still moves the number.
  for (const x of [1, 1e3, 1e6, 1e9, 1e15, 1e300])
    expect(x + (STEPS.at(-1) as number) * scaleOf(x)).not.toBe(x);
});
