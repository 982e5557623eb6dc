/**
 * Function calls in the algebra: arithmetic goes into the normal form, elementary functions are simplified by rules.
 *
 * A rule is `ieee` when both sides give the same number in floating point up to rounding, at every argument, and
 * `real` when they agree over the reals wherever the left side is defined.
 */
import { combine, divide, factorsOf, mul, multiply, power, scale } from './arithmetic.js';
import type { Node } from './node.js';
import * as r from './rational.js';
import { isNumber, type Space } from './space.js';

export interface CallRule {
  readonly name: string;
  readonly sound: 'ieee' | 'real';
  /** The functions that the rule looks at. */
  readonly of: readonly string[];
  /** An example, both sides in the language: for readers and for tests. */
  readonly from: string;
  readonly to: string;
  readonly apply: (s: Space, args: readonly Node[], name: string) => Node | undefined;
}

const isCall = (n: Node | undefined, name: string): n is Node & { kind: 'call' } =>
  n?.kind === 'call' && n.name === name;

/** The opposite of a node that begins with a minus sign. */
function opposite(s: Space, n: Node | undefined): Node | undefined {
  if (n?.kind === 'mul' && n.coefficient.n < 0n) return scale(s, r.minusOne, n);
  if (n?.kind === 'num' && n.value.n < 0n) return scale(s, r.minusOne, n);
  return undefined;
}

function special(name: string, table: Record<string, number>): CallRule['apply'] {
  return (s, [x], of) => {
    const value = of === name && x?.kind === 'num' && x.value.d === 1n ? table[String(x.value.n)] : undefined;
    return value === undefined ? undefined : s.num(value);
  };
}

export const callRules: readonly CallRule[] = [
  { name: 'exp-0', sound: 'ieee', of: ['exp'], from: 'exp(0)', to: '1', apply: special('exp', { 0: 1 }) },
  { name: 'log-1', sound: 'ieee', of: ['log'], from: 'log(1)', to: '0', apply: special('log', { 1: 0 }) },
  { name: 'sin-0', sound: 'ieee', of: ['sin'], from: 'sin(0)', to: '0', apply: special('sin', { 0: 0 }) },
  { name: 'cos-0', sound: 'ieee', of: ['cos'], from: 'cos(0)', to: '1', apply: special('cos', { 0: 1 }) },
  {
    name: 'log-e',
    sound: 'ieee',
    of: ['log'],
    from: 'log(e)',
    to: '1',
    apply: (s, [x]) => (x?.kind === 'constant' && x.name === 'e' ? s.num(1) : undefined),
  },
  {
    name: 'log-of-exp',
    sound: 'real',
    of: ['log'],
    from: 'log(exp(x))',
    to: 'x',
    apply: (_, [x]) => (isCall(x, 'exp') ? x.args[0] : undefined),
  },
  {
    name: 'odd',
    sound: 'ieee',
    of: ['sin', 'tan', 'sinh', 'tanh', 'asin', 'atan', 'asinh', 'atanh', 'cbrt', 'sign', 'erf'],
    from: 'sin(-x)',
    to: '-sin(x)',
    apply: (s, [x], name) => {
      const positive = opposite(s, x);
      return positive && scale(s, r.minusOne, s.node({ kind: 'call', name, args: [positive] }));
    },
  },
  {
    name: 'even',
    sound: 'ieee',
    of: ['cos', 'cosh', 'abs'],
    from: 'cos(-x)',
    to: 'cos(x)',
    apply: (s, [x], name) => {
      const positive = opposite(s, x);
      return positive && s.node({ kind: 'call', name, args: [positive] });
    },
  },
  {
    name: 'abs-of-nonnegative',
    sound: 'ieee',
    of: ['abs'],
    from: 'abs(x^2)',
    to: 'x^2',
    apply: (_, [x]) => (x && isNonnegative(x) ? x : undefined),
  },
];

function isNonnegative(n: Node): boolean {
  if (isCall(n, 'abs') || isCall(n, 'exp') || isCall(n, 'sigmoid')) return true;
  return (
    n.kind === 'mul' && n.coefficient.n > 0n && n.factors.every(([b, e]) => r.isEven(e) || isNonnegative(b))
  );
}

/** base^exponent for any exponent. */
function powerOf(s: Space, base: Node, exponent: Node): Node {
  if (exponent.kind === 'num') return power(s, base, exponent.value);
  if (isNumber(base, 1)) return base;
  return s.node({ kind: 'call', name: 'pow', args: [base, exponent] });
}

/** A row of the table applied to nodes. */
export function buildCall(s: Space, name: string, args: readonly Node[]): Node {
  const [a, b, c] = args as [Node, Node, Node];
  switch (name) {
    case 'add':
      return combine(s, [
        [r.one, a],
        [r.one, b],
      ]);
    case 'sub':
      return combine(s, [
        [r.one, a],
        [r.minusOne, b],
      ]);
    case 'mul':
      return mul(s, a, b);
    case 'div':
      return divide(s, a, b);
    case 'neg':
      return scale(s, r.minusOne, a);
    case 'pow':
      return powerOf(s, a, b);
    case 'sqrt':
      return power(s, a, r.half);
    case 'fma':
      return combine(s, [
        [r.one, mul(s, a, b)],
        [r.one, c],
      ]);
  }
  for (const rule of callRules) {
    const result = rule.of.includes(name) ? rule.apply(s, args, name) : undefined;
    if (result) return result;
  }
  return s.node({ kind: 'call', name, args });
}

export interface ProductRule {
  readonly name: string;
  readonly sound: 'ieee' | 'real';
  readonly from: string;
  readonly to: string;
  readonly apply: (s: Space, n: Node & { kind: 'mul' }) => Node | undefined;
}

export const productRules: readonly ProductRule[] = [
  {
    name: 'logistic',
    sound: 'real',
    from: 'exp(x) / (1 + exp(x))',
    to: 'sigmoid(x)',
    apply: (s, n) => {
      for (const [base, e] of n.factors) {
        const [term] =
          base.kind === 'add' && r.isOne(base.constant) && e.n < 0n && r.isInteger(e) ? base.terms : [];
        if (
          !term ||
          base.kind !== 'add' ||
          base.terms.length > 1 ||
          !r.isOne(term[0]) ||
          !isCall(term[1], 'exp')
        )
          continue;
        const held = n.factors.find(([f]) => f === term[1]);
        if (!held || held[1].n < 1n || !r.isInteger(held[1])) continue;
        const rest = n.factors.filter(([f]) => f !== base && f !== term[1]);
        const sigmoid = s.node({ kind: 'call', name: 'sigmoid', args: term[1].args });
        return multiply(
          s,
          [...rest, [sigmoid, r.one], [base, r.plus(e, r.one)], [term[1], r.plus(held[1], r.minusOne)]],
          n.coefficient,
        );
      }
      return undefined;
    },
  },
  {
    name: 'power-of-same-base',
    sound: 'real',
    from: 'x * x^(y - 1)',
    to: 'x^y',
    apply: (s, n) => {
      for (const factor of n.factors) {
        const [p, e] = factor;
        if (!isCall(p, 'pow') || !r.isOne(e)) continue;
        const [base, exponent] = p.args as [Node, Node];
        const other = n.factors.find(([b]) => b === base);
        if (!other || exponent.kind !== 'add' || !r.same(r.negative(exponent.constant), other[1])) continue;
        const rest = n.factors.filter((f) => f !== factor && f !== other);
        const raised = powerOf(
          s,
          base,
          combine(s, [[other[1], s.num(1)], ...exponent.terms, [exponent.constant, s.num(1)]]),
        );
        return multiply(s, [...rest, [raised, r.one]], n.coefficient);
      }
      return undefined;
    },
  },
  {
    name: 'logistic-complement',
    sound: 'real',
    from: 'sigmoid(-x) / (1 + exp(-x))',
    to: 'sigmoid(-x) * sigmoid(x)',
    apply: (s, n) => {
      const slope = n.factors.find(([b, e]) => isCall(b, 'sigmoid') && r.isOne(e))?.[0];
      const u = isCall(slope, 'sigmoid') ? (slope.args[0] as Node) : undefined;
      const found = u && n.factors.find(([b, e]) => r.same(e, r.minusOne) && isOnePlusExp(b, u));
      if (!u || !found) return undefined;
      const other = s.node({ kind: 'call', name: 'sigmoid', args: [scale(s, r.minusOne, u)] });
      return multiply(s, [...n.factors.filter((f) => f !== found), [other, r.one]], n.coefficient);
    },
  },
];

function isOnePlusExp(b: Node, u: Node): boolean {
  const [term] = b.kind === 'add' && b.terms.length === 1 && r.isOne(b.constant) ? b.terms : [];
  return term !== undefined && r.isOne(term[0]) && isCall(term[1], 'exp') && term[1].args[0] === u;
}

/** sin(u)² and cos(u)² with one coefficient and the same other factors: their sum is the coefficient. */
export function pythagoras(s: Space, n: Node & { kind: 'add' }): Node | undefined {
  for (const [c, t] of n.terms) {
    const square = factorsOf(t).find(([b, e]) => isCall(b, 'sin') && e.n === 2n && e.d === 1n);
    if (!square) continue;
    const rest = factorsOf(t).filter((f) => f !== square);
    const cosine = s.node({ kind: 'call', name: 'cos', args: (square[0] as Node & { kind: 'call' }).args });
    const partner = multiply(s, [...rest, [cosine, square[1]]]);
    const other = n.terms.find(([d, u]) => u === partner && r.same(c, d));
    if (!other) continue;
    const left = n.terms.filter((term) => term[1] !== t && term !== other);
    return combine(s, [[n.constant, s.num(1)], ...left, [c, multiply(s, rest)]]);
  }
  return undefined;
}
