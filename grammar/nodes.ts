/** Making the leaves of the syntax tree from tokens. */
import type { IToken } from 'chevrotain';
import type { Diagnostic } from '../src/core/diagnostic.js';
import * as statements from '../src/core/errors/statements.js';
import type { Span } from '../src/core/span.js';
import type { BinaryNode, BooleanNode, Expr, NameNode, NumberNode } from './ast.js';
import { spanOf } from './tokens.js';

export function numberNode(token: IToken): NumberNode {
  const value = Number(token.image);
  const integer = /^\d+$/.test(token.image) && Number.isSafeInteger(value);
  return { kind: 'number', value, integer, span: spanOf(token) };
}

export function booleanNode(token: IToken): BooleanNode {
  return { kind: 'boolean', value: token.image === 'true', span: spanOf(token) };
}

export function nameNode(token: IToken): NameNode {
  return { kind: 'name', name: token.image, span: spanOf(token) };
}

/** `x²` as `x ^ 2`. */
export function superscriptNode(base: Expr, token: IToken): BinaryNode {
  const span = spanOf(token);
  const right: NumberNode = { kind: 'number', value: token.image === '²' ? 2 : 3, integer: true, span };
  return {
    kind: 'binary',
    operator: '^',
    left: base,
    right,
    operatorSpan: span,
    span: { start: base.span.start, end: span.end },
  };
}

/** The same node over a larger stretch of text: an expression with its parentheses. */
export function withSpan<T extends Expr>(node: T, span: Span): T {
  return { ...node, span };
}

export function between(open: IToken, close: IToken): Span {
  return { start: open.startOffset, end: (close.endOffset as number) + 1 };
}

/** From a node to a token after it. */
export function spanTo(first: Expr, last: IToken): Span {
  return { start: first.span.start, end: spanOf(last).end };
}

/** What stands in square brackets: elements, or one comprehension. */
export function listNode(items: readonly Expr[], span: Span, problems: Diagnostic[]): Expr {
  const [first] = items;
  const bare = (e: Expr) => e.kind === 'comprehension' && !e.list;
  if (items.length === 1 && first?.kind === 'comprehension' && !first.list) {
    const [filter] = first.filters;
    if (filter !== undefined) problems.push(statements.filterInList(filter.span));
    return { ...first, list: true, span };
  }
  const stray = items.find(bare);
  if (stray !== undefined) problems.push(statements.comprehensionNotAlone(stray.span));
  return { kind: 'list', items, span };
}
