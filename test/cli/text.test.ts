/** Tables, numbers and JSON as text. */
import { number, roughly, shownOffsets, tensorText } from '../../src/cli/numbers.js';
import { plain } from '../../src/cli/output.js';
import { renderDiagnostic } from '../../src/cli/report.js';
import { stringify } from '../../src/cli/stringify.js';
import { table } from '../../src/cli/table.js';

test.each<[number, string]>([
  [0, '0'],
  [-0, '0'],
  [0.1 + 0.2, '0.3'],
  [66060288000, '66060288000'],
  [1.23456789012345e-7, '1.23456789e-7'],
  [Number.NaN, 'NaN'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
])('%d is shown as %s', (x, text) => {
  expect(number(x)).toBe(text);
});

test('errors take one digit', () => {
  expect([0, 3.2e-11, 2, Number.POSITIVE_INFINITY].map(roughly)).toEqual(['0', '3e-11', '2e0', 'Infinity']);
});

test('long axes are abbreviated', () => {
  expect(shownOffsets(8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(shownOffsets(100)).toEqual([0, 1, 2, 3, 4, -1, 99]);
  const t = { shape: [2, 10], data: Float64Array.from({ length: 20 }, (_, i) => i) };
  expect(tensorText(t)).toBe('[[0, 1, 2, 3, 4, …, 9], [10, 11, 12, 13, 14, …, 19]]');
});

test('columns are aligned by code points, colours take no room', () => {
  const rows = [
    ['x', '𝜆1', '\u001b[1mbold\u001b[22m'],
    ['long', '2', 'b'],
  ];
  expect(table(rows, ['left', 'right', 'right'])).toEqual([
    'x     𝜆1  \u001b[1mbold\u001b[22m',
    'long   2     b',
  ]);
});

test('JSON keeps short records on a line and omits what is undefined', () => {
  const long = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`field${i}`, [i, i]]));
  const text = stringify({ a: { b: [1, 2], c: undefined }, long });
  expect(JSON.parse(text)).toEqual({ a: { b: [1, 2] }, long });
  expect(text).toMatchSnapshot();
});

test('control characters do not reach the terminal', () => {
  const text = renderDiagnostic(
    { severity: 'error', code: 'usage', message: 'a\u001b[31mb\ud800' },
    '',
    plain,
  );
  expect(text).toBe('error[usage]: a\ufffd[31mb\ufffd\n');
});
