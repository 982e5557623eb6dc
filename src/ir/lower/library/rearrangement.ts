/** The same elements in other places: reshape, concat, stack, flip, roll. */
import { addDims, type Dim, knownSize, printShape, type Shape } from '../../../core/affine.js';
import { badArgument, shapeMismatch } from '../../../core/errors/types.js';
import { asFloat, poison, rankOf, type Term, valueTerm } from '../../term.js';
import type { Value } from '../../types.js';
import { type Context, shapeOf } from '../context.js';
import { list } from '../list.js';
import { numeric } from '../operators.js';
import { shapeArgument } from './construction.js';
import type { Call, LibraryRow } from './index.js';

function reshape(cx: Context, call: Call): Term {
  if (call.term(0).poison) return poison;
  const v = call.float(0);
  const shape = shapeArgument(cx, call, 1);
  const from = shapeOf(cx, v);
  if (!fits(from, shape)) {
    throw shapeMismatch(
      call.node.span,
      `reshape: shape ${printShape(from)} does not hold as many elements as ${printShape(shape)}`,
    );
  }
  cx.b.span = call.node.span;
  return valueTerm(cx.b.reshape(v, shape), call.node.span);
}

/** Whether two shapes certainly hold equally many elements: after leaving out ones and common sizes, the same. */
function fits(a: Shape, b: Shape): boolean {
  const [x, y] = [knownSize(a), knownSize(b)];
  if (x !== undefined && y !== undefined) return x === y;
  const key = (s: Shape) => {
    const known = s.filter((d) => typeof d === 'number').reduce<number>((p, d) => p * (d as number), 1);
    const named = s.filter((d) => typeof d !== 'number').map((d) => printShape([d]));
    return `${known} ${named.sort().join(' ')}`;
  };
  return key(a) === key(b);
}

/** The tensors given one by one or as a list. */
function parts(cx: Context, call: Call): Term[] {
  const only = call.node.args[0]?.value;
  if (call.count === 1 && only?.kind === 'list') return only.items.map((e) => cx.expression(e));
  return call.all();
}

function concat(cx: Context, call: Call): Term {
  const terms = parts(cx, call);
  if (terms.some((t) => t.poison)) return poison;
  cx.b.span = call.node.span;
  for (const t of terms) numeric(t, 'concat');
  const values = terms.map((t) => asFloat(cx.b, t));
  const rank = values[0]?.type.shape.length ?? 0;
  if (rank === 0)
    throw badArgument(call.node.span, 'concat joins vectors or matrices', '[a, b] makes a vector of scalars');
  const axis = call.axis(rank, 0) as number;
  for (const v of values.slice(1)) checkJoin(cx, call, values[0] as Value, v, axis);
  cx.b.span = call.node.span;
  return valueTerm(cx.b.concat(values, axis), call.node.span);
}

function checkJoin(cx: Context, call: Call, a: Value, b: Value, axis: number): void {
  const [p, q] = [shapeOf(cx, a), shapeOf(cx, b)];
  const rest = (s: Shape) => s.filter((_, k) => k !== axis);
  if (p.length !== q.length || !cx.dims.unifyShapes(rest(p), rest(q))) {
    throw shapeMismatch(
      call.node.span,
      `concat: shapes ${printShape(p)} and ${printShape(q)} do not join along axis ${axis}`,
    );
  }
}

function stack(cx: Context, call: Call): Term {
  const terms = parts(cx, call);
  if (terms.some((t) => t.poison)) return poison;
  cx.b.span = call.node.span;
  return list(cx, terms, call.node.span);
}

/** Backwards along all axes, or the one named. */
function flip(cx: Context, call: Call): Term {
  const t = call.term(0);
  if (t.poison || rankOf(t) === 0) return t;
  const v = call.float(0);
  const axis = call.axis(rankOf(t));
  const turned = (k: number) => axis === undefined || k === axis;
  const shape = shapeOf(cx, v);
  cx.b.span = call.node.span;
  const starts = shape.map((d, k): Dim => (turned(k) ? addDims(d, -1) : 0));
  const steps = shape.map((_, k) => (turned(k) ? -1 : 1));
  return valueTerm(cx.b.slice(v, starts, steps, shape), call.node.span);
}

/** Shifted round by k: element i goes to i + k. */
function roll(cx: Context, call: Call): Term {
  const t = call.term(0);
  if (t.poison || rankOf(t) === 0) return t;
  const v = call.float(0);
  const axis = call.axis(rankOf(t), rankOf(t) - 1) as number;
  const shape = shapeOf(cx, v);
  const by = call.size(1);
  const n = shape[axis] as Dim;
  if (typeof by !== 'number') throw badArgument(call.node.span, 'roll needs a known shift');
  cx.b.span = call.node.span;
  const shift = typeof n === 'number' ? (n === 0 ? 0 : ((by % n) + n) % n) : by;
  if (shift === 0) return valueTerm(v, call.node.span);
  const cut = shift > 0 ? addDims(n, -shift) : -shift;
  const piece = (from: Dim, to: Dim) =>
    cx.b.slice(
      v,
      shape.map((_, k) => (k === axis ? from : 0)),
      shape.map(() => 1),
      shape.map((d, k) => (k === axis ? addDims(to, from, -1) : d)),
    );
  return valueTerm(cx.b.concat([piece(cut, n), piece(0, cut)], axis), call.node.span);
}

const MANY = Number.POSITIVE_INFINITY;
const row = (rest: Omit<LibraryRow, 'kind' | 'derivative'>): LibraryRow => ({
  kind: 'library',
  derivative: 'linear',
  ...rest,
});

export const rearrangement: readonly LibraryRow[] = [
  row({
    name: 'reshape',
    signature: 'reshape(x, m, n, …)',
    summary: 'the same elements, row by row, in another shape',
    arity: [2, MANY],
    lower: reshape,
  }),
  row({
    name: 'concat',
    signature: 'concat(a, b, …)',
    summary: 'one behind the other along the first axis (axis=k: along k)',
    arity: [1, MANY],
    named: ['axis'],
    rank: 1,
    lower: concat,
  }),
  row({
    name: 'stack',
    signature: 'stack(a, b, …)',
    summary: 'tensors of one shape as the rows of a new leading axis',
    arity: [1, MANY],
    lower: stack,
  }),
  row({
    name: 'flip',
    signature: 'flip(x)',
    summary: 'backwards along all axes (axis=k: along k)',
    arity: [1, 1],
    named: ['axis'],
    rank: 1,
    lower: flip,
  }),
  row({
    name: 'roll',
    signature: 'roll(x, k)',
    summary: 'shifted round by k places along the last axis',
    arity: [2, 2],
    named: ['axis'],
    rank: 1,
    lower: roll,
  }),
];
