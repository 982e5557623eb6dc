/** Shorter forms: every rule by sampling and by what it makes of its example; the work that they may take. */
import { Expansion } from '../../src/passes/symbolic/expand.js';
import type { Node } from '../../src/passes/symbolic/node.js';
import { partsOf } from '../../src/passes/symbolic/node.js';
import { costOf } from '../../src/passes/symbolic/shorten/cost.js';
import { replaced } from '../../src/passes/symbolic/shorten/rebuild.js';
import { shorteningRules } from '../../src/passes/symbolic/shorten/rules.js';
import { Space } from '../../src/passes/symbolic/space.js';
import { evaluate, gradients, lowered, randomValues } from './harness.js';

const shapes = { x: [], y: [] };

function nodeOf(s: Space, text: string): Node {
  const func = lowered(text, shapes);
  return new Expansion(s, func).of(func.body.results[0] as never);
}

function reachable(root: Node): Node[] {
  const seen = new Set([root]);
  for (const n of seen) for (const p of partsOf(n)) seen.add(p);
  return [...seen];
}

describe.each(shorteningRules.map((rule) => [rule.name, rule] as const))('%s', (_, rule) => {
  test(`${rule.from} is ${rule.to}`, () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const values = randomValues(shapes, seed);
      const [a, b] = [rule.from, rule.to].map((text) => evaluate(text, shapes, values).data[0] as number);
      expect(Math.abs((a as number) - (b as number))).toBeLessThan(1e-13 * (1 + Math.abs(a as number)));
    }
  });

  test('is what the rule makes of it', () => {
    const s = new Space();
    const from = nodeOf(s, rule.from);
    const wholes = reachable(from).flatMap((part) =>
      rule.apply(s, part).flatMap((form) => (form ? [replaced(s, from, part, form)] : [])),
    );
    expect(wholes).toContain(nodeOf(s, rule.to));
  });

  test('makes it shorter, or is a step on the way', () => {
    const s = new Space();
    const [before, after] = [rule.from, rule.to].map((text) => costOf(nodeOf(s, text)) as number);
    expect(after as number).toBeLessThanOrEqual(before as number);
  });
});

test.each([
  ['(x^2-3*x+2)/(x^2+x-6)', '4 / (x + 3)^2'],
  ['atan((1+x)/(1-x))', '1 / (x^2 + 1)'],
  ['x*asin(x)+sqrt(1-x^2)', 'asin(x)'],
  ['sin(x)/(1+cos(x))', '1 / (cos(x) + 1)'],
  ['(exp(x)-exp(-x))/(exp(x)+exp(-x))', '1 / cosh(x)^2'],
  ['(x+1)^3*(x-2)^4', '(x + 1)^2 * (x - 2)^3 * (7 * x - 2)'],
  ['x^(1/x)', '(1 - log(x)) * x^(1 / x - 2)'],
  ['(x-1)^4', '4 * (x - 1)^3'],
  ['3*x^3-2*x^2', '9 * x^2 - 4 * x'],
])('the derivative of %s is %s', (formula, expected) => {
  expect(gradients(formula, { x: [] })).toEqual({ x: expected });
});
