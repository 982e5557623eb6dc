/** Every rule of simplification, by sampling: both sides give the same number. */
import { callRules, productRules } from '../../src/passes/symbolic/rules.js';
import { evaluate, randomValues } from './harness.js';

test.each([...callRules, ...productRules].map((rule) => [rule.name, rule.from, rule.to]))(
  '%s: %s is %s',
  (_, from, to) => {
    const shapes = { x: [], y: [] };
    for (const seed of [1, 2, 3, 4, 5]) {
      const values = randomValues(shapes, seed);
      const [a, b] = [from, to].map((text) => evaluate(text as string, shapes, values).data[0] as number);
      expect(Math.abs((a as number) - (b as number))).toBeLessThan(1e-13 * (1 + Math.abs(a as number)));
    }
  },
);
