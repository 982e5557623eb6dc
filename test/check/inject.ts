/**
 * Problems of 1,000 components whose gradients are broken in one of them: shared by the tests that injected errors are
 * found.
 */
import { answerGrad } from '../../src/check/answer.js';
import { compare } from '../../src/check/compare.js';
import type { Comparison, ModeName } from '../../src/check/findings.js';
import { wanted } from '../../src/check/function.js';
import { randomFrom } from '../../src/check/random.js';
import { scalar, type Tensor } from '../../src/core/tensor.js';
import type { Problem } from '../../src/run/problem.js';

// Looked up once: in the modules of a test every look-up of a global takes longer than a sine.
const { abs, max } = Math;

const random = randomFrom(99);
const COUNT = 1000;

export function vector(draw: () => number): Tensor {
  return { shape: [COUNT], data: Float64Array.from({ length: COUNT }, draw) };
}

const sign = () => (random() < 0.5 ? -1 : 1);
/** Numbers of either sign whose sizes are spread evenly over decades. */
export const decades = (from: number, to: number) => () => sign() * 10 ** (from + (to - from) * random());
export const between = (from: number, to: number) => () => from + (to - from) * random();

/** What `grad` compares, to be compared again with other gradients. */
function comparison(problem: Problem): Comparison {
  const { modes, differences, value } = answerGrad(problem);
  return {
    variables: wanted(problem),
    point: problem.point,
    value,
    modes,
    ...(differences && { differences }),
    hardPoints: [],
    ...(problem.insight && { insight: problem.insight(scalar(1)) }),
  };
}

function gradientOf(input: Comparison, mode: ModeName): Tensor | undefined {
  const answer = input.modes.get(mode);
  return answer && 'gradient' in answer ? answer.gradient.get('x') : undefined;
}

/** The comparison of some modes, with component i broken in some of them by a part of its scale. */
function injected(
  input: Comparison,
  present: readonly ModeName[],
  broken: readonly ModeName[],
  i: number,
  relative: number,
): Comparison {
  const gradients = present.map((mode) => [mode, gradientOf(input, mode) as Tensor] as const);
  const largest = gradients.reduce((most, [, t]) => max(most, maximum(t)), 0);
  const modes = gradients.map(([mode, { shape, data }]) => {
    const copy = data.slice();
    const g = copy[i] as number;
    if (broken.includes(mode)) copy[i] = g + relative * max(abs(g), 1e-3 * largest);
    return [mode, { gradient: new Map([['x', { shape, data: copy }]]) }] as const;
  });
  return { ...input, modes: new Map(modes) };
}

const maximum = (t: Tensor) => t.data.reduce((most, g) => max(most, abs(g)), 0);

/**
 * Declares the tests for one problem: it agrees as it is, and an error of a millionth of max(|gᵢ|, 10⁻³·max|g|) in any
 * component is found, in each mode where it runs alone, where others run beside it, and in all modes at once.
 * @param stride every how many components one is broken
 */
export function findsInjected(problem: Problem, stride: number): void {
  const input = comparison(problem);
  const available = [...input.modes.keys()].filter((mode) => gradientOf(input, mode) !== undefined);

  test('agrees as it is, and would tell of an error of a millionth', () => {
    expect(input.differences?.kind).toBe('coordinates');
    const check = compare(input);
    expect(check).toMatchObject({ verdict: 'agree', diagnostics: [] });
    expect(check.detectionLimit).toBeLessThan(1e-6);
  });

  const alone = available.map((mode) => [`by ${mode} mode alone`, [mode], [mode], 1] as const);
  const beside = available.map((mode) => [`by ${mode} mode beside others`, available, [mode], 10] as const);
  test.each<readonly [how: string, present: readonly ModeName[], broken: readonly ModeName[], every: number]>(
    [...alone, ...beside, ['by all modes at once', available, available, 20]],
  )('an error of 1e-6 in any component %s is found', (_how, present, broken, every) => {
    const missed: number[] = [];
    for (let i = 0; i < COUNT; i += stride * every) {
      const check = compare(injected(input, present, broken, i, i % 2 === 0 ? 1e-6 : -1e-6));
      if (check.verdict !== 'disagree') missed.push(i);
    }
    expect(missed).toEqual([]);
  });
}
