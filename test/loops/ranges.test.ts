/** Which indices generated code looks at: none that is in range whatever the numbers are, and all others. */
import { emit } from '../../src/index.js';

const checks = (source: string) => (emit(source).match(/is outside the/g) ?? []).length;
const program = (...lines: string[]) => ['param x: [n]', 'param A: [n, n]', ...lines].join('\n');

test.each([
  ['a counter', 'var s = 0.0', 'for i in 0..n { s += x[i] }', 's'],
  ['a triangle', 'var s = 0.0', 'for i in 0..n { for j in 0..i { s += A[i, j] * x[j] } }', 's'],
  ['the other triangle', 'var s = 0.0', 'for i in 0..n { for j in i+1..n { s += A[j, i] * x[j] } }', 's'],
  ['neighbours', 'var s = 0.0', 'for i in 1..n { s += x[i - 1] * x[i] }', 's'],
  [
    'three loops',
    'var s = 0.0',
    'for i in 0..n { for j in 0..i { for k in j..i { s += A[k, j] * x[i - k] } } }',
    's',
  ],
  ['updates', 'var y = zeros(n)', 'for i in 0..n { for j in 0..i { y[i - j] += x[j] } }', 'sum(y)'],
  ['a comprehension', 'var s = 0.0', 'for i in 0..n { s += sum(A[i, j] * x[i - j] for j in 0..i) }', 's'],
])('%s: none', (_, ...lines) => {
  expect(checks(program(...lines))).toBe(0);
});

test.each([
  ['one too far', 'var s = 0.0', 'for i in 0..n { s += x[i + 1] }', 's'],
  ['one before', 'var s = 0.0', 'for i in 0..n { for j in 0..i { s += x[j - 1] } }', 's'],
  ['twice', 'var s = 0.0', 'for i in 0..n { for j in 0..i { s += x[i + j] } }', 's'],
  ['an offset too large', 'var y = zeros(n)', 'for i in 0..n { for j in i..n+1 { y[j] += x[i] } }', 'sum(y)'],
])('%s: some', (_, ...lines) => {
  expect(checks(program(...lines))).toBeGreaterThan(0);
});
