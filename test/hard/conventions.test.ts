/** The conventions of the language at hard points: the element of least norm, in every mode, and in generated code. */
import { forwardGradient, near, reverseGradient } from '../support/derivatives.js';
import { sampleOf, type Values } from '../support/lowered.js';
import { problemOf } from './ask.js';

const inf = Number.POSITIVE_INFINITY;
const third = 1 / 3;

/** Formula, point, and gradient as the page of the language has it, variables in order of appearance. */
const table: readonly (readonly [string, Values, readonly number[]])[] = [
  ['abs(x)', { x: 0 }, [0]],
  ['relu(x)', { x: 0 }, [0]],
  ['norm(x)', { x: [0, 0] }, [0, 0]],
  ['norm(x, 1)', { x: [0, -2] }, [0, -1]],
  ['norm(x, inf)', { x: [3, -3] }, [0.5, -0.5]],
  [
    'sum(norm(A, axis=0))',
    {
      A: [
        [0, 3],
        [0, 4],
      ],
    },
    [0, 0.6, 0, 0.8],
  ],
  ['std(x)', { x: [0.1, 0.1, 0.1] }, [0, 0, 0]],
  ['variance(x)', { x: [0.1, 0.1, 0.1] }, [0, 0, 0]],
  ['hypot(x, y)', { x: 0, y: 0 }, [0, 0]],
  ['clip(x, -1, 1)', { x: 1 }, [0]],
  ['clip(x, -1, 1)', { x: -1 }, [0]],
  ['max(x, 0)', { x: 0 }, [0.5]],
  ['min(x, 0)', { x: 0 }, [0.5]],
  ['max(x, y)', { x: 2, y: 2 }, [0.5, 0.5]],
  ['max(x, y, z)', { x: 2, y: 2, z: 2 }, [third, third, third]],
  ['min(x, y, z)', { x: 2, y: 2, z: 3 }, [0.5, 0.5, 0]],
  ['max(x, y, 2, 2)', { x: 2, y: 2 }, [0.25, 0.25]],
  ['sum(min(x, y, 1))', { x: [1, 0], y: [1, 2] }, [third, 1, third, 0]],
  ['max(x)', { x: [3, 1, 3] }, [0.5, 0, 0.5]],
  ['min(x)', { x: [1, 1, 1, 2] }, [third, third, third, 0]],
  [
    'sum(max(A, axis=1))',
    {
      A: [
        [1, 1],
        [2, 3],
      ],
    },
    [0.5, 0.5, 0, 1],
  ],
  ['sign(x)', { x: 0 }, [0]],
  ['floor(x)', { x: 2 }, [0]],
  ['ceil(x)', { x: 2 }, [0]],
  ['round(x)', { x: 2.5 }, [0]],
  ['x % 2', { x: 4 }, [1]],
  ['sqrt(x)', { x: 0 }, [inf]],
  ['sqrt(1 - x)', { x: 1 }, [-inf]],
  ['cbrt(x)', { x: 0 }, [inf]],
  ['x^0.5', { x: 0 }, [inf]],
  ['x^1.5', { x: 0 }, [0]],
  ['x^0', { x: 0 }, [0]],
  ['0^y', { y: 2 }, [0]],
  ['x^y', { x: 0, y: 2 }, [0, 0]],
  ['acosh(x)', { x: 1 }, [inf]],
  ['asin(x)', { x: 1 }, [inf]],
  ['acos(x)', { x: -1 }, [-inf]],
  ['atan2(y, x)', { y: 0, x: -2 }, [-0.5, 0]],
  ['atan2(y, x)', { y: 0, x: 0 }, [Number.NaN, Number.NaN]],
  ['x == 1 ? 1 : x^2', { x: 1 }, [0]],
  ['where(x > 0, sqrt(x), 0)', { x: 0 }, [0]],
  // Conventions that cancel: the derivative exists, and is right.
  ['x * abs(x)', { x: 0 }, [0]],
  ['abs(x)^2', { x: 0 }, [0]],
  ['abs(x)^3', { x: 0 }, [0]],
  ['norm(x)^2', { x: [0, 0] }, [0, 0]],
  ['max(x, x)', { x: 1 }, [1]],
  ['max(x, y) + min(x, y)', { x: 1, y: 1 }, [1, 1]],
  ['prod(x)', { x: [0, 2, 3] }, [6, 0, 0]],
  ['prod(x)', { x: [0, 0, 3] }, [0, 0, 0]],
];

const same = (found: readonly number[], expected: readonly number[]) =>
  expected.every((x, i) => near(found[i] as number, x, 1e-15)) && found.length === expected.length;

test.each(table)('%s at %j', (source, values, expected) => {
  const sample = sampleOf(source, values);
  const problem = problemOf(source, values);
  const generated = problem.reverseGradient({ shape: [], data: Float64Array.of(1) });
  const symbolic = problem.symbolicGradient({ shape: [], data: Float64Array.of(1) });
  const flat = (answer: typeof generated) =>
    'gradient' in answer
      ? Object.keys(values).flatMap((k) => [...(answer.gradient.get(k)?.data ?? [])])
      : undefined;
  const found = {
    reverse: reverseGradient(sample),
    forward: forwardGradient(sample, true),
    generated: flat(generated) ?? [],
  };
  for (const [mode, g] of Object.entries(found))
    expect([mode, g, same(g, expected)]).toEqual([mode, g, true]);
  // A formula may have no value where a convention is needed, but then it says so; at equal elements it rounds.
  const formula = flat(symbolic);
  const rounds = /^(std|variance)/.test(source);
  if (formula && !rounds) expect([formula, same(formula, expected)]).toEqual([formula, true]);
});
