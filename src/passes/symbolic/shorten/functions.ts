/** Identities of elementary functions: trigonometric, hyperbolic, logistic. Each offers other forms of a node. */
import { combine, factorsOf, multiply, scale } from '../arithmetic.js';
import type { Factor, Node } from '../node.js';
import * as r from '../rational.js';
import { buildCall } from '../rules.js';
import type { Space } from '../space.js';
import { isCall, scaledSum } from './generators.js';

/** Other forms of the same value. */
export type Forms = (s: Space, n: Node) => readonly (Node | undefined)[];

const two = r.ratio(2n);

/** The factor f(u)^e of a product with e ≥ 1 and a partner g(u) with the same argument. */
function pairs(n: Node, f: string, g: string): [first: Factor, second: Factor][] {
  if (n.kind !== 'mul') return [];
  return n.factors.flatMap((a): [Factor, Factor][] => {
    const [x] = a;
    if (!isCall(x, f) || !r.isInteger(a[1])) return [];
    const b = n.factors.find(([y, e]) => isCall(y, g) && y.args[0] === x.args[0] && r.isInteger(e));
    return b ? [[a, b]] : [];
  });
}

/** Changes the exponents of two factors and multiplies by another power. */
function exchanged(
  s: Space,
  n: Node & { kind: 'mul' },
  [a, b]: [Factor, Factor],
  da: bigint,
  db: bigint,
  by: Factor,
  c = r.one,
): Node {
  const rest = n.factors.filter((f) => f !== a && f !== b);
  return multiply(
    s,
    [...rest, [a[0], r.plus(a[1], r.ratio(da))], [b[0], r.plus(b[1], r.ratio(db))], by],
    r.times(n.coefficient, c),
  );
}

const least = (a: bigint, b: bigint) => (a < b ? a : b);
const argumentOf = (f: Factor) => (f[0] as Node & { kind: 'call' }).args[0] as Node;

/** f(u)·g(u) = h(2u)/2. */
export function doubled(f: string, g: string, h: string): Forms {
  return (s, n) =>
    pairs(n, f, g).flatMap((pair) => {
      const [a, b] = pair;
      if (n.kind !== 'mul' || a[1].n < 1n || b[1].n < 1n) return [];
      const k = least(a[1].n, b[1].n);
      const twice = buildCall(s, h, [scale(s, two, argumentOf(a))]);
      return [exchanged(s, n, pair, -k, -k, [twice, r.ratio(k)], r.power(r.half, r.ratio(k)))];
    });
}

/** f(u)/g(u) = h(u). */
export function divided(f: string, g: string, h: string): Forms {
  return (s, n) =>
    pairs(n, f, g).flatMap((pair) => {
      const [a, b] = pair;
      if (n.kind !== 'mul' || a[1].n * b[1].n >= 0n) return [];
      const k = a[1].n > 0n ? least(a[1].n, -b[1].n) : -least(-a[1].n, b[1].n);
      return [exchanged(s, n, pair, -k, k, [buildCall(s, h, [argumentOf(a)]), r.ratio(k)])];
    });
}

/** h(u)·g(u) = f(u), where h = f/g. */
export function multiplied(h: string, g: string, f: string): Forms {
  return (s, n) =>
    pairs(n, h, g).flatMap((pair) => {
      const [a, b] = pair;
      if (n.kind !== 'mul' || a[1].n * b[1].n <= 0n) return [];
      const k = a[1].n > 0n ? least(a[1].n, b[1].n) : -least(-a[1].n, -b[1].n);
      return [exchanged(s, n, pair, -k, -k, [buildCall(s, f, [argumentOf(a)]), r.ratio(k)])];
    });
}

/** c·f(u)²·v and d·g(u)²·v in a sum, d = ±c: together c·h(u)·v. */
export function squaresJoined(
  f: string,
  g: string,
  sign: 1n | -1n,
  join: (s: Space, u: Node) => Node,
): Forms {
  return (s, n) => {
    if (n.kind !== 'add') return [];
    return n.terms.flatMap(([c, t]): Node[] => {
      const square = factorsOf(t).find(([b, e]) => isCall(b, f) && e.n === 2n && e.d === 1n);
      if (!square) return [];
      const rest = factorsOf(t).filter((x) => x !== square);
      const partner = multiply(s, [
        ...rest,
        [s.node({ kind: 'call', name: g, args: [argumentOf(square)] }), two],
      ]);
      const other = n.terms.find(([d, u]) => u === partner && r.same(d, r.times(c, r.ratio(sign))));
      if (!other) return [];
      const left = n.terms.filter((x) => x[1] !== t && x !== other);
      const joined = multiply(s, [...rest, [join(s, argumentOf(square)), r.one]], c);
      return [combine(s, [[n.constant, s.rational(r.one)], ...left, [r.one, joined]])];
    });
  };
}

export const twice = (name: string) => (s: Space, u: Node) => buildCall(s, name, [scale(s, two, u)]);

/** c·exp(u) ± c·exp(-u) = 2c·cosh(u) or 2c·sinh(u). */
export function hyperbolic(s: Space, n: Node): Node[] {
  if (n.kind !== 'add') return [];
  return n.terms.flatMap(([c, t], k): Node[] => {
    const factors = factorsOf(t);
    const factor = factors.find(([b, e]) => isCall(b, 'exp') && r.isOne(e));
    if (!factor) return [];
    const rest = factors.filter((f) => f !== factor);
    const u = argumentOf(factor);
    const opposite = buildCall(s, 'exp', [scale(s, r.minusOne, u)]);
    const partner = multiply(s, [...rest, [opposite, r.one]]);
    const other = n.terms.findIndex(([d, x]) => x === partner && r.same(r.size(c), r.size(d)));
    if (other <= k) return [];
    const sum = r.same(c, n.terms[other]?.[0] as r.Rational);
    const joined = multiply(s, [...rest, [buildCall(s, sum ? 'cosh' : 'sinh', [u]), r.one]], r.times(c, two));
    const left = n.terms.filter((_, j) => j !== k && j !== other);
    return [combine(s, [[n.constant, s.rational(r.one)], ...left, [r.one, joined]])];
  });
}

/** 1/(1 + exp(u)) = sigmoid(-u), and sigmoid(u)·exp(-u) = sigmoid(-u). */
export function logistic(s: Space, n: Node): Node[] {
  if (n.kind !== 'mul') return [];
  return n.factors.flatMap((factor): Node[] => {
    const [b, e] = factor;
    const [term] = b.kind === 'add' && b.terms.length === 1 && r.isOne(b.constant) ? b.terms : [];
    if (e.n > 0n || !r.isInteger(e) || !term || !r.isOne(term[0]) || !isCall(term[1], 'exp')) return [];
    const u = scaledSum(s, term[1].args[0] as Node, r.minusOne);
    const sigmoid = s.node({ kind: 'call', name: 'sigmoid', args: [u] });
    const factors = n.factors.map((f): Factor => (f === factor ? [sigmoid, r.negative(e)] : f));
    return [multiply(s, factors, n.coefficient)];
  });
}

/** 1 - sigmoid(u) = sigmoid(-u). */
export function complement(s: Space, n: Node): Node[] {
  const [term] = n.kind === 'add' && n.terms.length === 1 ? n.terms : [];
  if (n.kind !== 'add' || !term || !r.same(term[0], r.negative(n.constant)) || !isCall(term[1], 'sigmoid'))
    return [];
  const u = scaledSum(s, term[1].args[0] as Node, r.minusOne);
  return [scale(s, n.constant, s.node({ kind: 'call', name: 'sigmoid', args: [u] }))];
}
