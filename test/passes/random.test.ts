/**
 * Random programs: every mode gives one gradient, differences give it too, second derivatives agree however the passes
 * are composed, passes keep values, and generated code computes what the interpreter does.
 */
import fc from 'fast-check';
import type { Tensor } from '../../src/core/tensor.js';
import { interpret } from '../../src/ir/interpret.js';
import type { Func } from '../../src/ir/types.js';
import { verifyFunc } from '../../src/ir/verify.js';
import { fold } from '../../src/passes/fold.js';
import { configureRunner } from '../../src/passes/pass.js';
import { derive, forwardDerivation, reverseDerivation, valueDerivation } from '../../src/passes/pipeline.js';
import { prune } from '../../src/passes/prune.js';
import { share } from '../../src/passes/share.js';
import { simplify } from '../../src/passes/simplify.js';
import { compileFunc } from '../../src/run/compile.js';
import {
  differenceGradient,
  direction,
  forwardGradient,
  near,
  ones,
  reverseGradient,
  secondDerivatives,
  secondDifference,
} from '../support/derivatives.js';
import { type Formula, formulas, scalarFormulas } from '../support/formulas.js';
import { type Sample, sameBits, sampleOf } from '../support/lowered.js';

const SEED = Number(process.env.SEED ?? 20_251);
const MORE = Number(process.env.MORE ?? 1);

beforeAll(() => configureRunner({ verify: true }));
afterAll(() => configureRunner({}));

/** Checks a property of many programs; those without a variable that matters are left out. */
function forPrograms(from: fc.Arbitrary<Formula>, runs: number, check: (sample: Sample) => void): void {
  fc.assert(
    fc.property(from, (formula) => {
      const sample = sampleOf(formula.source, formula.values);
      if (sample.wrt.length > 0) check(sample);
    }),
    { numRuns: runs * MORE, seed: SEED },
  );
}

const magnitude = (numbers: readonly number[]) =>
  numbers.reduce((m, x) => (Number.isFinite(x) ? Math.max(m, Math.abs(x)) : m), 1);

/** Numbers agree one by one, in the scale of the greatest. */
function agree(a: readonly number[], b: readonly number[], tolerance: number, scale = magnitude(a)): boolean {
  return a.length === b.length && a.every((x, i) => near(x, b[i] as number, tolerance, scale));
}

test('reverse, forward and guarded forward give one gradient', () => {
  forPrograms(formulas, 150, (sample) => {
    const reverse = reverseGradient(sample);
    const forward = forwardGradient(sample);
    const guarded = forwardGradient(sample, true);
    expect([reverse, guarded, agree(reverse, guarded, 1e-10)]).toEqual([reverse, guarded, true]);
    if (!reverse.every(Number.isFinite)) return;
    expect([reverse, forward, agree(reverse, forward, 1e-10)]).toEqual([reverse, forward, true]);
  });
});

test('the gradient agrees with central differences', () => {
  let compared = 0;
  let skipped = 0;
  forPrograms(formulas, 80, (sample) => {
    const reverse = reverseGradient(sample);
    const scale = magnitude(reverse);
    for (const [i, d] of differenceGradient(sample).entries()) {
      // Near a kink the orders of extrapolation disagree.
      if (!(d.error < 1e-6 * scale)) skipped++;
      else {
        compared++;
        expect([i, reverse[i], d.value, near(reverse[i] as number, d.value, 1e-6, scale)]).toEqual([
          i,
          reverse[i],
          d.value,
          true,
        ]);
      }
    }
  });
  expect(skipped).toBeLessThan(compared / 20);
});

test('second derivatives agree however the passes are composed, and with differences', () => {
  let compared = 0;
  let skipped = 0;
  forPrograms(scalarFormulas, 50, (sample) => {
    const all = secondDerivatives(sample);
    const values = Object.values(all);
    const scale = magnitude([...values, ...reverseGradient(sample)]);
    if (!values.every(Number.isFinite) || scale > 1e6) {
      skipped++;
      return;
    }
    const first = values[0] as number;
    expect([all, values.every((v) => near(v, first, 1e-8, scale))]).toEqual([all, true]);
    const d = secondDifference(sample);
    if (!(d.error < 1e-5 * scale)) return;
    compared++;
    expect([all, d.value, near(first, d.value, 1e-4, scale)]).toEqual([all, d.value, true]);
  });
  expect(skipped).toBeLessThan(compared / 20);
});

/** The value, the reverse and the forward function of a sample, each with arguments. */
function functionsOf({ func, args, wrt }: Sample): (readonly [Func, readonly Tensor[]])[] {
  const output = interpret(func, args)[0] as Tensor;
  const cotangent = output.shape.length > 0 ? [direction(ones(output), 3)] : [];
  const directions = func.params.flatMap((p, i) =>
    wrt.includes(p.name) ? [direction(args[i] as Tensor, i)] : [],
  );
  return [
    [derive(func, valueDerivation), args],
    [derive(func, reverseDerivation(wrt)), [...args, ...cotangent]],
    [derive(func, forwardDerivation(wrt)), [...args, ...directions]],
    [derive(func, forwardDerivation(wrt, { guarded: true })), [...args, ...directions]],
  ];
}

test('folding, sharing and pruning keep every bit; simplifying keeps the numbers', () => {
  forPrograms(formulas, 60, (sample) => {
    for (const [func, args] of [[sample.func, sample.args] as const, ...functionsOf(sample)]) {
      const before = interpret(func, args);
      for (const pass of [fold, share, prune]) {
        const changed = pass.run(func);
        verifyFunc(changed);
        const after = interpret(changed, args);
        expect([pass.name, after.every((t, i) => sameBits(t, before[i] as Tensor))]).toEqual([
          pass.name,
          true,
        ]);
      }
      const simple = simplify.run(func);
      verifyFunc(simple);
      const flat = (ts: readonly Tensor[]) => ts.flatMap((t) => [...t.data]);
      expect(agree(flat(before), flat(interpret(simple, args)), 1e-11)).toBe(true);
    }
  });
});

test('generated code computes what the interpreter does, to the last bit', () => {
  forPrograms(formulas, 60, (sample) => {
    for (const [func, args] of functionsOf(sample)) {
      const expected = interpret(func, args);
      const own = compileFunc(func).run(args);
      expect(own.map((t, i) => [[...t.data], sameBits(t, expected[i] as Tensor)])).toEqual(
        expected.map((t) => [[...t.data], true]),
      );
    }
  });
});
