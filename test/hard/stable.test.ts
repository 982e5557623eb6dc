/**
 * Stable forms: functions of large, tiny and equal arguments, value and gradient, by every mode, generated code and the
 * interpreter, against arithmetic of 100 digits and more.
 */
import { forwardGradient, reverseGradient } from '../support/derivatives.js';
import { evaluated, sampleOf, type Values } from '../support/lowered.js';
import { answerOf, problemOf } from './ask.js';
import { type Numbers, relativeError, Truth } from './truth.js';

interface Stable {
  readonly formula: string;
  readonly at: Values;
  /** The same in mathjs's language of scalars, elements of x being x0, x1, …; the formula itself when left out. */
  readonly truth?: string;
  /** Digits of the arithmetic, where numbers of very different sizes are added. */
  readonly digits?: number;
  /** Relative errors that are allowed; a few units in the last place unless told. */
  readonly within?: number;
  /** The same for the gradient, and for the symbolic formula, where those are less exact. */
  readonly slopesWithin?: number;
  readonly symbolicWithin?: number;
  /** Differences cannot tell. */
  readonly unsettled?: true;
}

const sigmoid = '1 / (1 + exp(-x))';
const lse = (...names: string[]) => `log(${names.map((n) => `exp(${n})`).join(' + ')})`;
const norm = (...names: string[]) => `sqrt(${names.map((n) => `${n}^2`).join(' + ')})`;
const std3 = 'sqrt(((x0-(x0+x1+x2)/3)^2 + (x1-(x0+x1+x2)/3)^2 + (x2-(x0+x1+x2)/3)^2) / 3)';

const table: readonly Stable[] = [
  ...[800, -800, -700, 40, -40, 0, 1e-20].flatMap((x): Stable[] => [
    { formula: 'softplus(x)', at: { x }, truth: 'log(1 + exp(x))', digits: x < -600 ? 700 : 100 },
    { formula: 'sigmoid(x)', at: { x }, truth: sigmoid },
    { formula: 'silu(x)', at: { x }, truth: `x / (1 + exp(-x))` },
  ]),
  ...[1e300, -1e300, 1e-300].map(
    (x): Stable => ({ formula: 'relu(x)', at: { x }, truth: x > 0 ? 'x' : '0*x' }),
  ),
  ...[20, -20, 300, 350, 354.5].map((x): Stable => ({ formula: 'tanh(x)', at: { x }, digits: 400 })),
  ...[-50, -700, 1e-20, 700].map((x): Stable => ({ formula: 'expm1(x)', at: { x }, truth: 'exp(x) - 1' })),
  ...[1e-20, -1e-20, 1e300].map((x): Stable => ({ formula: 'log1p(x)', at: { x }, truth: 'log(1 + x)' })),
  ...[1e300, -1e300, 1e-300].map(
    (x): Stable => ({ formula: 'asinh(x)', at: { x }, truth: 'log(x + sqrt(x^2 + 1))', digits: 700 }),
  ),
  { formula: 'acosh(x)', at: { x: 1e300 }, truth: 'log(x + sqrt(x^2 - 1))' },
  { formula: 'acosh(x)', at: { x: 1 + 2 ** -40 }, truth: 'log(x + sqrt(x^2 - 1))', within: 1e-11 },
  { formula: 'atanh(x)', at: { x: 1e-20 }, truth: 'log((1 + x) / (1 - x)) / 2' },
  { formula: 'atanh(x)', at: { x: 1 - 2 ** -50 }, truth: 'log((1 + x) / (1 - x)) / 2' },
  { formula: 'asin(x)', at: { x: 1 - 2 ** -50 }, within: 1e-14 },

  { formula: 'logsumexp(x)', at: { x: [1000, 1000] }, truth: lse('x0', 'x1'), slopesWithin: 2e-13 },
  { formula: 'logsumexp(x)', at: { x: [-1000, -1000] }, truth: lse('x0', 'x1'), slopesWithin: 2e-13 },
  { formula: 'logsumexp(x)', at: { x: [1000, 0, -1000] }, truth: lse('x0', 'x1', 'x2'), slopesWithin: 2e-13 },
  {
    formula: 'sum(logsumexp(x, axis=0))',
    at: {
      x: [
        [1000, 1],
        [1001, -1000],
      ],
    },
    truth: `${lse('x0', 'x2')} + ${lse('x1', 'x3')}`,
  },
  {
    formula: 'sum(logsumexp(x, axis=1))',
    at: {
      x: [
        [1000, 1],
        [1001, 1000],
      ],
    },
    truth: `${lse('x0', 'x1')} + ${lse('x2', 'x3')}`,
  },
  { formula: 'log_softmax(x)[0]', at: { x: [0, 1000, 2000] }, truth: `x0 - ${lse('x0', 'x1', 'x2')}` },
  // A value that is zero by rounding: differences have nothing to tell, and say so.
  { formula: 'log_softmax(x)[1]', at: { x: [-800, 800] }, truth: `x1 - ${lse('x0', 'x1')}`, unsettled: true },
  { formula: 'softmax(x)[0]', at: { x: [1000, 1001] }, truth: 'exp(x0) / (exp(x0) + exp(x1))' },
  { formula: 'log(softmax(x))[0]', at: { x: [0, 700] }, truth: `x0 - ${lse('x0', 'x1')}` },

  { formula: 'norm(x)', at: { x: [3e200, 4e200] }, truth: norm('x0', 'x1') },
  { formula: 'norm(x)', at: { x: [3e-200, 4e-200] }, truth: norm('x0', 'x1') },
  { formula: 'norm(x)', at: { x: [1e200, 1e-200, 2e200] }, truth: norm('x0', 'x1', 'x2') },
  {
    formula: 'sum(norm(x, axis=0))',
    at: {
      x: [
        [3e200, 3e-200],
        [4e200, 4e-200],
      ],
    },
    truth: `${norm('x0', 'x2')} + ${norm('x1', 'x3')}`,
    digits: 500,
  },
  {
    formula: 'norm(x, axis=1) @ [1e-200, 1e200]',
    at: {
      x: [
        [3e200, 4e200],
        [3e-200, 4e-200],
      ],
    },
    truth: `${norm('x0', 'x1')} * 1e-200 + ${norm('x2', 'x3')} * 1e200`,
  },
  { formula: 'hypot(x, y)', at: { x: 3e200, y: -4e200 }, truth: norm('x', 'y') },
  { formula: 'hypot(x, y)', at: { x: 3e-200, y: 4e-200 }, truth: norm('x', 'y') },
  { formula: 'hypot(x, y)', at: { x: 1e200, y: 1e100 }, truth: norm('x', 'y') },

  { formula: 'std(x)', at: { x: [1e200, 2e200, 4e200] }, truth: std3 },
  { formula: 'std(x)', at: { x: [1e-200, 2e-200, 4e-200] }, truth: std3 },
  {
    formula: 'std(x)',
    at: { x: [1e8 + 1, 1e8 + 2, 1e8 + 4] },
    truth: std3,
    within: 1e-14,
    symbolicWithin: 1e-7,
  },
  {
    formula: 'sum(std(x, axis=1))',
    at: {
      x: [
        [1e200, 3e200],
        [1e-200, 3e-200],
      ],
    },
    truth: '(x1 - x0) / 2 + (x3 - x2) / 2',
    digits: 500,
  },
  {
    formula: 'variance(x)',
    at: { x: [1e8 + 1, 1e8 + 2, 1e8 + 4] },
    truth: `(${std3})^2`,
    within: 1e-14,
    symbolicWithin: 1e-7,
  },

  { formula: 'prod(x)', at: { x: [0, 2, 3] }, truth: 'x0 * x1 * x2' },
  { formula: 'prod(x)', at: { x: [0, 0, 3] }, truth: 'x0 * x1 * x2' },
  {
    formula: 'sum(prod(x, axis=0))',
    at: {
      x: [
        [0, 2],
        [3, 0],
      ],
    },
    truth: 'x0 * x2 + x1 * x3',
  },

  { formula: 'atan2(y, x)', at: { y: 0, x: 2 }, truth: 'atan2(y, x)' },
  { formula: 'atan2(y, x)', at: { y: 2, x: 0 }, truth: 'atan2(y, x)' },
  { formula: 'atan2(y, x)', at: { y: -2, x: 0 }, truth: 'atan2(y, x)' },
  { formula: 'atan2(y, x)', at: { y: 1e200, x: 1e200 }, truth: 'atan2(y, x)' },
  { formula: 'atan2(y, x)', at: { y: 1e-200, x: 2e-200 }, truth: 'atan2(y, x)' },
];

/** Elements as scalars: x0, x1. */
function scalars(values: Values): Numbers {
  const all = (v: unknown): number[] => (Array.isArray(v) ? v.flatMap(all) : [v as number]);
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, v]) =>
      Array.isArray(v) ? all(v).map((x, i) => [`${name}${i}`, x]) : [[name, v as number]],
    ),
  );
}

const one = { shape: [], data: Float64Array.of(1) };

test.each(table)('$formula at $at', ({ formula, at, truth: written = formula, ...allowed }) => {
  const { within = 4e-15, slopesWithin = 10 * within, symbolicWithin = slopesWithin } = allowed;
  const truth = new Truth(written, allowed.digits);
  const numbers = scalars(at);
  const value = truth.value(numbers);
  const gradient = Object.keys(numbers).map((name) => truth.derivative(numbers, name));
  const problem = problemOf(formula, at);
  const sample = sampleOf(formula, at);
  const flat = (answer: ReturnType<typeof problem.reverseGradient>) =>
    'gradient' in answer
      ? Object.keys(at).flatMap((k) => [...(answer.gradient.get(k)?.data ?? [])])
      : undefined;
  expect(relativeError(problem.value().data[0] as number, value)).toBeLessThanOrEqual(within);
  expect(relativeError(evaluated(formula, at).data[0] as number, value)).toBeLessThanOrEqual(within);
  const largest = Math.max(...gradient.map(Math.abs));
  const modes = {
    generated: flat(problem.reverseGradient(one)),
    forward: flat(problem.forwardGradient(one)),
    symbolic: flat(problem.symbolicGradient(one)),
    reverse: reverseGradient(sample),
    interpretedForward: forwardGradient(sample, true),
  };
  for (const [mode, g] of Object.entries(modes))
    for (const [i, x] of (g ?? []).entries()) {
      // What is 1e16 times smaller than the others may be lost beside them, and results below 1e-308 have few digits.
      const exact = gradient[i] as number;
      const error =
        Math.abs(x - exact) <= 1e-300
          ? 0
          : relativeError(x, exact, Math.max(Math.abs(exact), 1e-3 * largest));
      expect([mode, i, x, exact, error <= (mode === 'symbolic' ? symbolicWithin : slopesWithin)]).toEqual([
        mode,
        i,
        x,
        exact,
        true,
      ]);
    }
});

test.each(table)('$formula at $at raises no alarm', ({ formula, at, symbolicWithin, unsettled }) => {
  const { check, diagnostics } = answerOf(formula, at);
  // Where the symbolic formula keeps fewer digits, that is told.
  if (symbolicWithin !== undefined || unsettled) return expect(check?.verdict).not.toBe('disagree');
  expect(diagnostics.filter((d) => d.code === 'not-finite' || d.code === 'cancellation')).toEqual([]);
  expect(check?.verdict).not.toBe('disagree');
});

test('derivatives that level off are not zero until they underflow', () => {
  const slope = (formula: string, x: number) => {
    const answer = problemOf(formula, { x }).reverseGradient(one);
    return 'gradient' in answer ? answer.gradient.get('x')?.data[0] : undefined;
  };
  expect(slope('tanh(x)', 20)).toBeCloseTo(4 * Math.exp(-40), 30);
  expect(slope('tanh(x)', 350)).toBeGreaterThan(0);
  expect(slope('tanh(x)', 400)).toBe(0);
  expect(slope('sigmoid(x)', 40)).toBeCloseTo(Math.exp(-40), 30);
  expect(slope('expm1(x)', -50)).toBeCloseTo(Math.exp(-50), 35);
});
