/** Derivatives of programs with control flow: forward and reverse give one gradient, which is that of differences. */

import type { Tensor } from '../../src/core/tensor.js';
import { interpret } from '../../src/ir/interpret.js';
import { configureRunner } from '../../src/passes/pass.js';
import { derive, valueDerivation } from '../../src/passes/pipeline.js';
import {
  differenceGradient,
  forwardGradient,
  near,
  reverseGradient,
  secondDerivatives,
  secondDifference,
} from '../support/derivatives.js';
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

  test('reverse mode agrees with forward mode', () => {
    const gradient = reverseGradient(sample);
    const forward = forwardGradient(sample);
    const scale = scaleOf(forward);
    const agree = forward.map((x, i) => near(x, gradient[i] as number, 1e-12, scale));
    expect([gradient, forward, agree]).toEqual([gradient, forward, forward.map(() => true)]);
  });

  test('second derivatives agree, however the passes are composed', () => {
    const all = secondDerivatives(sample);
    const truth = secondDifference(sample);
    const scale = scaleOf([truth.value]);
    const agree = Object.entries(all).map(([name, x]) => [name, x, near(x, truth.value, 1e-6, scale)]);
    expect(agree).toEqual(Object.entries(all).map(([name, x]) => [name, x, true]));
  });
});
