/**
 * Big numbers, by mathjs, which is loaded when they are first asked for.
 *
 * A class of numbers has its precision, which every operation on them rounds to. Doubles become big numbers exactly.
 */
import type { BigNumber } from 'mathjs';

export type Big = BigNumber;

/** What mathjs's class of big numbers offers besides its instances. */
interface BigClass {
  new (value: string | number | Big): Big;
  clone(options: { precision: number }): BigClass;
  atan2(y: Big, x: Big): Big;
}

/** The numbers of one precision. */
export interface Bigs {
  readonly precision: number;
  readonly zero: Big;
  readonly one: Big;
  /** A finite double, exactly; or a decimal text. */
  num(value: number | string): Big;
  /** A big number of another precision. */
  from(value: Big): Big;
  atan2(y: Big, x: Big): Big;
}

const number = new DataView(new ArrayBuffer(8));

/**
 * The decimal expansion of a finite double, which ends: m·2⁻ᵏ = m·5ᵏ·10⁻ᵏ.
 */
export function exactDecimal(x: number): string {
  number.setFloat64(0, x);
  const bits = number.getBigUint64(0);
  const field = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = field === 0 ? fraction : fraction | 0x10000000000000n;
  const exponent = (field === 0 ? 1 : field) - 1075;
  const sign = x < 0 ? '-' : '';
  if (exponent >= 0) return `${sign}${mantissa << BigInt(exponent)}`;
  return `${sign}${mantissa * 5n ** BigInt(-exponent)}e${exponent}`;
}

/** The distance between neighbouring doubles at the size of a double. */
export function ulpOf(x: number): number {
  const size = Math.min(Math.abs(x), Number.MAX_VALUE);
  number.setFloat64(0, size);
  const field = number.getUint16(0) >> 4;
  return 2 ** (Math.max(field, 1) - 1075);
}

/** Loads mathjs. The result makes the numbers of any precision. */
export async function loadBigs(): Promise<(precision: number) => Bigs> {
  const mathjs = await import('mathjs');
  const { BigNumber } = mathjs.create(mathjs.all as never, { number: 'BigNumber' }) as unknown as {
    BigNumber: BigClass;
  };
  const known = new Map<number, Bigs>();
  return (precision) => {
    const found = known.get(precision) ?? bigsOf(BigNumber.clone({ precision }), precision);
    known.set(precision, found);
    return found;
  };
}

function bigsOf(Class: BigClass, precision: number): Bigs {
  return {
    precision,
    zero: new Class(0),
    one: new Class(1),
    num: (value) => new Class(typeof value === 'string' ? value : exactDecimal(value)),
    from: (value) => new Class(value),
    atan2: (y, x) => Class.atan2(y, x),
  };
}

/** Digits that are shown of a reference. */
export const DIGITS = 50;

/** A big number with its 50 digits. */
export function digitsOf(x: Big): string {
  return x.toSignificantDigits(DIGITS).toString();
}

/** A big number for messages. */
export function shortly(x: Big): string {
  return String(Number(x.toSignificantDigits(6).toString()));
}
