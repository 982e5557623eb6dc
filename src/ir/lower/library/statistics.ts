/** Means, deviations, softmax, running sums and products. */
import type { Dim, Shape } from '../../../core/affine.js';
import { poison, rankOf, type Term, valueTerm } from '../../term.js';
import type { Value } from '../../types.js';
import { type Context, shapeOf } from '../context.js';
import type { Call, LibraryRow } from './index.js';

/** Number of elements along axes, as a float scalar: a size, which is never folded (see `Term.size`). */
function countOf(cx: Context, v: Value, axes: readonly number[]): Value {
  const sizes = axes.map((k) => shapeOf(cx, v)[k] as Dim);
  const factors = sizes.map((d) => cx.b.cast(cx.b.dim(d)));
  return factors.reduce((a, b) => cx.b.elementwise('mul', a, b));
}

function axesOf(call: Call, v: Value): readonly number[] {
  const axis = call.axis(v.type.shape.length);
  return axis === undefined ? v.type.shape.map((_, k) => k) : [axis];
}

function meanOver(cx: Context, v: Value, axes: readonly number[]): Value {
  if (axes.length === 0) return v;
  const total = cx.b.sum(v, axes);
  return cx.b.algebra.div(total, cx.b.broadcastTo(countOf(cx, v, axes), total.type.shape));
}

/** A reduced value spread over the shape it was reduced from. */
function spread(cx: Context, reduced: Value, shape: Shape, axes: readonly number[]): Value {
  return cx.b.broadcast(
    reduced,
    shape,
    shape.map((_, k) => k).filter((k) => !axes.includes(k)),
  );
}

/**
 * What is left when the mean is taken off. The mean is rounded, so the rest has a mean of its own, which is taken off as
 * well: then equal elements leave nothing. It is zero but for rounding, so it carries no derivative.
 */
function centred(cx: Context, v: Value, axes: readonly number[]): Value {
  const without = (x: Value, mean: Value) => cx.b.elementwise('sub', x, spread(cx, mean, x.type.shape, axes));
  const once = without(v, meanOver(cx, v, axes));
  return without(once, cx.b.detach(meanOver(cx, once, axes)));
}

type Over = (cx: Context, v: Value, axes: readonly number[]) => Value;

const over =
  (compute: Over) =>
  (cx: Context, call: Call): Term => {
    if (call.term(0).poison) return poison;
    const v = call.float(0);
    const axes = axesOf(call, v);
    cx.b.span = call.node.span;
    return valueTerm(compute(cx, v, axes), call.node.span);
  };

const variance: Over = (cx, v, axes) => {
  const d = centred(cx, v, axes);
  return meanOver(cx, cx.b.elementwise('mul', d, d), axes);
};

const std: Over = (cx, v, axes) => {
  if (axes.length === 0) return cx.b.algebra.mul(v, cx.b.num(0));
  const length = cx.b.reduce('norm', centred(cx, v, axes), axes);
  const root = cx.b.elementwise('sqrt', countOf(cx, v, axes));
  return cx.b.elementwise('div', length, cx.b.broadcastTo(root, length.type.shape));
};

/** exp(x - max x) over its sum; the shift does not change the value, so it carries no derivative. */
function softmax(cx: Context, v: Value, axes: readonly number[]): Value {
  if (axes.length === 0) return cx.b.num(1);
  const top = cx.b.detach(cx.b.reduce('max', v, axes));
  const e = cx.b.elementwise('exp', cx.b.elementwise('sub', v, spread(cx, top, v.type.shape, axes)));
  return cx.b.elementwise('div', e, spread(cx, cx.b.sum(e, axes), v.type.shape, axes));
}

function logSoftmax(cx: Context, v: Value, axes: readonly number[]): Value {
  if (axes.length === 0) return cx.b.num(0);
  return cx.b.elementwise('sub', v, spread(cx, cx.b.reduce('logsumexp', v, axes), v.type.shape, axes));
}

const alongLast =
  (compute: Over) =>
  (cx: Context, call: Call): Term => {
    const t = call.term(0);
    if (t.poison) return poison;
    const v = call.float(0);
    const rank = rankOf(t);
    const axis = call.axis(rank, rank - 1) as number;
    cx.b.span = call.node.span;
    return valueTerm(compute(cx, v, rank === 0 ? [] : [axis]), call.node.span);
  };

/** Running sum: the recurrence with factor 1, then the element itself. */
const cumsum: Over = (cx, v, axes) => {
  if (axes.length === 0) return v;
  const before = cx.b.recur(cx.b.full(1, v.type.shape), v, axes[0] as number, 0, false);
  return cx.b.elementwise('add', before, v);
};

const cumprod: Over = (cx, v, axes) => {
  if (axes.length === 0) return v;
  const before = cx.b.recur(v, cx.b.full(0, v.type.shape), axes[0] as number, 1, false);
  return cx.b.elementwise('mul', before, v);
};

function count(cx: Context, call: Call): Term {
  if (call.term(0).poison) return poison;
  const c = call.condition(0);
  const axes = axesOf(call, c);
  cx.b.span = call.node.span;
  const ones = cx.b.select(c, cx.b.full(1, c.type.shape), cx.b.full(0, c.type.shape));
  return valueTerm(cx.b.sum(ones, axes), call.node.span);
}

function row(
  name: string,
  summary: string,
  derivative: string,
  lower: LibraryRow['lower'],
  aliases?: readonly string[],
): LibraryRow {
  const signature = `${name}(x)`;
  const base = {
    kind: 'library',
    name,
    signature,
    summary,
    derivative,
    arity: [1, 1],
    named: ['axis'],
    rank: 1,
  } as const;
  return { ...base, lower, ...(aliases && { aliases }) };
}

export const statistics: readonly LibraryRow[] = [
  row('mean', 'arithmetic mean', '1/n', over(meanOver)),
  row('variance', 'mean square deviation (divides by n)', '2*(x - mean(x))/n', over(variance), ['var']),
  row('std', 'standard deviation (divides by n)', '(x - mean(x)) / (n*std(x))', over(std)),
  row('softmax', 'exp(x) / sum(exp(x)) along the last axis', 'diag(y) - outer(y, y)', alongLast(softmax)),
  row(
    'log_softmax',
    'x - logsumexp(x) along the last axis',
    'eye(n) - softmax(x) in each row',
    alongLast(logSoftmax),
  ),
  row('cumsum', 'running sum along the last axis', 'ones below the diagonal', alongLast(cumsum)),
  row('cumprod', 'running product along the last axis', 'products of the others', alongLast(cumprod)),
  row('count', 'how many conditions hold', 'none', count),
];
