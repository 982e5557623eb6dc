/** Adjoints of intermediates: ∂output/∂z with all that depends on z moving with it. */
import { grad } from '../../src/index.js';

const retained = (source: string, values: Parameters<typeof grad>[1], ...names: string[]) =>
  grad(source, values, { retain: names, check: false }).retained;

test.each([
  ['let z = x*y; let a = z + x; a^2', { x: 2, y: 3 }, { z: 16, a: 16 }],
  // z reaches the output on two ways
  ['let z = x*x; z*y + sin(z)', { x: 0.5, y: 3 }, { z: 3 + Math.cos(0.25) }],
  ['let z = x*x; let u = sum(z); u^2', { x: [1, 2] }, { z: [10, 10], u: 10 }],
  // the last value of a variable of the program
  ['var s = 1.0; for i in 0..3 { s = s*x }; let u = s + 1; u^2', { x: 2 }, { s: 18, u: 18 }],
  // what the output does not depend on
  ['let z = x*x; let w = 3*z; 2*z', { x: 1 }, { w: 0, z: 2 }],
  // a choice, and the branch that is taken
  ['let z = x > 0 ? x^2 : -x; 5*z', { x: 3 }, { z: 5 }],
])('%s', (source, values, expected) => {
  expect(retained(source, values as never, ...Object.keys(expected))).toEqual(expected);
});

test('a weighted output weighs its adjoints', () => {
  const answer = grad('let z = x*x; z', { x: [1, 2] }, { retain: ['z'], cotangent: [3, 4], check: false });
  expect(answer.retained?.z).toEqual([3, 4]);
});

test.each([
  ['zz', 'did you mean z?'],
  ['x', 'the gradient holds the variables'],
])('%s is no intermediate', (name, hint) => {
  const attempt = () => grad('let z = x*y; z^2', { x: 2, y: 3 }, { retain: [name] });
  expect(attempt).toThrow(`no intermediate value is called ${name}`);
  try {
    attempt();
  } catch (error) {
    expect((error as { diagnostics: { hint: string }[] }).diagnostics[0]?.hint).toContain(hint);
  }
});
