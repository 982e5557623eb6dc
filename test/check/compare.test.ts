/** Verdicts: right gradients raise no alarm, injected errors are found in every mode. */
import { answerGrad } from '../../src/check/answer.js';
import { compare } from '../../src/check/compare.js';
import { takeDifferences } from '../../src/check/differences.js';
import type { Comparison, ModeName } from '../../src/check/findings.js';
import { wanted } from '../../src/check/function.js';
import { randomFrom } from '../../src/check/random.js';
import { kinkNearby } from '../../src/core/errors/check.js';
import { scalar } from '../../src/core/tensor.js';
import type { ModeAnswer, Problem } from '../../src/run/problem.js';
import { type Fake, fakeProblem, vector } from './fake.js';

const names: readonly ModeName[] = ['forward', 'reverse', 'symbolic'];

/** The comparison of a problem, to be run again with other gradients. */
function prepared(problem: Problem): Comparison {
  const { gradient } = problem.reverseGradient(scalar(1)) as Extract<ModeAnswer, { gradient: unknown }>;
  return {
    variables: wanted(problem),
    point: problem.point,
    value: problem.value(),
    modes: new Map(names.map((m) => [m, { gradient }])),
    differences: takeDifferences(problem, scalar(1), { expected: gradient }),
    hardPoints: [],
  };
}

function withMode(input: Comparison, which: readonly ModeName[], gradient: Float64Array): Comparison {
  const modes = new Map(input.modes);
  for (const mode of which)
    modes.set(mode, { gradient: new Map([['x', { shape: [gradient.length], data: gradient }]]) });
  return { ...input, modes };
}

const random = randomFrom(5);
const many = Array.from({ length: 1000 }, () => 0.2 + 2 * random());

function total(x: Float64Array, term: (v: number, i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += term(x[i] as number, i);
  return sum;
}

const smooth: Record<string, Fake> = {
  'sum of squares': {
    f: (x) => total(x, (v) => v * v),
    g: (x) => [...x].map((v) => 2 * v),
    at: many,
  },
  'sum of sines': {
    f: (x) => total(x, (v, i) => Math.sin(v * (1 + (i % 7)))),
    g: (x) => [...x].map((v, i) => (1 + (i % 7)) * Math.cos(v * (1 + (i % 7)))),
    at: many,
  },
  'log-sum-exp': {
    f: (x) => Math.log(total(x, Math.exp)),
    g: (x) => {
      const sum = total(x, Math.exp);
      return [...x].map((v) => Math.exp(v) / sum);
    },
    at: many,
  },
};

describe.each(Object.entries(smooth))('%s of 1,000 variables', (_name, fake) => {
  const input = prepared(fakeProblem(fake));
  const gradient = (input.modes.get('reverse') as { gradient: Problem['point'] }).gradient.get('x')
    ?.data as Float64Array;

  test('agrees as it is', () => {
    expect(compare(input)).toMatchObject({ verdict: 'agree' });
    expect(compare(input).detectionLimit).toBeLessThan(1e-6);
  });

  test.each<[string, (g: number, i: number) => number]>([
    ['a missing term', (g, i) => (i === 3 ? 0 : g)],
    ['a sign', (g) => -g],
    ['a factor', (g) => 1.001 * g],
  ])('%s in all modes is found', (_what, wrong) => {
    expect(compare(withMode(input, names, gradient.map(wrong))).verdict).toBe('disagree');
  });

  test('the worst component is told', () => {
    const wrong = gradient.map((g, i) => (i === 500 ? g + 1e-3 : g));
    expect(compare(withMode(input, names, wrong)).worst).toMatchObject({ variable: 'x', index: [500] });
  });
});

describe('along random directions', () => {
  const at = Array.from({ length: 3000 }, (_, i) => 1 + Math.sin(i) ** 2);
  const input = prepared(
    fakeProblem({ f: (x) => total(x, (v) => v * v * v), g: (x) => [...x].map((v) => 3 * v * v), at }),
  );
  const gradient = (input.modes.get('reverse') as { gradient: Problem['point'] }).gradient.get('x')
    ?.data as Float64Array;

  test('the right gradient agrees, and the limit is told', () => {
    const check = compare(input);
    expect(check.verdict).toBe('agree');
    expect(check.directions).toBe(20);
    expect(check.diagnostics.map((d) => d.code)).toEqual(['check-limit']);
    expect(check.detectionLimit).toBeLessThan(1e-4);
  });

  test('an error of one component as large as the limit is found', () => {
    const { detectionLimit } = compare(input);
    const largest = Math.max(...gradient);
    for (let i = 0; i < gradient.length; i += 300) {
      const wrong = gradient.slice();
      wrong[i] = (wrong[i] as number) + 1.01 * detectionLimit * Math.max(wrong[i] as number, 1e-3 * largest);
      expect(compare(withMode(input, names, wrong)).verdict).toBe('disagree');
    }
  });

  test('one mode alone is caught by the others to rounding', () => {
    const wrong = gradient.slice();
    wrong[17] = (wrong[17] as number) * (1 + 1e-8);
    expect(compare(withMode(input, ['symbolic'], wrong)).verdict).toBe('disagree');
  });
});

const verdict = (fake: Fake) => answerGrad(fakeProblem(fake)).check;
const one = (
  f: (x: number) => number,
  g: (x: number) => number,
  x: number,
  more: Partial<Fake> = {},
): Fake => ({
  f: (v) => f(v[0] as number),
  g: (v) => [g(v[0] as number)],
  at: [x],
  ...more,
});

test.each<[string, Fake]>([
  ['log at 1e-9', one(Math.log, (x) => 1 / x, 1e-9)],
  [
    'x^2 at 1e10',
    one(
      (x) => x * x,
      (x) => 2 * x,
      1e10,
    ),
  ],
  [
    'x^2 at 0',
    one(
      (x) => x * x,
      (x) => 2 * x,
      0,
    ),
  ],
  [
    'x^3 at 0',
    one(
      (x) => x ** 3,
      (x) => 3 * x * x,
      0,
    ),
  ],
  [
    'a slope of 1e-8',
    one(
      (x) => 1e-8 * x,
      () => 1e-8,
      1,
    ),
  ],
  ['|x| beside 0', one(Math.abs, Math.sign, 1e-7)],
  [
    'a constant',
    one(
      () => 5,
      () => 0,
      2,
    ),
  ],
  [
    'zero',
    one(
      () => 0,
      () => 0,
      2,
    ),
  ],
  [
    '1e12',
    one(
      (x) => x * 1e-3 + Math.sqrt(x),
      (x) => 1e-3 + 0.5 / Math.sqrt(x),
      1e12,
    ),
  ],
  [
    'tiny values',
    one(
      (x) => 1e-200 * Math.sin(x),
      (x) => 1e-200 * Math.cos(x),
      1,
    ),
  ],
])('no alarm: %s', (_name, fake) => {
  expect(verdict(fake)?.verdict).toBe('agree');
});

test.each<[string, Fake]>([
  [
    'a true slope of 1e-6 called zero',
    one(
      (x) => 1e-6 * x,
      () => 0,
      1,
    ),
  ],
  [
    'x^2 with slope x',
    one(
      (x) => x * x,
      (x) => x,
      3,
    ),
  ],
  ['a relative error of 1e-6', one(Math.exp, (x) => Math.exp(x) * (1 + 1e-6), 1)],
  ['1 where 0 is right', one(Math.cos, () => 1, 0)],
])('alarm: %s', (_name, fake) => {
  expect(verdict(fake)?.verdict).toBe('disagree');
});

test('a kink that was told of makes the verdict inconclusive, even where the numbers match', () => {
  const kink = { ...kinkNearby('x'), code: 'kink' as const };
  expect(verdict(one(Math.abs, () => 0, 0, { hard: () => [kink] }))?.verdict).toBe('inconclusive');
});

test('a kink that nobody told of is seen where it matters', () => {
  const check = verdict(one(Math.abs, () => 1, 0));
  expect(check?.verdict).toBe('inconclusive');
  expect(check?.diagnostics.map((d) => d.code)).toEqual(['difference-useless']);
});

test('a jump is inconclusive', () => {
  expect(verdict(one(Math.floor, () => 0, 1))?.verdict).toBe('inconclusive');
});

test('what is not finite is inconclusive, with the reason', () => {
  const value = verdict(one(Math.log, (x) => 1 / x, -1));
  expect(value).toMatchObject({ verdict: 'inconclusive', diagnostics: [{ code: 'not-finite' }] });
  const gradient = verdict(one(Math.sqrt, () => Number.POSITIVE_INFINITY, 0));
  expect(gradient?.verdict).toBe('inconclusive');
});

test('modes that contradict each other disagree, finite or not', () => {
  const forward = { gradient: new Map([['x', vector([Number.NaN])]]) };
  expect(verdict(one(Math.exp, Math.exp, 1, { forward }))?.verdict).toBe('disagree');
  const other = { gradient: new Map([['x', vector([Math.E * (1 + 1e-8)])]]) };
  expect(verdict(one(Math.exp, Math.exp, 1, { forward: other }))?.verdict).toBe('disagree');
});

test('a mode that is unavailable is left out', () => {
  const answer = answerGrad(
    fakeProblem(one(Math.exp, Math.exp, 1, { forward: { unavailable: 'too many' } })),
  );
  expect(answer.check?.verdict).toBe('agree');
  expect(answer.mode).toBe('reverse');
});
