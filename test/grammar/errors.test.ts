/** Errors: what is said, where the caret stands, and what the hint offers. */
import { parseCaseLine, parseExpression, parseProgram, parseValueText } from '../../grammar/index.js';
import { AdcError } from '../../src/core/diagnostic.js';
import { complaints } from './show.js';

const programs: Readonly<Record<string, readonly string[]>> = {
  text: ['', '  # nothing\n', '/* open'],
  characters: [
    '\u0000\u0000',
    'x + \ud800',
    'x\ufeff',
    '１ + x',
    '“x”',
    'A’',
    'a – b',
    'x⁴',
    '∑x',
    'a | b',
    '|x|',
    'a & b',
    '$x',
    'x.T',
    'np.sin(x)',
    'x.',
    'a // b'.replace(' ', ''),
    'x ~ y',
  ],
  numbers: ['2.', '2.x', '0x1F', '0b1', '1_000', '1_a', '1.2.3', '1e999', '2.5.x'],
  operators: [
    'x +',
    '* x',
    'a + * b',
    'x y',
    '2 x',
    'x 2',
    '(a)(b)',
    "A' B",
    '[1 2]',
    '[[1, 2] [3, 4]]',
    'f(a b)',
    'a mod b',
    'x!',
    'a <> b',
    'a === b',
    'x := 3',
    '!a == b',
    'a + not b',
    '2^3x',
    'x^2(y)',
    "'x",
    'x²³',
  ],
  brackets: [
    '(x + 1',
    'x + 1)',
    '(x]',
    'f(x, [1, 2)',
    '()',
    'x[]',
    '{}',
    '{ let a = 1 }',
    '[1, 2; 3, 4]',
    'f(x; y)',
    'f(x,)',
    'f(,x)',
    'x[1:2:3:4]',
  ],
  equality: ['x = 3', 'a + b = c', 'x == y ? 1 : z = 3', 'where(a = 0, 1, 2) = 3', 'x[0] = 3', 'x += 1'],
  choice: ['a ? b', 'a ? : b', 'a : b', '0..n'],
  statements: [
    'let = 3',
    'let x',
    'let x 3',
    'let if = 3; 1',
    'let x: [3] = y; x',
    'let x = 1',
    'param x: [n]',
    'param x: float; x',
    'data x:; x',
    '{ param x; x }',
    '+ b',
    'a\n+ b',
    'a\n- b',
    'a; b',
    'let a = 1 let b = 2',
    'else',
    'in + 1',
    'let a = * 1\nlet b = (2\nlet c = 3',
    'let a = * 1\nlet b = 2 3\nx y',
  ],
  unsupported: [
    'var s = 0\nfor i in 0..n { s += x[i] }\ns',
    'fn f(a) = a^2\nf(x)',
    'if x > 0 { 1 } else { 2 }',
    'x if x > 0 else 0',
    'while true { }',
    'let f(x) = x^2',
    'f(x) = x^2',
    '[i^2 for i in 0..n]',
    'sum(x[i] for i in 0..n)',
    'grad(f)(x)',
    'hessian(f)(x)',
    'return x',
    'break',
  ],
};

describe.each(Object.entries(programs))('%s', (_, texts) => {
  test.each(texts)('%j', (text) => {
    expect(complaints(text)).toMatchSnapshot();
  });
});

test.each(['', '1,2', '1;2', 'x +', '(1', 'let a = 1'])('expression %j', (text) => {
  expect(complaints(text, parseExpression)).toMatchSnapshot();
});

test.each(['', ' ', '1,,2', '1;', ',1', '1,2;;3', '1 2', '[1,2', '1,2)'])('value %j', (text) => {
  expect(complaints(text, parseValueText)).toMatchSnapshot();
});

test.each([
  'name:',
  'x where',
  'x where x 3',
  'x where x = 1 where y = 2',
  'x expect foo = 2',
  'x expect grad = 2',
  'x expect value',
  'x expect value = 1 ~ y',
  'x where x in 1',
  'x where x = 1; y',
  'x * where x = y y expect value = = 1',
  'x expect value = 1 where x = 1',
])('case %j', (text) => {
  expect(complaints(text, parseCaseLine)).toMatchSnapshot();
});

test('errors of values carry the text that their spans point into', () => {
  try {
    parseValueText('1,,2');
    throw new Error('no error');
  } catch (error) {
    expect(error).toBeInstanceOf(AdcError);
    expect((error as AdcError).source).toBe('1,,2');
  }
});

test('only one diagnostic names a construct that cannot be compiled yet', () => {
  try {
    parseProgram('var s = 0\nwhile s < 3 { s = s + 1 }\ns');
  } catch (error) {
    expect((error as AdcError).diagnostics.map((d) => d.code)).toEqual(['unsupported']);
  }
});
