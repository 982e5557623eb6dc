/** The measure of bench/symbolic: what counts as an operation, which values are true, and who is called wrong. */

// biome-ignore-start lint/suspicious/noTsIgnore: plain JavaScript without types
// @ts-ignore
import { countOperations } from '../../bench/symbolic/count.js';
// @ts-ignore
import { fromText } from '../../bench/symbolic/expressions.js';
// @ts-ignore
import { mistakeIn, truthsOf } from '../../bench/symbolic/judge.js';

// biome-ignore-end lint/suspicious/noTsIgnore: plain JavaScript without types

const count = (...texts: string[]): number => countOperations(texts.map((t) => fromText(t)));

test.each([
  ['x', 0],
  ['2*pi', 0],
  ['a - b', 1],
  ['-x', 1],
  ['-2*x', 1],
  ['-x*y', 2],
  ['a - x*y', 2],
  ['-a - b', 2],
  ['2*pi*x', 1],
  ['x/2', 1],
  ['x^-2', 1],
  ['1/x^2', 1],
  ['1/x^2 + x^2', 3],
  ['1/(a*b)', 2],
  ['exp(1 - x)', 2],
  ['sigmoid(x)', 4],
  ['1/(1 + exp(-x))', 4],
  ['sec(x)^2', 2],
  ['log(x)/log(2)', 2],
])('%s takes %d operations', (text, operations) => {
  expect(count(text)).toBe(operations);
});

test.each([
  ['(x + 1)^2/(1 + x)', 3],
  ['sqrt(x) + y*x^0.5', 3],
  ['a*b*c + d*a*b', 4],
  ['(a - b)*(c - b + a)', 3],
  ['x*exp(-x) - exp(-x)', 4],
])('what %s has twice is counted once: %d', (text, operations) => {
  expect(count(text)).toBe(operations);
});

test('what components share is counted once', () => {
  expect(count('2*x*exp(x*y)', 'y*exp(x*y)')).toBe(2 + 2 + 1);
});

const question = (text: string, positive: string[] = []) => ({
  expression: fromText(text),
  names: ['x'],
  wrt: ['x'],
  positive: new Set(positive),
});

test.each([
  ['x^3', '3*x^2', true],
  ['x^3', '3*x^2 + 1e-7*sin(x)', false],
  ['sqrt(x^2)', 'x/abs(x)', true],
  ['sqrt(x^2)', '1', false],
  ['log(x)', '1/x', true],
  ['erf(x)', '2*exp(-x^2)/sqrt(pi)', true],
  // Complex on the way, but real.
  ['sqrt(x)', '-sqrt(-1)*sqrt(-1)/(2*sqrt(x))', true],
  ['abs(x)^2', '2*abs((-x)^1.5)^(2/3)*x/abs(x)', true],
  ['x^2', '2*x*log(-x)/log(-x)', true],
  ['x^2', '2*x + log(-x)', false],
])('the derivative of %s is %s: %s', (formula, answer, right) => {
  const truths = truthsOf(question(formula), 1);
  expect(truths.length).toBeGreaterThanOrEqual(3);
  expect(mistakeIn([fromText(answer)], truths, ['x']) === undefined).toBe(right);
});

test('points lie in the domain', () => {
  const truths = truthsOf(question('log(x)*sqrt(2 - x)'), 5);
  for (const { point } of truths) {
    expect(Number(point.x)).toBeGreaterThan(0);
    expect(Number(point.x)).toBeLessThan(2);
  }
});
