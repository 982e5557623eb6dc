/** Random formulas as modules, for the sizes at hand and for any: they compute what the interpreter does. */
import fc from 'fast-check';
import { AdcError } from '../../src/core/diagnostic.js';
import type { Tensor } from '../../src/core/tensor.js';
import { interpret } from '../../src/ir/interpret.js';
import { derive, reverseDerivation } from '../../src/passes/pipeline.js';
import { emitSource, type GenericOptions } from '../../src/run/derive.js';
import { direction, near } from '../support/derivatives.js';
import { formulas } from '../support/formulas.js';
import { sampleOf, tensorOf } from '../support/lowered.js';

const SEED = Number(process.env.SEED ?? 2_718);
const MORE = Number(process.env.MORE ?? 1);

type Given = ReadonlyMap<string, Tensor>;

/** The numbers that the functions of a module give, or undefined where they take sizes beside the variables. */
function called(text: string, name: string, given: Given): number[] | undefined {
  const [, list] = new RegExp(`^export function ${name}\\((.*)\\) {$`, 'm').exec(text) as RegExpExecArray;
  const names = (list as string).split(', ').map((p) => p.split(' = ')[0] as string);
  const args = names.filter((n) => n !== 'into').map((n) => given.get(n));
  if (args.includes(undefined)) return undefined;
  const code = new Function(`${text.replace(/^export /gm, '')}\nreturn ${name};`)();
  const got = code(...(args as Tensor[]).map((t) => (t.shape.length === 0 ? t.data[0] : t.data)));
  const parts = name === 'value' ? [got] : Object.values(got as object);
  return parts.flatMap((part) => (typeof part === 'number' ? part : [...part]));
}

test('emitted modules give the values and gradients that the interpreter does', () => {
  const runs = { known: 0, any: 0 };
  fc.assert(
    fc.property(formulas, ({ source, values }) => {
      const sample = sampleOf(source, values);
      if (sample.wrt.length === 0) return;
      const point = new Map(Object.entries(values).map(([name, v]) => [name, tensorOf(v)]));
      const output = interpret(sample.func, sample.args)[0] as Tensor;
      const cotangent = direction(output, 3);
      const weights = output.shape.length === 0 ? [] : [cotangent];
      const expected = interpret(derive(sample.func, reverseDerivation(sample.wrt)), [
        ...sample.args,
        ...weights,
      ]);
      const given = new Map([...point, ['cotangent', cotangent]]);
      const shapes = new Map([...point].map(([name, t]) => [name, t.shape]));
      const compare = (kind: keyof typeof runs, options: GenericOptions) => {
        const { text } = emitSource(source, { ...options, target: 'js' });
        for (const [name, all] of [
          ['value', [output]],
          ['gradient', expected],
        ] as const) {
          const got = called(text, name, given);
          const wanted = all.flatMap((t) => [...t.data]);
          const scale = Math.max(...wanted.filter(Number.isFinite).map(Math.abs), 1);
          if (got === undefined) continue;
          runs[kind]++;
          const same =
            got.length === wanted.length && wanted.every((x, i) => near(got[i] as number, x, 1e-11, scale));
          expect([source, kind, name, got, same]).toEqual([source, kind, name, same ? got : wanted, true]);
        }
      };
      compare('known', { shapes });
      try {
        compare('any', { values: point });
      } catch (e) {
        // What fits at these sizes need not fit at any; then the text or the arrays are refused.
        if (!(e instanceof AdcError) && !(e instanceof RangeError && /must have length/.test(e.message)))
          throw e;
      }
    }),
    { numRuns: 100 * MORE, seed: SEED },
  );
  expect(runs.known).toBeGreaterThan(150 * MORE);
  expect(runs.any).toBeGreaterThan(60 * MORE);
});
