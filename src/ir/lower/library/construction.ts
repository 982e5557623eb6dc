/** Tensors made from sizes and numbers. */
import { addDims, type Dim, type Shape } from '../../../core/affine.js';
import { badArgument, tooManyAxes } from '../../../core/errors/types.js';
import { MOST_AXES } from '../../../core/limits.js';
import { asFloat, dimTerm, poison, type Term, valueTerm } from '../../term.js';
import { tensor } from '../../types.js';
import { type Context, shapeOf } from '../context.js';
import { staticDim } from '../indexing.js';
import type { Call, LibraryRow } from './index.js';

/** Sizes given one by one or as a list, from argument `from` on. */
export function shapeArgument(cx: Context, call: Call, from = 0): Shape {
  const nodes = call.node.args.filter((a) => a.name === undefined).slice(from);
  if (nodes.length > MOST_AXES) throw tooManyAxes(call.node.span, nodes.length, MOST_AXES);
  const only = nodes[0]?.value;
  if (nodes.length === 1 && only?.kind === 'list') {
    if (only.items.length > MOST_AXES) throw tooManyAxes(only.span, only.items.length, MOST_AXES);
    return only.items.map((e) => checked(staticDim(cx, e, 'a size'), call));
  }
  if (nodes.length === 1) {
    const t = call.term(from);
    if (t.dims) return t.dims.map((d) => checked(d, call));
  }
  return nodes.map((_, i) => checked(call.size(from + i), call));
}

function checked(size: Dim, call: Call): Dim {
  if (typeof size === 'number' && size < 0)
    throw badArgument(call.node.span, `a size cannot be negative: ${size}`);
  return size;
}

const filled =
  (value: number) =>
  (cx: Context, call: Call): Term => {
    const shape = shapeArgument(cx, call);
    cx.b.span = call.node.span;
    return valueTerm(cx.b.full(value, shape), call.node.span);
  };

/** a + (b - a)·i/(n - 1). */
function linspace(cx: Context, call: Call): Term {
  if (call.term(0).poison || call.term(1).poison) return poison;
  const [a, b] = [call.float(0), call.float(1)];
  const n = checked(call.size(2), call);
  cx.b.span = call.node.span;
  const k = cx.b.algebra;
  if (n === 1) return valueTerm(cx.b.broadcast(a, [1], []), call.node.span);
  const last = asFloat(cx.b, dimTerm(addDims(n, -1), call.node.span, true));
  const part = k.div(cx.b.cast(cx.b.iota(n)), last);
  return valueTerm(k.add(a, k.mul(k.sub(b, a), part)), call.node.span);
}

/** 0 … n-1, or a … b-1. */
function arange(cx: Context, call: Call): Term {
  const from = call.count === 1 ? 0 : call.size(0);
  const length = addDims(call.size(call.count - 1), from, -1);
  cx.b.span = call.node.span;
  const index = cx.b.iota(checked(length, call));
  if (from === 0) return valueTerm(index, call.node.span);
  const start = typeof from === 'number' ? cx.b.int(from) : cx.b.dim(from);
  return valueTerm(cx.b.elementwise('add', index, cx.b.broadcastTo(start, [length])), call.node.span);
}

function length(cx: Context, call: Call): Term {
  const t = call.term(0);
  if (t.poison) return poison;
  const size = shapeOf(cx, t)[0];
  if (size === undefined) throw badArgument(call.node.span, 'a scalar has no length');
  return dimTerm(size, call.node.span, true);
}

function shape(cx: Context, call: Call): Term {
  const t = call.term(0);
  if (t.poison) return poison;
  const dims = shapeOf(cx, t);
  return { type: tensor('int', [dims.length]), span: call.node.span, dims };
}

const MANY = Number.POSITIVE_INFINITY;
const row = (rest: Omit<LibraryRow, 'kind' | 'derivative'>): LibraryRow => ({
  kind: 'library',
  derivative: 'none',
  ...rest,
});

export const construction: readonly LibraryRow[] = [
  row({
    name: 'zeros',
    signature: 'zeros(m, n, …)',
    summary: 'zeros of a shape',
    arity: [1, MANY],
    lower: filled(0),
  }),
  row({
    name: 'ones',
    signature: 'ones(m, n, …)',
    summary: 'ones of a shape',
    arity: [1, MANY],
    lower: filled(1),
  }),
  row({
    name: 'linspace',
    signature: 'linspace(a, b, n)',
    summary: 'n numbers from a to b, evenly spaced',
    arity: [3, 3],
    lower: linspace,
  }),
  row({
    name: 'arange',
    signature: 'arange(a, b)',
    summary: 'the integers from a (0 when left out) below b',
    arity: [1, 2],
    lower: arange,
  }),
  row({
    name: 'length',
    signature: 'length(x)',
    summary: 'size of the first axis',
    arity: [1, 1],
    rank: 1,
    lower: length,
  }),
  row({ name: 'shape', signature: 'shape(A)', summary: 'sizes of all axes', arity: [1, 1], lower: shape }),
];
