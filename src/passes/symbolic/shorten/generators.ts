/**
 * Functions in terms of fewer ones, so that what belongs together meets: exp(2x) and exp(-x) as powers of exp(x),
 * b^(p + 1) as b·b^p; on request tan and tanh as quotients. And back.
 */
import { combine, divide, multiply, power, scale } from '../arithmetic.js';
import type { Factor, Node } from '../node.js';
import * as r from '../rational.js';
import { buildCall } from '../rules.js';
import type { Space } from '../space.js';
import { contentOf, termsOf } from './polynomial.js';

export const isCall = (n: Node | undefined, name: string): n is Node & { kind: 'call' } =>
  n?.kind === 'call' && n.name === name;

type Mul = Node & { kind: 'mul' };

/** A node anew, from its leaves: sums term by term, products by `product`, and what they are made of by `atom`. */
function rebuilt(
  s: Space,
  root: Node,
  product: (n: Mul, go: (n: Node) => Node) => Node,
  atom: (n: Node) => Node,
): Node {
  const done = new Map<Node, Node>();
  const go = (n: Node): Node => {
    let known = done.get(n);
    if (known) return known;
    if (n.kind === 'add') {
      known = combine(s, [[n.constant, s.rational(r.one)], ...n.terms.map(([c, t]) => [c, go(t)] as const)]);
    } else known = n.kind === 'mul' ? product(n, go) : atom(n);
    done.set(n, known);
    return known;
  };
  return go(root);
}

/** Changes the nodes that sums and products are made of. */
export function mapAtoms(s: Space, root: Node, change: (atom: Node) => Node): Node {
  const product = (n: Mul, go: (n: Node) => Node) =>
    multiply(
      s,
      n.factors.map(([b, e]): Factor => [go(b), e]),
      n.coefficient,
    );
  return rebuilt(s, root, product, change);
}

/** The exponential as a power of one whose argument has no content and no sign. */
function exponential(s: Space, n: Node & { kind: 'call' }): Node {
  const [u] = n.args as [Node];
  const terms = termsOf(s, u);
  if (terms.length === 0) return n;
  const first = [...terms].sort(([, a], [, b]) => a.id - b.id)[0];
  let content = r.size(contentOf(terms));
  if ((first?.[0].n ?? 1n) < 0n) content = r.negative(content);
  const argument = scaledSum(s, u, r.inverse(content));
  return power(s, s.node({ kind: 'call', name: 'exp', args: [argument] }), content);
}

/** c·n, into the terms of a sum. */
export function scaledSum(s: Space, n: Node, c: r.Rational): Node {
  if (n.kind !== 'add') return scale(s, c, n);
  return combine(
    s,
    termsOf(s, n).map(([d, t]) => [r.times(c, d), t] as const),
  );
}

/** b^(p + c) = b^p · b^c, and b^(-p) = 1/b^p. */
function powerWithConstant(s: Space, n: Node & { kind: 'call' }): Node {
  const [base, exponent] = n.args as [Node, Node];
  if (exponent.kind === 'mul' && exponent.coefficient.n < 0n) {
    return power(
      s,
      s.node({ kind: 'call', name: 'pow', args: [base, scale(s, r.minusOne, exponent)] }),
      r.minusOne,
    );
  }
  if (exponent.kind !== 'add' || r.isZero(exponent.constant) || !r.isInteger(exponent.constant)) return n;
  const rest = combine(s, exponent.terms);
  return multiply(s, [
    [s.node({ kind: 'call', name: 'pow', args: [base, rest] }), r.one],
    [base, exponent.constant],
  ]);
}

export function toGenerators(s: Space, n: Node): Node {
  return mapAtoms(s, n, (atom) => {
    if (isCall(atom, 'exp')) return exponential(s, atom);
    return isCall(atom, 'pow') ? powerWithConstant(s, atom) : atom;
  });
}

const QUOTIENTS: Readonly<Record<string, readonly [string, string]>> = {
  tan: ['sin', 'cos'],
  tanh: ['sinh', 'cosh'],
};

/** tan and tanh as quotients. */
export function withoutQuotients(s: Space, n: Node): Node {
  return mapAtoms(s, n, (atom) => {
    const pair = atom.kind === 'call' ? QUOTIENTS[atom.name] : undefined;
    if (!pair || atom.kind !== 'call') return atom;
    return divide(s, buildCall(s, pair[0], atom.args), buildCall(s, pair[1], atom.args));
  });
}

/** Powers of exponentials as exponentials, and b^p with powers of b as b^(p + c). */
export function fromGenerators(s: Space, root: Node): Node {
  return rebuilt(
    s,
    root,
    (n, go) => productOf(s, n, go),
    (atom) => atom,
  );
}

function productOf(s: Space, n: Mul, go: (n: Node) => Node): Node {
  const factors = new Map(n.factors.map(([b, e]) => [b, e]));
  const made: Factor[] = [];
  for (const [b, e] of n.factors) {
    if (isCall(b, 'exp') && !r.isOne(e)) {
      factors.delete(b);
      made.push([buildCall(s, 'exp', [scaledSum(s, b.args[0] as Node, e)]), r.one]);
    }
    if (!isCall(b, 'pow') || !r.isOne(e)) continue;
    const [base, exponent] = b.args as [Node, Node];
    const own = factors.get(base);
    if (!own || !r.isInteger(own)) continue;
    factors.delete(b);
    factors.delete(base);
    const raised = combine(s, [
      [r.one, exponent],
      [own, s.rational(r.one)],
    ]);
    made.push([buildCall(s, 'pow', [base, raised]), r.one]);
  }
  return multiply(s, [...[...factors].map(([b, e]): Factor => [go(b), e]), ...made], n.coefficient);
}
