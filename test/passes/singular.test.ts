/** Elements that have no part in the result have derivative 0, whatever the partials at their values are. */
import type { Nested } from '../../src/core/tensor.js';
import { grad } from '../../src/index.js';

const cases: readonly (readonly [string, Record<string, Nested>, Record<string, Nested>])[] = [
  ['sqrt(x)[0]', { x: [4, 0] }, { x: [0.25, 0] }],
  ['sum(sqrt(x)[:1])', { x: [4, 0] }, { x: [0.25, 0] }],
  ['let u = x^0.01; u[0]', { x: [1, 0] }, { x: [0.01, 0] }],
  ['sum(sin(log(x))[1:])', { x: [0, 1] }, { x: [0, 1] }],
  ['sum(exp(x)[1:])', { x: [1000, 0] }, { x: [0, 1] }],
  ['sum(A[:, 1])', { A: [[0, 1], [0, 1]] }, { A: [[0, 1], [0, 1]] }], // biome-ignore format: a matrix
  ['sum(sqrt(A)[:, 1])', { A: [[0, 4], [0, 1]] }, { A: [[0, 0.25], [0, 0.5]] }], // biome-ignore format: a matrix
  ['max(sqrt(x))', { x: [4, 0] }, { x: [0.25, 0] }],
  ['min(1/x)', { x: [4, 0] }, { x: [-1 / 16, 0] }],
  ['sum(sqrt(x)[::2]^2)', { x: [4, 0, 9] }, { x: [1, 0, 1] }],
  ['let u = sqrt(x); u[0] + u[1]*u[2]', { x: [4, 1, 4, 0] }, { x: [0.25, 1, 0.25, 0] }],
  ['sum(diag(sqrt(A)))', { A: [[4, 0], [0, 1]] }, { A: [[0.25, 0], [0, 0.5]] }], // biome-ignore format: a matrix
];

test.each(cases)('%s', (formula, values, expected) => {
  expect(grad(formula, values, { mode: 'reverse', check: false }).gradient).toEqual(expected);
});
