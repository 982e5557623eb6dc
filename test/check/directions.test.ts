/** Beyond 1,000 coordinates: an error as large as the limit that is printed is found, in any component. */
import { answerGrad } from '../../src/check/answer.js';
import { compare } from '../../src/check/compare.js';
import type { Comparison, ModeName } from '../../src/check/findings.js';
import { wanted } from '../../src/check/function.js';
import { randomFrom } from '../../src/check/random.js';
import { scalar, type Tensor } from '../../src/core/tensor.js';
import { openProblem } from '../../src/run/open.js';

const random = randomFrom(31);
const between = (a: number, b: number) => () => a + (b - a) * random();
const decades = (a: number, b: number) => () => (random() < 0.5 ? -1 : 1) * 10 ** between(a, b)();

test.each<[formula: string, length: number, draw: () => number, limit: number, trials: number]>([
  ['sum(sin(x)*exp(x))', 1001, between(-1, 1), 1e-6, 20],
  ['sum(x^3)', 1001, decades(-4, 2), 1e-6, 20],
  ['logsumexp(x)', 5000, between(-1, 1), 1e-6, 12],
  ['norm(x) + mean(tanh(x))', 5000, decades(-4, 2), 1e-5, 12],
  ['sum(x^3)', 100_000, decades(-4, 2), 1e-4, 2],
])('%s of %i coordinates', (formula, length, draw, bound, trials) => {
  const x: Tensor = { shape: [length], data: Float64Array.from({ length }, draw) };
  const problem = openProblem(formula, { values: new Map([['x', x]]) });
  const { modes, differences, value, check } = answerGrad(problem);
  expect(check?.verdict).toBe('agree');
  const message = check?.diagnostics.find((d) => d.code === 'check-limit')?.message ?? '';
  const printed = Number(/relative error of (\S+) in one component/.exec(message)?.[1]);
  expect(printed).toBeGreaterThanOrEqual(check?.detectionLimit as number);
  expect(printed).toBeLessThan(bound);

  const available = [...modes].flatMap(([mode, a]) =>
    'gradient' in a ? [[mode, a.gradient.get('x') as Tensor] as const] : [],
  );
  const largest = available.reduce((m, [, t]) => t.data.reduce((n, g) => Math.max(n, Math.abs(g)), m), 0);
  const insight = problem.insight?.(scalar(1));
  const missed: number[] = [];
  for (let k = 0; k < trials; k++) {
    const i = Math.floor(random() * length);
    const broken = new Map<ModeName, { gradient: Map<string, Tensor> }>();
    for (const [mode, { shape, data }] of available) {
      const copy = data.slice();
      const g = copy[i] as number;
      copy[i] = g + (k % 2 === 0 ? 1 : -1) * printed * Math.max(Math.abs(g), 1e-3 * largest);
      broken.set(mode, { gradient: new Map([['x', { shape, data: copy }]]) });
    }
    const input: Comparison = {
      variables: wanted(problem),
      point: problem.point,
      value,
      modes: broken,
      ...(differences && { differences }),
      hardPoints: [],
      ...(insight && { insight }),
    };
    if (compare(input).verdict !== 'disagree') missed.push(i);
  }
  expect(missed).toEqual([]);
});
