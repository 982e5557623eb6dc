/** Operators: arithmetic, comparisons, logic, choice, matrix product, transpose. */
import type { BinaryNode, BinaryOperator, CompareNode, CompareOperator } from '../../../grammar/ast.js';
import { addDims, type Dim, mulDims } from '../../core/affine.js';
import { typeMismatch } from '../../core/errors/types.js';
import type { Span } from '../../core/span.js';
import type { ElementwiseRow } from '../../ops/row.js';
import { elementwiseRow } from '../../ops/table.js';
import { asFloat, dimTerm, formOf, materialise, poison, rankOf, type Term, valueTerm } from '../term.js';
import type { Value } from '../types.js';
import { align } from './broadcast.js';
import { type Context, shapeOf } from './context.js';
import { matmul } from './matmul.js';

const ROWS: Partial<Record<BinaryOperator, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'div',
  '%': 'mod',
  '^': 'pow',
};
const RELATIONS: Record<CompareOperator, string> = {
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
  '==': 'eq',
  '!=': 'ne',
};

/** Integer arithmetic on known sizes, where the result is a known size again. */
function affine(operator: BinaryOperator, a: Dim, b: Dim): Dim | undefined {
  if (operator === '+') return addDims(a, b);
  if (operator === '-') return addDims(a, b, -1);
  if (operator === '*') return mulDims(a, b);
  if (typeof a !== 'number' || typeof b !== 'number') return undefined;
  if (operator === '%' && b !== 0) return a - b * Math.floor(a / b);
  if (operator === '^' && b >= 0) return a ** b;
  return undefined;
}

export function numeric(t: Term, what: string): void {
  if (t.type.dtype === 'bool') {
    throw typeMismatch(
      t.span,
      `${what} needs a number, not a condition`,
      'where(c, 1, 0) turns a condition into a number',
    );
  }
}

export function binary(cx: Context, node: BinaryNode, left: Term, right: Term): Term {
  if (left.poison || right.poison) return poison;
  cx.b.span = node.span;
  if (node.operator === 'and' || node.operator === 'or') return logic(cx, node, left, right);
  numeric(left, node.operator);
  numeric(right, node.operator);
  if (node.operator === '@') return valueTerm(matmul(cx, node, left, right), node.span);
  if (left.dim !== undefined && right.dim !== undefined) {
    const size = affine(node.operator, left.dim, right.dim);
    if (size !== undefined && (typeof size !== 'number' || Number.isSafeInteger(size)))
      return dimTerm(size, node.span, left.size || right.size);
  }
  const name = ROWS[node.operator] as string;
  const integers = left.type.dtype === 'int' && right.type.dtype === 'int' && node.operator !== '/';
  const whole = integers && !(node.operator === '^' && !(typeof right.dim === 'number' && right.dim >= 0));
  const values = whole
    ? [materialise(cx.b, left), materialise(cx.b, right)]
    : [asFloat(cx.b, left), asFloat(cx.b, right)];
  const [a, b] = align(cx, values, node.operatorSpan, (x, y) =>
    mismatch(cx, node.operator, left, right, x, y),
  );
  cx.b.span = node.span;
  const result = valueTerm(cx.b.elementwise(name, a as Value, b as Value), node.span);
  const [p, q] = whole ? [formOf(left), formOf(right)] : [];
  const form = p !== undefined && q !== undefined ? affine(node.operator, p, q) : undefined;
  return form === undefined ? result : { ...result, form };
}

function mismatch(cx: Context, operator: string, left: Term, right: Term, x: string, y: string) {
  const message = `${operator}: the left side has shape ${x} and the right side ${y}`;
  const inner = shapeOf(cx, left).at(-1);
  const outer = shapeOf(cx, right).at(rankOf(right) > 1 ? -2 : -1);
  const product =
    operator === '*' && inner !== undefined && outer !== undefined && cx.dims.unify(inner, outer);
  return product ? { message, hint: 'for the matrix product write @' } : { message };
}

function logic(cx: Context, node: BinaryNode, left: Term, right: Term): Term {
  const [a, b] = align(
    cx,
    [condition(cx, left, node.operator), condition(cx, right, node.operator)],
    node.operatorSpan,
    (x, y) => mismatch(cx, node.operator, left, right, x, y),
  );
  const [p, q] = [left.truth, right.truth];
  const known = p !== undefined && q !== undefined;
  const truth = known ? { truth: node.operator === 'and' ? p && q : p || q } : {};
  return { ...valueTerm(cx.b.elementwise(node.operator, a as Value, b as Value), node.span), ...truth };
}

/** The term as a condition. */
export function condition(cx: Context, t: Term, what: string): Value {
  if (t.type.dtype !== 'bool') {
    throw typeMismatch(
      t.span,
      `${what} needs a condition, not a number`,
      'compare it with something, as in x > 0',
    );
  }
  return materialise(cx.b, t);
}

/** Whether a comparison of numbers that are known now holds. */
function decided(node: CompareNode, operands: readonly Term[]): { readonly truth?: boolean } {
  const numbers = operands.map((t) => (typeof t.dim === 'number' ? t.dim : t.literal));
  if (numbers.some((n) => n === undefined)) return {};
  const holds = node.rest.every((link, i) => {
    const row = elementwiseRow(RELATIONS[link.operator]) as ElementwiseRow;
    return row.value(numbers[i] as number, numbers[i + 1] as number, 0) !== 0;
  });
  return { truth: holds };
}

export function compare(cx: Context, node: CompareNode, operands: readonly Term[]): Term {
  if (operands.some((t) => t.poison)) return poison;
  let all: Value | undefined;
  for (const [i, link] of node.rest.entries()) {
    const left = operands[i] as Term;
    const right = operands[i + 1] as Term;
    cx.b.span = node.span;
    numeric(left, link.operator);
    numeric(right, link.operator);
    const sides = [asFloat(cx.b, left), asFloat(cx.b, right)];
    const [a, b] = align(cx, sides, link.operatorSpan, (x, y) =>
      mismatch(cx, link.operator, left, right, x, y),
    );
    const holds = cx.b.elementwise(RELATIONS[link.operator], a as Value, b as Value);
    if (all) {
      const [x, y] = align(cx, [all, holds], node.span, (p, q) =>
        mismatch(cx, link.operator, left, right, p, q),
      );
      all = cx.b.elementwise('and', x as Value, y as Value);
    } else all = holds;
  }
  return { ...valueTerm(all as Value, node.span), ...decided(node, operands) };
}

export function unary(cx: Context, operator: '-' | '+' | 'not' | 'sqrt', operand: Term, span: Span): Term {
  if (operand.poison) return poison;
  cx.b.span = span;
  if (operator === 'not') {
    const value = cx.b.elementwise('not', condition(cx, operand, 'not'));
    return { ...valueTerm(value, span), ...(operand.truth !== undefined && { truth: !operand.truth }) };
  }
  numeric(operand, operator === 'sqrt' ? '√' : `unary ${operator}`);
  if (operator === 'sqrt') return valueTerm(cx.b.elementwise('sqrt', asFloat(cx.b, operand)), span);
  if (operator === '+') return { ...operand, span };
  if (operand.dim === 0) return { type: { dtype: 'float', shape: [] }, span, literal: -0 };
  if (operand.dim !== undefined) return dimTerm(addDims(0, operand.dim, -1), span, operand.size);
  if (operand.literal !== undefined) return { ...operand, literal: -operand.literal, span };
  return valueTerm(cx.b.elementwise('neg', materialise(cx.b, operand)), span);
}

export function transposed(cx: Context, t: Term, span: Span): Term {
  if (t.poison) return poison;
  numeric(t, "'");
  const rank = rankOf(t);
  if (rank < 2) return { ...t, span };
  cx.b.span = span;
  const axes = Array.from({ length: rank }, (_, k) => (k < rank - 2 ? k : 2 * rank - 3 - k));
  return valueTerm(cx.b.transpose(materialise(cx.b, t), axes), span);
}
