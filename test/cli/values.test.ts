/** Values of variables: texts and files. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseValue } from '../../src/cli/values.js';
import { AdcError } from '../../src/core/diagnostic.js';
import { type Nested, toNested } from '../../src/core/tensor.js';

const folder = mkdtempSync(join(tmpdir(), 'adc-values-'));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return `@${path}`;
}

const read = (text: string) => toNested(parseValue(text, 'x'));

test.each<[string, Nested]>([
  ['3', 3],
  ['-3.5e-2', -0.035],
  ['.5', 0.5],
  ['0,1,2,3', [0, 1, 2, 3]],
  ['-1, 2', [-1, 2]],
  ['[1]', [1]],
  [
    '1,2;3,4',
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ['2;3', [[2], [3]]],
  [
    '[[1,2],[3,4]]',
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ['2*pi', 2 * Math.PI],
  ['1/2, sqrt(4)', [0.5, 2]],
  ['linspace(0,1,5)', [0, 0.25, 0.5, 0.75, 1]],
])('%s', (text, value) => {
  expect(read(text)).toEqual(value);
});

function npy(descr: string, shape: string, bytes: Uint8Array, fortran = false): Uint8Array {
  const dictionary = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${shape}), }`;
  const header = dictionary.padEnd(117 - (dictionary.length > 117 ? 0 : 0)).padEnd(117, ' ');
  const text = `${header}\n`;
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 255, text.length >> 8]);
  return Buffer.concat([start, Buffer.from(text, 'latin1'), bytes]);
}

test('JSON', () => {
  expect(read(file('a.json', '[[1, 2], [3, "NaN"]]'))).toEqual([
    [1, 2],
    [3, Number.NaN],
  ]);
  expect(read(file('s.json', '3'))).toBe(3);
});

test('CSV', () => {
  expect(read(file('m.csv', 'a,b\n1,2\r\n3,4\n'))).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(read(file('column.csv', '1\n2\n3\n'))).toEqual([1, 2, 3]);
  expect(read(file('row.csv', '1,2,3'))).toEqual([1, 2, 3]);
});

test('npy', () => {
  const doubles = new Uint8Array(Float64Array.of(1, 2, 3, 4, 5, 6).buffer);
  expect(read(file('a.npy', npy('<f8', '2, 3', doubles)))).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(read(file('f.npy', npy('<f8', '2, 3', doubles, true)))).toEqual([
    [1, 3, 5],
    [2, 4, 6],
  ]);
  expect(read(file('i.npy', npy('<i4', '3,', new Uint8Array(Int32Array.of(-1, 0, 7).buffer))))).toEqual([
    -1, 0, 7,
  ]);
  expect(read(file('s.npy', npy('<f4', '', new Uint8Array(Float32Array.of(0.5).buffer))))).toBe(0.5);
  expect(read(file('b.npy', npy('>f8', '1,', Uint8Array.of(0x40, 8, 0, 0, 0, 0, 0, 0))))).toEqual([3]);
});

function failure(text: string): string {
  try {
    parseValue(text, 'x');
  } catch (error) {
    if (error instanceof AdcError)
      return `${error.diagnostics[0].code}: ${error.message}`.replaceAll(folder, '');
    throw error;
  }
  return 'no error';
}

test('what cannot be read is said', () => {
  expect({
    missing: failure('@nowhere.json'),
    format: failure('@x.txt'),
    json: failure(file('bad.json', '[1,')),
    words: failure(file('words.json', '["a"]')),
    ragged: failure(file('ragged.json', '[[1],[2,3]]')),
    csv: failure(file('bad.csv', '1,2\n3,x\n')),
    raggedCsv: failure(file('ragged.csv', '1,2\n3\n')),
    npy: failure(file('bad.npy', 'not numpy at all')),
    short: failure(file('short.npy', npy('<f8', '9,', new Uint8Array(8)))),
    number: failure('1.2.3'),
    name: failure('y+1'),
    empty: failure(''),
  }).toMatchSnapshot();
});
