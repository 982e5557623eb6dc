/** Choices at their boundary: silent where the branches meet in value and derivative, told where they do not. */
import type { Values } from '../support/lowered.js';
import { answerOf, hardPointsOf } from './ask.js';

/** Piecewise formulas that are differentiable at the point, whichever branch is taken there. */
const smooth: readonly (readonly [string, Values])[] = [
  ['x > 0 ? x^2 : 0', { x: 0 }],
  ['x >= 0 ? x^2 : 0', { x: 0 }],
  ['where(x > 0, x^3, 0)', { x: 0 }],
  ['where(x > 1, 2x - 1, x^2)', { x: 1 }],
  ['abs(x) <= 1 ? x^2 / 2 : abs(x) - 0.5', { x: 1 }],
  ['abs(x) <= 1 ? x^2 / 2 : abs(x) - 0.5', { x: -1 }],
  ['x == 0 ? 1 : sin(x) / x', { x: 0 }],
  ['where(x == 0, 1, (1 - exp(-x)) / x) + x / 2', { x: 1 }],
  ['x == 3 ? 9 + 6*(x - 3) : x^2', { x: 3 }],
  ['x != 3 ? x^2 : 6*x - 9', { x: 3 }],
  ['where(x < y, (x - y)^2, 0)', { x: 2, y: 2 }],
  ['where(dot(x, x) > 0, dot(x, x), 0)', { x: [0, 0] }],
  [
    'sum(where(A > 0, A^2, 0))',
    {
      A: [
        [0, 1],
        [-1, 0],
      ],
    },
  ],
  ['x > 0 and x > -1 ? x^2 : 0', { x: 0 }],
  ['x > 0 or true ? x : -x', { x: 0 }],
  ['x > 5 and y > 0 ? 1 : 2x', { x: 1, y: 0 }],
  ['y > 0 ? (x > 0 ? x^2 : 0) : x', { x: 0, y: 1 }],
  ['x > 1 ? log(x) : x - 1 - (x - 1)^2 / 2', { x: 1 }],
];

test.each(smooth)('%s at %j meets', (formula, at) => {
  expect(hardPointsOf(formula, at)).toEqual([]);
});

/** Comparisons of equal numbers that no variable can drive apart, or whose choice no derivative passes through. */
const settled: readonly (readonly [string, Values])[] = [
  ['param x; data y; y > 0 ? x : -x', { x: 1, y: 0 }],
  ['detach(x) > 0 ? x : -x', { x: 0 }],
  ['0 * (x > 0 ? x : -x) + x', { x: 0 }],
  ['detach(x > 0 ? x : -x) + x', { x: 0 }],
  [
    'trace(A)',
    {
      A: [
        [1, 2],
        [3, 4],
      ],
    },
  ],
  ['sum(diag(x) @ x)', { x: [1, 2] }],
  [
    'sum(where(eye(2) == 1, A, 0))',
    {
      A: [
        [1, 2],
        [3, 4],
      ],
    },
  ],
  ['(x > 0 ? x : -x)^2', { x: 0 }],
  ['where(x > 0, x, -x) * y', { x: 0, y: 0 }],
];

test.each(settled)('%s at %j is settled', (formula, at) => {
  expect(hardPointsOf(formula, at)).toEqual([]);
});

/** The elements that are told. */
const told: readonly (readonly [string, Values, readonly (readonly number[])[]])[] = [
  ['sum(where(x > 0, x, 0))', { x: [0, 1, 0] }, [[0], [2]]],
  ['sum(where(x > 0, w*x, 0))', { x: [0, 1, 0], w: [0, 1, 2] }, [[2]]],
  [
    'sum(where(A >= 1, A, A^2))',
    {
      A: [
        [1, 2],
        [0.5, 1],
      ],
    },
    [
      [0, 0],
      [1, 1],
    ],
  ],
  ['where(x > 0, x, 0)[0]', { x: [0, 0, 1] }, [[0]]],
  ['dot(where(x > 0, x, 0), [0, 1])', { x: [0, 0] }, [[1]]],
];

test.each(told)('%s at %j: the elements that do not meet', (formula, at, elements) => {
  const [only, ...others] = hardPointsOf(formula, at);
  expect(others).toEqual([]);
  expect(only?.data?.elements).toEqual(elements);
  expect(only?.data?.count).toBe(elements.length);
});

test('x == 1 ? 1 : x^2 at 1 is inconclusive, with both derivatives', () => {
  const { check, diagnostics, gradient } = answerOf('x == 1 ? 1 : x^2', { x: 1 });
  expect(gradient.get('x')?.data[0]).toBe(0);
  expect(check?.verdict).toBe('inconclusive');
  const [kink] = diagnostics;
  expect(kink?.data?.along).toEqual([
    { along: 'x', left: expect.closeTo(2, 6), right: expect.closeTo(2, 6), used: 0 },
  ]);
});

test('at many elements it is enough to look at some', () => {
  const x = Array.from({ length: 3000 }, (_, i) => (i % 3) - 1);
  const [only] = hardPointsOf('sum(where(x > 0, x^2, x))', { x });
  expect(only?.data?.count).toBe(1000);
});
