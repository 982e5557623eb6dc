/**
 * The normal form of sums and products: flat, like terms and equal bases collected, one rational coefficient.
 *
 * Only identities of the real numbers are used, and none that changes a value where the expression is defined; it may
 * become defined at more points (`x/x` is 1). Long sums and products stay nested, so that building one from another
 * a hundred thousand times takes linear time.
 */
import { delta } from './delta.js';
import type { Factor, Node, Term } from './node.js';
import type { Rational } from './rational.js';
import * as r from './rational.js';
import { isNumber, type Space } from './space.js';

/** Sums with more terms are not merged into the one around them. */
const FLAT = 12;

/** A product as its coefficient and the rest. */
export function splitCoefficient(s: Space, n: Node): Term {
  if (n.kind === 'num') return [n.value, s.rational(r.one)];
  if (n.kind !== 'mul' || r.isOne(n.coefficient)) return [r.one, n];
  return [n.coefficient, product(s, r.one, n.factors)];
}

/** The factors of a node, without its coefficient. */
export function factorsOf(n: Node): readonly Factor[] {
  if (n.kind === 'mul') return n.factors;
  return n.kind === 'num' ? [] : [[n, r.one]];
}

function product(s: Space, coefficient: Rational, factors: readonly Factor[]): Node {
  const [only] = factors;
  if (!only || r.isZero(coefficient)) return s.rational(coefficient);
  const [base, exponent] = only;
  if (factors.length === 1 && r.isOne(exponent)) {
    if (r.isOne(coefficient)) return base;
    if (coefficient.n === -1n && coefficient.d === 1n && base.kind === 'add' && base.terms.length <= FLAT) {
      return negated(s, base.constant, base.terms);
    }
  }
  return s.node({ kind: 'mul', coefficient, factors });
}

function negated(s: Space, constant: Rational, terms: readonly Term[]): Node {
  const opposite = terms.map(([c, t]): Term => [r.negative(c), t]);
  return s.node({ kind: 'add', constant: r.negative(constant), terms: opposite });
}

/** Σ coefficient·node. */
export function combine(s: Space, terms: readonly Term[]): Node {
  const collected = new Map<Node, Rational>();
  let constant = r.zero;
  const put = (c: Rational, n: Node): void => {
    if (n.kind === 'num') constant = r.plus(constant, r.times(c, n.value));
    else if (n.kind === 'mul' && !r.isOne(n.coefficient)) {
      const [own, rest] = splitCoefficient(s, n);
      put(r.times(c, own), rest);
    } else if (n.kind === 'add' && r.isUnit(c) && n.terms.length <= FLAT) {
      constant = r.plus(constant, r.times(c, n.constant));
      for (const [own, t] of n.terms) put(r.times(c, own), t);
    } else collected.set(n, r.plus(collected.get(n) ?? r.zero, c));
  };
  for (const [c, n] of terms) if (!r.isZero(c)) put(c, n);
  const left = [...collected].map(([n, c]): Term => [c, n]).filter(([c]) => !r.isZero(c));
  const [first] = left;
  if (!first) return s.rational(constant);
  if (left.length === 1 && r.isZero(constant)) return scale(s, first[0], first[1]);
  return s.node({ kind: 'add', constant, terms: left });
}

export function add(s: Space, ...nodes: Node[]): Node {
  return combine(
    s,
    nodes.map((n) => [r.one, n]),
  );
}

export function scale(s: Space, c: Rational, n: Node): Node {
  if (n.kind === 'num') return s.rational(r.times(c, n.value));
  if (n.kind === 'mul') return product(s, r.times(c, n.coefficient), n.factors);
  return product(s, c, [[n, r.one]]);
}

/** Collects factors into one product. */
class Product {
  coefficient: Rational = r.one;
  readonly exponents = new Map<Node, Rational>();

  constructor(private readonly s: Space) {}

  put(base: Node, e: Rational): void {
    if (base.kind === 'num') this.number(base, e);
    else if (base.kind === 'mul' && base.factors.length <= this.s.flat) this.product(base, e);
    else if (base.kind === 'call' && base.name === 'abs' && r.isEven(e)) this.put(base.args[0] as Node, e);
    else if (base.kind === 'delta') this.exponents.set(base, r.one);
    else if (base.kind === 'add' && r.isInteger(e)) this.sum(base, e);
    else this.exponents.set(base, r.plus(this.exponents.get(base) ?? r.zero, e));
  }

  /** A sum whose opposite is a factor already joins it: (a - b) / (b - a) is -1. */
  private sum(base: Node & { kind: 'add' }, e: Rational): void {
    let target: Node = base;
    const adds = [...this.exponents.keys()].some(
      (b) => b.kind === 'add' && b !== base && b.terms.length === base.terms.length,
    );
    if (adds) {
      const opposite = negated(this.s, base.constant, base.terms);
      if (this.exponents.has(opposite) && r.isInteger(this.exponents.get(opposite) as Rational)) {
        target = opposite;
        if (!r.isEven(e)) this.coefficient = r.negative(this.coefficient);
      }
    }
    this.exponents.set(target, r.plus(this.exponents.get(target) ?? r.zero, e));
  }

  private number(base: Node & { kind: 'num' }, e: Rational): void {
    const value = r.power(base.value, e);
    if (value) this.coefficient = r.times(this.coefficient, value);
    else this.exponents.set(base, r.plus(this.exponents.get(base) ?? r.zero, e));
  }

  /** (c · Π bᵃ)ᵉ: over the factors where e is an integer; else only what keeps the domain. */
  private product(base: Node & { kind: 'mul' }, e: Rational): void {
    const outside = r.power(base.coefficient, e);
    const inner = base.factors;
    const [only] = inner;
    if (outside) this.coefficient = r.times(this.coefficient, outside);
    const rest = outside ? splitCoefficient(this.s, base)[1] : base;
    if (outside && r.isInteger(e)) {
      for (const [b, a] of inner) this.put(b, r.times(a, e));
    } else if (outside && only && inner.length === 1) {
      const [b, a] = only;
      const root = r.isEven(a) ? this.s.node({ kind: 'call', name: 'abs', args: [b] }) : b;
      this.put(root, r.times(a, e));
    } else this.exponents.set(rest, r.plus(this.exponents.get(rest) ?? r.zero, e));
  }

  result(): Node {
    if (r.isZero(this.coefficient)) return this.s.rational(r.zero);
    const factors = [...this.exponents].filter(([, e]) => !r.isZero(e));
    return guarded(this.s, this.coefficient, factors) ?? product(this.s, this.coefficient, factors);
  }
}

/**
 * A product with a choice between something and zero: what could be infinite, and what has no other index than the
 * choice itself, is multiplied inside it, so that a branch not taken has no influence.
 */
function guarded(s: Space, coefficient: Rational, factors: readonly Factor[]): Node | undefined {
  const guard = factors.find(([b, e]) => r.isOne(e) && isGuard(b));
  const choice = guard?.[0];
  if (choice?.kind !== 'select') return undefined;
  const within = ([b]: Factor) => b.singular || b.free.every((i) => choice.free.includes(i));
  const rest = factors.filter((f) => f !== guard);
  const inside = rest.filter(within);
  const outside = rest.filter((f) => !within(f));
  if (inside.length === 0 && r.isOne(coefficient)) return undefined;
  const times = (n: Node) => (isNumber(n, 0) ? n : multiply(s, [...inside, [n, r.one]], coefficient));
  const chosen = select(s, choice.condition, times(choice.then), times(choice.otherwise));
  return product(s, r.one, [[chosen, r.one], ...outside]);
}

/** A choice of which one side is zero. */
export function isGuard(n: Node): n is Node & { kind: 'select' } {
  return n.kind === 'select' && (isNumber(n.otherwise, 0) || isNumber(n.then, 0));
}

/** coefficient · Π baseᵉ. */
export function multiply(s: Space, factors: readonly Factor[], coefficient: Rational = r.one): Node {
  const all = new Product(s);
  all.coefficient = coefficient;
  for (const [b, e] of factors) all.put(b, e);
  return all.result();
}

export function mul(s: Space, ...nodes: Node[]): Node {
  return multiply(
    s,
    nodes.map((n) => [n, r.one]),
  );
}

export function power(s: Space, base: Node, exponent: Rational): Node {
  return multiply(s, [[base, exponent]]);
}

export function divide(s: Space, a: Node, b: Node): Node {
  return multiply(s, [
    [a, r.one],
    [b, r.minusOne],
  ]);
}

/** `condition ? then : otherwise`; a choice between equals is no choice, and a test for i = j is a delta. */
export function select(s: Space, condition: Node, then: Node, otherwise: Node): Node {
  if (then === otherwise) return then;
  if (condition.kind === 'call' && condition.name === 'eq' && isNumber(otherwise, 0)) {
    const [a, b] = condition.args as [Node, Node];
    if (a.kind === 'iota' && b.kind === 'iota') {
      return mul(s, delta(s, a.place, b.place), then);
    }
  }
  return s.node({ kind: 'select', condition, then, otherwise });
}
