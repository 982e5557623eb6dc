/** Errors of the command line as people and programs see them; nothing reaches the host; no stack trace ever. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adc, adcJson } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'adc-errors-'));

test.each([
  ['no command', []],
  ['unknown command', ['gard', 'x']],
  ['no formula', ['grad']],
  ['a flag that took the formula', ['grad', '--jsn', 'x^2']],
  ['an unknown variable', ['grad', 'x^2', '--y', '3']],
  ['several unknown variables', ['grad', 'x^2 + y', '--xx', '3', '--jsn', '4']],
  ['a missing value', ['grad', 'x + y', '--x', '1']],
  ['shapes', ['grad', 'dot(x,y)', '--x', '1,2,3', '--y', '1,2,3,4']],
  ['syntax of formula and value', ['grad', 'x^2 +* 3', '--x', '1.2.3']],
  ['an unknown function', ['grad', 'sine(x)', '--x', '1']],
  ['a bad option value', ['grad', 'x', '--x', '1', '--mode', 'sideways']],
  ['a bad number', ['grad', 'x', '--x', '1', '--seed', 'many']],
  ['a missing file', ['grad', 'nowhere.adc']],
  ['a cotangent that does not fit', ['grad', 'x*x', '--x', '1,2', '--cotangent', '1,2,3']],
  ['an unknown option of verify', ['verify', 'a.suite', '--sed', '1']],
  ['a bad shape', ['diff', 'x', '--shape', 'x=2.5']],
])('%s', (_name, args) => {
  const { status, stdout, stderr } = adc(args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatchSnapshot();
});

test('the same as data', () => {
  const { status, stderr, json } = adcJson('grad', 'dot(x, y)', '--x', '1,2,3', '--y', '1,2,3,4');
  expect({ status, stderr }).toEqual({ status: 2, stderr: '' });
  expect(json.error).toMatchObject({
    severity: 'error',
    code: 'shape-mismatch',
    message: 'dot(x, y): x has shape [3] and y has shape [4]',
    span: { line: 1, column: 1, start: 0, end: 9 },
  });
  expect(json.diagnostics).toEqual([json.error]);
});

test('several errors as data, each in its own text', () => {
  const { json } = adcJson('grad', 'x +', '--x', '1.2.3', '--y', '2e');
  expect(json.diagnostics.map((d: { code: string }) => d.code)).toContain('syntax');
  expect(json.diagnostics.map((d: { code: string }) => d.code)).toContain('bad-number');
});

test.each([
  'constructor',
  '__proto__',
  'toString',
  'class',
  'eval',
  'Math',
  'process',
  'globalThis',
  'require',
])('%s is an ordinary variable', (name) => {
  const { status, json } = adcJson('grad', `${name}^2`, `--${name}`, '3');
  expect(status).toBe(0);
  expect(Object.entries(json.gradient)).toEqual([[name, 6]]);
  expect(Object.entries(json.shapes)).toEqual([[name, []]]);
});

test.each([
  'process.exit(7)',
  'constructor.constructor("return process")()',
  'require("fs")',
  'x; globalThis',
  '`process`',
  'this',
  '(() => 1)()',
])('%s does not reach the host', (formula) => {
  const { status, stdout, stderr } = adc(['grad', formula, '--x', '1']);
  expect(status).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^error\[/);
  expect(stderr).not.toMatch(/^\s+at /m);
});

test.each([
  ['NUL', 'x\0y'],
  ['a byte order mark', '\ufeff x^2 +'],
  ['deep parentheses', '('.repeat(5000)],
  ['full-width digits', 'x + ３'],
])('%s: an answer or a diagnostic', (_name, text) => {
  const { status, stderr } = adc(['grad', '-', '--x', '1'], { input: text });
  expect(status).toBe(2);
  expect(stderr).toMatch(/^error\[/);
});

test('bytes that are not UTF-8', () => {
  const path = join(folder, 'bad.adc');
  writeFileSync(path, Uint8Array.of(0x78, 0xff, 0xfe));
  expect(adc(['grad', path]).stderr).toContain('is not valid UTF-8');
});

test('help and version', () => {
  expect(adc(['--help'])).toMatchObject({ status: 0, stderr: '' });
  expect(adc(['--help']).stdout).toMatchSnapshot();
  for (const command of ['grad', 'diff', 'emit', 'verify']) {
    const help = adc([command, '--help']);
    expect(help.status).toBe(0);
    expect(help.stdout).toContain(`adc ${command} `);
    expect(help.stdout).not.toContain("'");
    expect(adc(['help', command]).stdout).toBe(help.stdout);
  }
  expect(adc(['--version']).stdout).toMatch(/^adc \d+\.\d+\.\d+\n$/);
});

test('a reader that goes away is no error', () => {
  const bin = new URL('../../bin/adc.js', import.meta.url).pathname;
  const command = `"${process.execPath}" "${bin}" emit "sum(x)" | true; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout.trim()).toBe('0');
});
