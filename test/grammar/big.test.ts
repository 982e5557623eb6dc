/** Big and deep input: nothing recurses over the depth of a formula, and messages stay short. */

import { parseExpression, parseProgram, printExpr, splitSuite } from '../../grammar/index.js';
import { DEPTH_LIMIT } from '../../grammar/nesting.js';
import { AdcError, type Diagnostic } from '../../src/core/diagnostic.js';

function errorsOf(text: string): readonly Diagnostic[] {
  try {
    parseProgram(text);
  } catch (error) {
    if (error instanceof AdcError) return error.diagnostics;
    throw error;
  }
  return [];
}

const n = DEPTH_LIMIT;
const nestings: readonly (readonly [string, (depth: number) => string])[] = [
  ['parentheses', (d) => `${'('.repeat(d)}x${')'.repeat(d)}`],
  ['lists', (d) => `${'['.repeat(d)}x${']'.repeat(d)}`],
  ['calls', (d) => `${'f('.repeat(d)}x${')'.repeat(d)}`],
  ['indices', (d) => `x${'[x'.repeat(d)}${']'.repeat(d)}`],
  ['blocks', (d) => `${'{'.repeat(d)}x${'}'.repeat(d)}`],
  ['signs', (d) => `${'-'.repeat(d)}x`],
  ['negations', (d) => `${'!'.repeat(d)}x`],
  ['roots', (d) => `${'√'.repeat(d)}x`],
  ['powers', (d) => `${'x^'.repeat(d)}x`],
  ['transposes', (d) => `x${"'".repeat(d)}`],
  ['superscripts', (d) => `x${"²'".repeat(d / 2)}`],
  ['choices', (d) => `${'a ? b : '.repeat(d)}c`],
  ['loops', (d) => `${'while a { '.repeat(d)}b = c${' }'.repeat(d)}; x`],
  ['branches', (d) => `${'if a { '.repeat(d)}x${' } else { y }'.repeat(d)}`],
  ['chained branches', (d) => `if a { x }${' else if b { y }'.repeat(d)} else { z }`],
  ['functions', (d) => `${'fn f(a) { '.repeat(d)}x${' }; f(x)'.repeat(d)}`],
  ['blocks of branches in formulas', (d) => `${'1 + if a { '.repeat(d / 2)}x${' }'.repeat(d / 2)}`],
  ['comprehensions', (d) => `${'['.repeat(d)}x${' for i in 0..n]'.repeat(d)}`],
  ['inner choices', (d) => `${'a ? '.repeat(d)}b${': c'.repeat(d)}`],
];

describe('depth', () => {
  test.each(nestings)('%s up to the limit', (_, make) => {
    expect(errorsOf(make(n - 1))).toEqual([]);
    expect(errorsOf(make(n + 2)).map((d) => d.code)).toEqual(['too-deep']);
    expect(errorsOf(make(100_000)).map((d) => d.code)).toEqual(['too-deep']);
  });

  test('what stands deep inside is read as elsewhere', () => {
    const body = 'fn f(a: [n], b: [2*n]) { var s = a; s[0] += b[1]; while s[0] < 1 { s = 2*s }; s }; f(x, y)';
    const wrap = (depth: number) => `${'{ '.repeat(depth)}${body}${' }'.repeat(depth)}`;
    for (let depth = 20; depth < 30; depth++) expect(errorsOf(wrap(depth))).toEqual([]);
  });

  test('postfix operators within brackets add up', () => {
    const layer = (inner: string) => `(${inner}${"'".repeat(20)})`;
    let text = 'x';
    for (let i = 0; i < 12; i++) text = layer(text);
    expect(errorsOf(text)).toEqual([]);
    expect(errorsOf(layer(text)).map((d) => d.code)).toEqual(['too-deep']);
  });

  test('chains, and many statements, do not nest', () => {
    expect(errorsOf(`${'x^2 * -y + '.repeat(1000)}1`)).toEqual([]);
    expect(errorsOf(`${'let a = -x^2\n'.repeat(1000)}1`)).toEqual([]);
    expect(errorsOf(`[${'-x^y, '.repeat(1000)}1]`)).toEqual([]);
    expect(errorsOf(`a${' < b'.repeat(1000)}`)).toEqual([]);
  });
});

describe('size', () => {
  test('a sum of 100,000 terms is a left-deep chain, and prints', () => {
    const text = Array.from({ length: 100_000 }, (_, i) => `x${i}`).join(' + ');
    let node = parseExpression(text);
    let length = 1;
    while (node.kind === 'binary') {
      node = node.left;
      length++;
    }
    expect(length).toBe(100_000);
    expect(printExpr(parseExpression(text))).toBe(text);
  });

  test.each([
    ['a formula', `${'sin(x)*2.5 + (a-b)/c[0]^2 - '.repeat(33_000)}1`],
    ['a list', `[${'1, '.repeat(300_000)}1]`],
    ['newlines', `${'\n'.repeat(1_000_000)}x`],
    ['statements', `${'let a = 1;'.repeat(100_000)}x`],
    ['a name', 'x'.repeat(1_000_000)],
  ])('1 MB: %s', (_, text) => {
    expect(errorsOf(text)).toEqual([]);
  });

  test.each([
    ['quotation marks', '"$'.repeat(500_000)],
    ['opening brackets', '('.repeat(1_000_000)],
    ['closing brackets', ')'.repeat(1_000_000)],
    ['two names', `${'x'.repeat(500_000)} ${'y'.repeat(500_000)}`],
    ['digits', '1'.repeat(1_000_000)],
    ['dots', '.1'.repeat(500_000)],
    ['bad statements', 'let = 1\n'.repeat(125_000)],
    ['a long product', `1/${'2'.repeat(200_000)}${'x'.repeat(500_000)} y`],
    ['an implicit power', `x^2${'y'.repeat(900_000)}`],
  ])('messages about 1 MB stay short: %s', (_, text) => {
    const errors = errorsOf(text);
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.length).toBeLessThanOrEqual(20);
    for (const { message, hint } of errors) expect(message.length + (hint ?? '').length).toBeLessThan(400);
  });

  test('suites of many lines', () => {
    expect(splitSuite('a: x where x = 1\n   \n'.repeat(50_000))).toHaveLength(50_000);
    expect(splitSuite(`a: x\n${'  # c\n + y\n'.repeat(50_000)}`)).toHaveLength(1);
  });
});
