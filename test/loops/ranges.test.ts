/** Which indices generated code looks at: none that is in range whatever the numbers are, and all others. */
import { emit } from '../../src/index.js';

const checks = (source: string) => (emit(source).match(/is outside the/g) ?? []).length;
const program = (...lines: string[]) => ['param x: [n]', 'param A: [n, n]', ...lines].join('\n');

test.each([
  ['a counter', 'var s = 0.0', 'for i in 0..n { s += x[i] }', 's'],
  ['a whole row', 'var s = 0.0', 'for i in 0..n { for j in 0..n { s += A[i, j] * x[j] } }', 's'],
])('%s: none', (_, ...lines) => {
  expect(checks(program(...lines))).toBe(0);
});

test('a backward sweep looks at no index again', () => {
  const source = program('var s = 0.0', 'for i in 0..n { for j in 0..i { s += A[i, j] * x[j] } }', 's');
  const text = emit(source);
  const backward = text.slice(text.lastIndexOf('.fill(0)'));
  expect(backward).toContain('dx[');
  expect(backward).not.toContain('is outside the');
});

test.each([
  ['one too far', 'var s = 0.0', 'for i in 0..n { s += x[i + 1] }', 's'],
  ['one before', 'var s = 0.0', 'for i in 0..n { for j in 0..i { s += x[j - 1] } }', 's'],
  ['twice', 'var s = 0.0', 'for i in 0..n { for j in 0..i { s += x[i + j] } }', 's'],
  ['an offset too large', 'var y = zeros(n)', 'for i in 0..n { for j in i..n+1 { y[j] += x[i] } }', 'sum(y)'],
])('%s: some', (_, ...lines) => {
  expect(checks(program(...lines))).toBeGreaterThan(0);
});
