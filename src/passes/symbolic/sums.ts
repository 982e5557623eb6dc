/** Sums over indices: what does not depend on them comes out, deltas vanish, bound indices get their usual names. */

import { add, factorsOf, isGuard, multiply, scale, select, splitCoefficient } from './arithmetic.js';
import { within } from './delta.js';
import { type Factor, type Index, isPlain, type Node, type Place, placeOf } from './node.js';
import * as r from './rational.js';
import type { Space } from './space.js';
import { substitute } from './substitute.js';

/** Bodies above this size keep the names of their bound indices. */
const RENAMED = 400;

/** Σ over `indices` of `body`. */
export function sumOver(s: Space, indices: readonly Index[], body: Node): Node {
  const [coefficient, rest] = splitCoefficient(s, body);
  if (r.isZero(coefficient)) return body;
  const outer: Factor[] = [];
  const inner: Factor[] = [];
  const here = new Set(indices);
  for (const f of factorsOf(rest)) (f[0].free.some((i) => here.has(i)) ? inner : outer).push(f);
  const used = new Set(inner.flatMap(([b]) => b.free));
  for (const i of indices) if (!used.has(i)) outer.push([s.dim(i.dim), r.one]);
  const left = indices.filter((i) => used.has(i));
  const total = left.length === 0 ? multiply(s, inner) : reducedSum(s, left, inner);
  return multiply(s, [...outer, [total, r.one]], coefficient);
}

function reducedSum(s: Space, indices: readonly Index[], factors: readonly Factor[]): Node {
  const collapsed = withoutDelta(s, indices, factors);
  if (collapsed) return collapsed;
  const body = multiply(s, factors);
  const here = (n: Node) => n.free.some((i) => indices.includes(i));
  if (body.kind === 'select' && !here(body.condition) && isGuard(body)) {
    return select(s, body.condition, sumOver(s, indices, body.then), sumOver(s, indices, body.otherwise));
  }
  if (body.kind === 'add') return distributed(s, indices, body) ?? named(s, indices, body);
  if (body.kind === 'sum') return named(s, [...indices, ...body.indices], body.body);
  return named(s, indices, body);
}

/** Σ (a + b) = Σ a + Σ b, where that makes it shorter: Σ (x - mean x) is 0. */
function distributed(s: Space, indices: readonly Index[], body: Node & { kind: 'add' }): Node | undefined {
  const fixed = body.terms.some(([, t]) => !t.free.some((i) => indices.includes(i)));
  if (!fixed) return undefined;
  const parts = body.terms.map(([c, t]) => scale(s, c, sumOver(s, indices, t)));
  const apart = add(s, sumOver(s, indices, s.rational(body.constant)), ...parts);
  return apart.size < body.size ? apart : undefined;
}

/** Σᵢ δ(i, p)·f(i) = f(p), where p lies within the range of i. */
function withoutDelta(s: Space, indices: readonly Index[], factors: readonly Factor[]): Node | undefined {
  for (const f of factors) {
    const [d] = f;
    if (d.kind !== 'delta') continue;
    const sides: [Place, Place][] = [
      [d.left, d.right],
      [d.right, d.left],
    ];
    for (const [from, to] of sides) {
      if (!isPlain(from) || !indices.includes(from.base)) continue;
      if (to.base !== undefined && !(isPlain(to) && within(to, from.base.dim))) continue;
      const rest = multiply(
        s,
        factors.filter((g) => g !== f),
      );
      const left = indices.filter((i) => i !== from.base);
      const value = substitute(s, rest, new Map([[from.base, to]]));
      return left.length > 0 ? sumOver(s, left, value) : value;
    }
  }
  return undefined;
}

/** The sum with bound indices named after its height, so that equal sums are one node. */
function named(s: Space, indices: readonly Index[], body: Node): Node {
  const usual = indices.map((i, slot) => s.bound(body.height + 1, slot, i.dim));
  if (
    body.size > RENAMED ||
    usual.every((u, k) => u === indices[k]) ||
    usual.some((u) => body.free.includes(u) && !indices.includes(u))
  ) {
    return s.node({ kind: 'sum', indices, body });
  }
  const renamed = substitute(s, body, new Map(indices.map((i, k) => [i, placeOf(usual[k] as Index)])));
  return s.node({ kind: 'sum', indices: usual, body: renamed });
}

/** Sums over the same indices in which a factor that depends on them is shared, as one sum. */
export function mergeSums(s: Space, terms: readonly Node[]): readonly Node[] | undefined {
  for (let i = 0; i < terms.length; i++) {
    for (let k = i + 1; k < terms.length; k++) {
      const merged = mergedPair(s, terms[i] as Node, terms[k] as Node);
      if (merged) return [...terms.slice(0, i), merged, ...terms.slice(i + 1, k), ...terms.slice(k + 1)];
    }
  }
  return undefined;
}

interface Total {
  readonly coefficient: r.Rational;
  readonly outer: Node;
  readonly sum: Node & { kind: 'sum' };
}

function totalIn(s: Space, n: Node): Total | undefined {
  const [coefficient, rest] = splitCoefficient(s, n);
  const factors = factorsOf(rest);
  const found = factors.find(([b, e]) => b.kind === 'sum' && r.isOne(e));
  if (found?.[0].kind !== 'sum') return undefined;
  const others = factors.filter((f) => f !== found);
  return { coefficient, outer: multiply(s, others), sum: found[0] };
}

/** The coefficient that both have up to sign, else 1. */
function sameSize(s: Space, x: Total, y: Total): r.Rational {
  const [a, b] = [x, y].map((t) => r.times(t.coefficient, splitCoefficient(s, t.sum.body)[0])) as [
    r.Rational,
    r.Rational,
  ];
  return r.same(r.size(a), r.size(b)) ? a : r.one;
}

function mergedPair(s: Space, a: Node, b: Node): Node | undefined {
  const [x, y] = [totalIn(s, a), totalIn(s, b)];
  if (!x || !y || x.outer !== y.outer) return undefined;
  const indices = x.sum.indices;
  if (indices.length !== y.sum.indices.length || indices.some((i, k) => i !== y.sum.indices[k]))
    return undefined;
  const ys = factorsOf(y.sum.body);
  const shared = factorsOf(x.sum.body).filter(([f, e]) => ys.some(([g, d]) => f === g && r.same(e, d)));
  if (!shared.some(([f]) => f.free.some((i) => indices.includes(i)))) return undefined;
  const common = sameSize(s, x, y);
  const rest = (t: Total) =>
    multiply(
      s,
      factorsOf(t.sum.body).filter(([f]) => !shared.some(([g]) => f === g)),
      r.times(r.times(t.coefficient, r.inverse(common)), splitCoefficient(s, t.sum.body)[0]),
    );
  const body = multiply(s, [...shared, [add(s, rest(x), rest(y)), r.one]]);
  return multiply(
    s,
    [
      [x.outer, r.one],
      [sumOver(s, indices, body), r.one],
    ],
    common,
  );
}
