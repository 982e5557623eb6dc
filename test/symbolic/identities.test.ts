/** The table of identities: what prints, that it parses back, and that its numbers are the differences'. */
import { parseProgram, printProgram } from '../../grammar/index.js';
import type { Tensor } from '../../src/core/tensor.js';
import { differences, evaluate, gradients, randomValues } from './harness.js';
import { scalars, tensors } from './identities.js';

const table = [...scalars, ...tensors].flatMap(([formula, shapes, expected]) =>
  Object.entries(expected).map(([name, text]) => ({
    formula,
    shapes,
    name,
    text,
    label: JSON.stringify(shapes),
  })),
);

describe.each(table)('d/d$name of $formula, $label', ({ formula, shapes, name, text }) => {
  test(`prints ${text}`, () => {
    expect(gradients(formula, shapes, [name])).toEqual({ [name]: text });
  });

  test('parses back', () => {
    expect(printProgram(parseProgram(text).program).replaceAll('\n', '; ')).toBe(text);
  });

  test.each([1, 2, 3])('agrees with central differences, seed %d', (seed) => {
    const values = randomValues(shapes, seed);
    const found = evaluate(text, shapes, values);
    expect(found.shape).toEqual((values[name] as Tensor).shape);
    const expected = differences(formula, shapes, values, name);
    for (const [i, d] of expected.entries()) {
      expect(Math.abs((found.data[i] as number) - d)).toBeLessThan(1e-7 * (1 + Math.abs(d)));
    }
  });
});
