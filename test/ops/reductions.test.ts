/** The reductions of the table: values, weights against differences, ties, nothing at all, and extreme elements. */
import type { Tensor } from '../../src/core/tensor.js';
import { Builder } from '../../src/ir/builder.js';
import { interpret } from '../../src/ir/interpret.js';
import { type Func, tensor } from '../../src/ir/types.js';
import type { ReductionRow } from '../../src/ops/row.js';
import { reductionRow, reductionRows } from '../../src/ops/table.js';
import { reverse } from '../../src/passes/reverse/index.js';
import { difference, secondDerivatives, secondDifference } from '../support/derivatives.js';
import { tensorOf } from '../support/lowered.js';
import { relative } from './points.js';

const row = (name: string) => reductionRow(name) as ReductionRow;
const differentiable = reductionRows.filter((r) => r.weights !== 'zero').map((r) => r.name);

const samples: readonly (readonly number[])[] = [
  [1.5, -2.25, 0.5, 3.125],
  [-0.3, -0.7, -4.1],
  [2.5],
  [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7],
];

/** Each reduction in other words. */
const words: Readonly<Record<string, (x: readonly number[]) => number>> = {
  sum: (x) => x.reduceRight((s, v) => s + v, 0),
  prod: (x) => x.reduceRight((s, v) => s * v, 1),
  max: (x) => Math.max(...x),
  min: (x) => Math.min(...x),
  norm: (x) => Math.hypot(...x),
  logsumexp: (x) => Math.log(x.reduce((s, v) => s + Math.exp(v), 0)),
};

/** The reduction over some axes of a tensor. */
function funcOf(name: string, shape: readonly number[], axes: readonly number[]): Func {
  const b = new Builder();
  const x = b.param('x', tensor('float', shape), 'param');
  return b.finish('f', [x], [b.reduce(name, x.value, axes)], ['value']);
}

function weights(name: string, x: readonly number[]): number[] {
  const func = reverse(funcOf(name, [x.length], [0]), ['x']);
  const result = interpret(func, [tensorOf(x)])[1] as Tensor;
  return [...result.data];
}

test.each(differentiable)('%s has the value that its words say', (name) => {
  for (const x of samples)
    expect(relative(row(name).value(x), words[name]?.(x) as number)).toBeLessThan(1e-14);
});

test.each(differentiable)('%s has weights that agree with differences', (name) => {
  for (const x of samples) {
    const own = weights(name, x);
    const truth = x.map((_, i) =>
      difference((t) => row(name).value(x.map((v, k) => (k === i ? v + t : v))), 1e-3),
    );
    for (const [i, d] of truth.entries()) {
      expect(Math.abs((own[i] as number) - d.value)).toBeLessThan(10 * d.error + 1e-9);
    }
  }
});

test.each(differentiable)('%s over each choice of axes agrees with differences to second order', (name) => {
  const args = [
    tensorOf([
      [
        [1.5, -2.25],
        [0.5, 3.125],
      ],
      [
        [-0.3, 0.8],
        [-1.7, 1.1],
      ],
      [
        [0.9, 2.2],
        [-0.6, -1.2],
      ],
    ]),
  ];
  for (const axes of [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]]) {
    const sample = { func: funcOf(name, [3, 2, 2], axes), args, wrt: ['x'] };
    const second = Object.values(secondDerivatives(sample));
    const d = secondDifference(sample);
    for (const value of second) expect(Math.abs(value - d.value)).toBeLessThan(10 * d.error + 1e-7);
  }
});

test('nothing reduces to the neutral element, or is an error of whoever asks', () => {
  expect(Object.fromEntries(reductionRows.map((r) => [r.name, r.empty]))).toEqual({
    sum: 0,
    prod: 1,
    max: undefined,
    min: undefined,
    norm: 0,
    logsumexp: Number.NEGATIVE_INFINITY,
    any: 0,
    all: 1,
  });
  for (const r of reductionRows) if (r.empty !== undefined) expect(r.value([])).toBe(r.empty);
});

test('ties share evenly, and are told', () => {
  expect(weights('max', [3, 1, 3])).toEqual([0.5, 0, 0.5]);
  expect(weights('min', [1, 1, 1, 2])).toEqual([1 / 3, 1 / 3, 1 / 3, 0]);
  expect(row('max').kink?.at([3, 1, 3])).toBe(true);
  expect(row('max').kink?.at([3, 1, 1])).toBe(false);
  expect(row('min').kink?.at([1, 1, 2])).toBe(true);
});

test('the norm at 0 has derivative 0, and is told', () => {
  expect(weights('norm', [0, 0])).toEqual([0, 0]);
  expect(row('norm').kink?.at([0, 0])).toBe(true);
  expect(row('norm').kink?.at([0, 1e-200])).toBe(false);
});

test('the product with factors 0 has the products of the others as derivative', () => {
  expect(weights('prod', [2, 0, 3])).toEqual([0, 6, 0]);
  expect(weights('prod', [0, 0, 3])).toEqual([0, 0, 0]);
  expect(weights('prod', [5])).toEqual([1]);
});

test('extreme elements neither overflow nor vanish', () => {
  expect(relative(row('norm').value([3e200, 4e200]), 5e200)).toBeLessThan(1e-15);
  expect(relative(row('norm').value([3e-200, 4e-200]), 5e-200)).toBeLessThan(1e-15);
  expect(row('norm').value([5e-324])).toBe(5e-324);
  expect(row('norm').value([Number.POSITIVE_INFINITY, 1])).toBe(Number.POSITIVE_INFINITY);
  expect(row('norm').value([Number.NaN, 1])).toBeNaN();
  expect(weights('norm', [3e200, 4e200]).map((w) => w.toPrecision(12))).toEqual([
    '0.600000000000',
    '0.800000000000',
  ]);
  expect(row('logsumexp').value([1000, 1000])).toBe(1000 + Math.LN2);
  expect(row('logsumexp').value([-1000, -1000])).toBe(-1000 + Math.LN2);
  expect(row('logsumexp').value([Number.NEGATIVE_INFINITY, 1])).toBe(1);
  expect(weights('logsumexp', [1000, -1000])).toEqual([1, 0]);
});
