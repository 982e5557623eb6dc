/** Indexing: `x[0]`, `A[i, j]`, `A[i]`, slices with step; negative positions count from the end. */
import type { Expr, IndexItem, IndexNode } from '../../../grammar/ast.js';
import { addDims, type Dim, printDim, printShape } from '../../core/affine.js';
import { indexOutOfRange, notConstant, shapeMismatch, typeMismatch } from '../../core/errors/types.js';
import type { Span } from '../../core/span.js';
import { dimTerm, materialise, poison, rankOf, type Term, valueTerm } from '../term.js';
import { type Context, shapeOf } from './context.js';

interface Range {
  readonly start: Dim;
  readonly step: number;
  /** Undefined where the axis disappears. */
  readonly length: Dim | undefined;
}

export function index(cx: Context, node: IndexNode): Term {
  const base = cx.expression(node.base);
  if (base.poison) return poison;
  const shape = shapeOf(cx, base);
  if (rankOf(base) < node.items.length) {
    const takes = `shape ${printShape(shape)} takes ${shape.length} indices, not ${node.items.length}`;
    throw shapeMismatch(node.span, rankOf(base) === 0 ? 'a scalar cannot be indexed' : takes);
  }
  const known =
    base.dims && node.items[0]?.kind === 'at' ? staticDim(cx, node.items[0].index, 'an index') : undefined;
  if (base.dims && typeof known === 'number') {
    const size = base.dims.at(known);
    if (size !== undefined) return dimTerm(size, node.span, true);
  }
  const ranges = shape.map((size, k) => rangeOf(cx, node.items[k], size));
  cx.b.span = node.span;
  const operand = materialise(cx.b, base);
  const sliced = cx.b.slice(
    operand,
    ranges.map((r) => r.start),
    ranges.map((r) => r.step),
    ranges.map((r) => r.length ?? 1),
  );
  const kept = ranges.flatMap((r) => (r.length === undefined ? [] : [r.length]));
  return valueTerm(cx.b.reshape(sliced, kept), node.span);
}

function rangeOf(cx: Context, item: IndexItem | undefined, size: Dim): Range {
  if (!item) return { start: 0, step: 1, length: size };
  if (item.kind === 'slice') return sliceRange(cx, item, size);
  const given = staticDim(cx, item.index, 'an index');
  const at = fromEnd(given, size);
  if (outside(at, size)) {
    throw indexOutOfRange(
      item.span,
      `index ${printDim(given)} is out of range: the axis has length ${printDim(size)}`,
      allowed(size),
    );
  }
  cx.requires.push(at, addDims(addDims(size, at, -1), -1));
  return { start: at, step: 1, length: undefined };
}

function allowed(size: Dim): string | undefined {
  return typeof size === 'number' && size > 0 ? `indices run from 0 to ${size - 1}` : undefined;
}

/** An integer that is known when lowering, perhaps as an affine form. */
export function staticDim(cx: Context, e: Expr, what: string): Dim {
  const t = cx.expression(e);
  if (t.poison) return 0;
  if (t.dim !== undefined) return cx.dims.resolve(t.dim);
  if (t.literal !== undefined && Number.isSafeInteger(t.literal)) return t.literal;
  if (t.type.dtype === 'float') throw typeMismatch(e.span, `${what} must be an integer`, hintInteger(e));
  throw notConstant(e.span, what);
}

function hintInteger(e: Expr): string | undefined {
  return e.kind === 'name' ? `declare it with data ${e.name}: int and give it a value` : undefined;
}

/** A negative position counts from the end. */
function fromEnd(at: Dim, size: Dim): Dim {
  return typeof at === 'number' && at < 0 ? addDims(size, at) : at;
}

/** Whether a position is certainly not below `size` (or certainly negative). */
function outside(at: Dim, size: Dim): boolean {
  const room = addDims(size, at, -1);
  return (typeof at === 'number' && at < 0) || (typeof room === 'number' && room <= 0);
}

function sliceRange(cx: Context, item: Extract<IndexItem, { kind: 'slice' }>, size: Dim): Range {
  const step = item.step ? staticDim(cx, item.step, 'a step') : 1;
  if (typeof step !== 'number' || step === 0)
    throw notConstant(item.span, 'the step of a slice', 'it may not be 0');
  const edge = (e: Expr | undefined, otherwise: Dim) =>
    e ? fromEnd(staticDim(cx, e, 'the end of a slice'), size) : otherwise;
  const last = addDims(size, -1);
  const from = edge(item.from, step > 0 ? 0 : last);
  const to = edge(item.to, step > 0 ? size : -1);
  checkEdges(cx, item.span, from, to, size, step);
  return { start: from, step, length: lengthOf(item.span, from, to, step) };
}

const negative = (d: Dim) => typeof d === 'number' && d < 0;

function checkEdges(cx: Context, span: Span, from: Dim, to: Dim, size: Dim, step: number): void {
  const [low, high] = step > 0 ? [from, to] : [addDims(to, 1), addDims(from, 1)];
  cx.requires.push(low, addDims(size, high, -1), addDims(high, low, -1));
  if (negative(low) || negative(addDims(size, high, -1))) {
    const range = `${printDim(from)}:${printDim(to)}`;
    throw indexOutOfRange(span, `slice ${range} reaches outside an axis of length ${printDim(size)}`);
  }
  if (negative(addDims(high, low, -1))) {
    throw indexOutOfRange(
      span,
      `slice ${printDim(from)}:${printDim(to)} runs backwards`,
      'a negative step reverses',
    );
  }
}

function lengthOf(span: Span, from: Dim, to: Dim, step: number): Dim {
  const reach = step > 0 ? addDims(to, from, -1) : addDims(from, to, -1);
  if (Math.abs(step) === 1) return reach;
  if (typeof reach !== 'number') throw notConstant(span, 'the length of a slice with a step');
  return Math.ceil(reach / Math.abs(step));
}
