/** Indexing: `x[0]`, `A[i, j]`, `A[i]`, slices with step; negative positions count from the end. */
import type { Expr, IndexItem, IndexNode } from '../../../grammar/ast.js';
import { addDims, type Dim, printDim, printShape, type Shape, sameDim } from '../../core/affine.js';
import { shapeOfRun } from '../../core/errors/programs.js';
import { indexOutOfRange, notConstant, shapeMismatch, typeMismatch } from '../../core/errors/types.js';
import type { Span } from '../../core/span.js';
import { dimTerm, formOf, materialise, poison, type Term, valueTerm } from '../term.js';
import type { Value } from '../types.js';
import { type Context, shapeOf } from './context.js';

/** What is taken along one axis. */
export type Pick =
  /** A part known when lowering; the axis disappears where it has no length. */
  | { readonly kind: 'part'; readonly start: Dim; readonly step: number; readonly length: Dim | undefined }
  /** The elements at integers that only the run knows: one, or a tensor of them. */
  | { readonly kind: 'at'; readonly index: Value }
  /** Elements from an integer on that only the run knows. */
  | { readonly kind: 'window'; readonly start: Value; readonly step: number; readonly length: Dim };

export function index(cx: Context, node: IndexNode): Term {
  const base = cx.expression(node.base);
  if (base.poison) return poison;
  if (base.dims && node.items.length === 1 && node.items[0]?.kind === 'at') {
    const t = cx.expression(node.items[0].index);
    const size = typeof t.dim === 'number' ? base.dims.at(t.dim) : undefined;
    if (size !== undefined) return dimTerm(size, node.span, true);
  }
  const picks = picksOf(cx, node, shapeOf(cx, base));
  return picks ? part(cx, base, picks, node.span) : poison;
}

/** What an index takes along each axis; undefined where an item of it is wrong, which has been noted. */
export function picksOf(cx: Context, node: IndexNode, shape: Shape): readonly Pick[] | undefined {
  if (shape.length < node.items.length) {
    const takes = `shape ${printShape(shape)} takes ${shape.length} indices, not ${node.items.length}`;
    throw shapeMismatch(node.span, shape.length === 0 ? 'a scalar cannot be indexed' : takes);
  }
  const picks = shape.map((size, k) => pickOf(cx, node.items[k], size));
  return picks.every((p) => p !== undefined) ? picks : undefined;
}

/** The part of a tensor that is picked: first what is known, then one axis after the other. */
export function part(cx: Context, base: Term, picks: readonly Pick[], span: Span): Term {
  cx.b.span = span;
  const shape = shapeOf(cx, base);
  const ranges = picks.map((p, k) =>
    p.kind === 'part' ? p : { start: 0, step: 1, length: shape[k] as Dim },
  );
  const whole = ranges.every(
    (r, k) => r.start === 0 && r.step === 1 && r.length !== undefined && sameDim(r.length, shape[k] as Dim),
  );
  const runtime = picks.some((p) => p.kind !== 'part');
  let value = materialise(cx.b, base);
  if (!whole || !runtime) {
    const sliced = cx.b.slice(
      value,
      ranges.map((r) => r.start),
      ranges.map((r) => r.step),
      ranges.map((r) => r.length ?? 1),
    );
    const kept = ranges.flatMap((r) => (r.length === undefined ? [] : [r.length]));
    value = cx.b.reshape(sliced, kept);
  }
  let axis = 0;
  for (const p of picks) {
    if (p.kind === 'part') {
      if (p.length !== undefined) axis++;
      continue;
    }
    const at = p.kind === 'at' ? p.index : windowIndex(cx, p);
    value = take(cx, value, axis, at);
    axis += at.type.shape.length;
  }
  return valueTerm(value, span);
}

/** The elements of one axis at the places that an index names; the axes of the index take its place. */
function take(cx: Context, value: Value, axis: number, at: Value): Value {
  if (axis === 0) return cx.b.gather(value, at);
  const rank = value.type.shape.length;
  const others = Array.from({ length: rank }, (_, k) => k).filter((k) => k !== axis);
  const taken = cx.b.gather(cx.b.transpose(value, [axis, ...others]), at);
  const width = at.type.shape.length;
  // The axes of the index stand first; they go behind those that were before the axis.
  const back = Array.from({ length: rank - 1 + width }, (_, k) =>
    k < axis ? width + k : k < axis + width ? k - axis : k,
  );
  return cx.b.transpose(taken, back);
}

/** start, start + step, … */
function windowIndex(cx: Context, { start, step, length }: Extract<Pick, { kind: 'window' }>): Value {
  const steps = cx.b.iota(length);
  const scaled = step === 1 ? steps : cx.b.elementwise('mul', steps, cx.b.full(step, [length], 'int'));
  return cx.b.elementwise('add', scaled, cx.b.broadcastTo(start, [length]));
}

function pickOf(cx: Context, item: IndexItem | undefined, size: Dim): Pick | undefined {
  if (!item) return { kind: 'part', start: 0, step: 1, length: size };
  if (item.kind === 'slice') return slicePick(cx, item, size);
  const t = cx.expression(item.index);
  if (t.poison) return undefined;
  if (t.type.dtype === 'int' && t.dim === undefined && !t.dims)
    return { kind: 'at', index: materialise(cx.b, t) };
  if (t.dims) return { kind: 'at', index: materialise(cx.b, t) };
  const given = known(cx, t, item.index, 'an index');
  const at = fromEnd(given, size);
  if (outside(at, size)) {
    throw indexOutOfRange(
      item.span,
      `index ${printDim(given)} is out of range: the axis has length ${printDim(size)}`,
      allowed(size),
    );
  }
  cx.requires.push(at, addDims(addDims(size, at, -1), -1));
  return { kind: 'part', start: at, step: 1, length: undefined };
}

function allowed(size: Dim): string | undefined {
  return typeof size === 'number' && size > 0 ? `indices run from 0 to ${size - 1}` : undefined;
}

/** An integer that is known when lowering, perhaps as an affine form. */
export function staticDim(cx: Context, e: Expr, what: string): Dim {
  const t = cx.expression(e);
  return t.poison ? 0 : known(cx, t, e, what);
}

function known(cx: Context, t: Term, e: Expr, what: string): Dim {
  if (t.dim !== undefined) return cx.dims.resolve(t.dim);
  if (t.literal !== undefined && Number.isSafeInteger(t.literal)) return t.literal;
  if (t.type.dtype === 'float') throw typeMismatch(e.span, `${what} must be an integer`, hintInteger(e));
  if (t.type.shape.length > 0) throw typeMismatch(e.span, `${what} must be a single integer`);
  if (what !== 'an index') throw shapeOfRun(e.span, what);
  throw notConstant(e.span, what);
}

function hintInteger(e: Expr): string | undefined {
  return e.kind === 'name'
    ? `declare it with data ${e.name}: int, or as a var that is only given integers`
    : undefined;
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

function slicePick(cx: Context, item: Extract<IndexItem, { kind: 'slice' }>, size: Dim): Pick | undefined {
  const step = item.step ? staticDim(cx, item.step, 'a step') : 1;
  if (typeof step !== 'number' || step === 0)
    throw notConstant(item.span, 'the step of a slice', 'it may not be 0');
  const edges = [item.from, item.to].map((e) => e && cx.expression(e));
  if (edges.some((t) => t?.poison)) return undefined;
  if (edges.some((t) => t?.type.dtype === 'int' && t.dim === undefined)) {
    return movingSlice(cx, item, edges, size, step);
  }
  const edge = (t: Term | undefined, e: Expr | undefined, otherwise: Dim) =>
    t && e ? fromEnd(known(cx, t, e, 'the end of a slice'), size) : otherwise;
  const last = addDims(size, -1);
  const from = edge(edges[0], item.from, step > 0 ? 0 : last);
  const to = edge(edges[1], item.to, step > 0 ? size : -1);
  checkEdges(cx, item.span, from, to, size, step);
  return { kind: 'part', start: from, step, length: lengthOf(item.span, from, to, step) };
}

/** `x[i:i+3]` with an i that only the run knows: the length must be known all the same. */
function movingSlice(
  cx: Context,
  item: Extract<IndexItem, { kind: 'slice' }>,
  [from, to]: readonly (Term | undefined)[],
  size: Dim,
  step: number,
): Pick {
  const start = from ?? dimTerm(step > 0 ? 0 : addDims(size, -1), item.span);
  const end = to ?? dimTerm(step > 0 ? size : -1, item.span);
  const [a, b] = [formOf(start), formOf(end)];
  const reach = a !== undefined && b !== undefined ? lengthOf(item.span, a, b, step) : undefined;
  if (reach === undefined || (typeof reach !== 'number' && reach.terms.some(([n]) => n.startsWith('%')))) {
    throw shapeOfRun(item.span, 'the length of this slice');
  }
  if (typeof reach === 'number' && reach < 0)
    throw indexOutOfRange(item.span, 'the slice runs backwards', 'a negative step reverses');
  cx.requires.push(reach);
  cx.b.span = item.span;
  return { kind: 'window', start: materialise(cx.b, start), step, length: reach };
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
