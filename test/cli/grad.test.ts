/** `adc grad` as a process: numbers, JSON, tables, exit status. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adc, adcJson } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'adc-grad-'));

test('the JSON of the contract', () => {
  const { status, stderr, json } = adcJson('grad', '2*dot(x,x)', '--x', '0,1,2,3');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const gradient = { x: [0, 4, 8, 12] };
  expect(json).toMatchObject({
    formula: '2*dot(x,x)',
    value: 28,
    gradient,
    mode: 'reverse',
    modes: {
      forward: { gradient },
      reverse: { gradient },
      symbolic: { gradient, expression: { x: '4 * x' } },
      finiteDifference: {
        errorEstimate: {
          x: [expect.any(Number), expect.any(Number), expect.any(Number), expect.any(Number)],
        },
      },
    },
    check: {
      verdict: 'agree',
      maxAbsoluteError: expect.any(Number),
      maxRelativeError: expect.any(Number),
      detectionLimit: expect.any(Number),
      worst: { variable: 'x', index: [expect.any(Number)], mode: expect.any(String) },
    },
    shapes: { x: [4] },
    diagnostics: [],
  });
  expect(json).not.toHaveProperty('cotangent');
});

test('a vector is differentiated as its sum, and says so', () => {
  const { json } = adcJson('grad', 'x*x', '--x', '0,1,2,3');
  expect(json).toMatchObject({ value: [0, 1, 4, 9], gradient: { x: [0, 2, 4, 6] }, cotangent: [1, 1, 1, 1] });
  expect(json.diagnostics.map((d: { code: string }) => d.code)).toEqual(['sum-differentiated']);
});

test('a cotangent weighs the elements', () => {
  const { json } = adcJson('grad', 'x*x', '--x', '0,1,2,3', '--cotangent', '1,10,100,1000');
  expect(json).toMatchObject({
    gradient: { x: [0, 20, 400, 6000] },
    cotangent: [1, 10, 100, 1000],
    diagnostics: [],
  });
});

test('what JSON cannot hold is a string, and −0 is 0', () => {
  const { status, json } = adcJson('grad', 'log(x)', '--x', '-1');
  expect(status).toBe(0);
  expect(json).toMatchObject({ value: 'NaN', check: { verdict: 'inconclusive' } });
  const zero = adc(['grad', '-x', '--x', '0', '--json']).stdout;
  expect(zero).not.toContain('-0');
});

test('negative values, and formulas that start with a minus', () => {
  expect(adcJson('grad', '-x^2', '--x', '-1,2').json).toMatchObject({
    value: [-1, -4],
    gradient: { x: [2, -4] },
  });
});

test('files and standard input', () => {
  const path = join(folder, 'f.adc');
  writeFileSync(path, '# a parabola\nparam x: [3] = [1, 2, 3]\ndot(x, x)\n');
  expect(adcJson('grad', path).json).toMatchObject({ value: 14, gradient: { x: [2, 4, 6] } });
  const piped = adc(['grad', '-', '--x', '3', '--json'], { input: 'x^2\n' });
  expect(JSON.parse(piped.stdout)).toMatchObject({ value: 9, gradient: { x: 6 } });
});

test('one mode, a mode chosen, no check', () => {
  const forward = adcJson('grad', 'x^2', '--x', '3', '--mode', 'forward').json;
  expect(forward.mode).toBe('forward');
  expect(Object.keys(forward.modes)).toEqual(['forward', 'finiteDifference']);
  const auto = adcJson('grad', 'dot(x,x)', '--x', '1,2', '--mode', 'auto', '--no-check').json;
  expect(auto.mode).toBe('reverse');
  expect(auto).not.toHaveProperty('check');
  expect(auto.diagnostics[0].code).toBe('mode-chosen');
});

test('a kink is inconclusive; --strict makes that a failure', () => {
  const loose = adcJson('grad', 'abs(x)', '--x', '0');
  expect(loose.status).toBe(0);
  expect(loose.json.check.verdict).toBe('inconclusive');
  expect(adc(['grad', 'abs(x)', '--x', '0', '--strict']).status).toBe(1);
});

test('more than 1,000 coordinates', () => {
  const { json } = adcJson('grad', 'dot(x,x)', '--x', 'linspace(1,2,1500)');
  expect(json.check).toMatchObject({ verdict: 'agree', directions: 20 });
  expect(json.modes.finiteDifference).toEqual({
    unavailable: '1500 coordinates were compared along 20 random directions',
  });
  expect(json.diagnostics.map((d: { code: string }) => d.code)).toEqual(['check-limit']);
});

/** Estimates are the machine's own: only their place is kept. */
function withoutErrors(text: string): string {
  return text.replace(/±.*$/gm, '± …').replace(/largest difference .*$/gm, 'largest difference …');
}

test.each([
  ['a vector', ['2*dot(x,x)', '--x', '0,1,2,3']],
  ['scalars', ['ln(x1)+x1*x2-sin(x2)', '--x1', '2', '--x2', '5']],
  ['a matrix', ['let z = w@x+b; z^2', '--w', '[[1,2]]', '--x', '[[2],[3]]', '--b', '1', '--wrt', 'w,b']],
  ['a long vector', ['sum(x^3)', '--x', 'arange(20)']],
  ['a kink', ['abs(x) + y^2', '--x', '0', '--y', '1']],
  ['no value', ['sqrt(x)', '--x', '-1']],
  ['without remarks', ['x*x', '--x', '1,2', '--quiet']],
])('the table of %s', (_name, args) => {
  const { stdout, stderr } = adc(['grad', ...args]);
  expect(stderr).toBe('');
  expect(withoutErrors(stdout)).toMatchSnapshot();
});

test('no colour in a pipe, none with NO_COLOR', () => {
  expect(adc(['grad', 'x', '--x', '1']).stdout).not.toContain('\u001b');
  expect(adc(['grad', 'x', '--x', '1'], { env: { NO_COLOR: '1' } }).stdout).not.toContain('\u001b');
});
