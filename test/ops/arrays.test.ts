/**
 * The array primitives: values by what they are defined to be, derivatives of first and second order by all modes
 * against differences, singular matrices, stacks, and generated code against the interpreter.
 */
import type { Nested, Tensor } from '../../src/core/tensor.js';
import { interpret } from '../../src/ir/interpret.js';
import { arrayRows } from '../../src/ops/table.js';
import { derive, prepare, reverseDerivation, valueDerivation } from '../../src/passes/pipeline.js';
import { compileFunc } from '../../src/run/compile.js';
import { openProblem } from '../../src/run/open.js';
import {
  differenceGradient,
  forwardGradient,
  near,
  reverseGradient,
  secondDerivatives,
  secondDifference,
} from '../support/derivatives.js';
import { evaluated, sameBits, sampleOf, tensorOf, type Values } from '../support/lowered.js';

/** A matrix of numbers in [-1, 1) that are the same in every run, with `diagonal` added to its diagonal. */
function matrix(n: number, seed: number, diagonal = 0, m = n): number[][] {
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: m }, (_, j) => {
      const t = Math.sin(12.9898 * (i + 1) + 78.233 * (j + 1) + 3.7 * seed) * 43758.5453;
      return 2 * (t - Math.floor(t)) - 1 + (i === j ? diagonal : 0);
    }),
  );
}

/** The determinant by expansion along the first row (Laplace). */
function laplace(a: readonly (readonly number[])[]): number {
  if (a.length === 0) return 1;
  return (a[0] as readonly number[]).reduce(
    (sum, x, j) => sum + (j % 2 === 0 ? 1 : -1) * x * minor(a, 0, j),
    0,
  );
}

/** The determinant without row i and column j. */
function minor(a: readonly (readonly number[])[], i: number, j: number): number {
  return laplace(a.filter((_, r) => r !== i).map((row) => row.filter((_, c) => c !== j)));
}

const flat = (nested: Nested): number[] => [...tensorOf(nested).data];

describe.each([1, 2, 3, 4, 5])('matrices of order %d', (n) => {
  const A = matrix(n, n);
  const at = (source: string, values: Values = {}) => [...evaluated(source, { A, ...values }).data];
  const close = (own: readonly number[], truth: readonly number[]) => {
    expect(own.length).toBe(truth.length);
    for (const [i, x] of own.entries()) expect(x).toBeCloseTo(truth[i] as number, 11);
  };
  const identity = flat(matrix(n, 0).map((row, i) => row.map((_, j) => (i === j ? 1 : 0))));

  test('det is Laplace’s expansion', () => close(at('det(A)'), [laplace(A)]));
  test('adjugate holds the signed minors', () => {
    const minors = A.map((_, i) => A.map((_, j) => ((i + j) % 2 === 0 ? 1 : -1) * minor(A, j, i)));
    close(at('adjugate(A)'), flat(minors));
  });
  test('inv, solve and logdet', () => {
    close(at('A @ inv(A)'), identity);
    close(at('inv(A) @ A'), identity);
    const b = matrix(n, 7)[0] as number[];
    close(at('A @ solve(A, b)', { b }), b);
    close(at('A @ solve(A, B)', { B: matrix(n, 8, 0, 2) }), flat(matrix(n, 8, 0, 2)));
    close(at("logdet(A @ A')"), [2 * Math.log(Math.abs(laplace(A)))]);
  });
  test('cholesky is a lower triangular root', () => {
    close(at("let L = cholesky(A @ A' + eye(length(A))); L @ L' - A @ A'"), identity);
    const own = evaluated("cholesky(A @ A' + eye(length(A)))", { A });
    own.data.forEach((x, k) => {
      if (k % n > Math.floor(k / n)) expect(x).toBe(0);
    });
  });
});

const A = matrix(3, 1, 2);
const samples: readonly (readonly [string, Values])[] = [
  ['det(A)', { A }],
  ['det(A)', { A: matrix(3, 2) }],
  ['logdet(A)', { A: matrix(3, 1, 3) }],
  ['inv(A)', { A }],
  ['sin(inv(A) @ A @ [1, 2, 3] * det(A))', { A }],
  ['solve(A, b)', { A, b: [0.3, -1.2, 0.7] }],
  ['solve(A, B)', { A, B: matrix(3, 5, 0, 2) }],
  ['adjugate(A)', { A }],
  ["cholesky(A @ A')", { A }],
  ['cholesky(A)', { A: matrix(3, 4, 4) }],
  ['sort(x)^2', { x: [0.3, -1.2, 2.5, 0.1] }],
  ['sort(A)^2', { A }],
  ['sort(A, axis=0) * A', { A }],
  ['x * argmax(x) + argmin(x)', { x: [0.3, -1.2, 2.5, 0.1] }],
  ['det(T)', { T: [matrix(2, 1), matrix(2, 2), matrix(2, 3)] }],
  ['inv(T)', { T: [matrix(2, 1, 2), matrix(2, 2, 2)] }],
  ['solve(T, B)', { T: [matrix(2, 1, 2), matrix(2, 2, 2)], B: [matrix(2, 3), matrix(2, 4)] }],
  ['logdet(T) + sum(cholesky(T) * adjugate(T))', { T: [matrix(2, 1, 3), matrix(2, 2, 3)] }],
  ['where(x > 5, det(A * x), x^2)', { A, x: 1.5 }],
];

test('every array primitive that formulas can call is among the samples', () => {
  const missing = arrayRows.filter(
    (r) => !r.hidden && !samples.some(([source]) => source.includes(`${r.name}(`)),
  );
  expect(missing.map((r) => r.name)).toEqual([]);
});

describe.each(samples)('%s', (source, values) => {
  const sample = sampleOf(source, values);

  test('first derivatives agree with differences', () => {
    const truth = differenceGradient(sample);
    const modes = [reverseGradient(sample), forwardGradient(sample), forwardGradient(sample, true)];
    for (const own of modes)
      for (const [i, d] of truth.entries())
        expect(Math.abs((own[i] as number) - d.value)).toBeLessThan(
          10 * d.error + 1e-8 * Math.max(1, Math.abs(d.value)),
        );
  });

  test('second derivatives by all compositions agree with differences', () => {
    const d = secondDifference(sample);
    for (const [how, own] of Object.entries(secondDerivatives(sample)))
      expect([how, Math.abs(own - d.value) < 100 * d.error + 1e-7 * Math.max(1, Math.abs(d.value)), own, d.value]).toEqual([how, true, own, d.value]); // biome-ignore format: one line
  });

  test('generated code computes what the interpreter does, to the last bit', () => {
    const func = prepare(sample.func);
    for (const by of [valueDerivation, reverseDerivation(sample.wrt)]) {
      const derived = derive(func, by);
      const output = interpret(derive(func, valueDerivation), sample.args)[0] as Tensor;
      const seed = { shape: output.shape, data: output.data.map((_, i) => 1 + 0.5 * i) };
      const args = derived.params.length > sample.args.length ? [...sample.args, seed] : sample.args;
      const [own, truth] = [compileFunc(derived).run(args), interpret(derived, args)];
      for (const [i, t] of truth.entries()) expect(sameBits(own[i] as Tensor, t)).toBe(true);
    }
  });

  test('the symbolic gradient, where there is one, is that of reverse mode', () => {
    const problem = openProblem(source, {
      values: new Map(Object.entries(values).map(([n, v]) => [n, tensorOf(v)])),
    });
    const cotangent = { shape: problem.outputShape, data: problem.value().data.map(() => 1) };
    const [symbolic, reverse] = [problem.symbolicGradient(cotangent), problem.reverseGradient(cotangent)];
    if (!('gradient' in symbolic) || !('gradient' in reverse)) return;
    for (const [name, t] of reverse.gradient)
      t.data.forEach((x, i) => {
        expect(near(symbolic.gradient.get(name)?.data[i] as number, x, 1e-9)).toBe(true);
      });
  });
});

describe('singular matrices', () => {
  const gradient = (source: string, values: Values) => reverseGradient(sampleOf(source, values));

  test('det has the adjugate as its gradient, and derivatives of second order', () => {
    const S = [[1, 2, 3], [2, 4, 6], [1, 0, 1]]; // biome-ignore format: a matrix
    const minors = S.map((_, i) => S.map((_, j) => ((i + j) % 2 === 0 ? 1 : -1) * minor(S, i, j)));
    for (const [i, x] of gradient('det(A)', { A: S }).entries())
      expect(x).toBeCloseTo(flat(minors)[i] as number, 12);
    const rankOne = [[1, 2, 3], [2, 4, 6], [3, 6, 9]]; // biome-ignore format: a matrix
    expect(gradient('det(A)', { A: rankOne }).every((x) => Math.abs(x) < 1e-12)).toBe(true);
    for (const sample of [sampleOf('det(A)', { A: S }), sampleOf('det(A)', { A: rankOne })]) {
      const d = secondDifference(sample);
      for (const own of Object.values(secondDerivatives(sample)))
        expect(Math.abs(own - d.value)).toBeLessThan(100 * d.error + 1e-7);
    }
  });

  test('inverses of singular matrices are not finite, and say so', () => {
    const problem = openProblem('sum(inv(A))', { values: new Map([['A', tensorOf([[1, 2], [2, 4]])]]) }); // biome-ignore format: one line
    expect(problem.value().data.every(Number.isFinite)).toBe(false);
    expect(problem.hardPoints().map((d) => d.code)).toContain('not-finite');
  });

  test('a branch that is not taken does not pass on what a singular matrix makes', () => {
    const sample = sampleOf('where(x > 0, sum(inv(A * 0)), x^2)', { A: matrix(2, 1), x: -3 });
    expect(reverseGradient(sample)).toEqual([-6, 0, 0, 0, 0].sort());
  });
});

test('equal elements share the derivative of sort evenly', () => {
  const sample = sampleOf('dot(sort(x), [1, 2, 4, 8])', { x: [2, 5, 2, 2] });
  for (const own of [reverseGradient(sample), forwardGradient(sample)])
    for (const [i, x] of [7 / 3, 8, 7 / 3, 7 / 3].entries()) expect(own[i]).toBeCloseTo(x, 13);
});

test('NaN sorts last, and is what argmax finds', () => {
  expect([...evaluated('sort([3, x/x, 1])', { x: 0 }).data]).toEqual([1, 3, Number.NaN]);
  expect(evaluated('argmax([3, x/x, 5])', { x: 0 }).data[0]).toBe(1);
});
