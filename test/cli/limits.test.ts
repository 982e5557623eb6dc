/** Limits of the command line: time, wherever it is spent, and errors by the hundred thousand. */
import { adc, adcJson } from './run.js';

const slow = 'sum(ones(2400,2400) @ (ones(2400,2400)*x))';
const endless = '4294967296';

/** What never ends, or takes minutes, in every part of the work. */
test.each([
  ['generated code', ['grad', slow, '--x', '1']],
  ['the interpreter', ['grad', 'sum(eye(16000) * x)', '--x', '1', '--mode', 'reverse']],
  ['the value of a variable', ['grad', 'x', '--x', 'sum(ones(2400,2400) @ ones(2400,2400))']],
  ['the cotangent', ['trace', 'x', '--x', '1', '--cotangent', 'sum(ones(2400,2400) @ ones(2400,2400))']],
  ['passes', ['diff', 'sin(x)', '--order', endless]],
])('--timeout ends %s', (_, args) => {
  const { status, stdout, stderr } = adc([...args, '--timeout', '0.5']);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(
    /^error\[time-limit\]: this takes longer than the 0\.5 s that are allowed: stopped while [a-z ]+\n {2}hint: --timeout 2 allows more time\n$/,
  );
});

test('the same as data', () => {
  const { status, stderr, json } = adcJson('grad', slow, '--x', '1', '--timeout', '0.5');
  expect({ status, stderr }).toEqual({ status: 2, stderr: '' });
  expect(json.error).toMatchObject({ severity: 'error', code: 'time-limit' });
});

test('in a suite the limit holds for each case, and the others are run', () => {
  const hard = 'sum(ones(2400,2400) @ ones(2400,2400))';
  const cases = [
    'first:  x^2',
    `second: ${slow} where x = 1`,
    `third:  x where x = ${hard}`,
    `fourth: x where x = 1 expect value = ${hard}`,
    'last:   x^3',
  ];
  const { status, stdout } = adc(['verify', '-', '--timeout', '0.5', '--json'], { input: cases.join('\n') });
  expect(status).toBe(2);
  const found = JSON.parse(stdout).cases.map((c: { verdict: string; diagnostics: { code: string }[] }) => [
    c.verdict,
    ...c.diagnostics.map((d) => d.code),
  ]);
  const stopped = ['error', 'time-limit'];
  expect(found).toEqual([['agree'], stopped, stopped, stopped, ['agree']]);
});

test.each(['0', '-1', 'soon', '', 'Infinity'])('--timeout %j is refused', (text) => {
  const { status, stderr } = adc(['grad', 'x', '--x', '1', '--timeout', text]);
  expect(status).toBe(2);
  expect(stderr).toBe(`error[usage]: --timeout must be a positive number, not ${text}\n`);
});

test('--only with a name that no case has is an error', () => {
  const { status, stderr } = adc(['verify', '-', '--only', 'sqare'], { input: 'square: x^2\ncube: x^3' });
  expect(status).toBe(2);
  expect(stderr).toBe('error[usage]: no case is called sqare\n  hint: did you mean square?\n');
});

test.each([
  ['unknown functions', `${'foo(x)+'.repeat(150_000)}x`, 20],
  ['type errors', `${'dot(x,x)+'.repeat(150_000)}x`, 20],
  ['missing values', Array.from({ length: 150_000 }, (_, i) => `v${i}`).join('+'), 20],
  ['expressions without effect', `${'x;'.repeat(150_000)}x`, 20],
])('150,000 errors: %s', (_, formula, count) => {
  const { status, stdout } = adc(['grad', '-', '--x', '1', '--json'], { input: formula });
  expect(status).toBe(2);
  expect(JSON.parse(stdout).diagnostics).toHaveLength(count);
});

test.each([
  ['operands', ['x']],
  ['operands after --', ['x', '--']],
])('100,000 arguments too many: %s', (_, first) => {
  const { status, stderr } = adc(['grad', ...first, ...Array(100_000).fill('y')]);
  expect(status).toBe(2);
  expect(stderr.match(/error\[usage\]/g)).toHaveLength(20);
});

test('derivatives of higher order than a polynomial has are zero', () => {
  expect(adc(['diff', 'x^2', '--order', '3']).stdout).toBe('0\n');
  expect(adc(['diff', 'x*y', '--wrt', 'x', '--order', '1000000']).stdout).toBe('0\n');
});

const runaway = 'var b = a\nwhile b < 10 { b = b * 2 }\nb';

test('--max-iterations ends a loop, and the error points at it', () => {
  const { status, stdout, stderr } = adc(['grad', '-', '--a', '0', '--max-iterations', '1000'], {
    input: runaway,
  });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toBe(`error[iteration-limit]: the loop has run 1,000 times and has not ended
2 │ while b < 10 { b = b * 2 }
  │ ^^^^^^^^^^^^
  hint: --max-iterations allows more; if the loop can never end here, its condition stays true at this point
`);
  expect(adc(['grad', '-', '--a', '1e-200', '--max-iterations', '1000'], { input: runaway }).status).toBe(0);
});

test('a loop that may run for ever ends when time is up', () => {
  const limits = ['--max-iterations', '4294967296', '--timeout', '0.5'];
  const { status, stderr } = adc(['grad', '-', '--a', '0', ...limits], { input: runaway });
  expect(status).toBe(2);
  expect(stderr).toContain('error[time-limit]');
});

test('in a suite a runaway loop is an error of its case', () => {
  const loop = '{ var b = a; while b < 10 { b = b * 2 }; b }';
  const cases = [`first: ${loop} where a = 0`, `second: ${loop} where a = 1`];
  const args = ['verify', '-', '--max-iterations', '1000', '--json'];
  const { stdout } = adc(args, { input: cases.join('\n') });
  const found = JSON.parse(stdout).cases.map((c: { verdict: string; diagnostics: { code: string }[] }) => [
    c.verdict,
    ...c.diagnostics.map((d) => d.code),
  ]);
  expect(found).toEqual([['error', 'iteration-limit'], ['agree']]);
});

test('emitted code counts iterations unless told otherwise', () => {
  const code = (...args: string[]) => adc(['emit', '-', ...args], { input: runaway }).stdout;
  expect(code()).toContain('if (trips >= 10000000) {');
  expect(code()).toContain('the loop has run 10,000,000 times and has not ended in line 2: while b < 10');
  expect(code('--max-iterations', '50')).toContain('if (trips >= 50) {');
  expect(code('--no-guard')).not.toContain('has not ended');
});
