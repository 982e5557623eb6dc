/** Linear algebra on square matrices, and orders: the array primitives under the names that formulas call them by. */
import { addDims, type Dim, type Shape } from '../../../core/affine.js';
import { badArgument, shapeMismatch } from '../../../core/errors/types.js';
import type { ArrayRow } from '../../../ops/array.js';
import { arrayRow } from '../../../ops/table.js';
import { dimTerm, poison, rankOf, type Term, valueTerm } from '../../term.js';
import type { Value } from '../../types.js';
import { describe } from '../call.js';
import { type Context, shapeOf } from '../context.js';
import type { Call, LibraryRow } from './index.js';
import { square } from './matrices.js';

/** A function of one square matrix, or of each of a stack. */
const ofSquare =
  (name: string) =>
  (cx: Context, call: Call): Term => {
    if (call.term(0).poison) return poison;
    const m = square(cx, call, true);
    cx.b.span = call.node.span;
    return valueTerm(cx.b.array(name, m), call.node.span);
  };

function solve(cx: Context, call: Call): Term {
  if (call.all().some((t) => t.poison)) return poison;
  const a = square(cx, call, true);
  const b = call.float(1);
  const [p, q] = [shapeOf(cx, a), shapeOf(cx, b)];
  const vector = q.length === 1 && p.length === 2;
  const fits = vector
    ? cx.dims.unify(p[1] as Dim, q[0] as Dim)
    : q.length === p.length && cx.dims.unifyShapes(p.slice(0, -1), q.slice(0, -1));
  if (!fits) {
    const hint = 'solve(A, b) takes an n×n matrix and a vector of length n or a matrix of n rows';
    throw shapeMismatch(call.node.span, describe(cx, call.node, call.all()), hint);
  }
  cx.b.span = call.node.span;
  return valueTerm(cx.b.array('solve', a, b), call.node.span);
}

/** The operand with an axis moved to the end, and the permutation that puts it back. */
function lastAxis(cx: Context, v: Value, axis: number): { moved: Value; back: readonly number[] } {
  const others = v.type.shape.map((_, k) => k).filter((k) => k !== axis);
  const order = [...others, axis];
  return { moved: cx.b.transpose(v, order), back: order.map((_, k) => order.indexOf(k)) };
}

function sort(cx: Context, call: Call): Term {
  const t = call.term(0);
  if (t.poison) return poison;
  const v = call.float(0);
  const rank = rankOf(t);
  const axis = call.axis(rank, rank - 1) as number;
  cx.b.span = call.node.span;
  if (rank === 0) return valueTerm(v, call.node.span);
  const { moved, back } = lastAxis(cx, v, axis);
  return valueTerm(cx.b.transpose(cx.b.array('sort', moved), back), call.node.span);
}

/** The place of the extreme element along one axis, or among all elements row by row. */
const place =
  (name: 'argmax' | 'argmin') =>
  (cx: Context, call: Call): Term => {
    const t = call.term(0);
    if (t.poison) return poison;
    const v = call.float(0);
    const rank = rankOf(t);
    const axis = call.axis(rank);
    cx.b.span = call.node.span;
    if (rank === 0) return dimTerm(0, call.node.span);
    const shape = shapeOf(cx, v);
    const searched = axis === undefined ? shape : [shape[axis] as Dim];
    if (searched.some((d) => d === 0)) throw badArgument(call.node.span, `${name} of nothing`);
    for (const d of searched) cx.requires.push(addDims(d, -1));
    const row = axis === undefined ? flat(cx, call, v, shape) : lastAxis(cx, v, axis).moved;
    return valueTerm(cx.b.array(name, row), call.node.span);
  };

/** All elements as one row. */
function flat(cx: Context, call: Call, v: Value, shape: Shape): Value {
  const open = shape.filter((d) => typeof d !== 'number');
  const known = shape.reduce<number>((n, d) => (typeof d === 'number' ? n * d : n), 1);
  const [size] = open;
  if (open.length > 1 || (size !== undefined && typeof size !== 'number' && known !== 1)) {
    throw badArgument(
      call.node.span,
      `${call.node.callee} over all axes needs known sizes`,
      'axis=0 searches along one axis',
    );
  }
  return cx.b.reshape(v, [size ?? known]);
}

function row(name: string, rest: Pick<LibraryRow, 'signature' | 'lower'> & Partial<LibraryRow>): LibraryRow {
  const { summary, derivative } = arrayRow(name) as ArrayRow;
  return { kind: 'library', name, summary, derivative, arity: [1, 1], rank: 2, ...rest };
}

export const linear: readonly LibraryRow[] = [
  row('det', { signature: 'det(A)', lower: ofSquare('det') }),
  row('adjugate', { signature: 'adjugate(A)', lower: ofSquare('adjugate') }),
  row('logdet', { signature: 'logdet(A)', lower: ofSquare('logdet') }),
  row('inv', { signature: 'inv(A)', lower: ofSquare('inv') }),
  row('solve', { signature: 'solve(A, b)', arity: [2, 2], either: true, lower: solve }),
  row('cholesky', { signature: 'cholesky(A)', lower: ofSquare('cholesky') }),
  row('sort', { signature: 'sort(x)', named: ['axis'], rank: 1, lower: sort }),
  row('argmax', { signature: 'argmax(x)', named: ['axis'], rank: 1, lower: place('argmax') }),
  row('argmin', { signature: 'argmin(x)', named: ['axis'], rank: 1, lower: place('argmin') }),
];
