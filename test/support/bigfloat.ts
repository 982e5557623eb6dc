/**
 * Numbers of 192 bits with elementary functions, as truth for what doubles compute: m·2^e with a BigInt m.
 *
 * Arithmetic is rounded to 192 bits; functions reduce their argument with constants of 600 bits and sum Taylor series
 * in fixed point, so at least 150 bits of their results are right while arguments stay below 2^200.
 */

const BITS = 192;
/** Fraction bits of fixed-point numbers inside the functions. */
const FIXED = 320;
const LONG = 600;

export interface Big {
  readonly m: bigint;
  readonly e: number;
}

const lengthOf = (m: bigint) => (m < 0n ? -m : m).toString(16).length * 4;

function normal(m: bigint, e: number): Big {
  if (m === 0n) return { m, e: 0 };
  const excess = lengthOf(m) - BITS;
  return excess > 0 ? { m: m >> BigInt(excess), e: e + excess } : { m, e };
}

const view = new DataView(new ArrayBuffer(8));

/** A double, exactly. */
export function big(x: number): Big {
  if (!Number.isFinite(x)) throw new RangeError(`${x} is no number`);
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const field = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & ((1n << 52n) - 1n);
  const m = field === 0 ? fraction : fraction | (1n << 52n);
  return normal(x < 0 ? -m : m, Math.max(field, 1) - 1075);
}

/** The nearest double, nearly: the leading 64 bits, rounded. */
export function toNumber({ m, e }: Big): number {
  const excess = Math.max(0, lengthOf(m) - 64);
  const exponent = e + excess;
  const half = Math.trunc(exponent / 2);
  return Number(m >> BigInt(excess)) * 2 ** half * 2 ** (exponent - half);
}

export const neg = (a: Big): Big => ({ m: -a.m, e: a.e });
export const abs = (a: Big): Big => (a.m < 0n ? neg(a) : a);
export const sign = (a: Big): number => (a.m > 0n ? 1 : a.m < 0n ? -1 : 0);

export function add(a: Big, b: Big): Big {
  if (a.m === 0n) return b;
  if (b.m === 0n) return a;
  const [high, low] = a.e >= b.e ? [a, b] : [b, a];
  const shift = high.e - low.e;
  // Beyond this distance the lower one is less than a rounding.
  if (shift + lengthOf(high.m) - lengthOf(low.m) > 2 * BITS) return high;
  return normal((high.m << BigInt(shift)) + low.m, low.e);
}

export const sub = (a: Big, b: Big): Big => add(a, neg(b));
export const mul = (a: Big, b: Big): Big => normal(a.m * b.m, a.e + b.e);

export function div(a: Big, b: Big): Big {
  if (b.m === 0n) throw new RangeError('division by zero');
  const shift = Math.max(0, BITS + 8 + lengthOf(b.m) - lengthOf(a.m));
  return normal((a.m << BigInt(shift)) / b.m, a.e - b.e - shift);
}

export function sqrt(a: Big): Big {
  if (a.m < 0n) throw new RangeError('root of a negative number');
  if (a.m === 0n) return a;
  let shift = Math.max(0, 2 * BITS - lengthOf(a.m));
  if ((a.e - shift) % 2 !== 0) shift++;
  const n = a.m << BigInt(shift);
  let root = 1n << BigInt(Math.ceil(lengthOf(n) / 2));
  for (let next = (root + n / root) >> 1n; next < root; next = (root + n / root) >> 1n) root = next;
  return normal(root, (a.e - shift) / 2);
}

/** arctan(1/k) with LONG fraction bits. */
function inverseTangent(k: bigint): bigint {
  let power = (1n << BigInt(LONG)) / k;
  let sum = power;
  for (let n = 3n; power !== 0n; n += 2n) {
    power = -power / (k * k);
    sum += power / n;
  }
  return sum;
}

const PI = 4n * (4n * inverseTangent(5n) - inverseTangent(239n));
/** ln 2 = 2·artanh(1/3). */
const LN2 = (() => {
  let power = (2n << BigInt(LONG)) / 3n;
  let sum = power;
  for (let n = 3n; power !== 0n; n += 2n) {
    power /= 9n;
    sum += power / n;
  }
  return sum;
})();

const shifted = (m: bigint, by: number) => (by >= 0 ? m << BigInt(by) : m >> BigInt(-by));

/** The argument as a multiple k of `period` and a rest in fixed point, |rest| ≤ period/2. */
function reduced(a: Big, period: bigint): { k: bigint; rest: bigint } {
  if (a.e + lengthOf(a.m) > 200) throw new RangeError('the argument is too large');
  const x = shifted(a.m, a.e + LONG);
  const k = (2n * x + period) / (2n * period) - (2n * x + period < 0n ? 1n : 0n);
  return { k, rest: (x - k * period) >> BigInt(LONG - FIXED) };
}

const times = (a: bigint, b: bigint) => (a * b) >> BigInt(FIXED);

export function exp(a: Big): Big {
  if (a.m === 0n) return big(1);
  if (a.e + lengthOf(a.m) < -BITS) return add(big(1), a);
  const { k, rest } = reduced(a, LN2);
  if (k > 5000n || k < -5000n) throw new RangeError('exp overflows');
  const r = rest >> 12n;
  let term = 1n << BigInt(FIXED);
  let sum = term;
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    term = times(term, r) / n;
    sum += term;
  }
  for (let i = 0; i < 12; i++) sum = times(sum, sum);
  return normal(sum, Number(k) - FIXED);
}

/** Halley's iteration on exp, from the double. */
export function log(a: Big): Big {
  if (a.m <= 0n) throw new RangeError('logarithm of what is not positive');
  const length = lengthOf(a.m);
  const mantissa: Big = { m: a.m, e: -length };
  let y = big(Math.log(toNumber(mantissa)));
  for (let i = 0; i < 3; i++) {
    const power = exp(y);
    y = add(y, div(mul(big(2), sub(mantissa, power)), add(mantissa, power)));
  }
  return add(y, mul(big(a.e + length), normal(LN2, -LONG)));
}

function sinCos(a: Big): { sin: Big; cos: Big } {
  if (a.m !== 0n && a.e + lengthOf(a.m) < -BITS) return { sin: a, cos: big(1) };
  const { k, rest } = reduced(a, PI >> 1n);
  let term = 1n << BigInt(FIXED);
  let sine = 0n;
  let cosine = term;
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    term = times(term, rest) / n;
    if (n % 2n === 1n) sine += n % 4n === 1n ? term : -term;
    else cosine += n % 4n === 0n ? term : -term;
  }
  const s = normal(sine, -FIXED);
  const c = normal(cosine, -FIXED);
  const quarter = Number(((k % 4n) + 4n) % 4n);
  return {
    sin: [s, c, neg(s), neg(c)][quarter] as Big,
    cos: [c, neg(s), neg(c), s][quarter] as Big,
  };
}

export const sin = (a: Big): Big => sinCos(a).sin;
export const cos = (a: Big): Big => sinCos(a).cos;

/** 1 - 2/(e^2x + 1); by its odd symmetry for x < 0. */
export function tanh(a: Big): Big {
  if (a.m < 0n) return neg(tanh(neg(a)));
  if (toNumber(a) > 500) return big(1);
  return sub(big(1), div(big(2), add(exp(mul(big(2), a)), big(1))));
}

/** Newton's iteration on the tangent, from the double; of 1/x where x is large. */
export function atan(a: Big): Big {
  if (a.m < 0n) return neg(atan(neg(a)));
  if (toNumber(a) > 1) return sub(normal(PI, -LONG - 1), atan(div(big(1), a)));
  let y = big(Math.atan(toNumber(a)));
  for (let i = 0; i < 3; i++) {
    const { sin: s, cos: c } = sinCos(y);
    y = add(y, mul(sub(mul(a, c), s), c));
  }
  return y;
}
