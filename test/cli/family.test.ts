/** `adc jvp`, `vjp`, `hvp`, `jacobian` and `hessian` as processes: JSON, tables, errors, exit status. */
import { adc, adcJson } from './run.js';

const A = ['--A', '1,2;3,4'];

test('the JSON of a tangent', () => {
  const { status, stderr, json } = adcJson('jvp', 'A@x', ...A, '--x', '1,1', '--tangent', 'x=1,0');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(json).toMatchObject({
    formula: 'A@x',
    value: [3, 7],
    jvp: [1, 3],
    mode: 'forward',
    modes: {
      forward: { jvp: [1, 3] },
      reverse: { jvp: [1, 3] },
      finiteDifference: { errorEstimate: [expect.any(Number), expect.any(Number)] },
    },
    check: {
      verdict: 'agree',
      maxAbsoluteError: expect.any(Number),
      detectionLimit: expect.any(Number),
      worst: { mode: expect.any(String), index: [expect.any(Number)] },
    },
    tangent: {
      A: [
        [0, 0],
        [0, 0],
      ],
      x: [1, 0],
    },
    shapes: { A: [2, 2], x: [2] },
    diagnostics: [],
  });
});

test('the JSON of a cotangent', () => {
  const { status, json } = adcJson('vjp', 'A@x', ...A, '--x', '1,1', '--wrt', 'x', '--cotangent', '1,10');
  expect(status).toBe(0);
  expect(json).toMatchObject({
    vjp: { x: [31, 42] },
    modes: {
      forward: { vjp: { x: [31, 42] } },
      symbolic: { vjp: { x: [31, 42] }, expression: { x: "A' @ cotangent" } },
    },
    cotangent: [1, 10],
  });
  expect(json).not.toHaveProperty('gradient');
});

test('a product with the Hessian', () => {
  const { json } = adcJson('hvp', 'x[0]^2*x[1]', '--x', '1,2', '--tangent', '1,0', '--mode', 'forward');
  expect(json).toMatchObject({
    value: 2,
    hvp: { x: [4, 2] },
    mode: 'forward',
    tangent: { x: [1, 0] },
    check: { verdict: 'agree' },
  });
  expect(Object.keys(json.modes)).toEqual(['forward', 'finiteDifference']);
});

test('Jacobians nest output indices first and are keyed by variable', () => {
  const { json } = adcJson('jacobian', 'x^2*y', '--x', '1,2', '--y', '3', '--mode', 'auto');
  expect(json).toMatchObject({
    jacobian: {
      x: [
        [6, 0],
        [0, 12],
      ],
      y: [1, 4],
    },
    mode: 'reverse',
    check: { verdict: 'agree', worst: { output: [expect.any(Number)], mode: 'reverse' } },
    diagnostics: [{ code: 'mode-chosen', data: { operations: { forward: expect.any(Number) } } }],
  });
});

test('Hessians are keyed by pairs, their diagonal by variable', () => {
  const { json } = adcJson('hessian', 'x^2*y', '--x', '1', '--y', '2');
  expect(json).toMatchObject({
    hessian: { x: { x: 4, y: 2 }, y: { x: 2, y: 0 } },
    modes: { finiteDifference: { hessian: { x: { x: expect.any(Number) } } } },
    check: { worst: { variable: expect.any(String), of: { variable: expect.any(String), index: [] } } },
  });
  expect(adcJson('hessian', 'x^2*y', '--x', '1', '--y', '2', '--diagonal').json).toMatchObject({
    diagonal: { x: 4, y: 0 },
  });
});

test('tables of matrices and products', () => {
  expect(adc(['hessian', 'x[0]^2*x[1]', '--x', '1,2']).stdout).toMatchInlineSnapshot(`
"value  2

d²/dx dx
  4  2
  2  0

hessian     forward  reverse  differences
x[0], x[0]        4        4            4  ± 4e-12
x[0], x[1]        2        2            2  ± 2e-12
x[1], x[0]        2        2            2  ± 9e-13
x[1], x[1]        0        0            0  ± 9e-16

✓ forward, reverse and central differences of the gradient agree: largest difference 0
"
`);
  expect(
    adc(['jacobian', '[a*b, a]', '--a', '2', '--b', '3', '--mode', 'auto', '--no-check']).stdout,
  ).toMatchInlineSnapshot(`
"value  [6, 2]

jacobian  reverse
[0] by a        3
[1] by a        1
[0] by b        2
[1] by b        0

note[mode-chosen]: reverse mode: 2 inputs are no fewer than 2 outputs; operations expected: forward 6, reverse 6
"
`);
});

test('a kink is told, and is a failure where it is strict', () => {
  const run = adc(['hessian', 'norm(x)', '--x', '0,0']);
  expect(run.status).toBe(0);
  expect(run.stdout).toContain('? the check of forward, reverse and central differences of the gradient is');
  expect(run.stdout).toContain('warning[kink]: norm(0, 0) is the tip of a cone');
  expect(adc(['hessian', 'norm(x)', '--x', '0,0', '--strict']).status).toBe(1);
  expect(adc(['hessian', 'norm(x)^2', '--x', '0,0', '--strict']).status).toBe(0);
});

const wrong: readonly (readonly [string[], string])[] = [
  [
    ['jvp', 'x*y', '--x', '1', '--y', '2'],
    'error[missing-value]: jvp needs a direction\n  hint: give one with --tangent x=1, for each variable that moves\n',
  ],
  [
    ['jvp', 'x*y', '--x', '1', '--y', '2', '--tangent', '1'],
    'error[usage]: --tangent names no variable, and several are differentiated\n  hint: for example: --tangent x=1\n',
  ],
  [
    ['hvp', 'x*y', '--x', '1', '--y', '2', '--tangent', 'yy=1'],
    'error[unknown-variable]: the formula has no variable yy\n  hint: did you mean y?\n',
  ],
  [['hvp', 'x^2', '--x', '1', '--tangent', 'x=1', '--tangent', 'x=2'], 'error[usage]: x is given twice\n'],
  [
    ['hvp', 'x^2', '--x', '1', '--tangent', '1', '--tangent', 'x=2'],
    'error[usage]: the tangent of x is given twice\n',
  ],
  [['jvp', 'x^2', '--x', '1', '--tangent', 'x=1+'], 'error[syntax]: the value of the tangent of x: '],
  [
    ['jacobian', 'x^2', '--x', '1', '--mode', 'symbolic'],
    "error[usage]: option '--mode <mode>' argument 'symbolic' is invalid. Allowed choices are all, auto, forward, reverse\n",
  ],
  [['hessian', 'x^', '--x', '1'], 'error[syntax]: '],
  [['jacobian', 'x+z', '--x', '1'], 'error[missing-value]: z has no value\n'],
];

test.each(wrong)('adc %j is refused', (args, message) => {
  const { status, stdout, stderr } = adc(args);
  expect([status, stdout, stderr.startsWith(message) ? message : stderr]).toEqual([2, '', message]);
});

test('a Jacobian that does not fit is refused at the place, without being computed', () => {
  const { status, stderr } = adc(['hessian', 'sum(x^3)', '--x', 'linspace(0,1,100000)', '--no-check']);
  expect([status, stderr]).toEqual([2, expect.stringContaining('error[too-large]')]);
});
