/** Correct gradients where numbers are extreme or formulas cancel: none is called wrong, and lost digits are named. */
import { answerGrad, type GradAnswer } from '../../src/check/answer.js';
import { fromNested, type Nested, type Tensor } from '../../src/core/tensor.js';
import { openProblem } from '../../src/run/open.js';

type Row = readonly [formula: string, values: Record<string, Nested>];

function answerOf(formula: string, values: Record<string, Nested>): GradAnswer {
  const point = new Map(Object.entries(values).map(([name, v]) => [name, fromNested(v) as Tensor]));
  return answerGrad(openProblem(formula, { values: point }));
}

const FAR = [
  'x^2',
  'x^3',
  'sin(x)',
  'log(x)',
  'sqrt(x)',
  '1/x',
  'x*log(x)',
  'atan(x)',
  'x + sin(x)',
  'x/(1 + x)',
];

const quiet: readonly Row[] = [
  ...FAR.map((formula): Row => [formula, { x: 1e12 }]),
  ...[1e-9, 1e-300].map((x): Row => ['log(x)', { x }]),
  ...['1e-8*x', '1e-20*x', '1e-300*x', '1 + 1e-8*x', '1 + 1e-20*x', '1e-8*sin(x)'].map(
    (formula): Row => [formula, { x: 1 }],
  ),
  ...[1e10, 1e150, 1e-150].map((x): Row => ['x^2', { x }]),
  ...['1e8 + x', '1e8 + sin(x)', '1e12 + x^2'].map((formula): Row => [formula, { x: 1 }]),
  ['(1e-200*x)*(1e200*x)', { x: 3 }],
  ['x*y', { x: 1e-200, y: 1e200 }],
  ['x^2*y', { x: 1e100, y: 1e-200 }],
  ['x - y', { x: 1.0000000001, y: 1 }],
  ['(x - y)^2', { x: 1.00000000000001, y: 1 }],
  ['1/(x - y)', { x: 1.00000001, y: 1 }],
  ...[1e-3, 5e-7, 1e-12, 1e-300].map((x): Row => ['abs(x)', { x }]),
  ...[1e-6, -1e-6].map((x): Row => ['relu(x)', { x }]),
  ...[1e-9, 1e-17].map((x): Row => ['exp(x) - 1', { x }]),
  // Where a derivative vanishes, only rounding of the value is left of it.
  ['cos(x)', { x: Math.PI }],
  ['log(1 + x^2)', { x: 0 }],
  ['atan(x) + atan(1/x)', { x: 3 }],
  // Numbers so round that nothing is rounded at the point itself.
  ...[0.25, 1, 4].map((x): Row => ['cos(1e6*x)', { x }]),
];

test.each(quiet)('%s at %j agrees', (formula, values) => {
  expect(answerOf(formula, values).check?.verdict).toBe('agree');
});

const lossy: readonly Row[] = [
  ...[1e-6, 1e-9, -1e-12].map((x): Row => ['sin(x)/x', { x }]),
  ['sinh(x)/x', { x: 1e-10 }],
  ['tan(x)/x', { x: 1e-8 }],
  ['expm1(x)/x', { x: 1e-10 }],
  ['log1p(x)/x', { x: 1e-10 }],
  ['(exp(x) - 1)/x', { x: 1e-9 }],
  ...[1e-3, 1e-5, 1e-7, 1e-9].map((x): Row => ['(1 - cos(x))/x^2', { x }]),
  ['(x - sin(x))/x^3', { x: 1e-4 }],
  ['(x^2 - 1)/(x - 1)', { x: 1.0000000001 }],
  ['log(cosh(x))', { x: 1e-9 }],
];

test.each(lossy)('%s at %j is not called wrong, and what is lost is said', (formula, values) => {
  const { check, diagnostics } = answerOf(formula, values);
  expect(check?.verdict).not.toBe('disagree');
  if (check?.verdict === 'inconclusive') expect(diagnostics.map((d) => d.code)).toContain('cancellation');
});
