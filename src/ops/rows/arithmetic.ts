/** Arithmetic: the operators, absolute value and rounding. */
import type { Algebra } from '../algebra.js';
import type { Args, ElementwiseDraft } from '../row.js';

const ANY = [-10, 10] as const;
const jump = (name: string) => `${name} jumps here; its derivative is taken as 0`;
const modJump = 'mod jumps where a is a multiple of b; 1 is used with respect to a, -a/b with respect to b';

/** The upper half of a number's digits, the lower half being what is left (Veltkamp's splitting). */
function upperHalf<T>(k: Algebra<T>, a: T): T {
  const big = k.mul(k.num(2 ** 27 + 1), a);
  return k.sub(big, k.sub(big, a));
}

/**
 * a·b + c from the exact product (Dekker 1971) and the exact sum (Knuth's two-sum), whose rests are added last; plain
 * where that overflows.
 */
function fusedMultiplyAdd<T>(k: Algebra<T>, [a, b, c]: Args<T>): T {
  const product = k.mul(a, b);
  const [a1, b1] = [upperHalf(k, a), upperHalf(k, b)];
  const [a2, b2] = [k.sub(a, a1), k.sub(b, b1)];
  const crossed = k.add(k.sub(k.mul(a1, b1), product), k.add(k.mul(a1, b2), k.mul(a2, b1)));
  const productRest = k.add(crossed, k.mul(a2, b2));
  const sum = k.add(product, c);
  const part = k.sub(sum, product);
  const sumRest = k.add(k.sub(product, k.sub(sum, part)), k.sub(c, part));
  const rest = k.add(productRest, sumRest);
  const finite = k.le(k.abs(rest), k.num(Number.MAX_VALUE));
  return k.select(finite, k.add(sum, rest), sum);
}

export const arithmetic: readonly ElementwiseDraft[] = [
  {
    name: 'add',
    params: ['a', 'b'],
    summary: 'sum, written a + b',
    derivative: '1, 1',
    result: 'same',
    value: (a, b) => a + b,
    code: { form: 'infix', operator: '+', precedence: 11, associative: false },
    partials: [(k) => k.num(1), (k) => k.num(1)],
    ranges: [ANY, ANY],
  },
  {
    name: 'sub',
    params: ['a', 'b'],
    summary: 'difference, written a - b',
    derivative: '1, -1',
    result: 'same',
    value: (a, b) => a - b,
    code: { form: 'infix', operator: '-', precedence: 11 },
    partials: [(k) => k.num(1), (k) => k.num(-1)],
    ranges: [ANY, ANY],
  },
  {
    name: 'mul',
    params: ['a', 'b'],
    summary: 'product, written a * b',
    derivative: 'b, a',
    result: 'same',
    value: (a, b) => a * b,
    code: { form: 'infix', operator: '*', precedence: 12 },
    partials: [(_, [, b]) => b, (_, [a]) => a],
    ranges: [ANY, ANY],
  },
  {
    name: 'div',
    params: ['a', 'b'],
    summary: 'quotient, written a / b',
    derivative: '1/b, -a/b^2',
    value: (a, b) => a / b,
    code: { form: 'infix', operator: '/', precedence: 12 },
    partials: [(k, [, b]) => k.div(k.num(1), b), (k, [, b], y) => k.neg(k.div(y, b))],
    domain: (_, b) => b !== 0,
    ranges: [ANY, [0.2, 10]],
  },
  {
    name: 'neg',
    params: ['a'],
    summary: 'negative, written -a',
    derivative: '-1',
    result: 'same',
    value: (a) => -a,
    code: { form: 'prefix', operator: '-', precedence: 14 },
    exact: true,
    partials: [(k) => k.num(-1)],
    ranges: [ANY],
  },
  {
    name: 'rem',
    params: ['a', 'b'],
    summary: 'remainder with the sign of a',
    derivative: '1, -trunc(a/b)',
    result: 'same',
    hidden: true,
    value: (a, b) => a % b,
    code: { form: 'infix', operator: '%', precedence: 12 },
    exact: true,
    partials: [(k) => k.num(1), (k, [a, b], y) => k.div(k.sub(y, a), b)],
    ranges: [ANY, [0.2, 10]],
  },
  {
    name: 'mod',
    params: ['a', 'b'],
    summary: 'floored remainder, written a % b; it has the sign of b',
    derivative: '1, -floor(a/b)',
    result: 'same',
    definition: (k, [a, b]) => {
      const r = k.call('rem', a, b);
      const wrongSide = k.call('ne', k.lt(r, k.num(0)), k.lt(b, k.num(0)));
      return k.select(k.call('and', k.call('ne', r, k.num(0)), wrongSide), k.add(r, b), r);
    },
    code: { form: 'helper' },
    partials: [(k) => k.num(1), (k, [a, b]) => k.neg(k.call('floor', k.div(a, b)))],
    kinks: [{ at: (a, b) => a % b === 0, convention: modJump }],
    domain: (_, b) => b !== 0,
    ranges: [ANY, [0.2, 10]],
  },
  {
    name: 'pow',
    params: ['x', 'p'],
    summary: 'power, written x ^ p',
    derivative: 'p * x^(p-1), x^p * log(x)',
    result: 'same',
    value: (x, p) => x ** p,
    code: { form: 'call', callee: 'Math.pow' },
    partials: [
      (k, [x, p]) => {
        const slope = k.mul(p, k.pow(x, k.sub(p, k.num(1))));
        return k.select(k.eq(p, k.num(0)), k.num(0), slope);
      },
      (k, [x, p], y) => {
        const flat = k.call('and', k.eq(x, k.num(0)), k.lt(k.num(0), p));
        return k.select(flat, k.num(0), k.mul(y, k.log(x)));
      },
    ],
    kinks: [
      {
        at: (x, p) => x === 0 && p > 0 && p < 1,
        convention: 'a power between 0 and 1 has a vertical tangent at 0; inf is used',
        what: 'has a vertical tangent',
      },
      {
        at: (x, p) => x === 0 && p > 1 && !Number.isInteger(p),
        convention: 'a power that is not whole ends at 0; the derivative from the right, 0, is used',
        what: 'is at the edge of its domain',
      },
      {
        at: (x, p) => x === 0 && p === 0,
        convention: '0^p jumps at p = 0; 0 is used with respect to x',
      },
    ],
    domain: (x, p) => x > 0 || Number.isInteger(p) || (x === 0 && p > 0),
    ranges: [
      [0.1, 5],
      [-3, 3],
    ],
  },
  {
    name: 'fma',
    params: ['a', 'b', 'c'],
    summary: 'a * b + c with a single rounding, where a * b * 2^27 does not overflow',
    derivative: 'b, a, 1',
    definition: fusedMultiplyAdd,
    code: { form: 'helper' },
    partials: [(_, [, b]) => b, (_, [a]) => a, (k) => k.num(1)],
    ranges: [ANY, ANY, ANY],
  },
  {
    name: 'abs',
    params: ['x'],
    summary: 'absolute value',
    derivative: 'sign(x)',
    result: 'same',
    value: (x) => Math.abs(x),
    code: { form: 'call', callee: 'Math.abs' },
    exact: true,
    partials: [(k, [x]) => k.sign(x)],
    kinks: [{ at: (x) => x === 0, convention: 'abs has one-sided derivatives -1 and 1 at 0; 0 is used' }],
    ranges: [ANY],
  },
  {
    name: 'sign',
    params: ['x'],
    summary: 'sign: -1, 0 or 1',
    derivative: '0',
    result: 'same',
    value: (x) => Math.sign(x),
    code: { form: 'call', callee: 'Math.sign' },
    exact: true,
    partials: ['zero'],
    kinks: [{ at: (x) => x === 0, convention: jump('sign') }],
    ranges: [ANY],
  },
  {
    name: 'floor',
    params: ['x'],
    summary: 'the greatest integer at most x',
    derivative: '0',
    result: 'same',
    value: (x) => Math.floor(x),
    code: { form: 'call', callee: 'Math.floor' },
    exact: true,
    partials: ['zero'],
    kinks: [{ at: (x) => Number.isInteger(x), convention: jump('floor') }],
    ranges: [ANY],
  },
  {
    name: 'ceil',
    params: ['x'],
    summary: 'the least integer at least x',
    derivative: '0',
    result: 'same',
    value: (x) => Math.ceil(x),
    code: { form: 'call', callee: 'Math.ceil' },
    exact: true,
    partials: ['zero'],
    kinks: [{ at: (x) => Number.isInteger(x), convention: jump('ceil') }],
    ranges: [ANY],
  },
  {
    name: 'round',
    params: ['x'],
    summary: 'the nearest integer, halves to the even one',
    derivative: '0',
    result: 'same',
    definition: (k, [x]) => {
      const below = k.call('floor', x);
      const rest = k.sub(x, below);
      const even = k.eq(k.call('rem', below, k.num(2)), k.num(0));
      const up = k.add(below, k.num(1));
      const half = k.num(0.5);
      return k.select(k.lt(rest, half), below, k.select(k.lt(half, rest), up, k.select(even, below, up)));
    },
    code: { form: 'helper' },
    exact: true,
    partials: ['zero'],
    kinks: [{ at: (x) => Math.abs(x % 1) === 0.5, convention: jump('round') }],
    ranges: [ANY],
  },
];
