/**
 * What the rows of the table ought to compute, stated independently in mathjs's 50-digit numbers: the value of every
 * elementary row, from which differences of high precision follow.
 */
import { type BigNumber, create, all as everything } from 'mathjs';
import { type Algebra, makeAlgebra } from '../../src/ops/algebra.js';
import type { ElementwiseRow } from '../../src/ops/row.js';
import { elementwiseRow } from '../../src/ops/table.js';

const math = create(everything as never, { number: 'BigNumber', precision: 50 });
/** The number itself, not the shortest decimal that reads back as it. */
export function big(x: number): BigNumber {
  let exponent = 0;
  let whole = x;
  for (; !Number.isInteger(whole); exponent++) whole *= 2;
  return math.bignumber(whole).div(math.bignumber(2).pow(exponent)) as BigNumber;
}

type Big = BigNumber;
type Reference = (a: Big, b: Big, c: Big) => Big;

const one = big(1);
const zero = big(0);
const floorMod = (a: Big, b: Big) => a.sub(a.div(b).floor().mul(b));
const condition = (holds: boolean) => (holds ? one : zero);
const sigmoid = (x: Big) => one.div(one.add(x.neg().exp()));
const sign = (x: Big) => big(x.isZero() ? 0 : x.isNegative() ? -1 : 1);

function round(x: Big): Big {
  const below = x.floor();
  const rest = x.sub(below).cmp(0.5);
  const even = below.mod(2).isZero();
  return rest < 0 || (rest === 0 && even) ? below : below.add(1);
}

const atan2 = (y: Big, x: Big) => math.atan2(y as never, x as never) as unknown as Big;

/** By name of the row. */
const references: Readonly<Record<string, Reference>> = {
  add: (a, b) => a.add(b),
  sub: (a, b) => a.sub(b),
  mul: (a, b) => a.mul(b),
  div: (a, b) => a.div(b),
  neg: (a) => a.neg(),
  rem: (a, b) => a.sub(a.div(b).trunc().mul(b)),
  mod: floorMod,
  pow: (a, b) => a.pow(b),
  abs: (a) => a.abs(),
  sign,
  floor: (a) => a.floor(),
  ceil: (a) => a.ceil(),
  round,
  exp: (a) => a.exp(),
  exp2: (a) => big(2).pow(a),
  expm1: (a) => a.exp().sub(1),
  log: (a) => a.ln(),
  log2: (a) => a.ln().div(big(2).ln()),
  log10: (a) => a.ln().div(big(10).ln()),
  log1p: (a) => a.add(1).ln(),
  sqrt: (a) => a.sqrt(),
  cbrt: (a) => a.cbrt(),
  sin: (a) => a.sin(),
  cos: (a) => a.cos(),
  tan: (a) => a.tan(),
  asin: (a) => a.asin(),
  acos: (a) => a.acos(),
  atan: (a) => a.atan(),
  atan2,
  hypot: (a, b) => a.mul(a).add(b.mul(b)).sqrt(),
  sinh: (a) => a.sinh(),
  cosh: (a) => a.cosh(),
  tanh: (a) => a.tanh(),
  asinh: (a) => a.asinh(),
  acosh: (a) => a.acosh(),
  atanh: (a) => a.atanh(),
  maximum: (a, b) => (a.gt(b) ? a : b),
  minimum: (a, b) => (a.lt(b) ? a : b),
  clip: (x, low, high) => (x.lt(low) ? low : x.gt(high) ? high : x),
  relu: (x) => (x.gt(0) ? x : zero),
  sigmoid,
  softplus: (x) => one.add(x.exp()).ln(),
  silu: (x) => x.mul(sigmoid(x)),
  lt: (a, b) => condition(a.lt(b)),
  le: (a, b) => condition(a.lte(b)),
  gt: (a, b) => condition(a.gt(b)),
  ge: (a, b) => condition(a.gte(b)),
  eq: (a, b) => condition(a.eq(b)),
  ne: (a, b) => condition(!a.eq(b)),
  and: (a, b) => condition(!a.isZero() && !b.isZero()),
  or: (a, b) => condition(!a.isZero() || !b.isZero()),
  not: (a) => condition(a.isZero()),
};

/** The algebra of 50-digit numbers, over which a row's definition computes its own reference. */
const bigNumbers: Algebra<Big> = makeAlgebra<Big>(
  big,
  (name, args) => (referenceOf(name) as Reference)(...(args as [Big, Big, Big])),
  (holds, a, b) => (holds.isZero() ? b : a),
);

/**
 * The reference of a row: the one stated here, else the row's definition in 50 digits; none for functions that mathjs
 * does not have in such numbers, and for definitions by them.
 */
export function referenceOf(name: string): Reference | undefined {
  const row = elementwiseRow(name);
  if (references[name] || !row?.definition || row.code.form === 'carried') return references[name];
  const { definition } = row;
  return usesReferences(definition) ? (...args) => definition(bigNumbers, args) : undefined;
}

/** Whether all rows that a definition calls have references. */
function usesReferences(definition: NonNullable<ElementwiseRow['definition']>): boolean {
  let all = true;
  const note = makeAlgebra<number>(
    () => 0,
    (name) => {
      all &&= referenceOf(name) !== undefined;
      return 0;
    },
    () => 0,
  );
  definition(note, [0, 0, 0]);
  return all;
}

const STEP = big(1e-12);

/** The central difference of the reference with respect to argument i, extrapolated once. */
export function bigPartial(name: string, i: number, at: readonly number[]): number {
  const reference = referenceOf(name) as Reference;
  const base = at.map(big);
  const D = (h: Big) => {
    const value = (t: Big) => reference(...(base.map((x, k) => (k === i ? x.add(t) : x)) as [Big, Big, Big]));
    return value(h).sub(value(h.neg())).div(h.mul(2));
  };
  return D(STEP.div(2)).mul(4).sub(D(STEP)).div(3).toNumber();
}
