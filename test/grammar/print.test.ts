/** Printing: parsing what is printed gives the same tree, and there are no needless parentheses. */
import fc from 'fast-check';
import {
  parseExpression,
  parseProgram,
  printExpr,
  printProgram,
  type Statement,
} from '../../grammar/index.js';
import { runs } from '../support/runs.js';
import { program, sexpr, statement as show } from './show.js';
import { act, expr, span, statement } from './trees.js';

test('print and parse are inverse', () => {
  fc.assert(
    fc.property(expr, (tree) => {
      const text = printExpr(tree);
      expect(sexpr(parseExpression(text))).toBe(sexpr(tree));
      expect(program(text)).toBe(sexpr(tree));
    }),
    runs(3000),
  );
});

/** A break stands in a loop only. */
const notJump = (s: Statement) => s.kind !== 'break' && s.kind !== 'continue';

test('statements are printed so that they parse to the same', () => {
  fc.assert(
    fc.property(fc.array(act.filter(notJump), { minLength: 1, maxLength: 3 }), (statements) => {
      const last = statement({ kind: 'name', name: 'x', span });
      const text = printProgram({ source: '', statements: [...statements, last] });
      expect(program(text)).toBe([...statements, last].map(show).join('\n'));
      expect(program(text.replaceAll('\n', '; '))).toBe(program(text));
    }),
    runs(800),
  );
});

test('parsing, printing and parsing any text of tokens agrees, and nothing but AdcError is thrown', () => {
  const token = fc.constantFrom(
    ...'x 2 1.5 + - * / ^ @ ( ) [ ] , ; \n { } let = == < ? : not ! \' ² √ and . .. e 3x sin( # // /* " ~ | & var if param $ １ where fn while for in else += break'.split(
      ' ',
    ),
  );
  fc.assert(
    fc.property(fc.array(token, { maxLength: 12 }), fc.constantFrom('', ' '), (tokens, glue) => {
      const text = tokens.join(glue);
      let tree: string;
      try {
        tree = program(text);
      } catch (error) {
        expect((error as Error).name).toBe('AdcError');
        return;
      }
      expect(program(printProgram(parseProgram(text).program))).toBe(tree);
    }),
    runs(5000),
  );
});

test.each([
  '-x^2',
  '(-x)^2',
  'a - (b - c)',
  'a - b - c',
  '2^-1',
  '(a^b)^c',
  'a^b^c',
  '1 / (2x)',
  '2x^2',
  '2(e3)',
  '2(3x)',
  '(2 * x)^2',
  '-(2x)',
  'not a == b',
  '(not a) == b',
  'a < b < c',
  '(a < b) < c',
  'a ? b : c ? d : e',
  '(a ? b : c) ? d : e',
  '(a ? b : c) + 1',
  "(A @ B)'",
  'x[1:, :-1, a:b:2]',
  'sum(A, axis=0)',
  'detach { let u = x; u * u }',
  'if a < b { x } else if a > b { y } else { }',
  '(if a { b } else { c })[0]',
  '1 + (if a { b } else { c })',
  '[x[i] for i in 0..n for j in i..2 * n]',
  'sum(x[i] * y[j] for i in 0..n for j in 0..m if i != j)',
  '[if a { b } else { c } for i in 0..n]',
  'fold(detach)',
  '({ let u = x; u }) + 1',
  '2.0 * x',
  'x * (+3x)',
  'x * -+√3x',
  '1e-7 + 1e21',
])('%s is printed as it is written', (text) => {
  expect(printExpr(parseExpression(text))).toBe(text);
});

test('numbers that no text denotes are printed as expressions', () => {
  const print = (value: number) =>
    printExpr({ kind: 'number', value, integer: Number.isInteger(value), span });
  expect([-3, -0.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(print)).toEqual([
    '-3',
    '-0.5',
    'inf',
    '-inf',
  ]);
  expect(
    printExpr({
      kind: 'binary',
      operator: '^',
      left: { kind: 'number', value: -3, integer: true, span },
      right: { kind: 'name', name: 'x', span },
      operatorSpan: span,
      span,
    }),
  ).toBe('(-3)^x');
});

test('a program, one statement a line', () => {
  const text =
    'fn f(a, b: [n], k: int, i: int[n]) = { var s = a; while s < 1 { s *= 2; break }; s }\nvar v = w\nv[0] = 1\nv[1:] -= 2\nfor i in 0..d { v[i] = w[i] }\nif a { v = w }\nparam w: [d]\ndata X: [n, d]\ndata m: int\ndata i: int[p]\nparam s: [2] = [1, 2]\nlet u = X @ w\nsum(u) + m';
  expect(printProgram(parseProgram(text).program)).toBe(text);
});
