/**
 * Sums as a person would leave them: sums over indices joined, common factors put outside brackets, fractions brought
 * to one denominator, but only where that makes the whole shorter.
 */
import { combine, factorsOf, multiply, scale } from './arithmetic.js';
import type { Factor, Node, Term } from './node.js';
import type { Rational } from './rational.js';
import * as r from './rational.js';
import { productRules, pythagoras } from './rules.js';
import type { Space } from './space.js';
import { mergeSums } from './sums.js';

/** Sums with more terms are only searched for factors that all terms share. */
const MANY = 24;

/** The sum of `nodes`, simplified. */
export function collect(s: Space, nodes: readonly Node[]): Node {
  let all = combine(
    s,
    nodes.map((n) => [r.one, n]),
  );
  for (;;) {
    const next = all.kind === 'add' && all.terms.length <= MANY ? joined(s, all) : undefined;
    if (!next) break;
    all = next;
  }
  return tidy(s, all);
}

/** Applies the rules for products, and brackets sums. */
export function tidy(s: Space, n: Node): Node {
  if (n.kind === 'mul') return tidyProduct(s, n);
  return n.kind === 'add' ? bracketed(s, n) : n;
}

function tidyProduct(s: Space, n: Node): Node {
  let result = n;
  for (let changed = true; changed && result.kind === 'mul'; ) {
    changed = false;
    for (const rule of productRules) {
      const next: Node | undefined = result.kind === 'mul' ? rule.apply(s, result) : undefined;
      if (!next || next === result) continue;
      result = next;
      changed = true;
    }
  }
  return result;
}

function joined(s: Space, n: Node & { kind: 'add' }): Node | undefined {
  const trigonometric = pythagoras(s, n);
  if (trigonometric) return trigonometric;
  const terms = mergeSums(
    s,
    n.terms.map(([c, t]) => scale(s, c, t)),
  );
  return terms && combine(s, [[n.constant, s.num(1)], ...terms.map((t): Term => [r.one, t])]);
}

function bracketed(s: Space, n: Node & { kind: 'add' }): Node {
  const candidates = [withContent(s, n)];
  const isPolynomial = polynomialIn(n);
  const shared = sharedPowers(n, false);
  if (shared.length > 0 && !isPolynomial) candidates.push(divided(s, n, shared));
  const full = sharedPowers(n, true);
  if (full.some(([, e]) => e.n < 0n) && n.terms.length <= MANY) candidates.push(divided(s, n, full));
  let best: Node = n;
  for (const c of candidates) if (c && c.size <= best.size) best = c;
  return best;
}

/** Whether the terms are powers of one variable, which stay apart: `3 * x^2 + 2 * x`. */
function polynomialIn(n: Node & { kind: 'add' }): boolean {
  const variable = factorsOf(n.terms[0]?.[1] as Node)[0]?.[0];
  if (variable?.kind !== 'at') return false;
  return n.terms.every(([, t]) => factorsOf(t).every(([b, e]) => b === variable && e.n > 0n));
}

/** 2·a + 2·b = 2·(a + b). */
function withContent(s: Space, n: Node & { kind: 'add' }): Node | undefined {
  const content = r.size(n.terms[0]?.[0] ?? r.one);
  if (r.isOne(content) || n.terms.some(([c]) => !r.same(r.size(c), content))) return undefined;
  if (!r.isZero(n.constant) && !r.same(r.size(n.constant), content)) return undefined;
  const by = r.inverse(content);
  const inner = combine(s, [
    [r.times(n.constant, by), s.num(1)],
    ...n.terms.map(([c, t]): Term => [r.times(c, by), t]),
  ]);
  return scale(s, content, inner);
}

/**
 * The powers by which every term can be divided: with `missing`, a base that only some terms have counts with
 * exponent 0 in the others, which brings fractions to one denominator.
 */
function sharedPowers(n: Node & { kind: 'add' }, missing: boolean): Factor[] {
  const seen = new Map<Node, { least: Rational; most: Rational; count: number }>();
  for (const [, t] of n.terms) {
    for (const [base, e] of factorsOf(t)) {
      const known = seen.get(base);
      if (!known) {
        seen.set(base, { least: e, most: e, count: 1 });
        continue;
      }
      known.least = r.lesser(known.least, e);
      known.most = r.lesser(known.most, e) === e ? known.most : e;
      known.count++;
    }
  }
  const total = n.terms.length + (r.isZero(n.constant) ? 0 : 1);
  const shared: Factor[] = [];
  for (const [base, { least, most, count }] of seen) {
    const inAll = count === total;
    if (inAll && least.n > 0n) shared.push([base, least]);
    else if (missing && least.n < 0n) shared.push([base, least]);
    else if (inAll && most.n < 0n) shared.push([base, most]);
  }
  return shared;
}

function divided(s: Space, n: Node & { kind: 'add' }, by: readonly Factor[]): Node {
  const inverse = by.map(([b, e]): Factor => [b, r.negative(e)]);
  const rest = n.terms.map(([c, t]) => multiply(s, [...factorsOf(t), ...inverse], c));
  if (!r.isZero(n.constant)) rest.push(multiply(s, inverse, n.constant));
  const inner = tidy(
    s,
    combine(
      s,
      rest.map((t) => [r.one, t]),
    ),
  );
  return multiply(s, [[inner, r.one], ...by]);
}
