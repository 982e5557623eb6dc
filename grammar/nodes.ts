/** Making the leaves of the syntax tree from tokens. */
import type { IToken } from 'chevrotain';
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
