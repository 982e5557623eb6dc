/** Exact fractions. */
import * as r from '../../src/passes/symbolic/rational.js';

const of = (x: number) => r.fromNumber(x) as r.Rational;

test.each([0, 1, -7, 0.1, -2.5, 1e-300, 1.7976931348623157e308, 5e-324, 123456789.123, 1 / 3])(
  '%d comes back',
  (x) => {
    expect(r.toNumber(of(x))).toBe(x);
  },
);

test('decimals are what they are written as', () => {
  expect(r.toNumber(r.times(of(0.1), of(3)))).toBe(0.3);
  expect(r.keyOf(of(0.125))).toBe('1/8');
});

test.each([
  [2, 10, 1024],
  [4, 0.5, 2],
  [4, -0.5, 0.5],
  [0.25, 1.5, 0.125],
])('%d^%d is %d', (base, exponent, value) => {
  expect(r.toNumber(r.power(of(base), of(exponent)) as r.Rational)).toBe(value);
});

test('what is no fraction has no power', () => {
  expect(r.power(of(2), of(0.5))).toBeUndefined();
  expect(r.power(of(0), of(-1))).toBeUndefined();
  expect(r.power(of(-4), of(0.5))).toBeUndefined();
});
