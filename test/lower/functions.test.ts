/** Functions and comprehensions: what programs compute, against values by hand. */
import { printDim } from '../../src/core/affine.js';
import { printFunc, printType } from '../../src/ir/print.js';
import type { TensorType } from '../../src/ir/types.js';
import { verifyFunc } from '../../src/ir/verify.js';
import { lowerGeneric, parse } from '../../src/run/program.js';
import { mentionedIn } from '../ir/show.js';
import { sampleOf, type Values } from '../support/lowered.js';
import { run } from './run.js';

const programs: readonly (readonly [source: string, value: unknown])[] = [
  // Functions
  ['fn f(a) = a^2; f(x)', 9],
  ['fn f(a, b) = a - b; f(x, 1) + f(1, x)', 0],
  ['fn f(a) { let b = a + 1; b * b }; f(x)', 16],
  ['let k = 5; fn f(a) = a * k; f(x)', 15],
  ['fn f(a) = g(a) + 1; fn g(a) = 2 * a; f(x)', 7],
  ['fn f(a) { fn g(b) = a * b; g(a) + g(1) }; f(x)', 12],
  ['fn f(a) { var b = a * 2; while norm(b) < 1000 { b = b * 2 }; if sum(b) > 0 { b } else { 100 * b } }; f(x)', 1536],
  ['fn f(a) { var b = a * 2; while norm(b) < 1000 { b = b * 2 }; if sum(b) > 0 { b } else { 100 * b } }; f(v)', [256, 512, 1024]],
  ['fn mean_of(a: [n]) = sum(a) / n; mean_of(v)', 7 / 3],
  ['fn f(a: [n], b: [n]) = dot(a, b) + n; f(v, v)', 24],
  ['fn f(A: [m, n], b: [n-1]) = sum(A) + sum(b) + 100*m + 10*n; f(outer(v, v), v[1:])', 385],
  ['fn f(a: [2*n]) = n; f(concat(v, x * ones(1)))', 2],
  ['let u = v; fn f(k: int) = u[k]; f(2)', 4],
  ['fn fac(k) = k < 2 ? 1 : k * fac(k - 1); x * fac(5)', 360],
  ['fn fib(k) = if k < 2 { k } else { fib(k - 1) + fib(k - 2) }; x * fib(10)', 165],
  ['fn total(a: [n]) = n == 1 ? a[0] : total(a[:n-1]) + a[n-1]; total(v)', 7],
  ['fn total(a) { if length(a) == 0 { 0 } else { a[0] + total(a[1:]) } }; total(v)', 7],
  ['fn f(a) = sin(a); fn sin(a) = a + 1; f(x)', 4],
  ['fn sq(a) = a * a; var s = 0; for i in 0..3 { s += sq(v[i]) }; s', 21],
  ['fn inc(a) { var b = a; b += 1; b }; var s = x; s = inc(s) + inc(s); s', 8],
  ['fn set(a) { var b = a; b[0] = 0; b }; sum(set(v)) + v[0]', 7],
  // Comprehensions
  ['[i^2 * x for i in 0..4]', [0, 3, 12, 27]],
  ['[v[i] + i for i in 0..3]', [1, 3, 6]],
  ['[v[2 - i] for i in 0..3]', [4, 2, 1]],
  ['[v[i] * v[j] for i in 0..2 for j in 0..3]', [[1, 2, 4], [2, 4, 8]]],
  ['[[v[i], x] for i in 0..3]', [[1, 3], [2, 3], [4, 3]]],
  ['[v[i:i+2] for i in 0..2]', [[1, 2], [2, 4]]],
  ['[i > 0 ? v[i-1] : 0 for i in 0..3]', [0, 1, 2]],
  ['[sum(v[j] for j in 0..3 if j != i) for i in 0..3]', [6, 5, 3]],
  ['[[i + j for j in 0..2] for i in 0..2]', [[0, 1], [1, 2]]],
  ['[x for i in 0..0]', []],
  ['sum(v[i] * v[i+1] for i in 0..2)', 10],
  ['sum(v[i] for i in 0..0)', 0],
  ['sum(v[i] * v[j] for i in 0..3 for j in 0..3 if i != j)', 28],
  ['sum(v[i] * v[j] for i in 0..3 for j in 0..i)', 14],
  ['sum(v * v[i] for i in 0..3)', [7, 14, 28]],
  ['prod(v[j] for j in 0..3 if j != 1)', 4],
  ['max(v[i] - i for i in 0..3)', 2],
  ['min(v[i] - i for i in 0..3 if i > 0)', 1],
  ['mean(v[i] for i in 0..3)', 7 / 3],
  ['mean(v[i] for i in 0..3 if i > 0)', 3],
  ['count(v[i] > 1 for i in 0..3)', 2],
  ['logsumexp(0 * v[i] for i in 0..3)', Math.log(3)],
  ['any(v[i] > 3 for i in 0..3) ? 1 : 0', 1],
  ['all(v[i] > 1 for i in 0..3 if i > 0) ? 1 : 0', 1],
  ['prod(v[i-1] for i in 0..3 if i > 0)', 2],
  ['sum(sum(v[j] for j in 0..i) for i in 0..3)', 4],
  ['sum((-1)^j * v[j] for j in 0..3)', 3],
  ['fn sq(a) = a^2; sum(sq(v[i]) for i in 0..3)', 21],
  ['fn pow2(a, k) { var p = 1; for i in 0..k { p *= a }; p }; [pow2(v[i], i) for i in 0..3]', [1, 2, 16]],
  ['var s = 0; for i in 0..3 { s += sum(v[j] for j in 0..i) }; s', 4],
  ['var s = x; [s * v[i] for i in 0..3]', [3, 6, 12]],
  ['fn without(A: [n, n], j) = [A[r + 1, c < j ? c : c + 1] for r in 0..n-1 for c in 0..n-1]\nfn det_of(A: [n, n]) {\n  if n == 1 { A[0, 0] } else { sum((-1)^j * A[0, j] * det_of(without(A, j)) for j in 0..n) }\n}\ndet_of([[2, x, 1], [0, 1, 4], [5, 6, 0]])', 2 * (0 - 24) - 3 * (0 - 20) + (0 - 5)],
]; // biome-ignore format: a table

test.each(programs)('%s', (source, value) => {
  const values = Object.fromEntries(
    Object.entries({ x: 3, v: [1, 2, 4] }).filter(([name]) => new RegExp(`\\b${name}\\b`).test(source)),
  );
  expect(run(source, values)).toEqual(value);
});

test('data of integers', () => {
  const source = 'param x: [n]; param w: [p]; data i: int[p]; sum(x[i[k]] * w[k] for k in 0..p)';
  expect(run(source, { x: [10, 20, 30], w: [1, 2, 3, 4], i: [2, 0, 2, 1] })).toBe(30 + 20 + 90 + 80);
  expect(run('param x: [n]; data i: int[p]; x[i]', { x: [10, 20, 30], i: [2, 0, 2] })).toEqual([30, 10, 30]);
  expect(run('param x: [n]; data m: int; sum(x[k] for k in m..n)', { x: [10, 20, 30], m: 1 })).toBe(50);
});

test('arguments of a formula are found through its functions', () => {
  expect(run('fn f(u) = u[0] + u[2]; f(a)', { a: [1, 2, 3] })).toBe(4);
  expect(run('fn f(x) = x^2; f(x)', { x: 3 })).toBe(9);
  expect(run('fn f(k) = v[k]; f(m) + sum(v)', { v: [1, 2, 3], m: 1 })).toBe(8);
});

/** How often an operation stands in a program, regions included. */
function countOf(kind: string, source: string, values: Values): number {
  const text = printFunc(sampleOf(source, mentionedIn(source, values)).func);
  return (text.match(new RegExp(`= ${kind}\\b`, 'g')) ?? []).length;
}

test('a comprehension is code for whole tensors where it can be', () => {
  const v = [1, 2, 4];
  const A = [v, [0, 1, 0], [2, 2, 2]];
  for (const source of [
    '[v[i]^2 + i for i in 0..3]',
    'sum(sin(v[i]) * A[i, j] for i in 0..3 for j in 0..3 if i != j)',
    '[sum(A[i, k] * A[k, j] for k in 0..3) for i in 0..3 for j in 0..3]',
    '[i < 2 ? v[i] : 0 for i in 0..2]',
    'sum(dot(A[i], v) * v[2 - i] for i in 0..3)',
    'max(A[i, j] - v[j] for j in 0..3 for i in 0..3)',
  ]) {
    expect([source, countOf('map', source, { v, A })]).toEqual([source, 0]);
  }
  expect(countOf('slice', '[v[i+1] - v[i] for i in 0..2]', { v })).toBe(2);
  expect(countOf('gather', '[v[i+1] - v[i] for i in 0..2]', { v })).toBe(0);
});

test('what cannot be spread stays a map', () => {
  const v = [1, 2, 4];
  expect(countOf('map', '[i > 0 ? v[i - 1] : 0 for i in 0..3]', { v })).toBe(1);
  expect(
    countOf('map', 'fn f(a) { var s = a; while s < 9 { s *= 2 }; s }; [f(v[i]) for i in 0..3]', { v }),
  ).toBe(1);
});

test('a name for a size serves as one', () => {
  const source = 'param x: [n]; [x[i+1] - x[i] for i in 0..n-1]';
  const { module } = lowerGeneric(parse(source), new Map(), new Map());
  verifyFunc(module.main);
  expect(module.main.requires?.map(printDim)).toEqual(['n-1']);
  expect(printType(module.main.body.results[0]?.type as TensorType)).toBe('float[n-1]');
});

/** Functions that each call the one before twice: the number of operations with calls, of everything that is called. */
function chain(depth: number): string {
  const lines = ['fn f0(a: [n]) = sum(exp(-a^2) * sin(a + 0.5)) / n * a / (1 + dot(a, a)) + k'];
  for (let i = 1; i <= depth; i++) lines.push(`fn f${i}(a) = f${i - 1}(a) - f${i - 1}(2 * a) / 3`);
  return [...lines, 'let k = 0.25 * x[0]', `sum(f${depth}(x))`]
    .sort((a) => (a.startsWith('let') ? -1 : 0))
    .join('\n');
}

/** The same in plain code. */
function chained(depth: number, a: readonly number[], k: number): number[] {
  if (depth === 0) {
    const mean = a.reduce((s, x) => s + Math.exp(-(x ** 2)) * Math.sin(x + 0.5), 0) / a.length;
    const square = a.reduce((s, x) => s + x * x, 0);
    return a.map((x) => (mean * x) / (1 + square) + k);
  }
  const p = chained(depth - 1, a, k);
  const q = chained(depth - 1, a.map((x) => 2 * x), k); // biome-ignore format: short
  return p.map((x, i) => x - (q[i] as number) / 3);
}

test('code does not multiply with the depth of calls', () => {
  const x = [0.5, -1.25, 2];
  const sizes = [8, 10, 12].map((depth) => {
    const { func } = sampleOf(chain(depth), { x });
    verifyFunc(func);
    const value = chained(depth, x, 0.125).reduce((a, b) => a + b);
    expect(run(chain(depth), { x })).toBeCloseTo(value, 12);
    return (
      printFunc(func).length +
      [...(func.functions?.values() ?? [])].map((f) => printFunc(f).length).reduce((a, b) => a + b, 0)
    );
  });
  expect(sizes[2]).toBeLessThan(1.5 * (sizes[1] as number));
});

test('what is known without running is worked out once', () => {
  expect(run('fn fib(k) = k < 2 ? k : fib(k - 1) + fib(k - 2); x * fib(40)', { x: 2 })).toBe(2 * 102334155);
});

test('an integer without a value is a parameter of the run, unless a shape tells it', () => {
  const paramsOf = (source: string) => {
    const { module } = lowerGeneric(parse(source), new Map(), new Map());
    verifyFunc(module.main);
    return module.main.params.map((p) => `${p.name}: ${printType(p.value.type)}`);
  };
  expect(paramsOf('param x: [n]; data m: int; var s = 0; for i in 0..m { s += x[i] }; s')).toEqual([
    'x: float[n]',
    'm: int',
  ]);
  expect(paramsOf('param x: [m]; data m: int; sum(x[i] for i in 0..m)')).toEqual(['x: float[m]']);
  expect(paramsOf('x[k]')).toEqual(['x: float[n]', 'k: int']);
});
