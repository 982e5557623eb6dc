/** Values and derivatives to 17 digits by mathjs's arithmetic of 100 digits or more: what doubles are compared with. */
import { type BigNumber, create, all as everything } from 'mathjs';

type Math = ReturnType<typeof create>;
const arithmetics = new Map<number, Math>();

function arithmetic(digits: number): Math {
  const math =
    arithmetics.get(digits) ?? create(everything as never, { number: 'BigNumber', precision: digits });
  if (!arithmetics.has(digits)) math.import({ erfc: (x: BigNumber) => erfc(math, x) });
  arithmetics.set(digits, math);
  return math;
}

/** Complementary error function of x ≥ 2, by its continued fraction (NIST Handbook, 7.9.1) from far below. */
function erfc(math: Math, x: BigNumber): BigNumber {
  let tail = x;
  for (let k = 1000; k >= 1; k--) tail = x.add(math.bignumber(k / 2).div(tail)) as BigNumber;
  const root = (math.bignumber(-1).acos() as BigNumber).sqrt();
  return x.mul(x).neg().exp().div(tail.mul(root)) as BigNumber;
}

/** The double itself, not the shortest decimal that reads back as it. */
function exact(math: Math, x: number): BigNumber {
  let exponent = 0;
  let whole = x;
  for (; !Number.isInteger(whole); exponent++) whole *= 2;
  return math.bignumber(whole).div(math.bignumber(2).pow(exponent)) as BigNumber;
}

export type Numbers = Readonly<Record<string, number>>;

/** A formula in mathjs's language, of scalars; `digits` have to do for whatever is added to what is much larger. */
export class Truth {
  private readonly math: Math;
  private readonly code: { evaluate: (scope: object) => unknown };

  constructor(formula: string, digits = 100) {
    this.math = arithmetic(digits);
    this.code = this.math.compile(formula);
  }

  private at(values: Numbers, moved?: string, by?: BigNumber): BigNumber {
    const scope = Object.entries(values).map(([name, x]) => {
      const value = exact(this.math, x);
      return [name, name === moved ? value.add(by as BigNumber) : value];
    });
    return this.code.evaluate(Object.fromEntries(scope)) as BigNumber;
  }

  value(values: Numbers): number {
    return this.at(values).toNumber();
  }

  /** The central difference at a step of 1e-25 of the variable, so exact to about 50 digits. */
  derivative(values: Numbers, name: string): number {
    const x = exact(this.math, values[name] as number);
    const size = x.isZero() ? this.math.bignumber(1) : x.abs();
    const step = size.mul(this.math.bignumber('1e-25')) as BigNumber;
    const [up, down] = [this.at(values, name, step), this.at(values, name, step.neg() as BigNumber)];
    return up.sub(down).div(step.mul(2)).toNumber();
  }
}

/** |a - b| relative to the truth, or to something larger; 0 where both are the same, infinite where one is no number. */
export function relativeError(found: number, truth: number, scale = truth): number {
  if (found === truth) return 0;
  const error = Math.abs(found - truth) / Math.abs(scale);
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
}
