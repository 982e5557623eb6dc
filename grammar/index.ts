/**
 * Text to syntax tree and back: the public face of the grammar.
 *
 * Every function either returns a tree or throws one `AdcError` with every independent error of the text.
 */
import { AdcError, type Diagnostic } from '../src/core/diagnostic.js';
import * as errors from '../src/core/errors/syntax.js';
import type { CaseNode, ClaimNode, Expr, ListNode, ProgramNode, Statement, WhereItem } from './ast.js';
import type { Piece } from './lines.js';
import { Input } from './pipeline.js';
import { checkProgram } from './statements.js';
import * as t from './tokens.js';
import { splitRows } from './values.js';

export type * from './ast.js';
export { printExpr, printProgram } from './print.js';
export { logicalLines, splitSuite } from './suite.js';

function statementsOf(input: Input, pieces: readonly Piece[]): Statement[] {
  const found: Statement[] = [];
  for (const piece of pieces) {
    const statement = input.parse(piece, (p) => p.statement);
    if (statement !== undefined) found.push(statement);
  }
  // What is wrong within a statement may be why it looks out of place.
  if (found.length === pieces.length && !input.failed()) checkProgram(found, input.source, input.problems);
  return found;
}

/** Parses a program, or a formula, which is the smallest one. */
export function parseProgram(source: string): { program: ProgramNode; warnings: Diagnostic[] } {
  const input = new Input(source, {});
  const statements = statementsOf(input, input.pieces);
  return { warnings: input.finish(), program: { source, statements } };
}

/** Runs `parse` so that its error carries the text that its spans point into. */
function within<T>(source: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof AdcError) error.source = source;
    throw error;
  }
}

/** Parses one expression, such as a constant given as a value; warnings are added to `warnings`. */
export function parseExpression(source: string, warnings: Diagnostic[] = []): Expr {
  return within(source, () => {
    const input = new Input(source, { values: true });
    const value = input.pieces[0] && input.parse(input.pieces[0], (p) => p.expression);
    warnings.push(...input.finish());
    return value as Expr;
  });
}

function list(items: readonly Expr[]): ListNode {
  const start = items[0]?.span.start ?? 0;
  return { kind: 'list', items, span: { start, end: items[items.length - 1]?.span.end ?? start } };
}

/** Parses a value of the command line: `0,1,2` is a vector, `1,2;3,4` and `2;3` are matrices, else an expression. */
export function parseValueText(source: string, warnings: Diagnostic[] = []): Expr {
  return within(source, () => {
    const input = new Input(source, { values: true });
    const rows = splitRows(input).map((row) => row.map((cell) => input.parse(cell, (p) => p.expression)));
    warnings.push(...input.finish());
    const [first = [], ...more] = rows as Expr[][];
    if (more.length > 0) return list([first, ...more].map(list));
    return first.length > 1 ? list(first) : (first[0] as Expr);
  });
}

/**
 * Parses one logical line of a suite: `name: statements where x = … expect value = … ~ tol`. Spans are offsets into
 * `source`; warnings are added to `warnings`.
 */
export function parseCaseLine(source: string, warnings: Diagnostic[] = []): CaseNode {
  const input = new Input(source, { suite: true });
  const pieces = [...input.pieces];
  const label = pieces[0]?.tokens[0]?.tokenType === t.Label ? pieces[0].tokens[0] : undefined;
  if (label !== undefined) {
    const rest = input.part(pieces[0] as Piece, (pieces[0] as Piece).tokens.slice(1));
    if (rest.tokens.length === 0) input.problems.push(errors.emptyText(t.spanOf(label), false));
    pieces.splice(0, 1, ...(rest.tokens.length > 0 ? [rest] : []));
  }
  const firstClause = pieces.findIndex((piece) => clauseOf(piece) !== undefined);
  const cut = firstClause < 0 ? pieces.length : firstClause;
  const program: ProgramNode = { source, statements: statementsOf(input, pieces.slice(0, cut)) };
  const where: WhereItem[] = [];
  const expect: ClaimNode[] = [];
  let previous: Piece | undefined;
  for (const piece of pieces.slice(cut)) {
    const clause = clauseOf(piece);
    const span = t.spanOf(piece.tokens[0] as (typeof piece.tokens)[number]);
    if (clause === t.Where) {
      if (previous !== undefined) input.problems.push(errors.misplacedClause(span, 'where'));
      where.push(...(input.parseClause(piece, (p) => p.whereClause) ?? []));
    } else if (clause === t.Expect) {
      if (previous !== undefined && clauseOf(previous) === t.Expect) {
        input.problems.push(errors.misplacedClause(span, 'expect'));
      }
      expect.push(...(input.parseClause(piece, (p) => p.expectClause) ?? []));
    } else {
      input.problems.push(errors.statementAfterClause(span));
    }
    previous = piece;
  }
  warnings.push(...input.finish());
  return {
    ...(label !== undefined && { name: label.image }),
    program,
    where,
    expect,
    span: { start: 0, end: source.length },
  };
}

function clauseOf(piece: Piece): typeof t.Where | undefined {
  const type = piece.tokens[0]?.tokenType;
  return type === t.Where || type === t.Expect ? type : undefined;
}
