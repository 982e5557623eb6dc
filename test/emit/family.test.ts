/** Generated members of the derivative family: the numbers of the sweeps in process, strict TypeScript, readable code. */
import type { Tensor } from '../../src/core/tensor.js';
import { type Member, members } from '../../src/passes/members.js';
import { emitSource } from '../../src/run/derive.js';
import { gradientProblem, openProblem } from '../../src/run/open.js';
import type { Point } from '../../src/run/problem.js';
import { SecondOrder } from '../../src/run/second.js';
import { Sweeps } from '../../src/run/sweeps.js';
import { tensorOf, type Values } from '../support/lowered.js';
import { diagnose, load } from './strict.js';

const A = [
  [1, 2, 0.5],
  [-0.5, 0.25, 3],
];
const x = [0.3, -1.2, 2.4];

interface Case {
  readonly name: string;
  readonly source: string;
  readonly values: Values;
  readonly wrt?: readonly string[];
  /** Variables whose sizes the code is made for. */
  readonly sized?: readonly string[];
}

const cases: readonly Case[] = [
  { name: 'scalar', source: 'exp(t)*sin(t)', values: { t: 0.7 } },
  { name: 'scalars', source: 'ln(x1)+x1*x2-sin(x2)', values: { x1: 2, x2: 5 } },
  { name: 'quadratic', source: '2*dot(x,x)', values: { x } },
  { name: 'vector', source: 'softmax(A@x)', values: { A, x }, wrt: ['x'] },
  { name: 'elements', source: 'sin(x)*t', values: { x, t: 0.7 }, wrt: ['x', 't'] },
  { name: 'few', source: 't*sin(x) + s', values: { x, t: 0.7, s: 2 }, wrt: ['t', 's'] },
  { name: 'matrix', source: 'tanh(A@x)', values: { A, x }, wrt: ['A'] },
  { name: 'rank four', source: 'A @ B', values: { A, B: [[1, 2], [3, 4], [5, 6]] }, sized: ['A', 'B'] }, // biome-ignore format: a matrix
  { name: 'two vectors', source: 'sum(exp(x)*y) + logsumexp(x - y)', values: { x, y: [1, 2, 0.5] } },
  { name: 'choice', source: 'sum(where(x > 0, sqrt(x), x^2))', values: { x } },
  { name: 'branch', source: 't > 0 ? t*x^2 : x', values: { x, t: 2 }, wrt: ['x', 't'] },
  { name: 'norm', source: 'norm(x)^2 + norm(x)', values: { x } },
  { name: 'running', source: 'sum(cumprod(x)*cumsum(x))', values: { x } },
  {
    name: 'solve',
    source: 'solve(A, b)',
    values: { A: [[3, 1], [1, 2]], b: [1, 2] }, // biome-ignore format: a matrix
    sized: ['A', 'b'],
  },
  { name: 'names', source: 'dx^2*x*cotangent', values: { x: 3, dx: 2, cotangent: 5 } },
  { name: 'sorted', source: 'sort(x)*x', values: { x } },
  {
    name: 'loops',
    source: `
      fn step(s: [n], a) { var r = s; for i in 0..n { r[i] = r[i]*a + sin(r[i]) }; r }
      param a
      param x: [n]
      var s = x
      var k = 0
      while k < 3 { s = step(s, a); k = k + 1 }
      s^2`,
    values: { a: 0.5, x },
  },
];

const pointOf = (values: Values): Map<string, Tensor> =>
  new Map(Object.entries(values).map(([name, v]) => [name, tensorOf(v)]));

function emitted({ source, values, wrt, sized }: Case, derivatives: readonly Member[], target: 'ts' | 'js') {
  const point = pointOf(values);
  const shapes = new Map([...point].filter(([name]) => sized?.includes(name)).map(([n, t]) => [n, t.shape]));
  return emitSource(source, { values: point, shapes, target, derivatives, ...(wrt && { wrt }) }).text;
}

const modules = cases.map((c) => ({ ...c, ts: emitted(c, members, 'ts'), js: emitted(c, members, 'js') }));

const plain = (t: Tensor) => (t.shape.length > 0 ? t.data : (t.data[0] as number));
const directionOf = (t: Tensor, k: number): Tensor => ({
  ...t,
  data: t.data.map((_, i) => Math.cos(1 + 3 * i + k)),
});

function expectNear(got: unknown, wanted: ArrayLike<number>): void {
  const numbers = typeof got === 'number' ? [got] : Array.from(got as Float64Array);
  const scale = Array.from(wanted).reduce((m, v) => Math.max(m, Math.abs(v)), 1);
  const off = numbers.map((v, i) => Math.abs(v - (wanted[i] as number)));
  const within = numbers.length === wanted.length && off.every((d) => d <= 1e-12 * scale);
  expect([within, numbers, Array.from(wanted)]).toEqual([true, numbers, Array.from(wanted)]);
}

test.each(modules)('$name: generated functions give the numbers of the sweeps in process', (c) => {
  const module = load(c.ts);
  const script = load(c.js);
  const call = (name: Member, ...more: (number | Float64Array)[]) => {
    const args = [...problem.main.params.map((p) => plain(problem.point.get(p.name) as Tensor)), ...more];
    const result = module[name]?.(...args);
    expect(script[name]?.(...args)).toEqual(result);
    return result as Record<string, number | Float64Array>;
  };
  const options = { values: pointOf(c.values), ...(c.wrt && { wrt: c.wrt }) };
  const problem = openProblem(c.source, options);
  const moving = problem.main.params
    .map((p) => p.name)
    .filter((n) => problem.variables.some((v) => v.name === n && v.wrt));
  const scalarOutput = problem.outputShape.length === 0;
  const output = problem.value();
  const weights = directionOf(output, 5);
  const direction: Point = new Map(moving.map((n, k) => [n, directionOf(problem.point.get(n) as Tensor, k)]));
  const tangents = moving.map((n) => plain(direction.get(n) as Tensor));
  const weighed = scalarOutput ? undefined : weights;
  const sweeps = new Sweeps(problem);
  const single = moving.length === 1;
  const part = (result: unknown, name: string) =>
    single && (typeof result === 'number' || result instanceof Float64Array)
      ? result
      : (result as Record<string, unknown>)[name];

  const jvp = call('jvp', ...tangents);
  expectNear(jvp.value, output.data);
  expectNear(jvp.tangent, sweeps.tangent(direction).data);
  const vjp = call('vjp', plain(weights));
  for (const [name, t] of sweeps.cotangent(weights)) expectNear(part(vjp, name), t.data);
  const jacobian = call('jacobian');
  for (const [name, t] of sweeps.jacobianForward()) expectNear(jacobian[name], t.data);
  const more = weighed ? [plain(weighed)] : [];
  const hvp = call('hvp', ...tangents, ...more);
  for (const [name, t] of new SecondOrder(problem, weighed).product(direction))
    expectNear(part(hvp, name), t.data);
  const hessian = call('hessian', ...more);
  const gradient = new Sweeps(gradientProblem(c.source, options, weighed));
  const rows = gradient.jacobianReverse();
  let first = 0;
  for (const { name, shape } of problem.variables.filter((v) => v.wrt)) {
    const height = shape.reduce((n, d) => n * d, 1);
    for (const [other, { data }] of rows) {
      const width = (problem.point.get(other) as Tensor).data.length;
      expectNear(part(hessian, `${name}_${other}`), data.slice(first * width, (first + height) * width));
    }
    first += height;
  }
});

test('TypeScript finds nothing to say under its strictest settings', () => {
  expect(diagnose(new Map(modules.map((m) => [`${m.name}.ts`, m.ts])))).toEqual([]);
});

test.each([
  ['quadratic', ['jvp', 'vjp', 'hvp', 'jacobian', 'hessian']],
  ['vector', ['jacobian', 'hvp']],
  ['few', ['jacobian']],
  ['two vectors', ['hessian']],
  ['names', ['jvp', 'vjp']],
] as const)('%s reads as before', (name, derivatives) => {
  const text = emitted(cases.find((c) => c.name === name) as Case, derivatives, 'ts');
  expect(text).toMatchSnapshot();
});

test('a Hessian by several variables needs the sizes of matrices', () => {
  const shapes = new Map([
    [
      'A',
      [
        { constant: 0, terms: [['m', 1]] },
        { constant: 0, terms: [['n', 1]] },
      ],
    ],
  ] as const);
  expect(() => emitSource('sum(A)*t^2', { target: 'ts', derivatives: ['hessian'], shapes })).toThrow(
    'needs a known number of rows or columns',
  );
});
