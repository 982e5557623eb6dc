/** Formulas: the tree of each, by the table of precedences and the rulings on numbers, names and products. */

import { SuiteParser } from '../../grammar/clauses.js';
import { parseExpression, parseProgram, parseValueText } from '../../grammar/index.js';
import { Parser } from '../../grammar/parser.js';
import { sexpr } from './show.js';

const trees: readonly (readonly [string, string])[] = [
  // Precedence.
  ['a + b * c', '(+ a (* b c))'],
  ['a - b - c', '(- (- a b) c)'],
  ['a / b * c % d', '(% (* (/ a b) c) d)'],
  ['a @ b * c', '(* (@ a b) c)'],
  ['-x^2', '(- (^ x 2))'],
  ['2^-1', '(^ 2 (- 1))'],
  ['2^-x^2', '(^ 2 (- (^ x 2)))'],
  ['a^b^c', '(^ a (^ b c))'],
  ['a^-b * c', '(* (^ a (- b)) c)'],
  ['a * -b + c', '(+ (* a (- b)) c)'],
  ['- - x', '(- (- x))'],
  ['√x^2', '(sqrt (^ x 2))'],
  ['√2x', '(· (sqrt 2) x)'],
  ["x'@A@x", "(@ (@ (' x) A) x)"],
  ["A'[0]'", "(' (index (' A) 0))"],
  ['x**2 .* y ./ z .^ 2', '(/ (* (^ x 2) y) (^ z 2))'],
  ['x²+y³', '(+ (^ x 2) (^ y 3))'],
  ['-x²', '(- (^ x 2))'],
  ['a^b²', '(^ a (^ b 2))'],
  ["x²'", "(' (^ x 2))"],
  ['a × b · c ÷ d − e', '(- (/ (* (* a b) c) d) e)'],
  ['a·b', '(* a b)'],
  ['π + τ', '(+ pi τ)'],
  // Comparisons and logic.
  ['0 < x < 1', '(compare 0 < x < 1)'],
  ['a ≤ b ≥ c ≠ d', '(compare a <= b >= c != d)'],
  ['(a < b) < c', '(compare (compare a < b) < c)'],
  ['a < b and c or not d == e', '(or (and (compare a < b) c) (not (compare d == e)))'],
  ['a && !b || c', '(or (and a (not b)) c)'],
  ['!(a == b)', '(not (compare a == b))'],
  ['true and false', '(and true false)'],
  ['a + 1 < b * 2', '(compare (+ a 1) < (* b 2))'],
  // Choice.
  ['a ? b : c ? d : e', '(? a b (? c d e))'],
  ['a ? b ? c : d : e', '(? a (? b c d) e)'],
  ['a < 0 ? -a : a + 1', '(? (compare a < 0) (- a) (+ a 1))'],
  // Implicit products.
  ['2x', '(· 2 x)'],
  ['2x^2', '(· 2 (^ x 2))'],
  ['-2x', '(· (- 2) x)'],
  ['a*2x', '(* a (· 2 x))'],
  ['2x*3y', '(* (· 2 x) (· 3 y))'],
  ['3sin(x)', '(· 3 (call sin x))'],
  ['2(x+1)', '(· 2 (+ x 1))'],
  ['2(x+1)^2', '(· 2 (^ (+ x 1) 2))'],
  ["2x'", "(· 2 (' x))"],
  ['2π', '(· 2 pi)'],
  // Numbers.
  ['2e3', '2000.0'],
  ['2e', '(· 2 e)'],
  ['2e+x', '(+ (· 2 e) x)'],
  ['2e-3', '0.002'],
  ['2exp(x)', '(· 2 (call exp x))'],
  ['.5 + 1.25', '(+ 0.5 1.25)'],
  ['2.*x', '(* 2 x)'],
  ["2.^x'", "(^ 2 (' x))"],
  ['2.5x', '(· 2.5 x)'],
  // Calls, lists, indices.
  ['sin()', '(call sin)'],
  ['sum(A, axis=0)', '(call sum A axis=0)'],
  ['where(a == b, 1, 2)', '(call where (compare a == b) 1 2)'],
  ['beta * gamma(beta)', '(* beta (call gamma beta))'],
  ['var(x)', '(call variance x)'],
  ['[]', '[]'],
  ['[[1, 2], [3, 4]]', '[[1 2] [3 4]]'],
  ['x[0]', '(index x 0)'],
  ['A[i, :, 1:, :-1, a:b:2, ::2]', '(index A i : 1: :(- 1) a:b:2 ::2)'],
  ['x[c ? a : b]', '(index x (? c a b))'],
  ['[1, 2][0]', '(index [1 2] 0)'],
  // Blocks.
  ['{ let u = x; u*u } + 1', '(+ {(let u x); (* u u)} 1)'],
  ['detach { let u = x\n u*u }', '(call detach {(let u x); (* u u)})'],
  ['detach(x)', '(call detach x)'],
  // Names.
  ['class + eval + constructor + __proto__', '(+ (+ (+ class eval) constructor) __proto__)'],
  ['param + data + where + expect + value + int', '(+ (+ (+ (+ (+ param data) where) expect) value) int)'],
  ['e\u0301 + \u00e9', '(+ \u00e9 \u00e9)'],
  ['λ_1 * δx', '(* λ_1 δx)'],
  ['\ufeffx # comment', 'x'],
  ['a /* b */ + c // d', '(+ a c)'],
];

describe('formulas', () => {
  test.each(trees)('%s', (text, tree) => {
    expect(sexpr(parseExpression(text))).toBe(tree);
  });

  test('spans cover the text, parentheses included', () => {
    const text = '  (a + b) * sin( c )[0] ';
    const node = parseExpression(text);
    const at = (span: { start: number; end: number }) => text.slice(span.start, span.end);
    expect(at(node.span)).toBe('(a + b) * sin( c )[0]');
    if (node.kind !== 'binary') throw new Error('a product');
    expect(at(node.operatorSpan)).toBe('*');
    expect(at(node.left.span)).toBe('(a + b)');
    expect(at(node.right.span)).toBe('sin( c )[0]');
  });

  test.each([
    ['1/2x', '2x'],
    ['y/3sin(x)', '3sin(x)'],
    ['1/2(x+1)', '2(x+1)'],
  ])('%s warns that the product is the divisor', (text, divisor) => {
    const { warnings } = parseProgram(text);
    expect(warnings.map((w) => [w.code, w.severity])).toEqual([['ambiguous-product', 'warning']]);
    expect(text.slice(warnings[0]?.span?.start, warnings[0]?.span?.end)).toBe(divisor);
  });

  test.each(['1/(2x)', '1/2*x', '2x/3', '(1/2)*x'])('%s does not warn', (text) => {
    expect(parseProgram(text).warnings).toEqual([]);
  });
});

describe('values', () => {
  test.each([
    ['3', '3'],
    ['-1', '(- 1)'],
    ['inf', 'inf'],
    ['0,1,2,3', '[0 1 2 3]'],
    ['-1,2', '[(- 1) 2]'],
    ['[1]', '[1]'],
    ['1,2;3,4', '[[1 2] [3 4]]'],
    ['2;3', '[[2] [3]]'],
    ['[[1,2],[3,4]]', '[[1 2] [3 4]]'],
    ['linspace(0,1,100)', '(call linspace 0 1 100)'],
    ['2^-1,\n3', '[(^ 2 (- 1)) 3]'],
    ['+1', '(+ 1)'],
  ])('%s', (text, tree) => {
    expect(sexpr(parseValueText(text))).toBe(tree);
  });
});

test('the grammar passes all validations of Chevrotain with one token of lookahead', () => {
  expect(() => new SuiteParser(true).ready()).not.toThrow();
  expect(() => new Parser(true).ready()).not.toThrow();
});
