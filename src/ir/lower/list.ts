/** List literals: numbers become one constant, anything else is joined along a new leading axis. */
import type { Expr, ListNode } from '../../../grammar/ast.js';
import { printShape } from '../../core/affine.js';
import { shapeMismatch } from '../../core/errors/types.js';
import type { Span } from '../../core/span.js';
import { fromNested, type Nested } from '../../core/tensor.js';
import { asFloat, dimTerm, materialise, poison, type Term, valueTerm } from '../term.js';
import { tensor } from '../types.js';
import { type Context, shapeOf } from './context.js';
import { numeric } from './operators.js';

/** The numbers of a nested literal, or undefined where it holds anything but numbers with signs. */
function literal(e: Expr): Nested | undefined {
  if (e.kind === 'number') return e.value;
  if (e.kind === 'unary' && e.operator === '-' && e.operand.kind === 'number') return -e.operand.value;
  if (e.kind !== 'list') return undefined;
  const items: Nested[] = [];
  for (const item of e.items) {
    const value = literal(item);
    if (value === undefined) return undefined;
    items.push(value);
  }
  return items;
}

function allIntegers(e: Expr): boolean {
  if (e.kind === 'list') return e.items.every(allIntegers);
  return e.kind === 'number' ? e.integer : e.kind === 'unary' && allIntegers(e.operand);
}

export function listLiteral(cx: Context, node: ListNode): Term {
  const nested = literal(node);
  if (nested !== undefined) {
    const t = fromNested(nested);
    if (!t) throw shapeMismatch(node.span, 'the rows of this list have different lengths');
    cx.b.span = node.span;
    const dtype = allIntegers(node) ? 'int' : 'float';
    if (t.shape.length === 1 && dtype === 'int')
      return { type: tensor('int', t.shape), span: node.span, dims: [...t.data] };
    return valueTerm(cx.b.constant([...t.data], tensor(dtype, t.shape)), node.span);
  }
  const terms = node.items.map((e) => cx.expression(e));
  if (terms.some((t) => t.poison)) return poison;
  cx.b.span = node.span;
  return list(cx, terms, node.span);
}

/** Terms of one shape joined along a new leading axis. */
export function list(cx: Context, terms: readonly Term[], span: Span): Term {
  const logical = terms.every((t) => t.type.dtype === 'bool');
  if (terms.every((t) => t.dim !== undefined)) {
    const dims = terms.map((t) => t.dim as number);
    return { type: tensor('int', [dims.length]), span, dims };
  }
  if (!logical) for (const t of terms) numeric(t, 'a list of numbers');
  const first = shapeOf(cx, terms[0] as Term);
  const rows = terms.map((t) => {
    if (!cx.dims.unifyShapes(first, t.type.shape)) {
      const shapes = `${printShape(first)} and ${printShape(shapeOf(cx, t))}`;
      throw shapeMismatch(t.span, `the elements of this list have different shapes: ${shapes}`);
    }
    return cx.b.reshape(logical ? materialise(cx.b, t) : asFloat(cx.b, t), [1, ...first]);
  });
  if (rows.length === 1) return valueTerm(rows[0] as (typeof rows)[0], span);
  return valueTerm(cx.b.concat(rows, 0), span);
}

/** An integer as a term: small enough to be one, else a float. */
export function integerTerm(value: number, span: Span): Term {
  return Number.isSafeInteger(value)
    ? dimTerm(value, span)
    : { type: tensor('float', []), span, literal: value };
}
