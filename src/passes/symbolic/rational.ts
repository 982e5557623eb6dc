/**
 * Exact numbers: fractions of big integers in lowest terms, with a positive denominator. A double stands for the
 * decimal number it is written as, so `3 * 0.1` is 0.3.
 */

export interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

/** Beyond this many bits a fraction is rounded to the nearest double. */
const MOST_BITS = 2048;

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

const bits = (n: bigint) => n.toString(16).length * 4;

/** n/d in lowest terms; `d` must not be 0. */
export function ratio(n: bigint, d = 1n): Rational {
  if (d === 1n) return { n, d };
  if (d < 0n) return ratio(-n, -d);
  const g = gcd(n, d);
  const exact = { n: n / g, d: d / g };
  if (bits(exact.n) + bits(exact.d) < MOST_BITS) return exact;
  return fromNumber(toNumber(exact)) ?? exact;
}

export const zero: Rational = { n: 0n, d: 1n };
export const one: Rational = { n: 1n, d: 1n };
export const minusOne: Rational = { n: -1n, d: 1n };
export const half: Rational = { n: 1n, d: 2n };

/** The decimal number that a double is written as; undefined where it is not finite. */
export function fromNumber(x: number): Rational | undefined {
  if (Number.isSafeInteger(x)) return { n: BigInt(x), d: 1n };
  if (!Number.isFinite(x)) return undefined;
  const [mantissa = '0', exponent = '0'] = String(x).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const digits = BigInt(whole + fraction);
  const power = Number(exponent) - fraction.length;
  return power >= 0 ? ratio(digits * 10n ** BigInt(power)) : ratio(digits, 10n ** BigInt(-power));
}

/** The nearest double (within one unit in the last place for very long fractions). */
export function toNumber({ n, d }: Rational): number {
  const [x, y] = [Number(n), Number(d)];
  if (Number.isSafeInteger(x) && Number.isSafeInteger(y)) return x / y;
  const shift = Math.max(0, bits(d) - bits(n) + 80);
  const quotient = (n << BigInt(shift)) / d;
  const scaled = Number(quotient);
  return shift > 1000 ? scaled * 2 ** -1000 * 2 ** (1000 - shift) : scaled * 2 ** -shift;
}

export const plus = (a: Rational, b: Rational): Rational =>
  a.d === 1n && b.d === 1n ? { n: a.n + b.n, d: 1n } : ratio(a.n * b.d + b.n * a.d, a.d * b.d);
export function times(a: Rational, b: Rational): Rational {
  if (isOne(a)) return b;
  if (isOne(b)) return a;
  return a.d === 1n && b.d === 1n ? { n: a.n * b.n, d: 1n } : ratio(a.n * b.n, a.d * b.d);
}
export const negative = (a: Rational): Rational => ({ n: -a.n, d: a.d });
export const size = (a: Rational): Rational => (a.n < 0n ? negative(a) : a);
export const inverse = (a: Rational): Rational => ratio(a.d, a.n);
export const same = (a: Rational, b: Rational) => a.n === b.n && a.d === b.d;
export const isInteger = (a: Rational) => a.d === 1n;
export const isEven = (a: Rational) => a.d === 1n && a.n % 2n === 0n;
export const isZero = (a: Rational) => a.n === 0n;
export const isOne = (a: Rational) => a.n === 1n && a.d === 1n;
export const isUnit = (a: Rational) => a.d === 1n && (a.n === 1n || a.n === -1n);
export const lesser = (a: Rational, b: Rational) => (a.n * b.d < b.n * a.d ? a : b);
export function keyOf(a: Rational): string {
  // The numbers that nearly all coefficients and exponents are.
  if (a.d === 1n) {
    if (a.n === 1n) return '1';
    if (a.n === -1n) return '-1';
    if (a.n === 0n) return '0';
    if (a.n === 2n) return '2';
    return String(a.n);
  }
  return `${a.n}/${a.d}`;
}

function integerRoot(n: bigint): bigint | undefined {
  const guess = BigInt(Math.round(Math.sqrt(Number(n))));
  return guess * guess === n ? guess : undefined;
}

/** base^exponent where that is a fraction that can be written down; 0 to a negative power is not. */
export function power(base: Rational, exponent: Rational): Rational | undefined {
  if (exponent.d === 2n && base.n >= 0n) {
    const [n, d] = [integerRoot(base.n), integerRoot(base.d)];
    return n === undefined || d === undefined ? undefined : power(ratio(n, d), ratio(exponent.n));
  }
  if (exponent.d !== 1n || (isZero(base) && exponent.n < 0n)) return undefined;
  const times = exponent.n < 0n ? -exponent.n : exponent.n;
  if (times > 1024n || (bits(base.n) + bits(base.d)) * Number(times) > MOST_BITS * 2) {
    return isOne(base) ? base : undefined;
  }
  return exponent.n < 0n
    ? ratio(base.d ** times, base.n ** times)
    : { n: base.n ** times, d: base.d ** times };
}

/** Whether the fraction ends as a decimal of at most 15 digits. */
export function isDecimal(a: Rational): boolean {
  const text = String(toNumber(a));
  const back = fromNumber(Number(text));
  return back !== undefined && same(back, a);
}
