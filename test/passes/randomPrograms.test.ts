/** Random programs with control flow: the modes give one gradient, differences give it too, passes keep values. */
import fc from 'fast-check';
import type { Tensor } from '../../src/core/tensor.js';
import { interpret } from '../../src/ir/interpret.js';
import { configureRunner } from '../../src/passes/pass.js';
import { derive, reverseDerivation, valueDerivation } from '../../src/passes/pipeline.js';
import { compileFunc } from '../../src/run/compile.js';
import {
  differenceGradient,
  forwardGradient,
  near,
  reverseGradient,
  secondDerivatives,
} from '../support/derivatives.js';
import { type Sample, sameBits, sampleOf } from '../support/lowered.js';
import { randomPrograms } from '../support/randomPrograms.js';

const SEED = Number(process.env.SEED ?? 20_261);
const MORE = Number(process.env.MORE ?? 1);

beforeAll(() => configureRunner({ verify: true }));
afterAll(() => configureRunner({}));

function forPrograms(runs: number, check: (sample: Sample) => void): void {
  fc.assert(
    fc.property(randomPrograms, ({ source, values }) => {
      const sample = sampleOf(source, values);
      if (sample.wrt.length > 0) check(sample);
    }),
    { numRuns: runs * MORE, seed: SEED },
  );
}

const scaleOf = (numbers: readonly number[]) =>
  numbers.reduce((m, x) => (Number.isFinite(x) ? Math.max(m, Math.abs(x)) : m), 1);

function agree(a: readonly number[], b: readonly number[], tolerance: number): boolean {
  const scale = scaleOf(a);
  return a.length === b.length && a.every((x, i) => near(x, b[i] as number, tolerance, scale));
}

test('passes keep the value, and reverse, forward and guarded forward give one gradient', () => {
  forPrograms(25, (sample) => {
    const [before] = interpret(sample.func, sample.args) as [Tensor];
    const [after] = interpret(derive(sample.func, valueDerivation), sample.args) as [Tensor];
    expect(agree([...before.data], [...after.data], 1e-13)).toBe(true);
    const reverse = reverseGradient(sample);
    const forward = forwardGradient(sample);
    const guarded = forwardGradient(sample, true);
    expect([reverse, forward, guarded, agree(reverse, guarded, 1e-10)]).toEqual([
      reverse,
      forward,
      guarded,
      true,
    ]);
    if (forward.every(Number.isFinite))
      expect([reverse, forward, agree(reverse, forward, 1e-10)]).toEqual([reverse, forward, true]);
  });
});

test('the gradient agrees with central differences', () => {
  let compared = 0;
  let skipped = 0;
  forPrograms(25, (sample) => {
    const reverse = reverseGradient(sample);
    const scale = scaleOf(reverse);
    for (const [i, d] of differenceGradient(sample, 1e-4).entries()) {
      // Near a change of the path the orders of extrapolation disagree.
      if (!(d.error < 1e-6 * scale)) skipped++;
      else {
        compared++;
        const fine = near(reverse[i] as number, d.value, 1e-5, scale);
        expect([i, reverse[i], d.value, fine]).toEqual([i, reverse[i], d.value, true]);
      }
    }
  });
  expect(compared).toBeGreaterThan(5 * skipped);
});

test('second derivatives agree, however the passes are composed', () => {
  forPrograms(6, (sample) => {
    const all = Object.values(secondDerivatives(sample));
    if (!all.every(Number.isFinite)) return;
    expect([
      all,
      agree(
        all,
        all.map(() => all[0] as number),
        1e-8,
      ),
    ]).toEqual([all, true]);
  });
});

test('generated code computes what the interpreter does, to the last bit', () => {
  forPrograms(25, ({ func, args, wrt }) => {
    for (const derivation of [valueDerivation, reverseDerivation(wrt)]) {
      const derived = derive(func, derivation);
      const computed = compileFunc(derived).run(args);
      const same = interpret(derived, args).map((t, i) => sameBits(t, computed[i] as Tensor));
      expect(same).toEqual(same.map(() => true));
    }
  });
});
