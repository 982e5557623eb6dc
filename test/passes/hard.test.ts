/** Hard points: conventions are told where a non-zero adjoint reached them, and nowhere else. */

import { elementwiseRows, reductionRows } from '../../src/ops/table.js';
import { openProblem } from '../../src/run/open.js';
import { tensorOf, type Values } from '../support/lowered.js';

function warnings(source: string, values: Values): string[] {
  const problem = openProblem(source, {
    values: new Map(Object.entries(values).map(([k, v]) => [k, tensorOf(v)])),
  });
  const size = problem.outputShape.reduce((p, d) => p * d, 1);
  const cotangent = { shape: problem.outputShape, data: new Float64Array(size).fill(1) };
  return problem
    .hardPoints(cotangent)
    .map((d) => `${d.code}: ${source.slice(d.span?.start, d.span?.end)}: ${d.message}`);
}

const hard: readonly (readonly [string, Values, readonly string[]])[] = [
  ['abs(x)', { x: 0 }, ['abs(x)']],
  ['relu(x) - relu(-x)', { x: 0 }, ['relu(x)', 'relu(-x)']],
  ['max(x, 0)', { x: 0 }, ['max(x, 0)']],
  ['sum(max(x, y))', { x: [1, 2], y: [1, 3] }, ['max(x, y)']],
  ['max(x)', { x: [3, 1, 3] }, ['max(x)']],
  ['norm(x)', { x: [0, 0] }, ['norm(x)']],
  ['clip(x, -1, 1)', { x: 1 }, ['clip(x, -1, 1)']],
  ['sqrt(x)', { x: 0 }, ['sqrt(x)']],
  ['floor(x) + x', { x: 2 }, ['floor(x)']],
  ['x % 2', { x: 4 }, ['x % 2']],
  ['asin(x)', { x: 1 }, ['asin(x)']],
  ['acosh(x)', { x: 1 }, ['acosh(x)']],
  ['x^0.5', { x: 0 }, ['x^0.5']],
  ['std(x)', { x: [2, 2] }, ['std(x)']],
  ['y > 0 ? abs(x) : x', { x: 0, y: 1 }, ['abs(x)']],
  ['y > 0 ? (x < 1 ? relu(x) : x) : x', { x: 0, y: 1 }, ['relu(x)']],
];

test.each(hard)('%s at %j is told', (source, values, places) => {
  expect(warnings(source, values).map((w) => w.split(': ')[1])).toEqual(places);
});

/** Points with a kink that no derivative passes through. */
const unreached: readonly (readonly [string, Values])[] = [
  ['0*abs(x) + x', { x: 0 }],
  ['detach(abs(x)) + x', { x: 0 }],
  ['where(x < 0, x*abs(x), x^2)', { x: 0 }],
  ['x < 0 ? x*abs(x) : x^2', { x: 0 }],
  ['x > -1 ? 0*abs(x) + x : x', { x: 0 }],
  ['x > -1 ? (x < 1 ? 0*abs(x) + x : x) : x', { x: 0 }],
  ['let a = abs(x); x > -1 ? x : a', { x: 0 }],
  ['abs(x)*y', { x: 0, y: 0 }],
  ['abs(x)^2', { x: 0 }],
  ['sum(abs(x)[1:])', { x: [0, 1, 2] }],
  ['max(x)', { x: [1, 2, 2, 3] }],
  ['abs(pi - pi) + x', { x: 1 }],
  ['norm(x)^2', { x: [0, 0] }],
];

test.each(unreached)('%s at %j is not', (source, values) => {
  expect(warnings(source, values)).toEqual([]);
});

test('the first operation that left the numbers is named', () => {
  expect(warnings('log(x) + exp(y)', { x: -1, y: 0 })).toEqual([
    'not-finite: log(x): log(-1) is not a number',
  ]);
  expect(warnings('3*exp(x)', { x: 1000 })).toEqual(['not-finite: exp(x): exp(1000) overflows']);
  expect(warnings('sum(1/x)', { x: [1, 0] })).toEqual([
    'not-finite: 1/x: 1 / 0 divides by zero at element [1]',
  ]);
});

/** Smooth cases: every row at three inner points, every reduction, and common formulas. */
const smooth: readonly (readonly [string, Values])[] = [
  ...elementwiseRows
    .filter((row) => !row.hidden)
    .flatMap((row) =>
      [0.123, 0.456, 0.789].map((f): [string, Values] => {
        const names = row.params.map((_, k) => `v${k}`);
        const at = row.ranges.map(([low, high], k) => {
          const x = low + (high - low) * ((f + 0.311 * k) % 1) + 0.0007;
          return row.whole?.includes(k) ? Math.round(x) : x;
        });
        return [
          `${row.name}(${names.join(', ')})`,
          Object.fromEntries(names.map((n, k) => [n, at[k] as number])),
        ];
      }),
    ),
  ...reductionRows
    .filter((row) => row.result === 'float')
    .map((row): [string, Values] => [`${row.name}(x)`, { x: [0.3, -1.2, 2.4] }]),
  ...(
    [
      '2*dot(x, x)',
      'sum(softmax(x))',
      'logsumexp(x)',
      'sum(log_softmax(x))',
      'std(x) + variance(x)',
      'sum(softplus(-(y * (A @ x))))',
      'sum(tanh(A @ x)^2)',
      "x' @ x + norm(y)",
      'x^2 @ [1, 2, 3]',
      'prod(x)',
      'sum(where(x > 0, sqrt(x), x^2))',
      'sum(x) > 0 ? norm(x) : sum(x)',
      'sum(cumprod(x)) + max(x) + min(x)',
      'sum(x^0) + sum(x)',
    ] as const
  ).map((source): [string, Values] => [
    source,
    Object.fromEntries(
      Object.entries({
        x: [0.3, -1.2, 2.4],
        y: [1, -1],
        A: [
          [1, 2, 3],
          [0.5, -1, 2],
        ],
      }).filter(([name]) => new RegExp(`\\b${name}\\b`).test(source)),
    ),
  ]),
];

test('ordinary points raise no warning', () => {
  expect(smooth.length).toBeGreaterThan(100);
  expect(smooth.flatMap(([source, values]) => warnings(source, values).map((w) => [w, values]))).toEqual([]);
});
