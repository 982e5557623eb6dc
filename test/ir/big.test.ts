/** Deep and wide programs: nothing recurses over length, and the IR grows in proportion. */
import { interpret } from '../../src/ir/interpret.js';
import { printFunc } from '../../src/ir/print.js';
import { verifyFunc } from '../../src/ir/verify.js';
import { derive, reverseDerivation, valueDerivation } from '../../src/passes/pipeline.js';
import { countOps } from '../../src/passes/prune.js';
import { type Sample, sampleOf } from '../support/lowered.js';

const names = (n: number) => Array.from({ length: n }, (_, i) => `x${i}`);
const ones = (n: number) => Object.fromEntries(names(n).map((name) => [name, 2]));

function gradientOf({ func, args, wrt }: Sample) {
  const gradient = derive(func, reverseDerivation(wrt));
  verifyFunc(gradient);
  return { size: countOps(gradient.body), results: interpret(gradient, args) };
}

test('a sum of 100,000 terms of one variable', () => {
  const sizes = [10_000, 100_000].map((n) => {
    const sample = sampleOf(Array.from({ length: n }, (_, i) => `${(i % 97) + 1}*x`).join(' + '), { x: 1 });
    const { size, results } = gradientOf(sample);
    const expected = Array.from({ length: n }, (_, i) => (i % 97) + 1).reduce((a, b) => a + b, 0);
    expect(results.map((t) => t.data[0])).toEqual([expected, expected]);
    return [countOps(sample.func.body), size] as const;
  });
  const [small, large] = sizes as [readonly [number, number], readonly [number, number]];
  expect(large[0] / small[0]).toBeLessThan(11);
  expect(large[1] / small[1]).toBeLessThan(11);
});

test('100,000 distinct parameters', () => {
  const n = 100_000;
  const sample = sampleOf(
    names(n)
      .map((name) => `${name}*${name}`)
      .join('+'),
    ones(n),
  );
  expect(sample.wrt.length).toBe(n);
  const { results } = gradientOf(sample);
  expect(results[0]?.data[0]).toBe(4 * n);
  expect(results.slice(1).every((t) => t.data[0] === 4)).toBe(true);
});

test('a chain of 20,000 lets', () => {
  const n = 20_000;
  const lets = Array.from({ length: n }, (_, i) => `let y${i + 1} = 0.5*y${i} + x`);
  const sample = sampleOf(`let y0 = x; ${lets.join('; ')}; y${n}`, { x: 1 });
  const { results } = gradientOf(sample);
  expect(results.map((t) => t.data[0])).toEqual([2, 2]);
});

test('a list of 20,000 elements', () => {
  const sample = sampleOf(`sum([${names(20_000).join(', ')}])`, ones(20_000));
  const { results } = gradientOf(sample);
  expect(results[0]?.data[0]).toBe(40_000);
  expect(results.slice(1).every((t) => t.data[0] === 1)).toBe(true);
});

test('nested parentheses, functions, ternaries and blocks', () => {
  const nest = (open: string, inner: string, close: string, depth = 200) =>
    open.repeat(depth) + inner + close.repeat(depth);
  expect(gradientOf(sampleOf(nest('(', 'x', ')'), { x: 3 })).results.map((t) => t.data[0])).toEqual([3, 1]);
  expect(gradientOf(sampleOf(nest('atan(', 'x', ')'), { x: 3 })).results.length).toBe(2);
  expect(
    gradientOf(sampleOf(nest('{ let y = 2*', 'x', '; y/2 }', 100), { x: 3 })).results.map((t) => t.data[0]),
  ).toEqual([3, 1]);
  const ternary = Array.from({ length: 120 }, (_, i) => `x > ${i} ? x*${i + 1} : `).join('');
  expect(gradientOf(sampleOf(`${ternary} 0`, { x: 0.5 })).results.map((t) => t.data[0])).toEqual([0.5, 1]);
  const deep = nest('(x > 0 ? 1 + ', 'x', ' : x)', 80);
  const { results, size } = gradientOf(sampleOf(deep, { x: 3 }));
  expect(results.map((t) => t.data[0])).toEqual([83, 1]);
  expect(size).toBeLessThan(80 * 400);
});

test('the value function of a wide program prints and verifies', () => {
  const sample = sampleOf(names(3000).join('*'), ones(3000));
  const func = derive(sample.func, valueDerivation);
  verifyFunc(func);
  expect(printFunc(func).split('\n').length).toBeGreaterThan(3000);
});
