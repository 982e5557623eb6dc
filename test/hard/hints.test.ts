/**
 * Every hint proves itself: at a point where the formula fails, adc offers the other one, which has the right value and
 * derivatives there, as arithmetic of 100 digits tells.
 */
import { parseExpression, printExpr } from '../../grammar/index.js';
import { isFunction } from '../../src/ir/lower/call.js';
import { hints } from '../../src/run/hard/hints.js';
import type { Values } from '../support/lowered.js';
import { hardPointsOf, problemOf } from './ask.js';
import { type Numbers, relativeError, Truth } from './truth.js';

interface Proof {
  /** A point at which the formula fails. */
  readonly at: Values;
  /** The formula in mathjs where that has no vectors: elements of `a` are a0, a1, … */
  readonly truth?: string;
}

const proofs: Readonly<Record<string, Proof>> = {
  'log(exp(a) + 1)': { at: { a: 1000 } },
  'log(sum(exp(a)))': { at: { a: [1000, 1001] }, truth: 'log(exp(a0) + exp(a1))' },
  'log(exp(a) + exp(b))': { at: { a: 1000, b: 999 } },
  'log(exp(a) - 1)': { at: { a: 800 } },
  'log(exp(a))': { at: { a: 800 } },
  'log(cosh(a))': { at: { a: -800 } },
  'exp(a) / sum(exp(a))': { at: { a: [800, 801] }, truth: '(exp(a0) + exp(a1)) / (exp(a0) + exp(a1))' },
  '1 / (exp(-a) + 1)': { at: { a: -800 } },
  '1 / (exp(a) + 1)': { at: { a: 800 } },
  'exp(a) / (exp(a) + 1)': { at: { a: 800 } },
  '(exp(a) - exp(-a)) / (exp(a) + exp(-a))': { at: { a: 800 } },
  '(exp(2*a) - 1) / (exp(2*a) + 1)': { at: { a: 400 } },
  'exp(a) * exp(b)': { at: { a: 800, b: -700 } },
  'exp(a) / exp(b)': { at: { a: 800, b: 750 } },
  'log(softmax(a))': { at: { a: [0, 800] }, truth: '(a0 - a1) - 2 * log(1 + exp(a0 - a1))' },
  'log(1 - sigmoid(a))': { at: { a: 40 }, truth: 'log(1 - 1 / (1 + exp(-a)))' },
  'log(sigmoid(a))': { at: { a: -800 }, truth: 'log(1 / (1 + exp(-a)))' },
  'log(prod(a))': { at: { a: [1e200, 1e200] }, truth: 'log(a0 * a1)' },
  'prod(a)': { at: { a: [1e200, 1e200, 1e-250, 1e-100] }, truth: 'a0 * a1 * a2 * a3' },
  'mean(a)': { at: { a: [1e308, 1.5e308] }, truth: '(a0 + a1) / 2' },
  'log(a^b)': { at: { a: 1e200, b: 3 } },
  'log(a * b)': { at: { a: 1e200, b: 1e150 } },
  'sqrt(a^2 + b^2 + c^2)': { at: { a: 1e200, b: 2e200, c: -1e200 } },
  'sqrt(a^2 + b^2)': { at: { a: 1e200, b: 1e200 } },
  'sqrt(sum(a^2))': { at: { a: [1e-200, 2e-200] }, truth: 'sqrt(a0^2 + a1^2)' },
  'sqrt(dot(a, a))': { at: { a: [1e200, 2e200] }, truth: 'sqrt(a0^2 + a1^2)' },
  'sqrt(a @ a)': { at: { a: [1e200, 2e200] }, truth: 'sqrt(a0^2 + a1^2)' },
  'sqrt(a^2 - b^2)': { at: { a: 1e200, b: 5e199 } },
  'sqrt(a^2)': { at: { a: -1e200 } },
  'a / (a^2 + 1)': { at: { a: 1e200 } },
  'a^2 / (a^2 + 1)': { at: { a: 1e200 } },
  '(exp(a) - exp(-a)) / 2': { at: { a: 1e-9 } },
  '(exp(a) - 1) / a': { at: { a: 3e-5 } },
  'exp(a) - 1': { at: { a: 1e-10 } },
  '1 - exp(a)': { at: { a: 1e-10 } },
  'exp(a) - exp(b)': { at: { a: 1.0000000001, b: 1 } },
  'log((1 + a) / (1 - a))': { at: { a: 1e-10 } },
  'log(a + sqrt(a^2 + 1))': { at: { a: -1e8 } },
  'log(1 + a)': { at: { a: 1e-12 } },
  'log(1 - a)': { at: { a: 1e-12 } },
  'log(a) - log(b)': { at: { a: 5.1234567893, b: 5.123456789 } },
  'log(a / b)': { at: { a: 5.1234567893, b: 5.123456789 } },
  '(1 - cos(a)) / a^2': { at: { a: 0.0151234 } },
  '1 - cos(a)': { at: { a: 1e-6 } },
  '1 - cos(a)^2': { at: { a: 1e-7 } },
  '1 - sin(a)^2': { at: { a: 1.5707963 } },
  '1 - tanh(a)^2': { at: { a: 20 } },
  '1 - tanh(a)': { at: { a: 20 } },
  '1 - sigmoid(a)': { at: { a: 40 }, truth: '1 - 1 / (1 + exp(-a))' },
  '1 - erf(a)': { at: { a: 6 }, truth: 'erfc(a)' },
  'sin(a + b) - sin(a)': { at: { a: 1.25, b: 1e-10 } },
  'sin(a) - sin(b)': { at: { a: 1.0000000001, b: 1 } },
  'cos(a + b) - cos(a)': { at: { a: 1.25, b: 1e-10 } },
  'cos(a) - cos(b)': { at: { a: 1.0000000001, b: 1 } },
  'tan(a) - tan(b)': { at: { a: 1.0000000001, b: 1 } },
  'atan(a) - atan(b)': { at: { a: 1.3712345678, b: 1.3712345675 } },
  'sqrt(a + b) - sqrt(a)': { at: { a: 1e12, b: 1 } },
  'sqrt(1 + a) - 1': { at: { a: 1e-10 } },
  'sqrt(a) - sqrt(b)': { at: { a: 2.0000000001, b: 2 } },
  'sqrt(a^2 + b) - a': { at: { a: 1e8, b: 1 } },
  'a - sqrt(a^2 - b)': { at: { a: 1e8, b: 1 } },
  '1 / a - 1 / b': { at: { a: 3.1712345678, b: 3.1712345671 } },
  'mean(a^2) - mean(a)^2': {
    at: { a: [1e8 + 1, 1e8 + 2, 1e8 + 4] },
    truth: '(a0^2 + a1^2 + a2^2) / 3 - ((a0 + a1 + a2) / 3)^2',
  },
  'a^2 - 2 * a * b + b^2': { at: { a: 1.000001, b: 1 } },
  'a^2 - b^2': { at: { a: 1.37123456789, b: 1.37123456723 } },
  'sin(a) / a': { at: { a: 0 }, truth: '1 - a^2 / 6' },
};

test('every hint has a proof, and every proof a hint', () => {
  expect(Object.keys(proofs).sort()).toEqual(hints.map((h) => h.from).sort());
});

/** Elements as scalars: a0, a1. */
function scalars(values: Values): Numbers {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, v]) =>
      Array.isArray(v) ? v.map((x, i) => [`${name}${i}`, x as number]) : [[name, v as number]],
    ),
  );
}

/** Value (the sum of the elements) and derivatives, in the order of the scalars. */
function computed(source: string, values: Values): number[] {
  const problem = problemOf(source, values);
  const value = problem.value();
  const answer = problem.reverseGradient({ shape: value.shape, data: value.data.map(() => 1) });
  if (!('gradient' in answer)) throw new Error(answer.unavailable);
  return [
    value.data.reduce((s, x) => s + x, 0),
    ...Object.keys(values).flatMap((k) => [...(answer.gradient.get(k)?.data ?? [])]),
  ];
}

const known = hints.filter((h) =>
  [...h.to.matchAll(/(\w+)\(/g)].every(([, name]) => isFunction(name as string)),
);

test('functions that hints need exist, but for those of a later day', () => {
  expect(hints.filter((h) => !known.includes(h)).map((h) => h.to)).toEqual(
    isFunction('erfc') ? [] : ['erfc(a)'],
  );
});

test.each(known)('$from → $to', ({ from, to }) => {
  const { at, truth: formula = from } = proofs[from] as Proof;
  const found = hardPointsOf(from, at).map((d) => d.hint);
  expect(found).toContain(`write ${printExpr(parseExpression(to))} instead of ${from}`);
  const truth = new Truth(formula);
  const numbers = scalars(at);
  const exact = [
    truth.value(numbers),
    ...Object.keys(numbers).map((name) => truth.derivative(numbers, name)),
  ];
  const largest = Math.max(...exact.slice(1).map(Math.abs));
  const worst = (source: string) =>
    computed(source, at).reduce((most, x, i) => {
      const error = relativeError(x, exact[i] as number, i === 0 ? undefined : largest);
      return Math.max(most, error);
    }, 0);
  expect(worst(to)).toBeLessThan(1e-11);
  expect(worst(from)).toBeGreaterThan(1e-9);
});
