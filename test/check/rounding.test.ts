/** Where rounding, overflow or a tiny slope leave nothing to compare, no mode is called wrong. */
import { answerGrad } from '../../src/check/answer.js';
import { fromNested, type Nested, type Tensor } from '../../src/core/tensor.js';
import { openProblem } from '../../src/run/open.js';

function verdict(formula: string, values: Record<string, Nested>): string | undefined {
  const point = new Map(Object.entries(values).map(([name, v]) => [name, fromNested(v) as Tensor]));
  return answerGrad(openProblem(formula, { values: point })).check?.verdict;
}

const undecidable: readonly [formula: string, values: Record<string, Nested>][] = [
  ['sin(x)', { x: 1e15 }],
  ['cos(x)', { x: 1e20 }],
  ['tan(x)', { x: 1.5707963267948966 }],
  ['log(1+exp(x))', { x: -40 }],
  ['(exp(x)-1-x)/x^2', { x: 1e-5 }],
  ['x/x', { x: 0 }],
  ['exp(x)-exp(x)', { x: 1000 }],
  ['logsumexp(x)', { x: [Number.POSITIVE_INFINITY, 1] }],
  ['relu(x)-relu(-x)', { x: 0 }],
  ['norm(x)', { x: [0, 0] }],
];

test.each(undecidable)('%s at %j is inconclusive', (formula, values) => {
  expect(verdict(formula, values)).toBe('inconclusive');
});

const decided: readonly [formula: string, values: Record<string, Nested>][] = [
  ['x*1e-320', { x: 3 }],
  ['prod(x)', { x: [2, 0, 3, 0] }],
  ['sigmoid(x)', { x: 40 }],
  ['sin(x)/x', { x: 0.3 }],
  ['x^2', { x: 1e10 }],
  ['x*1e-320', { x: 3 }],
];

test.each(decided)('%s at %j agrees', (formula, values) => {
  expect(verdict(formula, values)).toBe('agree');
});
