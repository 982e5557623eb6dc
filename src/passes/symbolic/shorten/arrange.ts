/** Sums and products arranged another way: one fraction, brackets, powers, signs. Each offers other forms of a node. */
import { combine, factorsOf, mul, multiply, scale, splitCoefficient } from '../arithmetic.js';
import type { Factor, Node, Term } from '../node.js';
import * as r from '../rational.js';
import { buildCall } from '../rules.js';
import type { Space } from '../space.js';
import { hyperbolic } from './functions.js';
import { fromGenerators, isCall, toGenerators, withoutQuotients } from './generators.js';
import { commonPowers, inverses, normalForm, type Relation } from './normal.js';
import { contentOf, distributed, termsOf } from './polynomial.js';
import { rewritten } from './rebuild.js';

const two = r.ratio(2n);

/** f(u)² as c·g(u)² + 1, in every term of a polynomial. */
function squares(f: string, g: string, sign: r.Rational, constant: r.Rational): Relation {
  return (s, n) => {
    const terms = termsOf(s, n);
    if (!terms.some(([, t]) => factorsOf(t).some(([b, e]) => isCall(b, f) && e.n >= 2n && e.d === 1n)))
      return n;
    const next = terms.map(([c, t]): Term => {
      const factors = factorsOf(t).flatMap(([b, e]): Factor[] => {
        if (!isCall(b, f) || e.d !== 1n || e.n < 2n) return [[b, e]];
        const square = multiply(s, [[s.node({ kind: 'call', name: g, args: b.args }), two]]);
        const other = combine(s, [
          [sign, square],
          [constant, s.rational(r.one)],
        ]);
        return [
          [other, r.ratio(e.n / 2n)],
          [b, r.ratio(e.n % 2n)],
        ];
      });
      return [c, distributed(s, factors, r.one) ?? t];
    });
    return combine(s, next);
  };
}

const RELATIONS: readonly (readonly [string, Relation])[] = [
  ['sin', squares('sin', 'cos', r.minusOne, r.one)],
  ['cos', squares('cos', 'sin', r.minusOne, r.one)],
  ['cosh', squares('cosh', 'sinh', r.one, r.one)],
  ['sinh', squares('sinh', 'cosh', r.one, r.minusOne)],
];

function functionsIn(n: Node): Set<string> {
  const found = new Set<string>();
  const seen = new Set<Node>();
  const go = (m: Node): void => {
    if (seen.has(m)) return;
    seen.add(m);
    if (m.kind === 'call') found.add(m.name);
    else if (m.kind === 'add') for (const [, t] of m.terms) go(t);
    else if (m.kind === 'mul') for (const [b] of m.factors) go(b);
  };
  go(n);
  return found;
}

/** Every pair of opposite exponentials as a hyperbolic function. */
function withHyperbolic(s: Space, root: Node): Node {
  return rewritten(s, root, (n, go) => {
    const [form] = hyperbolic(s, n);
    return form && go(form);
  });
}

export function normalForms(s: Space, n: Node): (Node | undefined)[] {
  const functions = functionsIn(n);
  const base = functions.has('exp') || functions.has('pow') ? toGenerators(s, n) : n;
  const starts = [base];
  if (functions.has('tan') || functions.has('tanh')) starts.push(withoutQuotients(s, base));
  const joined = functions.has('exp') ? withHyperbolic(s, n) : n;
  if (joined !== n) starts.push(joined);
  return starts.flatMap((start) => {
    const own = functionsIn(start);
    const related = RELATIONS.filter(([f]) => own.has(f));
    const forms = [
      normalForm(s, start),
      normalForm(s, start, { whole: true }),
      ...related.map(([, relation]) => normalForm(s, start, { relation })),
    ];
    return forms.map((f) => f && fromGenerators(s, f));
  });
}

/** a + b, where a is not spread over the terms of b even if it is a sum. */
function beside(s: Space, a: Node, b: Node): Node {
  if (b.kind === 'num' && r.isZero(b.value)) return a;
  const [coefficient, body] = splitCoefficient(s, a);
  const [constant, terms] = b.kind === 'add' ? [b.constant, b.terms] : [r.zero, termsOf(s, b)];
  if (b.kind === 'num') return s.node({ kind: 'add', constant: b.value, terms: [[coefficient, body]] });
  return s.node({ kind: 'add', constant, terms: [[coefficient, body], ...terms] });
}

/** Some terms with a factor in common, in brackets: a·b + a·c + d = a·(b + c) + d. */
export function grouped(s: Space, n: Node): Node[] {
  if (n.kind !== 'add') return [];
  const counts = new Map<Node, number>();
  for (const [, t] of n.terms)
    for (const [b, e] of factorsOf(t))
      if (e.n > 0n && b.kind !== 'delta') counts.set(b, (counts.get(b) ?? 0) + 1);
  const shared = [...counts].filter(([, count]) => count > 1 && counts.size > 1);
  return shared.flatMap(([base]): Node[] => {
    const here = n.terms.filter(([, t]) => factorsOf(t).some(([b, e]) => b === base && e.n > 0n));
    const common = commonPowers(here);
    const content = r.size(contentOf(here));
    const by = inverses(common);
    const inner = combine(
      s,
      here.map(([c, t]): Term => [r.times(c, r.inverse(content)), multiply(s, [[t, r.one], ...by])]),
    );
    const joined = multiply(s, [...common, [inner, r.one]], content);
    const rest = n.terms.filter((t) => !here.includes(t));
    return [beside(s, joined, combine(s, [[n.constant, s.rational(r.one)], ...rest]))];
  });
}

/** k·u + λ·u where the second is multiplied out in the sum around: (k + λ)·u. */
export function regrouped(s: Space, n: Node): Node[] {
  if (n.kind !== 'add') return [];
  return n.terms.flatMap(([c, t]): Node[] => {
    const factors = factorsOf(t);
    return factors.flatMap((factor): Node[] => {
      const [u, e] = factor;
      if (u.kind !== 'add' || !r.isOne(e) || u.terms.length >= n.terms.length) return [];
      const [d, first] = u.terms[0] as Term;
      const own = n.terms.find((x) => x[1] === first);
      if (!own) return [];
      const by = r.times(own[0], r.inverse(d));
      const rest = combine(s, [
        [n.constant, s.rational(r.one)],
        ...n.terms.filter((x) => x[1] !== t),
        ...termsOf(s, u).map(([k, x]): Term => [r.negative(r.times(k, by)), x]),
      ]);
      const before = termsOf(s, n).length;
      if (termsOf(s, rest).length > before - 1 - u.terms.length) return [];
      const other = multiply(s, factors.filter((f) => f !== factor)); // biome-ignore format: one line
      const weight = combine(s, [
        [c, other],
        [by, s.rational(r.one)],
      ]);
      return [beside(s, mul(s, u, weight), rest)];
    });
  });
}

/** M^e · m with m a part of M's inverse or of M: M^(e ± 1) times what is left, where that cancels. */
export function shiftedPowers(s: Space, n: Node): Node[] {
  if (n.kind !== 'mul') return [];
  return n.factors.flatMap((factor): Node[] => {
    const [b, e] = factor;
    const rest = n.factors.filter((f) => f !== factor);
    if (isCall(b, 'pow') && r.isOne(e)) {
      const [base, exponent] = b.args as [Node, Node];
      return [r.one, r.minusOne, two].map((k) => {
        const raised = buildCall(s, 'pow', [
          base,
          combine(s, [
            [r.one, exponent],
            [k, s.rational(r.one)],
          ]),
        ]);
        return multiply(s, [...rest, [base, r.negative(k)], [raised, r.one]], n.coefficient);
      });
    }
    if (b.kind !== 'mul' || r.isInteger(e)) return [];
    return [r.one, r.minusOne].map((k) => {
      const moved = s.node({ kind: 'mul', coefficient: r.one, factors: [[b, r.plus(e, k)]] });
      return multiply(s, [...rest, [b, r.negative(k)], [moved, r.one]], n.coefficient);
    });
  });
}

/** A negative product with a sum among its factors: -(a - b)·c = (b - a)·c. */
export function signMoved(s: Space, n: Node): Node[] {
  if (n.kind !== 'mul' || n.coefficient.n > 0n) return [];
  return n.factors.flatMap((factor): Node[] => {
    const [b, e] = factor;
    if (b.kind !== 'add' || !r.isInteger(e) || r.isEven(e)) return [];
    if (b.terms.length > 12 || !termsOf(s, b).some(([c]) => c.n < 0n)) return [];
    const turned = scale(s, r.minusOne, b);
    const factors = n.factors.map((f): Factor => (f === factor ? [turned, e] : f));
    return [multiply(s, factors, r.negative(n.coefficient))];
  });
}

/** A product with a sum, multiplied out. */
export function multipliedOut(s: Space, n: Node): (Node | undefined)[] {
  const product = n.kind === 'mul' && n.factors.some(([b, e]) => b.kind === 'add' && r.isOne(e));
  return product ? [distributed(s, n.factors, n.coefficient)] : [];
}
