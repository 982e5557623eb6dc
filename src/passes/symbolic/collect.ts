/**
 * Sums as a person would leave them: sums over indices joined, common factors put outside brackets, fractions brought
 * to one denominator, but only where that makes the whole shorter.
 */
import { sameShape } from '../../core/affine.js';
import { combine, factorsOf, multiply, scale, select } from './arithmetic.js';
import { type AtNode, type Factor, type Node, placeKey, placeOf, type Tensor, type Term } from './node.js';
import type { Rational } from './rational.js';
import * as r from './rational.js';
import { productRules, pythagoras } from './rules.js';
import type { Space } from './space.js';
import { lambda, read } from './substitute.js';
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
  const shorter = pythagoras(s, n) ?? mergedChoices(s, n) ?? mergedPads(s, n);
  if (shorter) return shorter;
  const terms = mergeSums(
    s,
    n.terms.map(([c, t]) => scale(s, c, t)),
  );
  return terms && combine(s, [[n.constant, s.num(1)], ...terms.map((t): Term => [r.one, t])]);
}

/** Tensors with zeros around them are added inside, where the zeros are at the same places. */
function mergedPads(s: Space, n: Node & { kind: 'add' }): Node | undefined {
  for (const [j, [c, a]] of n.terms.entries()) {
    for (const [d, b] of n.terms.slice(j + 1)) {
      if (a.kind !== 'at' || b.kind !== 'at' || !samePadding(a, b)) continue;
      const [x, y] = [a.tensor, b.tensor] as [Tensor & { kind: 'pad' }, Tensor & { kind: 'pad' }];
      const axes = s.axes(x.part.dims);
      const at = (t: Tensor) => read(s, t, axes.map(placeOf)); // biome-ignore format: one line
      const body = collect(s, [scale(s, c, at(x.part)), scale(s, d, at(y.part))]);
      const { starts, steps, dims } = x;
      const tensor = s.tensor({ kind: 'pad', part: lambda(s, body, axes), starts, steps, dims });
      const rest = n.terms.filter(([, t]) => t !== a && t !== b);
      return combine(s, [[n.constant, s.num(1)], ...rest, [r.one, read(s, tensor, a.places)]]);
    }
  }
  return undefined;
}

function samePadding(a: AtNode, b: AtNode): boolean {
  const [x, y] = [a.tensor, b.tensor];
  if (x.kind !== 'pad' || y.kind !== 'pad' || !sameShape(x.dims, y.dims)) return false;
  if (!sameShape(x.part.dims, y.part.dims) || !sameShape(x.starts, y.starts)) return false;
  return x.steps.join() === y.steps.join() && a.places.map(placeKey).join() === b.places.map(placeKey).join();
}

/** Choices under one condition are added branch by branch. */
function mergedChoices(s: Space, n: Node & { kind: 'add' }): Node | undefined {
  for (const [k, [, first]] of n.terms.entries()) {
    if (first.kind !== 'select') continue;
    const same = (t: Node) => t.kind === 'select' && t.condition === first.condition;
    const group = n.terms.filter(([, t]) => same(t));
    if (group.length < 2) continue;
    const branch = (pick: (t: Node & { kind: 'select' }) => Node) =>
      collect(
        s,
        group.map(([c, t]) => scale(s, c, pick(t as Node & { kind: 'select' }))),
      );
    const merged = select(
      s,
      first.condition,
      branch((t) => t.then),
      branch((t) => t.otherwise),
    );
    const rest = n.terms.filter(([, t], j) => j === k || !same(t));
    const terms = rest.map(([c, t]): Term => (t === first ? [r.one, merged] : [c, t]));
    return combine(s, [[n.constant, s.num(1)], ...terms]);
  }
  return undefined;
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
    if (base.kind === 'delta') continue;
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
  const inner = combine(
    s,
    rest.map((t) => [r.one, t]),
  );
  return multiply(s, [...by, [inner.size < n.size ? tidy(s, inner) : inner, r.one]]);
}
