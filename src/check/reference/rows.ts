/**
 * The rows of the table in big numbers, by name, stated as mathematics: neither the doubles' algorithms nor the
 * partials of the table have a part in them. A row that is missing here makes the reference unavailable.
 *
 * Near zeros of a function its form is one that keeps the relative precision: expm1 is 2·sinh(x/2)·e^(x/2), log1p is
 * 2·artanh(x/(2+x)).
 */
import { outsideDomain, overflows } from '../../core/errors/reference.js';
import type { Big, Bigs } from './numbers.js';

/** An element without a value, and why. Whatever is computed from it has none either; a choice may leave it out. */
export class Undefined {
  constructor(readonly why: string) {}
}

export type Element = Big | Undefined;

type OfBigs = (k: Bigs, a: Big, b: Big, c: Big) => Big | undefined;

export interface BigRow {
  /** About how long one element takes, in microseconds at 120 digits. */
  readonly cost: number;
  /** Undefined where the arguments are outside the domain. */
  readonly value: OfBigs;
}

const costs = (cost: number) => (value: OfBigs) => ({ cost, value });
const free = costs(1);
const cheap = costs(8);
const slow = costs(400);
const slower = costs(1500);
const slowest = costs(6000);

/** Arguments up to this have e^x computed by the quick series of sinh and cosh, which have only positive terms. */
const MODERATE = 1000;

export function exp(x: Big): Big {
  const size = x.abs();
  if (size.gt(MODERATE)) return x.exp();
  const grown = size.sinh().add(size.cosh());
  return x.isNegative() ? grown.pow(-1) : grown;
}

function expm1(k: Bigs, x: Big): Big {
  if (x.abs().gt(1)) return exp(x).sub(1);
  const half = x.div(2);
  return half.sinh().mul(exp(half)).mul(k.num(2));
}

function log1p(x: Big): Big {
  return x.abs().gt(0.5) ? x.add(1).ln() : x.div(x.add(2)).atanh().mul(2);
}

const sigmoid = (k: Bigs, x: Big) => k.one.div(k.one.add(exp(x.neg())));
const floorMod = (a: Big, b: Big) => a.sub(a.div(b).floor().mul(b));
const holds = (k: Bigs, condition: boolean) => (condition ? k.one : k.zero);
const positive =
  (f: (x: Big, k: Bigs) => Big): OfBigs =>
  (k, x) =>
    x.gt(0) ? f(x, k) : undefined;
const within =
  (f: (x: Big) => Big): OfBigs =>
  (_, x) =>
    x.abs().lte(1) ? f(x) : undefined;

function power(k: Bigs, x: Big, p: Big): Big | undefined {
  if (p.isZero()) return k.one;
  if (x.isZero()) return p.gt(0) ? k.zero : undefined;
  return x.isNegative() && !p.isInteger() ? undefined : x.pow(p);
}

/** Halves go to the even neighbour. */
function round(k: Bigs, x: Big): Big {
  const below = x.floor();
  const rest = x.sub(below).cmp(0.5);
  const even = floorMod(below, k.num(2)).isZero();
  return rest < 0 || (rest === 0 && even) ? below : below.add(1);
}

/** Element-wise rows by name. */
export const bigRows: Readonly<Record<string, BigRow>> = {
  add: cheap((_, a, b) => a.add(b)),
  sub: cheap((_, a, b) => a.sub(b)),
  mul: cheap((_, a, b) => a.mul(b)),
  div: costs(40)((_, a, b) => (b.isZero() ? undefined : a.div(b))),
  neg: free((_, a) => a.neg()),
  rem: costs(50)((_, a, b) => (b.isZero() ? undefined : a.sub(a.div(b).trunc().mul(b)))),
  mod: costs(50)((_, a, b) => (b.isZero() ? undefined : floorMod(a, b))),
  fma: cheap((_, a, b, c) => a.mul(b).add(c)),
  pow: costs(2000)(power),
  abs: free((_, a) => a.abs()),
  sign: free((k, a) => (a.isZero() ? k.zero : a.isNegative() ? k.one.neg() : k.one)),
  floor: free((_, a) => a.floor()),
  ceil: free((_, a) => a.ceil()),
  round: cheap(round),
  exp: slow((_, a) => exp(a)),
  exp2: slower((k, a) => k.num(2).pow(a)),
  expm1: slow((k, a) => expm1(k, a)),
  log: slower(positive((a) => a.ln())),
  log2: slower(positive((a, k) => a.ln().div(k.num(2).ln()))),
  log10: slower(positive((a, k) => a.ln().div(k.num(10).ln()))),
  log1p: slower((_, a) => (a.gt(-1) ? log1p(a) : undefined)),
  sqrt: slow((_, a) => (a.isNegative() && !a.isZero() ? undefined : a.sqrt())),
  cbrt: slow((_, a) => a.cbrt()),
  sin: slow((_, a) => a.sin()),
  cos: slow((_, a) => a.cos()),
  tan: costs(800)((_, a) => a.tan()),
  asin: slowest(within((a) => a.asin())),
  acos: slowest(within((a) => a.acos())),
  atan: slowest((_, a) => a.atan()),
  atan2: slowest((k, y, x) => (y.isZero() && x.isZero() ? undefined : k.atan2(y, x))),
  hypot: slow((_, a, b) => a.mul(a).add(b.mul(b)).sqrt()),
  sinh: slow((_, a) => a.sinh()),
  cosh: slow((_, a) => a.cosh()),
  tanh: slow((_, a) => a.tanh()),
  sech2: slow((_, a) => a.cosh().pow(-2)),
  asinh: slower((_, a) => a.asinh()),
  acosh: slower((_, a) => (a.gte(1) ? a.acosh() : undefined)),
  atanh: slower((_, a) => (a.abs().lt(1) ? a.atanh() : undefined)),
  maximum: free((_, a, b) => (a.gt(b) ? a : b)),
  minimum: free((_, a, b) => (a.lt(b) ? a : b)),
  clip: free((_, x, low, high) => {
    const raised = x.gt(low) ? x : low;
    return raised.lt(high) ? raised : high;
  }),
  relu: free((k, x) => (x.gt(0) ? x : k.zero)),
  sigmoid: slow((k, x) => sigmoid(k, x)),
  softplus: slower((_, x) => (x.gt(0) ? x.add(log1p(exp(x.neg()))) : log1p(exp(x)))),
  silu: slow((k, x) => x.mul(sigmoid(k, x))),
  lt: free((k, a, b) => holds(k, a.lt(b))),
  le: free((k, a, b) => holds(k, a.lte(b))),
  gt: free((k, a, b) => holds(k, a.gt(b))),
  ge: free((k, a, b) => holds(k, a.gte(b))),
  eq: free((k, a, b) => holds(k, a.eq(b))),
  ne: free((k, a, b) => holds(k, !a.eq(b))),
  and: free((k, a, b) => holds(k, !a.isZero() && !b.isZero())),
  or: free((k, a, b) => holds(k, !a.isZero() || !b.isZero())),
  not: free((k, a) => holds(k, a.isZero())),
};

export interface BigReduction {
  /** About how long one element takes. */
  readonly cost: number;
  /** Of at least one element. */
  readonly value: (k: Bigs, elements: readonly Big[]) => Big;
}

const total = (k: Bigs, elements: readonly Big[], of: (x: Big) => Big) =>
  elements.reduce((sum, x) => sum.add(of(x)), k.zero);
const extreme = (elements: readonly Big[], better: (a: Big, b: Big) => boolean) =>
  elements.reduce((best, x) => (better(x, best) ? x : best));
const largest = (elements: readonly Big[]) => extreme(elements, (a, b) => a.gt(b));

/** Reductions by name. */
export const bigReductions: Readonly<Record<string, BigReduction>> = {
  sum: { cost: 8, value: (k, x) => total(k, x, (e) => e) },
  prod: { cost: 8, value: (k, x) => x.reduce((product, e) => product.mul(e), k.one) },
  max: { cost: 1, value: (_, x) => largest(x) },
  min: { cost: 1, value: (_, x) => extreme(x, (a, b) => a.lt(b)) },
  norm: { cost: 100, value: (k, x) => total(k, x, (e) => e.mul(e)).sqrt() },
  logsumexp: {
    cost: 800,
    value: (k, x) => {
      const top = largest(x);
      return total(k, x, (e) => exp(e.sub(top)))
        .ln()
        .add(top);
    },
  },
  any: {
    cost: 1,
    value: (k, x) =>
      holds(
        k,
        x.some((e) => !e.isZero()),
      ),
  },
  all: {
    cost: 1,
    value: (k, x) =>
      holds(
        k,
        x.every((e) => !e.isZero()),
      ),
  },
};

const shown = (x: Big) => x.toSignificantDigits(6).toString();

/** A row applied to elements. */
export function apply(k: Bigs, name: string, row: BigRow, args: readonly Element[]): Element {
  const missing = args.find((x) => x instanceof Undefined);
  if (missing !== undefined) return missing;
  const bigs = args as readonly Big[];
  const result = row.value(k, ...(bigs as [Big, Big, Big]));
  if (result === undefined) return new Undefined(outsideDomain(name, bigs.map(shown)));
  return result.isFinite() ? result : new Undefined(overflows(name));
}
