/** What is detached inside loops and functions holds still: its values are replayed in the order of computation. */
import { interpret } from '../../src/ir/interpret.js';
import { freeze, frozenValues } from '../../src/passes/freeze.js';
import { configureRunner, runPasses } from '../../src/passes/pass.js';
import { beforeDerivatives } from '../../src/passes/pipeline.js';
import { differenceGradient, near, reverseGradient } from '../support/derivatives.js';
import { sampleOf } from '../support/lowered.js';

beforeAll(() => configureRunner({ verify: true }));
afterAll(() => configureRunner({}));

const PROGRAMS: Record<string, string> = {
  'in a loop': 'param x; var s = 1.0\nfor i in 0..3 { s = s * x + detach(s) }\ns',
  'in nested loops, vectors of several lengths':
    'param x; let w = [x, 2*x, sin(x)]; var s = 0.1\nfor i in 0..3 {\n  for j in 0..i+1 { s = s * 0.5 + sum(detach(w * s) * w) + detach(s * x) }\n}\ns',
  'in a branch in a while loop':
    'param x; var s = x\nwhile s < 30 { if s > 5 { s = s * s - detach(x) } else { s = s * detach(s + 1) } }\ns',
  'in functions called from a loop and from each other':
    'param x\nfn f(a) { var r = a\n for i in 0..2 { r = sin(r) + detach(r) * a }\n r }\nfn g(a, b) = f(a) * detach(f(b))\nlet u = detach(x * x)\nvar s = 0.0\nfor k in 0..2 { s += g(x + k, s) * u }\ns + f(x)',
  'in a comprehension':
    'param x; let w = [x, 2*x, sin(x)]; sum([sin(detach(w[i] * w[j]) * w[i]) for i in 0..3 for j in 0..2])',
  'in a condition, where it changes nothing':
    'param x; var s = x\nwhile detach(s) < 30 { s = s * s + detach(s) }\ns',
};

test.each(Object.entries(PROGRAMS))('%s', (_, source) => {
  const sample = sampleOf(source, { x: 1.3 });
  const gradient = reverseGradient(sample);
  const [difference] = differenceGradient(sample, 1e-4);
  const [expected, got] = [difference?.value as number, gradient[0] as number];
  expect([expected, got, near(expected, got, 1e-7)]).toEqual([expected, got, true]);
  const prepared = runPasses(sample.func, beforeDerivatives);
  const frozen = frozenValues(prepared, sample.args);
  expect(interpret(freeze(prepared), [...sample.args, ...frozen])).toEqual(interpret(prepared, sample.args));
});

test('another way through the program reads what there is', () => {
  const { func } = sampleOf('param x; var s = x\nwhile s < 30 { s = s * 2 + detach(x) }\ns', { x: 20 });
  const frozen = frozenValues(func, [{ shape: [], data: Float64Array.of(20) }]);
  expect(frozen.map((t) => [...t.data])).toEqual([[20]]);
  const moved = interpret(freeze(func), [{ shape: [], data: Float64Array.of(1) }, ...frozen]);
  expect(moved[0]?.data[0]).toBe(64);
});
