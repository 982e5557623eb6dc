/** Emitted modules of programs with loops: readable, clean under TypeScript, the same numbers, errors that name the place. */
import { emitModule } from '../../src/emit/index.js';
import { Builder } from '../../src/ir/builder.js';
import { interpret } from '../../src/ir/interpret.js';
import { type Func, floatScalar, intScalar, tensor, type Value } from '../../src/ir/types.js';
import { programs } from '../support/programs.js';
import { diagnose, load } from './strict.js';

const texts = Object.entries(programs).map(([name, { func, args }]) => {
  const request = { formula: name, functions: [{ name: 'value', func }], adcVersion: '0.1.0' };
  return {
    name,
    func,
    args,
    ts: emitModule({ ...request, target: 'ts' }),
    js: emitModule({ ...request, target: 'js' }),
  };
});

test.each(texts)('$name computes what the interpreter does', ({ ts, js, func, args }) => {
  const plain = args.map((a) => (a.shape.length > 0 ? a.data : a.data[0]));
  const expected = interpret(func, args)[0]?.data[0];
  for (const text of [ts, js]) expect(load(text).value?.(...plain)).toBe(expected);
});

test('TypeScript finds nothing to say', () => {
  expect(diagnose(new Map(texts.map((t) => [`${t.name}.ts`, t.ts])))).toEqual([]);
});

test.each(['table', 'warping', 'roots', 'calls', 'kept', 'leaving'])('%s reads as before', (name) => {
  expect(texts.find((t) => t.name === name)?.ts).toMatchSnapshot();
});

const source = 'let n = length(x)\nwhile a < 10 { a = a + b }\na * x[k]';
const spanOf = (part: string) => ({ start: source.indexOf(part), end: source.indexOf(part) + part.length });

/** Adds b to a until that is 10, then takes an element. */
function runaway(): Func {
  const b = new Builder();
  const x = b.param('x', tensor('float', [3]), 'param');
  const [a, by] = [b.param('a', floatScalar, 'param'), b.param('b', floatScalar, 'param')];
  const k = b.param('k', intScalar, 'data');
  b.span = spanOf('while a < 10 { a = a + b }');
  const { results } = b.while(
    [a.value],
    ([v]) => b.elementwise('lt', v as Value, b.num(10)),
    ([v]) => [b.elementwise('add', v as Value, by.value)],
  );
  b.span = spanOf('x[k]');
  const element = b.gather(x.value, k.value);
  return b.finish('value', [x, a, by, k], [b.elementwise('mul', results[0] as Value, element)], ['value']);
}

const emitted = (guard?: number | false) =>
  emitModule({
    target: 'ts',
    formula: source,
    functions: [{ name: 'value', func: runaway() }],
    adcVersion: '0.1.0',
    ...(guard !== undefined && { guard }),
  });
const x = Float64Array.of(1, 2, 3);

test('a loop that runs too often throws an error with its line, unless it is left unguarded', () => {
  expect(load(emitted(100)).value?.(x, 0, 1, 2)).toBe(30);
  expect(() => load(emitted(100)).value?.(x, 0, 0.01, 2)).toThrow(
    new Error('the loop has run 100 times and has not ended in line 2: while a < 10'),
  );
  expect(load(emitted(false)).value?.(x, 0, 0.01, 2)).toBeCloseTo(30, 0);
  expect(emitted(false)).not.toContain('has not ended');
  expect(emitted()).toContain('>= 10000000');
});

test.each([3, -1, Number.NaN])('an index outside its axis throws an error: %d', (k) => {
  expect(() => load(emitted()).value?.(x, 0, 1, k)).toThrow(
    new RangeError(`the index ${k} is outside the axis of length 3 in line 3: x[k]`),
  );
});
