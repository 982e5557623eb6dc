/** Lists of very many computed elements: every element is stored at a position of its own, in code that is run. */
import type { Tensor } from '../../src/core/tensor.js';
import { interpret } from '../../src/ir/interpret.js';
import { derive, reverseDerivation, valueDerivation } from '../../src/passes/pipeline.js';
import { compileFunc } from '../../src/run/compile.js';
import { lowerGeneric, parse } from '../../src/run/program.js';
import { sameBits, sampleOf, tensorOf } from '../support/lowered.js';

const elements = (n: number, text: (i: number) => string) =>
  Array.from({ length: n }, (_, i) => text(i)).join(', ');

test.each([
  ['4,000 scalars', `[${elements(4_000, (i) => `sin(x + ${i})`)}]`, 4000],
  ['1,000 rows', `[${elements(1000, (i) => `[x*${i}, ${i}, x]`)}]`, 3000],
  [
    '2,000 vectors of several lengths',
    `concat(${elements(2000, (i) => (i % 2 ? `[x, ${i}]` : `[${i}*x]`))})`,
    3000,
  ],
  ['500 choices', `[${elements(500, (i) => `(x > ${i} ? x^2 : ${i})`)}]`, 500],
])('%s: generated code computes what the interpreter does', (_, formula, count) => {
  const { func, args, wrt } = sampleOf(formula, { x: 1234.5 });
  for (const derivation of [valueDerivation, reverseDerivation(wrt)]) {
    const derived = derive(func, derivation);
    const all = derived.params.length > args.length ? [...args, ramp(count, derived)] : args;
    const [generated, meant] = [compileFunc(derived).run(all), interpret(derived, all)];
    expect(generated.map((t, k) => sameBits(t, meant[k] as Tensor))).not.toContain(false);
  }
});

/** A cotangent for the last parameter. */
function ramp(count: number, func: ReturnType<typeof derive>) {
  const shape = (func.params.at(-1)?.value.type.shape ?? []) as number[];
  return { shape, data: Float64Array.from({ length: count }, (_, i) => 1 + i / count) };
}

test('starts along an axis whose sizes are named', () => {
  const parsed = parse('param x: [n]; param y: [m]; concat(x, y, [1], y, x)');
  const value = derive(lowerGeneric(parsed, new Map(), new Map()).module.main, valueDerivation);
  const args = [tensorOf([1, 2]), tensorOf([3, 4, 5])];
  const expected = Float64Array.of(1, 2, 3, 4, 5, 1, 3, 4, 5, 1, 2);
  expect(compileFunc(value).run(args)[0]?.data).toEqual(expected);
  expect(interpret(value, args)[0]?.data).toEqual(expected);
});
