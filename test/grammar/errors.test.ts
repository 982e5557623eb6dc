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
    'grad(f)(x)',
    'hessian(f)(x)',
    'fn f(w) = w^2\n  adjoint (g) { w: g }\nf(x)',
    'fn f(w) { w^2 } tangent (dw) = dw\nf(x)',
  ],
  assignments: [
    'a * b = 3; a',
    'f(x) = x^2',
    'let f(x) = x^2',
    'A[0][1] = 3; A',
    '(a + b) += 1; a',
    'var i = 0; i++; i',
    'var s = 0\nwhile s < 3 { s-- }\ns',
    'var x; x',
    'var x: [3] = y; x',
    'var s = 0; s += ; s',
    'let y = x = 3; y',
  ],
  choices: [
    'if x = 3 { 1 } else { 2 }',
    'if x > 0 then 1 else 2',
    'if x > 0: 1',
    'if (x > 0) return 1',
    'if x > 0 { 1 } else 2',
    'if x > 0 { 1 } elif x < 0 { 2 } else { 3 }',
    'if x > 0 { 1 }\nelif x < 0 { 2 }',
    'x if x > 0 else 0',
    'else { 1 }',
    'if { 1 }',
    'if x > 0 { 1 } else { 2 } + 3',
    'let y = x < 0 ? 1 : if x { 2 }; { y',
  ],
  loops: [
    'while x < 3 x',
    'while x = 3 { }\nx',
    'while (x < 3)\n  x',
    'while true { }',
    'for i in x { }\nx',
    'for i in range(n) { }\nx',
    'for i in 0..n x',
    'for i = 1:n { }\nx',
    'for (i = 0; i < n; i += 1) { }\nx',
    'for 3 in 0..n { }\nx',
    'for i in 0..n { x[i] }\nx',
    'break',
    'continue\nx',
    'let y = break\ny',
    'while x { 1 } else { 2 }\nx',
  ],
  functions: [
    'fn f(x) x^2\nf(x)',
    'fn f x = x^2\nf(x)',
    'fn (x) = x^2\nx',
    'fn f(x) -> x^2\nf(x)',
    'fn f(2) = x\nx',
    'fn f(x: float) = x\nx',
    'fn f(x) { let y = x }\nf(x)',
    'fn f(x) { }\nf(x)',
    'fn f(x) = x^2',
    'def f(x): x^2',
    'function f(x) { x^2 }\nf(x)',
    'return x',
    'fn f(x) { return x^2 }\nf(x)',
    'const a = 3\na',
  ],
  comprehensions: [
    '[x[i] for i in 0..n if x[i] > 0]',
    '[a, x[i] for i in 0..n]',
    'x[i] for i in 0..n',
    'sum(x[i] for i in x)',
    'sum(x[i] for i = 0..n)',
    'sum(x[i] for i in 0..n where i > 0)',
    '[for i in 0..n]',
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
    parseProgram('let f = grad(g)(x)\nlet h = * 3\nf');
    throw new Error('no error');
  } catch (error) {
    expect((error as AdcError).diagnostics.map((d) => d.code)).toEqual(['unsupported']);
  }
});
