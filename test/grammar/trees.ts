/** Random syntax trees: expressions, and statements that are no expressions. */
import fc from 'fast-check';
import type { BlockNode, Expr, ForClause, Statement } from '../../grammar/index.js';

export const span = { start: 0, end: 0 };
export const statement = (value: Expr): Statement => ({ kind: 'expression', value, span });
const item = (index: Expr) => ({ kind: 'at' as const, index, span });
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

const names = fc.constantFrom('x', 'i', 'λ', 'detach', 'where');
const signs = fc.constantFrom('+', '-', '*', '/', '^', '%', undefined);

interface Kinds {
  expr: Expr;
  factor: Expr;
  clause: ForClause;
  /** A statement that is no expression. */
  act: Statement;
  /** A block without a value, and one that may have one. */
  body: BlockNode;
  branch: BlockNode;
  choice: Expr;
  part: Expr;
}

export const { expr, act } = fc.letrec<Kinds>((tie: fc.LetrecTypedTie<Kinds>) => ({
  clause: fc
    .record({ name: names, from: tie('expr'), to: tie('expr') })
    .map((c) => ({ ...c, nameSpan: span, span })),
  body: fc
    .array(fc.oneof(tie('act'), tie('choice').map(statement)), { maxLength: 2 })
    .map((statements): BlockNode => ({ kind: 'block', statements, span })),
  branch: fc
    .tuple(fc.array(tie('act'), { maxLength: 1 }), fc.array(tie('expr').map(statement), { maxLength: 1 }))
    .map(([acts, last]): BlockNode => ({ kind: 'block', statements: [...acts, ...last], span })),
  choice: fc
    .tuple(
      fc.array(fc.record({ condition: tie('expr'), body: tie('branch') }), { minLength: 1, maxLength: 2 }),
      fc.option(tie('branch'), { nil: undefined }),
    )
    .map(([branches, otherwise]): Expr => ({ kind: 'if', branches, ...(otherwise && { otherwise }), span })),
  part: fc
    .array(tie('expr'), { minLength: 1, maxLength: 2 })
    .map(
      (at) => ({ kind: 'index', base: { kind: 'name', name: 'x', span }, items: at.map(item), span }) as Expr,
    ),
  act: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('break', 'continue').map((kind) => ({ kind, span }) as Statement),
    fc
      .tuple(fc.constantFrom('let', 'var'), names, tie('expr'))
      .map(([kind, n, value]) => ({ kind, name: n, nameSpan: span, value, span }) as Statement),
    fc
      .tuple(
        signs,
        fc.oneof(
          tie('part'),
          names.map((n) => ({ kind: 'name', name: n, span })),
        ),
        tie('expr'),
      )
      .map(
        ([operator, target, value]) =>
          ({
            kind: 'assign',
            target,
            ...(operator && { operator }),
            operatorSpan: span,
            value,
            span,
          }) as Statement,
      ),
    fc
      .tuple(tie('clause'), tie('body'))
      .map(([clause, body]): Statement => ({ kind: 'for', clause, body, span })),
    fc
      .tuple(tie('expr'), tie('body'))
      .map(([condition, body]): Statement => ({ kind: 'while', condition, body, span })),
    fc
      .tuple(
        fc.array(
          fc.record(
            {
              name: names,
              integer: fc.boolean(),
              shape: fc.array(tie('expr'), { maxLength: 2 }),
              span: fc.constant(span),
            },
            { requiredKeys: ['name', 'integer', 'span'] },
          ),
          { maxLength: 2 },
        ),
        tie('expr'),
      )
      .map(([params, body]): Statement => ({ kind: 'fn', name: 'f', nameSpan: span, params, body, span })),
  ),
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
    fc
      .tuple(fc.array(tie('act'), { maxLength: 2 }), tie('expr'))
      .map(([acts, value]): Expr => ({ kind: 'block', statements: [...acts, statement(value)], span })),
    tie('choice'),
    fc.tuple(tie('expr'), fc.array(tie('clause'), { minLength: 1, maxLength: 2 })).map(
      ([value, clauses]): Expr => ({
        kind: 'comprehension',
        list: true,
        value,
        clauses,
        filters: [],
        span,
      }),
    ),
    fc
      .tuple(
        tie('expr'),
        fc.array(tie('clause'), { minLength: 1, maxLength: 2 }),
        fc.array(tie('expr'), { maxLength: 2 }),
      )
      .map(
        ([value, clauses, filters]): Expr => ({
          kind: 'call',
          callee: 'sum',
          calleeSpan: span,
          args: [{ value: { kind: 'comprehension', list: false, value, clauses, filters, span }, span }],
          span,
        }),
      ),
  ),
}));
