/** Nodes of the syntax tree without a place in any text. */
import type { BinaryOperator, CompareOperator, Expr, IndexItem, LetStatement } from '../../../grammar/ast.js';
import { noSpan } from '../../core/span.js';
import type { Item, Operator } from './matrix.js';

const span = noSpan;
const COMPARISONS: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '==', '!=']);

export const name = (text: string): Expr => ({ kind: 'name', name: text, span });

export function number(value: number): Expr {
  if (value < 0) return negated(number(-value));
  return { kind: 'number', value, integer: Number.isSafeInteger(value), span };
}

export const negated = (operand: Expr): Expr => ({ kind: 'unary', operator: '-', operand, span });

export const not = (operand: Expr): Expr => ({ kind: 'unary', operator: 'not', operand, span });

export function binary(operator: Operator, left: Expr, right: Expr): Expr {
  if (COMPARISONS.has(operator)) {
    const link = { operator: operator as CompareOperator, operatorSpan: span, operand: right };
    return { kind: 'compare', first: left, rest: [link], span };
  }
  return { kind: 'binary', operator: operator as BinaryOperator, left, right, operatorSpan: span, span };
}

export function call(callee: string, values: readonly Expr[], axis?: number): Expr {
  const args: { name?: string; value: Expr; span: typeof span }[] = values.map((value) => ({ value, span }));
  if (axis !== undefined) args.push({ name: 'axis', value: number(axis), span });
  return { kind: 'call', callee, calleeSpan: span, args, span };
}

export const transposed = (operand: Expr): Expr => ({ kind: 'transpose', operand, span });

export const list = (items: readonly Expr[]): Expr => ({ kind: 'list', items, span });

export const ternary = (condition: Expr, then: Expr, otherwise: Expr): Expr => ({
  kind: 'ternary',
  condition,
  then,
  otherwise,
  span,
});

export function index(base: Expr, items: readonly Item[]): Expr {
  return { kind: 'index', base, items: items.map(indexItem), span };
}

function indexItem(item: Item): IndexItem {
  if ('at' in item) return { kind: 'at', index: number(item.at), span };
  return {
    kind: 'slice',
    ...(item.from !== undefined && { from: number(item.from) }),
    ...(item.to !== undefined && { to: number(item.to) }),
    ...(item.step !== undefined && { step: number(item.step) }),
    span,
  };
}

export const element = (base: Expr, at: readonly Expr[]): Expr => ({
  kind: 'index',
  base,
  items: at.map((index) => ({ kind: 'at', index, span })),
  span,
});

/** `[value for i in 0..n]`, or the argument of a reduction. */
export function comprehension(
  value: Expr,
  ranges: readonly (readonly [counter: string, count: Expr])[],
  reduction: string | undefined,
  filter: Expr | undefined,
): Expr {
  const clauses = ranges.map(([text, to]) => ({ name: text, nameSpan: span, from: number(0), to, span }));
  const list = reduction === undefined;
  const e: Expr = { kind: 'comprehension', list, value, clauses, filters: filter ? [filter] : [], span };
  return reduction === undefined ? e : call(reduction, [e]);
}

export const letStatement = (text: string, value: Expr): LetStatement => ({
  kind: 'let',
  name: text,
  nameSpan: span,
  value,
  span,
});

const CHAINED: ReadonlySet<string> = new Set(['*', '/', '@']);

/** Changes the first factor of a chain of products: (a·b)·c becomes (f(a)·b)·c. */
export function atFront(e: Expr, change: (first: Expr) => Expr): Expr {
  const chain: (Expr & { kind: 'binary' })[] = [];
  let head = e;
  while (head.kind === 'binary' && CHAINED.has(head.operator)) {
    chain.push(head);
    head = head.left;
  }
  let result = change(head);
  for (let i = chain.length - 1; i >= 0; i--)
    result = { ...(chain[i] as Expr & { kind: 'binary' }), left: result };
  return result;
}

/** scalar · e, the scalar standing before the first factor of e. */
export function scaled(scalar: Expr, e: Expr): Expr {
  return atFront(e, (first) => {
    if (first.kind === 'number' && first.value === 1) return scalar;
    return binary('*', scalar, first);
  });
}

/** -e, the sign standing before the first factor of e. */
export function opposite(e: Expr): Expr {
  return atFront(e, (first) =>
    first.kind === 'unary' && first.operator === '-' ? first.operand : negated(first),
  );
}
