/** What the table of identities does not show: cotangents, detached values, guards, refusals, names of shared terms. */
import { parseExpression } from '../../grammar/index.js';
import type { Tensor } from '../../src/core/tensor.js';
import { countOperations } from '../../src/passes/symbolic/index.js';
import { evaluate, gradients } from './harness.js';

const vector = (...data: number[]): Tensor => ({ shape: [data.length], data: Float64Array.from(data) });
const scalar = (x: number): Tensor => ({ shape: [], data: Float64Array.of(x) });

test('a cotangent weighs the elements of the result', () => {
  const text = gradients('x*x', { x: ['n'] }, ['x'], 'g');
  expect(text).toEqual({ x: '2 * x * g' });
  const shapes = { x: [4], g: [4] };
  const values = { x: vector(0, 1, 2, 3), g: vector(1, 10, 100, 1000) };
  expect([...evaluate('2 * x * g', shapes, values).data]).toEqual([0, 20, 400, 6000]);
});

test('what is detached is a constant, printed as its value', () => {
  expect(gradients('let y = x*x; let u = detach(y); sum(u*x)', { x: ['n'] })).toEqual({ x: 'x^2' });
});

test('a sum over a shifted diagonal is that of what it picks', () => {
  expect(gradients('sum(A @ eye(3)[1:])', { A: ['m', 2] as never })).toEqual({ A: 'ones(length(A), 2)' });
});

test('only variables asked for are differentiated', () => {
  expect(gradients('let z = w@x+b; sum(z)', { w: ['m', 'n'], x: ['n'], b: ['m'] }, ['b'])).toEqual({
    b: 'ones(length(b))',
  });
});

test('a variable that does not matter has gradient zero', () => {
  expect(gradients('sum(x)', { x: ['n'], y: ['m'] }, ['y'])).toEqual({ y: 'zeros(length(y))' });
});

test('shared terms keep the names that the program gives them', () => {
  const text = gradients(
    'let margin = y*(X@w); sum(exp(-margin)+margin^2*margin)',
    { X: ['m', 'n'], w: ['n'], y: ['m'] },
    ['w'],
  );
  expect(text).toEqual({ w: "let margin = y * (X @ w); X' @ (y * (3 * margin^2 - exp(-margin)))" });
});

test.each([
  ['sum(where(x>0, sqrt(x), 0))', [-1, 0, 4], [0, 0, 0.25]],
  ['sum(where(x>0, log(x), 0))', [-1, 0, 4], [0, 0, 0.25]],
  ['where(x>0, sum(A@sqrt(x)), 0)', [-1, 0, -2], [0, 0, 0]],
])('%s gives no nan from the branch not taken', (formula, x, expected) => {
  const shapes = { x: [3], A: [2, 3] };
  const values = {
    x: vector(...(x as number[])),
    A: { shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 6) },
  };
  for (const name of ['x', 'A']) {
    const text = (gradients(formula as string, shapes, [name]) as Record<string, string>)[name] as string;
    const found = [...evaluate(text, shapes, values).data];
    expect(found).toEqual(name === 'x' ? expected : found.map(() => 0));
  }
});

test('a power at a negative base has no nan', () => {
  expect(evaluate('3 * x^2', { x: [] }, { x: scalar(-2) }).data[0]).toBe(12);
  expect(gradients('x^3', { x: [] })).toEqual({ x: '3 * x^2' });
});

test('a product with a factor zero is right', () => {
  const shapes = { t: [3] };
  const { t } = gradients('prod(t)', shapes) as { t: string };
  expect([...evaluate(t, shapes, { t: vector(2, 0, 5) }).data]).toEqual([0, 10, 0]);
});

test.each([
  ['sum(sort(x))', { x: ['n'] }, /sorting/],
  ['sum(cumsum(x))', { x: ['n'] }, /running sum/],
])('%s of %j is refused in one sentence', (formula, shapes, reason) => {
  expect(gradients(formula as string, shapes)).toMatch(reason as RegExp);
});

test('what has no matrix form is written for every element', () => {
  expect(gradients('prod(t)', { t: ['n'] })).toEqual({
    t: '[prod(t[j] for j in 0..length(t) if j != i) for i in 0..length(t)]',
  });
  expect(gradients('prod(t)', { t: [65] })).toEqual({
    t: '[prod(t[j] for j in 0..65 if j != i) for i in 0..65]',
  });
});

test('decimal numbers stay exact', () => {
  expect(gradients('0.1*x^3+1e-3*x', { x: [] })).toEqual({ x: '0.3 * x^2 + 0.001' });
  expect(gradients('x/3', { x: [] })).toEqual({ x: '1 / 3' });
});

test('names of let statements collide with nothing', () => {
  const text = gradients('sum((exp(t1@x)+t1@x)^2)', { t1: ['m', 'n'], x: ['n'] }, ['x']) as { x: string };
  expect(text.x).toMatch(/^let t2 = t1 @ x; /);
});

test.each([
  ['4 * x', 1],
  ['-x', 1],
  ['-2 * x', 1],
  ["2 * A' @ (A @ x - y)", 5],
  ['x > 1 ? 2 * x : 3', 3],
  ['ones(length(x))', 1],
  ['x[0] + sum(x, axis=0)', 2],
])('%s takes %d operations', (text, count) => {
  expect(countOperations(parseExpression(text as string))).toBe(count);
});
