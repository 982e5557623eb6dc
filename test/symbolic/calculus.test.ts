/** Jacobians and Hessians as they should print, that they parse back, and that their numbers are those of differences. */
import { parseProgram, printProgram } from '../../grammar/index.js';
import type { Tensor } from '../../src/core/tensor.js';
import { symbolicGradient } from '../../src/passes/symbolic/index.js';
import { evaluate, gradients, lowered, randomValues, type Shapes, textOf, type Values } from './harness.js';

const s: readonly string[] = [];
const n = ['n'];
const m = ['m'];
const mn = ['m', 'n'];
const nn = ['n', 'n'];

type Row = readonly [formula: string, shapes: Shapes, name: string, expected: string];

const jacobians: readonly Row[] = [
  ['A@x', { A: mn, x: n }, 'x', 'A'],
  [
    'A@x',
    { A: mn, x: n },
    'A',
    '[i == j ? x[k] : 0 for i in 0..length(A) for j in 0..length(A) for k in 0..length(x)]',
  ],
  ['sin(x)', { x: n }, 'x', 'diag(cos(x))'],
  ['x*y', { x: n, y: n }, 'x', 'diag(y)'],
  ['x*y', { x: n, y: s }, 'y', 'x'],
  ['x*y', { x: n, y: s }, 'x', 'y * eye(length(x))'],
  ['softmax(x)', { x: n }, 'x', 'let t1 = softmax(x); diag(t1) - outer(t1, t1)'],
  ['log_softmax(x)', { x: n }, 'x', 'eye(length(x)) - softmax(x)'],
  ['x/norm(x)', { x: n }, 'x', '(eye(length(x)) - outer(x, x) / norm(x)^2) / norm(x)'],
  ['tanh(A@x+b)', { A: mn, x: n, b: m }, 'x', 'diag(1 / cosh(A @ x + b)^2) @ A'],
  ['relu(W@x)', { W: mn, x: n }, 'x', 'diag(where(W @ x > 0, 1, 0)) @ W'],
  ['A@x*y', { A: mn, x: n, y: m }, 'x', 'diag(y) @ A'],
  ['x[1:]', { x: n }, 'x', 'concat(zeros(length(x) - 1, 1), eye(length(x) - 1), axis=1)'],
  ['flip(x)', { x: n }, 'x', 'eye(length(x))[:, ::-1]'],
  ['x-mean(x)', { x: n }, 'x', 'eye(length(x)) - 1 / length(x)'],
  ['solve(A,b)', { A: nn, b: n }, 'b', 'inv(A)'],
  ['cross(x,y)', { x: [3], y: [3] }, 'x', '[[0, y[2], -y[1]], [-y[2], 0, y[0]], [y[1], -y[0], 0]]'],
  ['[x[0]*x[1], x[0]^2]', { x: [2] }, 'x', '[[x[1], x[0]], [2 * x[0], 0]]'],
  [
    'A@X@B',
    { A: mn, X: ['n', 'k'], B: ['k', 'h'] },
    'X',
    '[B[l, j] * A[i, k] for i in 0..length(A) for j in 0..shape(B)[1] for k in 0..length(X) for l in 0..length(B)]',
  ],
];

const hessians: readonly Row[] = [
  ["x'@A@x", { x: n, A: nn }, 'x', "A + A'"],
  ['norm(A@x-y)^2', { A: mn, x: n, y: m }, 'x', "2 * A' @ A"],
  ['sum(x^3)', { x: n }, 'x', 'diag(6 * x)'],
  ['sum(x*log(x))', { x: n }, 'x', 'diag(1 / x)'],
  ['logsumexp(x)', { x: n }, 'x', 'let t1 = softmax(x); diag(t1) - outer(t1, t1)'],
  ['log(sum(exp(x)))', { x: n }, 'x', 'let t1 = softmax(x); diag(t1) - outer(t1, t1)'],
  ['norm(x)', { x: n }, 'x', '(eye(length(x)) - outer(x, x) / norm(x)^2) / norm(x)'],
  ['exp(-dot(x,x)/2)', { x: n }, 'x', 'exp(-dot(x, x) / 2) * (outer(x, x) - eye(length(x)))'],
  ['dot(a,x)^2', { a: n, x: n }, 'x', '2 * outer(a, a)'],
  ['variance(x)', { x: n }, 'x', '2 * (eye(length(x)) - 1 / length(x)) / length(x)'],
  ['sum(tanh(W@x))', { W: mn, x: n }, 'x', "let t1 = W @ x; -2 * W' @ diag(sinh(t1) / cosh(t1)^3) @ W"],
  [
    'sum(log(exp(-y*(X@w))+1))',
    { X: mn, w: n, y: m },
    'w',
    "let t1 = y * (X @ w); X' @ diag(y^2 * sigmoid(-t1) * sigmoid(t1)) @ X",
  ],
  ['(x[0]-1)^2+x[0]*x[1]^2', { x: [2] }, 'x', '[[2, 2 * x[1]], [2 * x[1], 2 * x[0]]]'],
];

function jacobian(formula: string, shapes: Shapes, name: string): string {
  const answer = symbolicGradient(lowered(formula, shapes), [name], { jacobian: true });
  if ('unavailable' in answer) throw new Error(answer.unavailable);
  const found = answer.gradients.get(name);
  if (!found) throw new Error(`no derivative with respect to ${name}`);
  return textOf(found);
}

/** Differences of every element of the result, the result's axes first. */
function slopes(formula: string, shapes: Shapes, values: Values, name: string): number[] {
  const at = values[name] as Tensor;
  const shifted = (i: number, by: number) => {
    const data = Float64Array.from(at.data);
    data[i] = (data[i] as number) + by;
    return evaluate(formula, shapes, { ...values, [name]: { ...at, data } }).data;
  };
  const columns = Array.from(at.data, (_, i) => {
    const slope = (h: number) => {
      const [up, down] = [shifted(i, h), shifted(i, -h)];
      return Array.from(up, (u, k) => (u - (down[k] as number)) / (2 * h));
    };
    const [fine, coarse] = [slope(0.0005), slope(0.001)];
    return fine.map((f, k) => (4 * f - (coarse[k] as number)) / 3);
  });
  return (columns[0] ?? []).flatMap((_, k) => columns.map((c) => c[k] as number));
}

function expectRight(text: string, expected: string, of: string, [, shapes, name]: Row): void {
  expect(text).toBe(expected);
  expect(printProgram(parseProgram(text).program).replaceAll('\n', '; ')).toBe(text);
  for (const seed of [1, 2]) {
    const values = randomValues(shapes, seed);
    const numbers = evaluate(text, shapes, values).data;
    const truth = slopes(of, shapes, values, name);
    expect(numbers).toHaveLength(truth.length);
    for (const [i, d] of truth.entries())
      expect(Math.abs((numbers[i] as number) - d)).toBeLessThan(1e-7 * (1 + Math.abs(d)));
  }
}

test.each(jacobians)('the Jacobian of %s, %j, by %s', (...row) => {
  const [formula, shapes, name, expected] = row;
  expectRight(jacobian(formula, shapes, name), expected, formula, row);
});

test.each(hessians)('the Hessian of %s, %j, by %s', (...row) => {
  const [formula, shapes, name, expected] = row;
  const gradient = (gradients(formula, shapes, [name]) as Record<string, string>)[name] as string;
  expectRight(jacobian(gradient, shapes, name), expected, gradient, row);
});
