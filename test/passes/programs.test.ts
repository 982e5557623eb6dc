/** Derivatives of programs with control flow: forward and reverse give one gradient, which is that of differences. */

import type { Tensor } from '../../src/core/tensor.js';
import { interpret } from '../../src/ir/interpret.js';
import { configureRunner } from '../../src/passes/pass.js';
import { derive, valueDerivation } from '../../src/passes/pipeline.js';
import { differenceGradient, forwardGradient, near } from '../support/derivatives.js';
import { programs } from '../support/programs.js';

beforeAll(() => configureRunner({ verify: true }));
afterAll(() => configureRunner({}));

const scaleOf = (numbers: readonly number[]) => Math.max(1, ...numbers.map(Math.abs));

describe.each(Object.entries(programs))('%s', (_, sample) => {
  test('passes before and after differentiation keep the value', () => {
    const [value] = interpret(sample.func, sample.args) as [Tensor];
    const [derived] = interpret(derive(sample.func, valueDerivation), sample.args) as [Tensor];
    expect(near(value.data[0] as number, derived.data[0] as number, 1e-14)).toBe(true);
  });

  test('forward mode agrees with differences', () => {
    const gradient = forwardGradient(sample);
    const scale = scaleOf(gradient);
    for (const [i, d] of differenceGradient(sample).entries()) {
      expect([i, gradient[i], d.value, near(gradient[i] as number, d.value, 1e-6, scale)]).toEqual([
        i,
        gradient[i],
        d.value,
        true,
      ]);
    }
  });
});
