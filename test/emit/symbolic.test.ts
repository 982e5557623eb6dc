/** Code from symbolic derivatives: readable, and with the numbers of reverse mode. */
import fc from 'fast-check';
import { namedDim } from '../../src/core/affine.js';
import { AdcError } from '../../src/core/diagnostic.js';
import type { Tensor } from '../../src/core/tensor.js';
import { derivativeSource, emitSource, type GenericOptions } from '../../src/run/derive.js';
import { near } from '../support/derivatives.js';
import { formulas } from '../support/formulas.js';
import { tensorOf } from '../support/lowered.js';
import { diagnose } from './strict.js';

type Numbers = Record<string, number | Float64Array>;

/** A function of a module, called with values by the names of its parameters. */
function call(text: string, name: string, given: ReadonlyMap<string, Tensor>): Numbers | undefined {
  const [, list] = new RegExp(`^export function ${name}\\((.*)\\) {$`, 'm').exec(text) as RegExpExecArray;
  const names = (list as string).split(', ').map((p) => p.split(' = ')[0] as string);
  const args = names.filter((n) => n !== 'into').map((n) => given.get(n));
  if (args.includes(undefined)) return undefined;
  const code = new Function(`${text.replace(/^export /gm, '')}\nreturn ${name};`)();
  const result = code(...(args as Tensor[]).map((t) => (t.shape.length === 0 ? t.data[0] : t.data)));
  return typeof result === 'number' || result instanceof Float64Array ? { result } : result;
}

const flat = (numbers: Numbers) =>
  Object.values(numbers).flatMap((x) => (typeof x === 'number' ? [x] : [...x]));

const vector = { shapes: new Map([['y', [namedDim('m')]]]) };
const cases: readonly { readonly formula: string; readonly given: GenericOptions }[] = [
  { formula: '2*dot(x,x)', given: {} },
  { formula: 'x1*exp(-x2^2)', given: {} },
  { formula: 'log(x1) + x1*x2 - sin(x2)', given: {} },
  { formula: 'norm(A@x - y)^2', given: { wrt: ['x'], ...vector } },
  { formula: 'sum(log(1 + exp(-y*(X@w))))', given: { wrt: ['w'], ...vector } },
  { formula: "x'@A@x", given: {} },
  { formula: 'x*x', given: { shapes: new Map([['x', [namedDim('n')]]]) } },
];

test.each(cases)('$formula as code', ({ formula, given }) => {
  const { text } = emitSource(formula, { ...given, target: 'ts', mode: 'symbolic' });
  expect(text.slice(text.indexOf('export function gradient'))).toMatchSnapshot('gradient');
  expect(derivativeSource(formula, given, 'ts')).toMatchSnapshot('derivative');
});

test('TypeScript finds nothing to say', () => {
  const files = cases.flatMap(({ formula, given }, i): [string, string][] => [
    [`gradient${i}.ts`, emitSource(formula, { ...given, target: 'ts', mode: 'symbolic' }).text],
    [`derivative${i}.ts`, derivativeSource(formula, given, 'ts')],
  ]);
  expect(diagnose(new Map(files))).toEqual([]);
});

test('random formulas: the symbolic gradient is the one of reverse mode', () => {
  let compared = 0;
  fc.assert(
    fc.property(formulas, ({ source, values }) => {
      const point = new Map(Object.entries(values).map(([name, v]) => [name, tensorOf(v)]));
      const given = { shapes: new Map([...point].map(([name, t]) => [name, t.shape])) };
      const symbolic = available(() => emitSource(source, { ...given, target: 'js', mode: 'symbolic' }).text);
      if (symbolic === undefined) return;
      const reverse = emitSource(source, { ...given, target: 'js' }).text;
      const weights = (text: string) => /function gradient\(.*\bcotangent\b/.test(text);
      expect(weights(symbolic)).toBe(weights(reverse));
      const value = call(reverse, 'value', point);
      if (value === undefined) return;
      const [output] = Object.values(value);
      const data =
        typeof output === 'number'
          ? new Float64Array([1])
          : (output as Float64Array).map((_, i) => 1 + i / 7);
      const all = new Map([...point, ['cotangent', { shape: [data.length], data }]]);
      const [got, wanted] = [call(symbolic, 'gradient', all), call(reverse, 'gradient', all)];
      if (got === undefined || wanted === undefined) return;
      expect(Object.keys(got)).toEqual(Object.keys(wanted));
      const [a, b] = [flat(got), flat(wanted)];
      const scale = Math.max(...b.filter(Number.isFinite).map(Math.abs), 1);
      // Where reverse mode meets an infinity on its way, the formula may do without it.
      const same = b.every((x, i) => !Number.isFinite(x) || near(a[i] as number, x, 1e-8, scale));
      expect([source, a, same]).toEqual([source, same ? a : b, true]);
      compared++;
    }),
    { numRuns: 30, seed: 5 },
  );
  expect(compared).toBeGreaterThan(15);
});

function available<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (e) {
    if (e instanceof AdcError && e.diagnostics.every((d) => d.code === 'unsupported')) return undefined;
    throw e;
  }
}

test('where there is no symbolic derivative, it says why', () => {
  expect(() => emitSource('cumprod(x)', { target: 'ts', mode: 'symbolic' })).toThrow(
    /^symbolic mode is unavailable: The symbolic derivative does not cover a running sum or product yet\.$/,
  );
});
