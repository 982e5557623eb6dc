/**
 * Lost digits, against the truth: whoever is not warned has his digits, and the digits that a warning calls certain are.
 */
import { answerOf, hardPointsOf, problemOf } from './ask.js';
import { relativeError, Truth } from './truth.js';

/** Formulas that are fine in one place and fail in another, with the places. */
const sweeps: readonly (readonly [formula: string, from: number, to: number])[] = [
  ['(1 - cos(x)) / x^2', 1e-9, 1],
  ['(exp(x) - 1) / x', 1e-9, 1],
  ['exp(x) - 1', 1e-12, 1],
  ['log(1 + x)', 1e-14, 1],
  ['log(1 + x) / x', 1e-9, 1],
  ['sqrt(1 + x) - 1', 1e-12, 1],
  ['sqrt(x + 1) - sqrt(x)', 1, 1e14],
  ['1 / x - 1 / (x + 1)', 1, 1e12],
  ['log(x + 1) - log(x)', 1, 1e14],
  ['x - sin(x)', 1e-5, 1],
  ['tan(x) - x', 1e-5, 1],
  ['(exp(x) - exp(-x)) / 2', 1e-10, 1],
  ['1 - tanh(x)', 0.1, 30],
  ['1 - tanh(x)^2', 0.1, 30],
  ['log(1 + exp(-x))', 1, 60],
  ['cosh(x)^2 - sinh(x)^2 + x', 0.1, 30],
  ['sin(1e9 * x)', 0.1, 10],
  ['(1 + x)^(1 / x)', 1e-9, 1],
  ['atan(x + 1) - atan(x)', 1, 1e9],
  ['x / (sqrt(1 + x^2) + 1)', 1e-3, 1e9],
  ['exp(-x) * sin(x)', 0.1, 30],
  ['log(x) / (x - 1)', 1.0001, 30],
  ['(x^3 - 1) / (x - 1)', 1.0000001, 30],
  ['acos(1 - x)', 1e-14, 1],
  ['sqrt(x^2 + 1e-20) - x', 1e-6, 1],
];

const POINTS = 14;

/** Points evenly spread between the logarithms of two numbers, at irregular places. */
const pointsOf = (from: number, to: number) =>
  Array.from({ length: POINTS }, (_, k) => from * (to / from) ** ((k + 0.137 + 0.3 * Math.sin(k)) / POINTS));

interface Claim {
  readonly value: number | undefined;
  readonly gradient: number | undefined;
}

/** The digits that adc calls certain, where it says so. */
function claimed(formula: string, x: number): Claim {
  const lost = hardPointsOf(formula, { x }).filter((d) => d.code === 'cancellation');
  const digits = lost.map((d) => d.data?.digits as { value?: number; gradient?: { x: number } });
  const least = (found: (number | undefined)[]) => {
    const told = found.filter((d) => d !== undefined);
    return told.length > 0 ? Math.min(...told) : undefined;
  };
  return { value: least(digits.map((d) => d.value)), gradient: least(digits.map((d) => d.gradient?.x)) };
}

let warned = 0;
let silent = 0;

test.each(sweeps)('%s between %d and %d', (formula, from, to) => {
  const truth = new Truth(formula);
  for (const x of pointsOf(from, to)) {
    const problem = problemOf(formula, { x });
    const answer = problem.reverseGradient({ shape: [], data: Float64Array.of(1) });
    if (!('gradient' in answer)) throw new Error(answer.unavailable);
    const claim = claimed(formula, x);
    const checks = [
      ['value', claim.value, relativeError(problem.value().data[0] as number, truth.value({ x }))],
      [
        'derivative',
        claim.gradient,
        relativeError(answer.gradient.get('x')?.data[0] as number, truth.derivative({ x }, 'x')),
      ],
    ] as const;
    for (const [what, digits, error] of checks) {
      // Silence promises errors below 1e-8; to one bit, since the last operation is rounded too.
      const allowed = digits === undefined ? 1.1e-8 : 2 * 10 ** -digits;
      expect([what, x, digits, error, error <= allowed || digits === 0]).toEqual([
        what,
        x,
        digits,
        error,
        true,
      ]);
      if (digits === undefined) silent++;
      else warned++;
    }
  }
});

test('the sweeps hold enough of either', () => {
  expect(warned).toBeGreaterThan(100);
  expect(silent).toBeGreaterThan(300);
});

test('value and derivative are told apart', () => {
  expect(claimed('(1 - cos(x)) / x^2', 1e-3)).toEqual({ value: undefined, gradient: 2 });
  expect(claimed('exp(x) - 1', 1e-10)).toEqual({ value: 5, gradient: undefined });
});

test('exact differences of inputs lose nothing', () => {
  for (const formula of ['x - y', '(x - y) * (x + y)', 'log(x / y) + x', 'exp(x - y)', 'sqrt(x - y)'])
    expect(hardPointsOf(formula, { x: 1.0000000001, y: 1 })).toEqual([]);
  expect(hardPointsOf('cross(x, x) @ x', { x: [0.1, 0.7, 1.3] })).toEqual([]);
});

test('what vanishes by nature has lost nothing', () => {
  expect(hardPointsOf('sin(pi * x)', { x: 3 })).toEqual([]);
  expect(hardPointsOf('sum(softmax(x))', { x: [0.1, 0.7, 0.2] })).toEqual([]);
  expect(hardPointsOf('sum((x - mean(x))^2)', { x: [0.1, 0.1, 0.1] })).toEqual([]);
  expect(
    hardPointsOf('dot(A @ x - b, A @ x - b)', {
      A: [
        [1, 2],
        [3, 4.1],
        [5, 6],
      ],
      x: [0, 0.5],
      b: [1, 2.05, 3],
    }),
  ).toEqual([]);
});

test('no verdict blames a mode where digits are lost', () => {
  for (const [formula, from, to] of sweeps)
    for (const x of pointsOf(from, to).filter((_, k) => k % 3 === 0)) {
      const { check, diagnostics } = answerOf(formula, { x });
      if (diagnostics.some((d) => d.code === 'cancellation')) expect(check?.verdict).not.toBe('disagree');
    }
});
