/** The error that differences claim, against true derivatives of random functions and of sums of many terms. */
import { takeDifferences } from '../../src/check/differences.js';
import { type Random, randomFrom } from '../../src/check/random.js';
import { scalar } from '../../src/core/tensor.js';
import { openProblem } from '../../src/run/open.js';
import type { Problem } from '../../src/run/problem.js';
import * as B from '../support/bigfloat.js';
import { fakeProblem } from './fake.js';
import { type Case, Drawer } from './smooth.js';

const EPSILON = Number.EPSILON;

/** How far rounding every operation up or down makes a function scatter. */
function scatterOf(c: Case, random: Random): (x: Float64Array) => number {
  const round = (v: number) => v * (1 + (random() < 0.5 ? EPSILON : -EPSILON) * 0.75);
  return ([x]) => {
    const exact = c.f(x as number);
    const samples = [1, 2, 3, 4].map(() => c.f(x as number, round) - exact);
    return Math.sqrt(samples.reduce((sum, d) => sum + d * d, 0) / samples.length);
  };
}

interface Count {
  cases: number;
  /** Errors that do not hold the true one. */
  missed: string[];
  /** Errors within a factor of 100 of the true one, or of the last place of the derivative. */
  close: number;
  /** Errors below a millionth of the derivative. */
  sharp: number;
}

/** Takes the difference of each case, half of them with the derivative expected, and counts. */
function judge(cases: number, seed: number, problemOf: (c: Case, random: Random) => Problem): Count {
  const random = randomFrom(seed);
  const drawer = new Drawer(random);
  const count: Count = { cases, missed: [], close: 0, sharp: 0 };
  for (let i = 0; i < cases; i++) {
    const c = drawer.draw();
    const problem = problemOf(c, random);
    const size = Math.abs(B.toNumber(c.truth));
    const shape = problem.point.get('x')?.shape ?? [];
    const expected = new Map([['x', { shape, data: Float64Array.of(B.toNumber(c.truth)) }]]);
    const taken = takeDifferences(problem, scalar(1), { seed: i, ...(i % 2 === 0 && { expected }) });
    if (taken.kind !== 'coordinates') throw new Error('expected coordinates');
    const value = taken.gradient.get('x')?.data[0] as number;
    const error = taken.error.get('x')?.data[0] as number;
    const off = error === Number.POSITIVE_INFINITY ? 0 : distance(value, c.truth);
    const last = 2 * EPSILON * size;
    if (!(off <= error + last)) count.missed.push(`${c.text} at ${c.x}: off by ${off}, estimate ${error}`);
    if (error <= 100 * Math.max(off, last)) count.close++;
    if (error <= 1e-6 * size) count.sharp++;
  }
  return count;
}

const distance = (value: number, truth: B.Big) => Math.abs(B.toNumber(B.sub(B.big(value), truth)));

test('the true error lies within the estimate in at least 99.9 % of 10,000 random functions, within a factor of 100 in most', () => {
  const { cases, missed, close, sharp } = judge(10_000, 2024, (c, random) =>
    fakeProblem({
      f: ([x]) => c.f(x as number),
      g: () => [0],
      at: [c.x],
      scatter: scatterOf(c, random),
    }),
  );
  expect(missed.slice(0, 10)).toHaveLength(Math.min(10, missed.length));
  expect(missed.length).toBeLessThanOrEqual(cases / 1000);
  expect(close / cases).toBeGreaterThan(0.7);
  expect(sharp / cases).toBeGreaterThan(0.9);
});

test('and so it does for formulas that are compiled', () => {
  const { cases, missed, close } = judge(2000, 7, (c) =>
    openProblem(c.text, { values: new Map([['x', scalar(c.x)]]) }),
  );
  expect(missed.length).toBeLessThanOrEqual(cases / 1000);
  expect(close / cases).toBeGreaterThan(0.7);
});
