/**
 * Sums as polynomials in what they are made of: distribution, exact division, factors with rational roots. A monomial is
 * a product without coefficient; its variables are whatever stands under the exponents.
 */
import { combine, factorsOf, multiply, splitCoefficient } from '../arithmetic.js';
import type { Factor, Node, Term } from '../node.js';
import * as r from '../rational.js';
import type { Space } from '../space.js';

/** Polynomials with more terms are left alone. */
const MOST_TERMS = 40;
const MOST_DEGREE = 8;

/** The terms of a sum, its constant among them. */
export function termsOf(s: Space, n: Node): readonly Term[] {
  if (n.kind === 'add') {
    const constant: Term[] = r.isZero(n.constant) ? [] : [[n.constant, s.rational(r.one)]];
    return [...n.terms, ...constant];
  }
  return n.kind === 'num' && r.isZero(n.value) ? [] : [splitCoefficient(s, n)];
}

/** The product multiplied out over the sums among its factors; undefined where that takes too many terms. */
export function distributed(s: Space, factors: readonly Factor[], coefficient: r.Rational): Node | undefined {
  const rest: Factor[] = [];
  let terms: readonly Term[] = [[coefficient, s.rational(r.one)]];
  for (const [b, e] of factors) {
    if (b.kind !== 'add' || !r.isInteger(e) || e.n < 1n) {
      rest.push([b, e]);
      continue;
    }
    if (e.n > BigInt(MOST_DEGREE)) return undefined;
    const inner = termsOf(s, b);
    for (let k = 0n; k < e.n; k++) {
      if (terms.length * inner.length > 2 * MOST_TERMS) return undefined;
      const all = terms.flatMap(([c, t]) =>
        inner.map(
          ([d, u]): Term => [
            r.times(c, d),
            multiply(s, [
              [t, r.one],
              [u, r.one],
            ]),
          ],
        ),
      );
      terms = termsOf(s, combine(s, all));
      if (terms.length > MOST_TERMS) return undefined;
    }
  }
  return combine(
    s,
    terms.map(([c, t]): Term => [c, multiply(s, [[t, r.one], ...rest])]),
  );
}

const exponentIn = (t: Node, base: Node) => factorsOf(t).find(([b]) => b === base)?.[1] ?? r.zero;

const compare = (a: r.Rational, b: r.Rational) => Number(a.n * b.d - b.n * a.d);

/** The leading term in the lexicographic order of the variables. */
function leading(terms: readonly Term[], variables: readonly Node[]): Term | undefined {
  const higher = (a: Term, b: Term) => {
    for (const v of variables) {
      const order = compare(exponentIn(a[1], v), exponentIn(b[1], v));
      if (order !== 0) return order > 0;
    }
    return false;
  };
  let best: Term | undefined;
  for (const t of terms) if (!best || higher(t, best)) best = t;
  return best;
}

/** a/b where b divides a without remainder. */
export function quotient(s: Space, a: Node, b: Node): Node | undefined {
  const divisor = termsOf(s, b);
  const variables = [...new Set(divisor.flatMap(([, t]) => factorsOf(t).map(([v]) => v)))].sort(
    (x, y) => x.id - y.id,
  );
  const lead = leading(divisor, variables);
  if (!lead) return undefined;
  const found: Term[] = [];
  let rest = a;
  for (let step = 0; step < MOST_TERMS; step++) {
    const terms = termsOf(s, rest);
    if (terms.length === 0) return combine(s, found);
    const [c, t] = leading(terms, variables) as Term;
    if (factorsOf(lead[1]).some(([v, e]) => compare(exponentIn(t, v), e) < 0)) return undefined;
    const by: Term = [
      r.times(c, r.inverse(lead[0])),
      multiply(s, [
        [t, r.one],
        [lead[1], r.minusOne],
      ]),
    ];
    found.push(by);
    const product = divisor.map(
      ([d, u]): Term => [
        r.negative(r.times(by[0], d)),
        multiply(s, [
          [by[1], r.one],
          [u, r.one],
        ]),
      ],
    );
    rest = combine(s, [...terms, ...product]);
  }
  return undefined;
}

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? (a < 0n ? -a : a) : gcd(b, a % b));

/** The number that all coefficients are whole multiples of, with the sign of the first. */
export function contentOf(terms: readonly Term[]): r.Rational {
  let [n, d] = [0n, 1n];
  for (const [c] of terms) {
    n = gcd(n, c.n);
    d = (d / gcd(d, c.d)) * c.d;
  }
  const content = r.ratio(n === 0n ? 1n : n, d);
  return (terms[0]?.[0].n ?? 1n) < 0n && terms.every(([c]) => c.n < 0n) ? r.negative(content) : content;
}

/** The coefficients of a polynomial in one variable, by degree. */
function univariate(terms: readonly Term[]): { variable: Node; coefficients: r.Rational[] } | undefined {
  let variable: Node | undefined;
  const coefficients: r.Rational[] = [];
  for (const [c, t] of terms) {
    const factors = factorsOf(t);
    const [only] = factors;
    if (factors.length > 1) return undefined;
    if (!only) {
      coefficients[0] = c;
      continue;
    }
    const [v, e] = only;
    if ((variable && v !== variable) || !r.isInteger(e) || e.n < 1n || e.n > BigInt(MOST_DEGREE))
      return undefined;
    variable = v;
    coefficients[Number(e.n)] = c;
  }
  if (!variable) return undefined;
  return { variable, coefficients: Array.from(coefficients, (c) => c ?? r.zero) };
}

const MOST_DIVISORS = 1000n;

function divisors(n: bigint): bigint[] {
  const size = n < 0n ? -n : n;
  const found: bigint[] = [];
  for (let d = 1n; d <= size && d <= MOST_DIVISORS; d++) if (size % d === 0n) found.push(d);
  return found;
}

/** p(root) and p/(x - root), by Horner's scheme. */
function deflated(p: readonly r.Rational[], root: r.Rational): { value: r.Rational; rest: r.Rational[] } {
  const rest: r.Rational[] = [];
  let carry = r.zero;
  for (let k = p.length - 1; k >= 0; k--) {
    if (k < p.length - 1) rest[k] = carry;
    carry = r.plus(r.times(carry, root), p[k] as r.Rational);
  }
  return { value: carry, rest };
}

function rationalRoot(p: readonly r.Rational[]): r.Rational | undefined {
  const scale = p.reduce((d, c) => (d / gcd(d, c.d)) * c.d, 1n);
  const whole = p.map((c) => (c.n * scale) / c.d);
  const [low, high] = [whole[0] as bigint, whole.at(-1) as bigint];
  if ([low, high].some((c) => (c < 0n ? -c : c) > MOST_DIVISORS * 10n)) return undefined;
  for (const n of divisors(low))
    for (const d of divisors(high))
      for (const root of [r.ratio(n, d), r.ratio(-n, d)]) if (r.isZero(deflated(p, root).value)) return root;
  return undefined;
}

/** The factors of a primitive polynomial in one variable that have a rational root, and what is left. */
export function rationalFactors(s: Space, n: Node): readonly Factor[] | undefined {
  const found = univariate(termsOf(s, n));
  if (!found || found.coefficients.length < 3) return undefined;
  const { variable } = found;
  const polynomial = (p: readonly r.Rational[]) =>
    combine(s, p.map((c, k): Term => [c, multiply(s, [[variable, r.ratio(BigInt(k))]])]).reverse());
  let rest = found.coefficients;
  const factors: Factor[] = [];
  while (rest.length > 1 && !r.isZero(rest[0] as r.Rational)) {
    const root = rationalRoot(rest);
    if (!root) break;
    rest = deflated(rest, root).rest.map((c) => r.times(c, r.ratio(1n, root.d)));
    factors.push([polynomial([r.ratio(-root.n), r.ratio(root.d)]), r.one]);
  }
  if (factors.length === 0) return undefined;
  return [...factors, [polynomial(rest), r.one]];
}
