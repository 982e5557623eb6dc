/** Programs that have no value beside the point: a loop never ends there, or an index leaves its axis. */
import { grad } from '../../src/index.js';
import { forwardCost } from '../../src/run/cost.js';
import { sampleOf } from '../support/lowered.js';

const trips = Math.ceil(Math.log(10 / 0.8) / Math.log(1.5));

test.each([
  ['var s = x; while sum(s) < 10 { s = s*1.5 }; sum(s)', [0.3, -0.7, 1.2], Array(3).fill(1.5 ** trips)],
  [
    'var s = x[0]; var k = 0; while k < 2 { s = s*x[1]; k = s > 0 ? k + 1 : k }; s',
    [0.5, 0.01],
    [1e-4, 0.01],
  ],
  ['var k = 0; while k < 100*x[0] - 1 { k = k + 1 }; x[k] + x[1]', [0.0101, 2], [0, 2]],
])('%s', (source, x, expected) => {
  const { gradient, check } = grad(source, { x });
  const found = gradient.x as number[];
  for (const [i, d] of expected.entries()) expect(found[i]).toBeCloseTo(d, 12);
  expect([check?.verdict, check?.diagnostics]).toEqual(['agree', []]);
});

test('the cost of a program counts iterations, within functions too', () => {
  const cost = (n: number) =>
    forwardCost(
      sampleOf(`fn f(a) { var s = a; for i in 0..${n} { s = sin(s) }; s }; f(x) + f(x*x)`, { x: 1 }).func,
    );
  expect(cost(10_000) / cost(100)).toBeGreaterThan(50);
});
