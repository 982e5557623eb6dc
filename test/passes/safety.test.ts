/** What is not chosen has no influence: where, choices and zeros of the direction, in every mode and to second order. */

import type { Tensor } from '../../src/core/tensor.js';
import { interpret } from '../../src/ir/interpret.js';
import { forward } from '../../src/passes/forward/index.js';
import { derive, reverseDerivation } from '../../src/passes/pipeline.js';
import { reverse } from '../../src/passes/reverse/index.js';
import { openProblem } from '../../src/run/open.js';
import { forwardGradient, reverseGradient, secondDerivatives, weighed } from '../support/derivatives.js';
import { sampleOf, tensorOf, type Values } from '../support/lowered.js';

const inf = Number.POSITIVE_INFINITY;
const A = [
  [1, 2],
  [3, 4],
];

const safe: readonly (readonly [string, Values, readonly number[]])[] = [
  ['where(x>0, sqrt(x), 0)', { x: 0 }, [0]],
  ['where(x>0, sqrt(x), 0)', { x: -1 }, [0]],
  ['where(x>0, log(x), 0)', { x: 0 }, [0]],
  ['where(x>0, log(x), 0)', { x: -2 }, [0]],
  ['sum(where(x>0, log(x), 0))', { x: [-1, 0, 4] }, [0, 0, 0.25]],
  ['let A = [[1, 2], [3, 4]]; where(s>0, sum(A@sqrt(x)), 0)', { s: 0, x: [0, -1] }, [0, 0, 0]],
  ['let A = [[1, 2], [3, 4]]; sum(where(x>0, sum(A@sqrt(x)), 0))', { x: [0, -1] }, [0, 0]],
  ['let A = [[1, 2], [3, 4]]; where(x>0, sum(A@(sqrt(x) * [1, 1])), 0)', { x: 0 }, [0]],
  ['let r = sqrt(x); where(x>0, r, 0) + where(x<1, x, r)', { x: 0 }, [1]],
  ['x>0 ? sqrt(x) : 0', { x: 0 }, [0]],
  ['x>0 ? log(x) : 3*x', { x: -1 }, [3]],
  ['let s = sqrt(x); x>0 ? s : 0', { x: 0 }, [0]],
  ['let s = sqrt(x); x>0 ? s*s : 2*x', { x: 0 }, [2]],
  ['let s = sqrt(x); (x>0 ? s : 0) + (x>0 ? 1/s : 0) + 5*x', { x: 0 }, [5]],
  ['let s = log(x); x>0 ? (x>1 ? s : 2*s) : (x<0 ? 7*x : 4*x)', { x: 0 }, [4]],
  ['where(x>0, x>1 ? sqrt(x-1) : 0, x^2)', { x: 1 }, [0]],
  ['where(x>0, prod([sqrt(x), 1/x]), 0)', { x: 0 }, [0]],
  ['where(x>0, norm([log(x), 1]), 0)', { x: 0 }, [0]],
  ['where(x>0, sum(cumsum([log(x), 1])), 2*x)', { x: 0 }, [2]],
  ['x^3', { x: -2 }, [12]],
  ['x^2', { x: 0 }, [0]],
  ['x^0', { x: 0 }, [0]],
  ['0^y', { y: 2 }, [0]],
  ['prod(x)', { x: [2, 0, 3] }, [0, 6, 0]],
  ['prod(x)', { x: [0, 0, 3] }, [0, 0, 0]],
];

test.each(safe)('%s at %j', (source, values, expected) => {
  const sample = sampleOf(source, values);
  const plain = (numbers: readonly number[]) => numbers.map((x) => x + 0);
  expect(plain(reverseGradient(sample))).toEqual(expected);
  expect(plain(forwardGradient(sample, true))).toEqual(expected);
  expect(plain(forwardGradient(sample))).toEqual(expected);
});

/** Derivatives that are infinite in one coordinate only: the others are not touched. */
const spread: readonly (readonly [string, Values, readonly number[]])[] = [
  ['sum(sqrt(x))', { x: [0, 1, 4] }, [inf, 0.5, 0.25]],
  ['sum(sqrt(concat(x, y)))', { x: [0, 1], y: [4] }, [inf, 0.5, 0.25]],
  ['sum(sqrt(concat(x, zeros(2))))', { x: [1, 4] }, [0.5, 0.25]],
  ['sum(sqrt(cumsum(x)))', { x: [0, 1] }, [inf, 0.5]],
  ['sum(sqrt(flip(reshape(x, 2, 2)[0])))', { x: [0, 1, 2, 3] }, [inf, 0.5, 0, 0]],
  ['sum(sqrt(s > 0 ? x : 2*x))', { s: 1, x: [0, 1] }, [0, inf, 0.5]],
  ['sum(sqrt(where(x>0, x, 0)))', { x: [0, 1] }, [0, 0.5]],
  ['sum(sqrt([[1, 0], [0, 0]] @ x)) + y', { x: [1, 2], y: 3 }, [Number.NaN, Number.NaN, 1]],
];

test.each(spread)('%s at %j by reverse and by guarded forward', (source, values, expected) => {
  const sample = sampleOf(source, values);
  expect(reverseGradient(sample)).toEqual(expected);
  expect(forwardGradient(sample, true)).toEqual(expected);
  const problem = openProblem(source, {
    values: new Map(Object.entries(values).map(([k, v]) => [k, tensorOf(v)])),
  });
  const answer = problem.forwardGradient(tensorOf(1));
  const gradient =
    'gradient' in answer ? sample.wrt.flatMap((name) => [...(answer.gradient.get(name) as Tensor).data]) : [];
  expect(gradient).toEqual(expected);
});

/** At points where a branch that is not taken has no derivative at all: the second derivative along every composition. */
const second: readonly (readonly [string, Values, number])[] = [
  ['where(x>0, sqrt(x), x^2)', { x: 0 }, 2],
  ['where(x>0, log(x), x^3)', { x: -1 }, -6],
  ['x>0 ? sqrt(x) : x^2', { x: 0 }, 2],
  ['let s = sqrt(x); x>0 ? s : x^2', { x: 0 }, 2],
  ['let s = sqrt(x); where(x>0, s*x, 3*x^2)', { x: 0 }, 6],
  ['where(x>0, sum([[1, 2], [3, 4]] @ (sqrt(x) * [1, 1])), x^2)', { x: 0 }, 2],
  ['where(x>0, prod([sqrt(x), x, 2]), x^2)', { x: 0 }, 2],
  ['x^2', { x: 0 }, 2],
  ['x^3', { x: -2 }, -12],
  ['softplus(x)', { x: 800 }, 0],
];

test.each(second)('the second derivative of %s at %j', (source, values, expected) => {
  const sample = sampleOf(source, values);
  const at = sample.args[0] as Tensor;
  const weight = Math.cos(0.4) * Math.cos(1.3 * 7 + 0.4);
  for (const value of Object.values(secondDerivatives(sample)))
    expect(value / weight).toBeCloseTo(expected, 12);
  const direct = weighed(reverse(sample.func, sample.wrt), [1], 'w');
  expect(interpret(reverse(direct, sample.wrt), [at, tensorOf(1)])[1]?.data[0]).toBeCloseTo(expected, 12);
  expect(
    interpret(forward(direct, sample.wrt, { guarded: true }), [at, tensorOf(1), tensorOf(1)])[1]?.data[0],
  ).toBeCloseTo(expected, 12);
});

test('the second derivative of a product with a factor 0', () => {
  const sample = sampleOf('prod(x)', { x: [2, 0, 3] });
  const gradient = weighed(reverse(sample.func, ['x']), [1], 'w');
  const rows = [0, 1, 2].map((i) => {
    const w = tensorOf([0, 1, 2].map((k) => (k === i ? 1 : 0)));
    const row = interpret(derive(gradient, reverseDerivation(['x'])), [...sample.args, w])[1] as Tensor;
    return [...row.data];
  });
  expect(rows).toEqual([
    [0, 3, 0],
    [3, 0, 2],
    [0, 2, 0],
  ]);
});

test('a matrix that is known has no adjoint', () => {
  expect(reverseGradient(sampleOf('sum(A @ x)', { A, x: [1, 1] }))).toEqual([1, 1, 1, 1, 4, 6]);
});
