/** `adc grad --reference` as a process: JSON, table, and that mathjs is loaded for it alone. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adc, adcJson } from './run.js';

test('the JSON has the digits as texts, and errors by mode', () => {
  const { status, json } = adcJson('grad', 'x*y', '--x', '0.1,2', '--y', '3', '--reference');
  expect(status).toBe(0);
  const tenth = '0.1000000000000000055511151231257827021181583404541';
  expect(json.reference).toEqual({
    value: ['0.3000000000000000166533453693773481063544750213623', '6'],
    gradient: { x: ['3', '3'], y: `2.${tenth.slice(2)}` },
    digits: 50,
    ulps: {
      value: [expect.any(Number), 0],
      forward: { x: [0, 0], y: expect.any(Number) },
      reverse: { x: [0, 0], y: expect.any(Number) },
      symbolic: { x: [0, 0], y: expect.any(Number) },
    },
  });
});

test('where there is no reference the JSON says why, and the verdict stands', () => {
  const { status, json } = adcJson('grad', 'abs(x)', '--x', '0', '--reference');
  expect(status).toBe(0);
  expect(json.reference).toEqual({ unavailable: 'the function has a kink or jump in x here' });
  expect(json.check.verdict).toBe('inconclusive');
});

test('the table has a section for it, which --strict heeds', () => {
  const run = adc([
    'grad',
    '(1-cos(x))/x^2',
    '--x',
    '1e-7',
    '--reference',
    '--no-check',
    '--mode',
    'reverse',
  ]);
  expect(run.stdout).toMatchSnapshot();
  expect(run.status).toBe(0);
  expect(adc(['grad', '(1-cos(x))/x^2', '--x', '1e-7', '--reference', '--strict']).status).toBe(1);
  expect(adc(['grad', 'sin(x)', '--x', '1e15', '--strict']).status).toBe(1);
  expect(adc(['grad', 'sin(x)', '--x', '1e15', '--strict', '--reference']).status).toBe(0);
});

test('mathjs is loaded for a reference, and for nothing else', () => {
  const hook = join(mkdtempSync(join(tmpdir(), 'adc-reference-')), 'hook.cjs');
  writeFileSync(
    hook,
    `const Module = require('node:module');
     const load = Module._load;
     Module._load = function (name, ...rest) {
       if (name === 'mathjs') process.stderr.write('mathjs is loaded');
       return load.call(this, name, ...rest);
     };`,
  );
  const env = { NODE_OPTIONS: `--require ${hook}` };
  expect(adc(['grad', 'x^2', '--x', '3'], { env }).stderr).toBe('');
  expect(adc(['grad', 'x^2', '--x', '3', '--reference'], { env }).stderr).toBe('mathjs is loaded');
});
