/** Types for any sizes: named dimensions, broadcasting rules, what syntax demands of names without shapes. */
import { typeOf } from './show.js';

const known: readonly (readonly [string, string])[] = [
  ['param x: [n]; param y: [n]; x + y', 'float[n]'],
  ['param x: [n]; x + 1', 'float[n]'],
  ['param x: [n]; x + [1]', 'float[n]'],
  ['param A: [m, n]; param x: [n]; A + x', 'float[m, n]'],
  ['param A: [m, 1]; param x: [n]; A + x', 'float[m, n]'],
  ['param x: [n]; x[1:] - x[:-1]', 'float[n-1]'],
  ['param x: [n]; x[2:-1]', 'float[n-3]'],
  ['param x: [n]; x[n-1]', 'float'],
  ['param x: [n]; x[length(x)-1]', 'float'],
  ['param x: [n]; x[-1] + x[0]', 'float'],
  ['param x: [n]; x[::-1]', 'float[n]'],
  ['param x: [n]; param i: [3]; x[1:4] + i', 'float[3]'],
  ['param x: [n]; zeros(n) + x', 'float[n]'],
  ['param x: [2*n]; param y: [n]; concat(y, y) + x', 'float[2*n]'],
  ['param x: [n]; param y: [m]; concat(x, y, [1])', 'float[m+n+1]'],
  ['param x: [n]; sum(x) / n', 'float'],
  ['param A: [m, n]; param B: [n, k]; A @ B', 'float[m, k]'],
  ['param A: [b, m, n]; param B: [n, k]; A @ B', 'float[b, m, k]'],
  ['param A: [b, m, n]; param x: [n]; A @ x', 'float[b, m]'],
  ["param A: [m, n]; A' @ A", 'float[n, n]'],
  ['param A: [n, n]; trace(A)', 'float'],
  ['param A: [m, n]; reshape(A, n, m)', 'float[n, m]'],
  ['param A: [m, n]; reshape(A, m, 1, n)', 'float[m, 1, n]'],
  ['param x: [n]; outer(x, x) + diag(x)', 'float[n, n]'],
  ['param x: [n]; linspace(0, 1, n) * arange(n) + roll(x, 1)', 'float[n]'],
  ['param x: [n]; [x, x]', 'float[2, n]'],
  ['param x: [n]; [n, 2*n - 1]', 'float[2]'],
  ['param A: [m, n]; softmax(A) + cumsum(A, axis=0)', 'float[m, n]'],
  ['param A: [m, n]; max(A, axis=0)', 'float[n]'],
  ['param x: [n]; where(x > 0, x, 0)', 'float[n]'],
  ["x' @ A @ x", 'float'],
  ['dot(x, y) + sum(z)', 'float'],
  ['A @ x + b', 'float[m]'],
  ['w @ x + b', 'float'],
  ['sum(A, axis=1)', 'float[m]'],
  ['x[1]', 'float'],
  ['x[2, 3]', 'float'],
  ['x', 'float'],
];

test.each(known)('%s has type %s', (source, type) => {
  expect(typeOf(source)).toBe(type);
});

const wrong: readonly (readonly [string, string])[] = [
  [
    'param x: [n]; param y: [m]; x + y',
    'shape-mismatch: +: the left side has shape [n] and the right side [m]',
  ],
  ['param x: [n]; x + [1, 2]', 'shape-mismatch: +: the left side has shape [n] and the right side [2]'],
  [
    'param A: [m, n]; param x: [m]; A + x',
    'shape-mismatch: +: the left side has shape [m, n] and the right side [m]',
  ],
  ['param x: [n]; zeros(n+1) + x', 'shape-mismatch: +: the left side has shape [n+1] and the right side [n]'],
  ['param x: [n]; x[n]', 'index-out-of-range: index n is out of range: the axis has length n'],
  ['param A: [m, n]; trace(A)', 'shape-mismatch: trace needs a square matrix, this has shape [m, n]'],
  ['param x: [n]; x[::2]', 'type-mismatch: the length of a slice with a step must be a known integer'],
  ['param A: [m, n]; reshape(A, n, n)', 'shape-mismatch'],
  [
    'param x: [n]; param y: [n+1]; dot(x, y)',
    'shape-mismatch: dot(x, y): x has shape [n] and y has shape [n+1]',
  ],
];

test.each(wrong)('%s is refused', (source, message) => {
  expect(typeOf(source)).toContain(message);
});
