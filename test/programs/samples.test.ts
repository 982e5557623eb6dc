/**
 * The sample programs against the same mathematics in plain TypeScript: values, gradients by central differences of the
 * plain function, and closed forms where there are any.
 */
import { readFileSync } from 'node:fs';
import { type Nested, toNested } from '../../src/core/tensor.js';
import { compile, grad } from '../../src/index.js';
import * as plain from './plain.js';

const read = (name: string) => readFileSync(`${process.cwd()}/samples/${name}.adc`, 'utf8');

type Values = Readonly<Record<string, Nested>>;

/** The values that a program has of its own. */
function defaults(source: string): Record<string, Nested> {
  const { point } = compile(source);
  return Object.fromEntries([...point].map(([name, t]) => [name, toNested(t)]));
}

const leaves = (x: Nested): number[] => (typeof x === 'number' ? [x] : x.flatMap(leaves));

/** The tensor with one of its elements moved. */
function moved(x: Nested, element: number, by: number): Nested {
  let n = 0;
  const visit = (v: Nested): Nested =>
    typeof v === 'number' ? (n++ === element ? v + by : v) : v.map(visit);
  return visit(x);
}

/** Central differences with two steps, extrapolated to the fourth order. */
function slopes(f: (v: Values) => number, values: Values, name: string): number[] {
  const x = values[name] as Nested;
  return leaves(x).map((at, i) => {
    const h = Math.min(1e-3 * Math.max(1e-3, Math.abs(at)), 1e-2);
    const d = (step: number) => {
      const [up, down] = [step, -step].map((by) => f({ ...values, [name]: moved(x, i, by) }));
      return ((up as number) - (down as number)) / (2 * step);
    };
    return (4 * d(h / 2) - d(h)) / 3;
  });
}

const programs: Readonly<Record<string, (v: never) => number>> = {
  gmm: plain.gmm,
  kmeans: plain.kmeans,
  camera: plain.camera,
  lstm: plain.lstm,
  ode: plain.ode,
  polynomial: plain.polynomial,
  logsumexp: plain.logsumexp,
  kepler: plain.kepler,
  cholesky: plain.cholesky,
  dtw: plain.dtw,
  determinant: plain.determinant,
  sparse: plain.sparse,
  embedding: plain.embedding,
};

const near = (a: number, b: number, scale: number) => Math.abs(a - b) <= 2e-9 * scale;

test.each(Object.entries(programs))('%s', (name, f) => {
  const source = read(name);
  const values = defaults(source);
  const answer = grad(source);
  expect(answer.check?.verdict).toBe('agree');
  const value = f(values as never);
  expect(near(answer.value as number, value, Math.max(1, Math.abs(value)))).toBe(true);
  expect(Object.keys(answer.gradient).length).toBeGreaterThan(0);
  for (const [variable, gradient] of Object.entries(answer.gradient)) {
    const own = leaves(gradient);
    const expected = slopes(f as (v: Values) => number, values, variable);
    const scale = Math.max(1, Math.abs(value), ...expected.map(Math.abs));
    const wrong = own.flatMap((g, i) =>
      near(g, expected[i] as number, 100 * scale) ? [] : [{ variable, i, g, expected: expected[i] }],
    );
    expect(wrong).toEqual([]);
  }
});

describe('control-flow', () => {
  const source = read('control-flow');

  /** The function of the tutorial, and how its result relates to its argument. */
  const f = (a: readonly number[]) => {
    let b = a.map((x) => 2 * x);
    while (Math.hypot(...b) < 1000) b = b.map((x) => 2 * x);
    return b.reduce((s, x) => s + x, 0) > 0 ? b : b.map((x) => 100 * x);
  };

  test.each([1.5, 0.0123, 400, 1e6, -0.3, -17, -1e-5, -1])('a = %d: the gradient is f(a)/a', (a) => {
    const answer = grad(source, { a });
    const [value] = f([a]) as [number];
    expect(answer.value).toBe(value);
    expect(answer.gradient.a).toBe(value / a);
    expect(answer.check?.verdict).toBe('agree');
  });

  test('a = -1 gives the 102400 of the tutorial', () => {
    expect(grad(source, { a: -1 }).gradient.a).toBe(102400);
  });

  test.each([[[1, 2, -0.5]], [[-1, -2, 0.5]], [[0.001, 0.002]]])(
    'a = %j: all elements by one factor',
    (a) => {
      const answer = grad(source, { a });
      const factor = (f(a)[0] as number) / (a[0] as number);
      expect(answer.value).toEqual(f(a));
      expect(answer.gradient.a).toEqual(a.map(() => factor));
      expect(answer.check?.verdict).toBe('agree');
    },
  );
});

test('logsumexp: the gradient is the softmax, and sums to 1', () => {
  const { gradient } = grad(read('logsumexp'));
  const x = gradient.x as number[];
  expect(x.reduce((s, v) => s + v, 0)).toBeCloseTo(1, 14);
  expect((x[2] as number) / (x[0] as number)).toBeCloseTo(Math.E, 12);
});

test('kepler: the derivative is that of the implicit function', () => {
  const { M, e } = defaults(read('kepler')) as { M: number; e: number };
  let E = M;
  for (let n = 0; n < 50; n++) E -= (E - e * Math.sin(E) - M) / (1 - e * Math.cos(E));
  // dν/dM = sqrt(1 - e²)/(1 - e cos E)², dν/de = (2 + e cos ν) sin ν/(1 - e²)
  const nu = plain.kepler({ M, e });
  const { gradient } = grad(read('kepler'));
  expect(gradient.M).toBeCloseTo(Math.sqrt(1 - e * e) / (1 - e * Math.cos(E)) ** 2, 12);
  expect(gradient.e).toBeCloseTo(((2 + e * Math.cos(nu)) * Math.sin(nu)) / (1 - e * e), 12);
});

test('determinant: the gradient is the matrix of cofactors', () => {
  const A = defaults(read('determinant')).A as number[][];
  const cofactors = A.map((r, i) =>
    r.map((_, j) => {
      const minor = A.filter((_, k) => k !== i).map((row) => row.filter((_, l) => l !== j));
      return (-1) ** (i + j) * plain.determinant({ A: minor });
    }),
  );
  const own = grad(read('determinant')).gradient.A as number[][];
  for (const [i, r] of cofactors.entries())
    for (const [j, c] of r.entries()) expect(own[i]?.[j]).toBeCloseTo(c, 10);
});

test.each([2, 3, 5, 6, 7, 8])('determinant of a matrix %d by %d', (n) => {
  const A = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => Math.sin(3 * i + j * j) + (i === j ? 1 : 0)),
  );
  const source = read('determinant').replace('[4, 4]', `[${n}, ${n}]`).replace(/(param A[^=]*).*/, '$1').replace(/= *$/m, ''); // biome-ignore format: one line
  const answer = grad(source, { A }, { check: false });
  expect(answer.value).toBeCloseTo(plain.determinant({ A }), 10);
});
