/** Values from files that are empty, broken, huge, of another format or no files at all: each a message that says which. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseValue } from '../../src/cli/values.js';
import { AdcError } from '../../src/core/diagnostic.js';
import { adc } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'adc-files-'));
mkdirSync(join(folder, 'folder.json'));

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return `@${join(folder, name)}`;
}

/** What reading says, without the name of the folder. */
function complaint(text: string): string {
  try {
    parseValue(text, 'x');
  } catch (error) {
    if (!(error instanceof AdcError)) throw error;
    return error.diagnostics.map((d) => `${d.code}: ${d.message}`.replaceAll(`${folder}/`, '')).join('\n');
  }
  return 'nothing';
}

/** A NumPy file with a header and no more than two numbers behind it. */
function npy(header: string): Buffer {
  const text = Buffer.from(`\x93NUMPY\x01\x00__${header}\n`, 'latin1');
  text.writeUInt16LE(header.length + 1, 8);
  return Buffer.concat([text, Buffer.from(Float64Array.of(1.5, -2).buffer)]);
}
const described = (descr: string, shape: string) =>
  `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;

const deep = (n: number) => `${'['.repeat(n)}1${']'.repeat(n)}`;

test.each([
  ['an empty file', '', 'the value of x cannot be read from a.json: Unexpected end of JSON input'],
  ['null', 'null', 'the value of x in a.json holds null, which is no number'],
  ['an object', '{"__proto__": [1]}', 'the value of x in a.json holds {"__proto__":[1]}, which is no number'],
  ['ragged rows', '[[1], 2]', 'the value of x in a.json has rows of different lengths'],
  ['a deep value', deep(100_000), 'the value of x has more axes than the 64 that a tensor may have'],
])('JSON: %s', (_, content, message) => {
  expect(complaint(file('a.json', content))).toBe(`bad-value: ${message}`);
});

test('JSON that is cut off, or no JSON', () => {
  for (const content of ['[1, 2', '\0\0\0', 'x'.repeat(1_000_000), '[1] [2]'])
    expect(complaint(file('a.json', content))).toMatch(
      /^bad-value: the value of x cannot be read from a\.json: .{1,200}$/,
    );
  expect(complaint(file('a.json', Uint8Array.of(0x5b, 0xff, 0x5d)))).toBe(
    'file-error: a.json is not valid UTF-8',
  );
});

test('as many axes as there may be', () => {
  expect(parseValue(file('a.json', deep(64)), 'x').shape).toHaveLength(64);
});

test.each([
  ['an empty file', '', 'the value of x in a.csv holds no numbers'],
  ['a header alone', 'a,b\n', 'the value of x in a.csv holds no numbers'],
  ['NUL bytes', '\0\0\0', 'the value of x in a.csv holds no numbers'],
  ['ragged rows', '1,2\n3\n', 'the value of x in a.csv has rows of different lengths'],
  ['another separator', '1;2\n3;4\n5;6', 'the value of x in a.csv holds "3;4" in row 1, which is no number'],
  ['a hexadecimal number', '1,0x10', 'the value of x in a.csv holds "0x10" in row 1, which is no number'],
])('CSV: %s', (_, content, message) => {
  expect(complaint(file('a.csv', content))).toBe(`bad-value: ${message}`);
});

test('CSV as NumPy writes it, with infinity and NaN', () => {
  const { shape, data } = parseValue(file('a.csv', '1.0e+00, inf\n-Infinity,nan\n+.5,2.\n'), 'x');
  expect(shape).toEqual([3, 2]);
  expect([...data]).toEqual([1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 0.5, 2]);
});

test('a long cell is not quoted in full', () => {
  expect(complaint(file('a.csv', `1,2\n3,${'z'.repeat(1_000_000)}`)).length).toBeLessThan(400);
});

test.each([
  ['an empty file', new Uint8Array()],
  ['the magic number alone', Buffer.from('\x93NUMPY', 'latin1')],
  ['text', Buffer.from('not a file of numbers')],
  ['a header longer than the file', Buffer.from('\x93NUMPY\x01\x00\xff\xff{}', 'latin1')],
  [
    'a header of version 2 longer than the file',
    Buffer.from('\x93NUMPY\x02\x00\xff\xff\xff\xff{}', 'latin1'),
  ],
  ['fewer numbers than it says', npy(described('<f8', '(3,)'))],
  ['a trillion numbers', npy(described('<f8', '(1000000000000,)'))],
  ['a size that is no whole double', npy(described('<f8', '(0, 99999999999999999999)'))],
  ['objects', npy(described('|O', '(2,)'))],
  ['complex numbers', npy(described('<c16', '(1,)'))],
  ['strings', npy(described('<U4', '(1,)'))],
])('NumPy: %s', (_, content) => {
  expect(complaint(file('a.npy', content))).toBe(
    'bad-value: the value of x cannot be read from a.npy: it is no .npy file of real numbers',
  );
});

test('NumPy: two numbers, and one with too many axes', () => {
  expect([...parseValue(file('a.npy', npy(described('<f8', '(2,)'))), 'x').data]).toEqual([1.5, -2]);
  expect(complaint(file('a.npy', npy(described('<f8', `(${'1, '.repeat(65)})`))))).toBe(
    'bad-value: the value of x has more axes than the 64 that a tensor may have',
  );
});

test('no file, no format, no name', () => {
  const at = (name: string) => complaint(`@${join(folder, name)}`);
  expect(at('missing.json')).toBe('file-error: cannot read missing.json: no such file');
  expect(at('folder.json')).toBe('file-error: cannot read folder.json: it is a directory');
  expect(complaint(file('a.txt', '1'))).toBe(
    'bad-value: the value of x is in a.txt, whose format is unknown',
  );
  expect(complaint('@')).toBe('bad-value: the value of x names no file after the @');
});

test('numbers too large for a double are refused in values as in formulas', () => {
  expect(complaint('1,1e999')).toBe('bad-number: the value of x: "1e999" is too large for a 64-bit number');
  expect(parseValue('1,inf', 'x').data[1]).toBe(Number.POSITIVE_INFINITY);
});

test("cases in JSON: fields of the wrong kind are told, and the place of an error is the formula's own", () => {
  const lines = [
    { formula: 'x', name: 3 },
    { formula: 'x', of: [] },
    { formula: 'x', wrt: 'x' },
    { formula: 'x', wrt: [1] },
    { formula: 'x', tolerance: -1 },
    { formula: 'x', where: { x: '1 +' } },
    { formula: 'x', where: { x: 'zeros(1000000000)' } },
    { formula: 'x', where: JSON.parse(`{"x": ${deep(1000)}}`) },
    { formula: 'x + $', where: { x: 1 } },
    { formula: 'x^2', name: null, of: null, wrt: null, cotangent: null, tolerance: null, where: { x: 3 } },
  ];
  const { stdout } = adc(['verify', '-'], { input: lines.map((line) => JSON.stringify(line)).join('\n') });
  expect(stdout.replace(/in [\d.]+ s/, 'in … s').replace(/node v[\d.]+/, 'node')).toMatchSnapshot();
});

test('a range between vectors is refused', () => {
  const { stdout } = adc(['verify', '-'], { input: 'x^2 where x in [1, 2]..[3, 4]' });
  expect(stdout).toContain('error[bad-value]: the range of x must be two numbers');
});
