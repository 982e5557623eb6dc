/**
 * The rational normal form: one fraction, its numerator multiplied out and factored again, what both sides share
 * cancelled. Functions are variables; what is known of them enters as a relation on numerators.
 */
import { combine, factorsOf, multiply, scale, splitCoefficient } from '../arithmetic.js';
import type { Factor, Node, Term } from '../node.js';
import * as r from '../rational.js';
import type { Space } from '../space.js';
import { contentOf, distributed, quotient, rationalFactors, termsOf } from './polynomial.js';

/** An identity between functions, used on a polynomial: what it becomes. */
export type Relation = (s: Space, polynomial: Node) => Node;

const MOST_TERMS = 24;

export interface FormOptions {
  readonly relation?: Relation;
  /** Numerators are left as the sums that they are. */
  readonly whole?: boolean;
}

/** The normal form, or undefined where it takes too many terms. */
export function normalForm(s: Space, root: Node, options: FormOptions = {}): Node | undefined {
  const done = new Map<Node, Node | undefined>();
  const go = (n: Node): Node | undefined => {
    if (n.kind !== 'add' && n.kind !== 'mul') return n;
    if (done.has(n)) return done.get(n);
    const result = n.kind === 'mul' ? productForm(s, n, go) : sumForm(s, n, go, options);
    done.set(n, result);
    return result;
  };
  return go(root);
}

type Step = (n: Node) => Node | undefined;

function productForm(s: Space, n: Node & { kind: 'mul' }, go: Step): Node | undefined {
  const factors: Factor[] = [];
  for (const [b, e] of n.factors) {
    const base = r.isInteger(e) ? go(b) : b;
    if (!base) return undefined;
    factors.push([base, e]);
  }
  return multiply(s, factors, n.coefficient);
}

/** The least exponent with which each base occurs in the terms; a term without it has exponent 0. */
export function commonPowers(terms: readonly Term[]): Factor[] {
  const least = new Map<Node, { e: r.Rational; count: number }>();
  for (const [, t] of terms) {
    for (const [b, e] of factorsOf(t)) {
      const known = least.get(b);
      if (known) {
        known.e = r.lesser(known.e, e);
        known.count++;
      } else least.set(b, { e, count: 1 });
    }
  }
  return [...least].flatMap(([b, { e, count }]): Factor[] => {
    if (b.kind === 'delta') return [];
    const own = count < terms.length ? r.lesser(e, r.zero) : e;
    return r.isZero(own) ? [] : [[b, own]];
  });
}

export const inverses = (factors: readonly Factor[]) => factors.map(([b, e]): Factor => [b, r.negative(e)]);

function sumForm(s: Space, n: Node & { kind: 'add' }, go: Step, options: FormOptions): Node | undefined {
  if (n.terms.length > MOST_TERMS) return undefined;
  const terms: Term[] = [];
  for (const [c, t] of n.terms) {
    const form = go(t);
    if (!form) return undefined;
    terms.push([c, form]);
  }
  if (!r.isZero(n.constant)) terms.push([n.constant, s.rational(r.one)]);
  const common = commonPowers(terms);
  const by = inverses(common);
  const numerators: Term[] = [];
  for (const [c, t] of terms) {
    const [coefficient, rest] = splitCoefficient(s, multiply(s, [[t, r.one], ...by], c));
    const expanded = options.whole
      ? scale(s, coefficient, rest)
      : distributed(s, factorsOf(rest), coefficient);
    if (!expanded) return undefined;
    numerators.push([r.one, expanded]);
  }
  let numerator = combine(s, numerators);
  if (options.relation) numerator = options.relation(s, numerator);
  if (options.whole) return multiply(s, [...common, [numerator, r.one]]);
  return multiply(s, [...common, ...factored(s, numerator, common)]);
}

/** A polynomial as content, common powers, factors of the denominator, and factors with rational roots. */
export function factored(s: Space, n: Node, known: readonly Factor[]): Factor[] {
  const terms = termsOf(s, n);
  if (terms.length < 2) return [[n, r.one]];
  const content = contentOf(terms);
  const powers = commonPowers(terms);
  const by = inverses(powers);
  const primitive = combine(
    s,
    terms.map(([c, t]): Term => [r.times(c, r.inverse(content)), multiply(s, [[t, r.one], ...by])]),
  );
  const found: Factor[] = [[s.rational(content), r.one], ...powers];
  let rest = primitive;
  for (const [b, e] of known) {
    if (b.kind !== 'add' || e.n >= 0n) continue;
    for (let left = -e.n; left > 0n; left -= e.d) {
      const divided = rest.kind === 'add' ? quotient(s, rest, b) : undefined;
      if (!divided) break;
      found.push([b, r.one]);
      rest = divided;
    }
  }
  const split = rest.kind === 'add' ? rationalFactors(s, rest) : undefined;
  return [...found, ...(split ?? [[rest, r.one] as Factor])];
}
