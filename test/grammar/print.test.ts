/** Printing: parsing what is printed gives the same tree, and there are no needless parentheses. */
import fc from 'fast-check';
import { type Expr, parseExpression, parseProgram, printExpr, printProgram } from '../../grammar/index.js';
import { runs } from '../support/runs.js';
import { program, sexpr } from './show.js';

const span = { start: 0, end: 0 };
const name = fc.constantFrom(
  'x',
  'A',
  'e',
  'e3',
  'x1',
  '_a',
  'b1',
  'pi',
  'λ',
  'where',
  'param',
  'detach',
  'mod',
);
const number = fc.oneof(
  fc.nat({ max: 20 }).map((value): Expr => ({ kind: 'number', value, integer: true, span })),
  fc
    .double({ min: 0, noNaN: true, noDefaultInfinity: true })
    .map((v): Expr => ({ kind: 'number', value: Math.abs(v), integer: false, span })),
);

const { expr } = fc.letrec<{ expr: Expr; factor: Expr }>((tie) => ({
  factor: fc.oneof(
    number,
    fc
      .tuple(fc.array(fc.constantFrom('-', '+', 'sqrt'), { minLength: 1, maxLength: 3 }), number)
      .map(([signs, n]) =>
        signs.reduce((operand, operator) => ({ kind: 'unary', operator, operand, span }) as Expr, n),
      ),
  ),
  expr: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(
      number,
      name.map((n): Expr => ({ kind: 'name', name: n, span })),
      fc.boolean().map((value): Expr => ({ kind: 'boolean', value, span })),
    ),
    fc
      .tuple(fc.constantFrom('+', '-', '*', '/', '%', '@', '^', 'and', 'or'), tie('expr'), tie('expr'))
      .map(
        ([operator, left, right]) =>
          ({ kind: 'binary', operator, left, right, operatorSpan: span, span }) as Expr,
      ),
    fc
      .tuple(tie('factor'), tie('expr'))
      .map(
        ([left, right]) =>
          ({ kind: 'binary', operator: '*', implicit: true, left, right, operatorSpan: span, span }) as Expr,
      ),
    fc
      .tuple(fc.constantFrom('+', '-', 'not', 'sqrt'), tie('expr'))
      .map(([operator, operand]) => ({ kind: 'unary', operator, operand, span }) as Expr),
    fc
      .tuple(
        tie('expr'),
        fc.array(fc.tuple(fc.constantFrom('<', '<=', '>', '>=', '==', '!='), tie('expr')), {
          minLength: 1,
          maxLength: 3,
        }),
      )
      .map(
        ([first, rest]) =>
          ({
            kind: 'compare',
            first,
            rest: rest.map(([operator, operand]) => ({ operator, operand, operatorSpan: span })),
            span,
          }) as Expr,
      ),
    fc
      .tuple(tie('expr'), tie('expr'), tie('expr'))
      .map(([condition, then, otherwise]): Expr => ({ kind: 'ternary', condition, then, otherwise, span })),
    fc
      .tuple(name, fc.array(fc.tuple(fc.option(name, { nil: undefined }), tie('expr')), { maxLength: 3 }))
      .map(
        ([callee, args]): Expr => ({
          kind: 'call',
          callee,
          calleeSpan: span,
          args: args.map(([n, value]) => ({ ...(n && { name: n }), value, span })),
          span,
        }),
      ),
    fc
      .tuple(
        tie('expr'),
        fc.array(
          fc.oneof(
            tie('expr').map((index) => ({ kind: 'at' as const, index, span })),
            fc
              .record({ from: tie('expr'), to: tie('expr'), step: tie('expr') }, { requiredKeys: [] })
              .map((parts) => ({ kind: 'slice' as const, ...parts, span })),
          ),
          { minLength: 1, maxLength: 2 },
        ),
      )
      .map(([base, items]): Expr => ({ kind: 'index', base, items, span })),
    tie('expr').map((operand): Expr => ({ kind: 'transpose', operand, span })),
    fc.array(tie('expr'), { maxLength: 3 }).map((items): Expr => ({ kind: 'list', items, span })),
    fc.tuple(fc.array(fc.tuple(name, tie('expr')), { maxLength: 2 }), tie('expr')).map(
      ([lets, value]): Expr => ({
        kind: 'block',
        statements: [
          ...lets.map(([n, v]) => ({ kind: 'let' as const, name: n, nameSpan: span, value: v, span })),
          { kind: 'expression' as const, value, span },
        ],
        span,
      }),
    ),
  ),
}));

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

test('parsing, printing and parsing any text of tokens agrees, and nothing but AdcError is thrown', () => {
  const token = fc.constantFrom(
    ...'x 2 1.5 + - * / ^ @ ( ) [ ] , ; \n { } let = == < ? : not ! \' ² √ and . .. e 3x sin( # // /* " ~ | & var if param $ １ where'.split(
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
    'param w: [d]\ndata X: [n, d]\ndata m: int\ndata i: int[p]\nparam s: [2] = [1, 2]\nlet u = X @ w\nsum(u) + m';
  expect(printProgram(parseProgram(text).program)).toBe(text);
});
