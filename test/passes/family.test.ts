/**
 * The derivative family as compositions of passes: many tangents in one sweep give what each gives alone, second
 * derivatives agree however they are composed, and products cost a few times what the value costs.
 */
import fc from 'fast-check';
import { type Tensor, zerosLike } from '../../src/core/tensor.js';
import { configureRunner } from '../../src/passes/pass.js';
import { gradientProblem, openProblem } from '../../src/run/open.js';
import type { Point, Problem } from '../../src/run/problem.js';
import { SecondOrder } from '../../src/run/second.js';
import { Sweeps } from '../../src/run/sweeps.js';
import { formulas, scalarFormulas } from '../support/formulas.js';
import { tensorOf, type Values } from '../support/lowered.js';
import { randomPrograms } from '../support/randomPrograms.js';

const SEED = Number(process.env.SEED ?? 20_251);
const MORE = Number(process.env.MORE ?? 1);

beforeAll(() => configureRunner({ verify: true }));
afterAll(() => configureRunner({}));

const pointOf = (values: Values): Map<string, Tensor> =>
  new Map(Object.entries(values).map(([name, v]) => [name, tensorOf(v)]));

function opened(source: string, values: Values): Problem {
  return openProblem(source, { values: pointOf(values) });
}

/** A direction without any zeros. */
const directionAt = ({ point }: Problem): Point =>
  new Map(
    [...point].map(([name, t]) => [name, { ...t, data: t.data.map((_, i) => ((i * 7 + 3) % 5) - 1.7) }]),
  );

const finite = (numbers: Iterable<number>) => [...numbers].every(Number.isFinite);

function expectClose(got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  const scale = Array.from(wanted).reduce((m, x) => Math.max(m, Math.abs(x)), 1);
  const off = Array.from(got, (x, i) => Math.abs(x - (wanted[i] as number)));
  const within = got.length === wanted.length && off.every((d) => d <= tolerance * scale);
  expect([within, Array.from(got), Array.from(wanted)]).toEqual([true, Array.from(got), Array.from(wanted)]);
}

test.each([
  ['formulas', formulas, 60],
  ['programs', randomPrograms, 40],
] as const)(
  'many tangents or cotangents in one sweep give what each gives alone, for random %s',
  (_, from, runs) => {
    let compared = 0;
    fc.assert(
      fc.property(from, ({ source, values }) => {
        const problem = opened(source, values);
        const sweeps = new Sweeps(problem);
        if (!finite(problem.value().data)) return;
        const forward = sweeps.jacobianForward();
        const reverse = sweeps.jacobianReverse();
        const m = sweeps.outputs;
        for (const { name, wrt } of problem.variables) {
          if (!wrt) continue;
          const [columns, rows] = [forward.get(name)?.data, reverse.get(name)?.data] as Float64Array[];
          if (!columns || !rows || !finite(columns) || !finite(rows)) continue;
          compared++;
          expectClose(columns, rows, 1e-9);
          const n = columns.length / m;
          for (let i = 0; i < n; i++) {
            const direction = new Map([...problem.point].map(([key, t]) => [key, zerosLike(t)]));
            (direction.get(name) as Tensor).data[i] = 1;
            const alone = sweeps.tangent(direction).data;
            expectClose(
              Array.from({ length: m }, (_, k) => columns[k * n + i] as number),
              alone,
              1e-12,
            );
          }
        }
      }),
      { numRuns: runs * MORE, seed: SEED },
    );
    expect(compared).toBeGreaterThan(runs / 2);
  },
);

test('a tangent by forward mode is a tangent by two reverse sweeps', () => {
  let compared = 0;
  fc.assert(
    fc.property(formulas, ({ source, values }) => {
      const problem = opened(source, values);
      const sweeps = new Sweeps(problem);
      const direction = directionAt(problem);
      const [a, b] = [sweeps.tangent(direction).data, sweeps.transposedTangent(direction).data];
      if (!finite(a) || !finite(b)) return;
      compared++;
      expectClose(a, b, 1e-9);
    }),
    { numRuns: 80 * MORE, seed: SEED },
  );
  expect(compared).toBeGreaterThan(50);
});

test('forward over reverse, reverse over forward and reverse over reverse give one Hessian, which is symmetric', () => {
  let compared = 0;
  fc.assert(
    fc.property(scalarFormulas, ({ source, values }) => {
      const problem = opened(source, values);
      const gradient = gradientProblem(source, { values: pointOf(values) });
      const sweeps = new Sweeps(gradient);
      const direction = directionAt(problem);
      const product = sweeps.tangent(direction).data;
      const other = [...new SecondOrder(problem).product(direction).values()].flatMap((t) => [...t.data]);
      const third = [
        ...sweeps.cotangent({ shape: [product.length], data: flat(direction, problem) }).values(),
      ];
      if (!finite(product) || !finite(other)) return;
      compared++;
      expectClose(other, product, 1e-8);
      expectClose(
        third.flatMap((t) => [...t.data]),
        product,
        1e-8,
      );
      const matrix = matrixOf(sweeps.jacobianForward(), product.length);
      const transposed = matrix.map((_, i) => matrix.map((row) => row[i] as number));
      expectClose(matrix.flat(), transposed.flat(), 1e-9);
    }),
    { numRuns: 60 * MORE, seed: SEED },
  );
  expect(compared).toBeGreaterThan(40);
});

function flat(direction: Point, { variables }: Problem): Float64Array {
  return Float64Array.from(
    variables.filter((v) => v.wrt).flatMap((v) => [...(direction.get(v.name) as Tensor).data]),
  );
}

/** The rows of a square Jacobian. */
function matrixOf(jacobian: Point, n: number): number[][] {
  return Array.from({ length: n }, (_, k) =>
    [...jacobian.values()].flatMap(({ data }) => {
      const width = data.length / n;
      return [...data.subarray(k * width, (k + 1) * width)];
    }),
  );
}

const n = 200;
const vectorOf = (f: (i: number) => number) => Array.from({ length: n }, (_, i) => f(i));
const x = vectorOf((i) => Math.sin(i) / 2);
const y = vectorOf((i) => Math.cos(i));
const A = vectorOf((i) => i).map((i) => vectorOf((j) => Math.sin(i + 2 * j)));

/** Programs whose value is worth counting, and what they are differentiated by. */
const counted: readonly (readonly [string, readonly string[], Values, number])[] = [
  ['sum(sin(x)*exp(y))', ['x', 'y'], { x, y }, 5],
  ["x' @ A @ x", ['x'], { x, A }, 5],
  // All of the matrix moves: its directions alone are as many numbers as the value takes multiplications.
  ["x' @ A @ x", ['x', 'A'], { x, A }, 7],
  ['sum(softplus(-y*(A@x)))', ['x'], { x, y, A }, 5],
  ['logsumexp(A@x)', ['x'], { x, A }, 5],
  ['sum(tanh(A @ tanh(A @ x))^2)', ['x'], { x, A }, 5],
  ['sum((x[1:] - x[:-1]^2)^2 + (1 - x[:-1])^2)', ['x'], { x }, 5],
  ['log(sum(exp(x)))*dot(x, y) + norm(x - y)', ['x'], { x, y }, 5],
  ['sum(cumsum(x)*sqrt(1 + x^2))', ['x'], { x }, 5],
];

test.each(counted)(
  'products with derivatives of %s by %j take a few times its operations',
  (source, wrt, values, most) => {
    const options = { values: pointOf(values), wrt };
    const problem = openProblem(source, options);
    const sweeps = new Sweeps(problem);
    const value = sweeps.cost('value');
    const times = {
      jvp: sweeps.cost('tangent') / value,
      vjp: sweeps.cost('cotangent') / value,
      'forward over reverse': new Sweeps(gradientProblem(source, options)).cost('tangent') / value,
      'reverse over forward': new SecondOrder(problem).cost / value,
    };
    const hvp = Math.min(times['forward over reverse'], times['reverse over forward']);
    expect([times, times.jvp <= 3.01, times.vjp <= 3, hvp <= most]).toEqual([times, true, true, true]);
  },
);
