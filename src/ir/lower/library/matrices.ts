/** Vectors and matrices: products, diagonals, traces. */
import { type Dim, printShape } from '../../../core/affine.js';
import { shapeMismatch } from '../../../core/errors/types.js';
import { poison, rankOf, type Term, valueTerm } from '../../term.js';
import type { Value } from '../../types.js';
import { describe } from '../call.js';
import { type Context, shapeOf } from '../context.js';
import type { Call, LibraryRow } from './index.js';

function wantRank(cx: Context, call: Call, i: number, rank: number, what: string): void {
  const t = call.term(i);
  if (rankOf(t) !== rank) {
    const shape = printShape(shapeOf(cx, t));
    throw shapeMismatch(t.span, `${call.node.callee} needs ${what}, this has shape ${shape}`);
  }
}

function dot(cx: Context, call: Call): Term {
  const terms = call.all();
  if (terms.some((t) => t.poison)) return poison;
  const [a, b] = [call.float(0), call.float(1)];
  if (rankOf(terms[0] as Term) !== 1 || !cx.dims.unifyShapes(a.type.shape, b.type.shape)) {
    const bothMatrices = terms.every((t) => rankOf(t) > 1);
    throw shapeMismatch(
      call.node.span,
      describe(cx, call.node, terms),
      bothMatrices
        ? 'sum(A * B) adds the products of all elements, A @ B is the matrix product'
        : 'dot takes two vectors of one length',
    );
  }
  cx.b.span = call.node.span;
  return valueTerm(cx.b.contract(a, [0], b, [0], []), call.node.span);
}

function outer(cx: Context, call: Call): Term {
  if (call.all().some((t) => t.poison)) return poison;
  wantRank(cx, call, 0, 1, 'vectors');
  wantRank(cx, call, 1, 1, 'vectors');
  const [a, b] = [call.float(0), call.float(1)];
  cx.b.span = call.node.span;
  return valueTerm(cx.b.contract(a, [0], b, [1], [0, 1]), call.node.span);
}

/** The condition i == j over an m×n matrix. */
function onDiagonal(cx: Context, shape: readonly [Dim, Dim]): Value {
  const rows = cx.b.broadcast(cx.b.iota(shape[0]), shape, [0]);
  const columns = cx.b.broadcast(cx.b.iota(shape[1]), shape, [1]);
  return cx.b.elementwise('eq', rows, columns);
}

function masked(cx: Context, m: Value): Value {
  const shape = shapeOf(cx, m) as [Dim, Dim];
  return cx.b.select(onDiagonal(cx, shape), m, cx.b.full(0, shape));
}

/** The first argument as a square matrix, or as a stack of them where `stacked`. @throws AdcError shape-mismatch */
export function square(cx: Context, call: Call, stacked = false): Value {
  if (!stacked || rankOf(call.term(0)) < 2) wantRank(cx, call, 0, 2, 'a square matrix');
  const m = call.float(0);
  const [rows, columns] = shapeOf(cx, m).slice(-2) as [Dim, Dim];
  if (!cx.dims.unify(rows, columns)) {
    throw shapeMismatch(
      call.term(0).span,
      `${call.node.callee} needs a square matrix, this has shape ${printShape(shapeOf(cx, m))}`,
    );
  }
  return m;
}

function trace(cx: Context, call: Call): Term {
  if (call.term(0).poison) return poison;
  const m = square(cx, call);
  cx.b.span = call.node.span;
  return valueTerm(cx.b.sum(masked(cx, m)), call.node.span);
}

function diag(cx: Context, call: Call): Term {
  const t = call.term(0);
  if (t.poison) return poison;
  const v = rankOf(t) === 2 ? square(cx, call) : call.float(0);
  cx.b.span = call.node.span;
  if (rankOf(t) === 2) return valueTerm(cx.b.sum(masked(cx, v), [1]), call.node.span);
  wantRank(cx, call, 0, 1, 'a vector or a square matrix');
  const n = v.type.shape[0] as Dim;
  return valueTerm(masked(cx, cx.b.broadcast(v, [n, n], [0])), call.node.span);
}

function eye(cx: Context, call: Call): Term {
  const n = call.size(0);
  cx.b.span = call.node.span;
  const shape = [n, n] as const;
  return valueTerm(
    cx.b.select(onDiagonal(cx, shape), cx.b.full(1, shape), cx.b.full(0, shape)),
    call.node.span,
  );
}

function cross(cx: Context, call: Call): Term {
  if (call.all().some((t) => t.poison)) return poison;
  const [a, b] = [call.float(0), call.float(1)];
  for (const v of [a, b]) {
    if (!cx.dims.unifyShapes(v.type.shape, [3])) {
      throw shapeMismatch(
        call.node.span,
        describe(cx, call.node, call.all()),
        'cross takes two vectors of length 3',
      );
    }
  }
  cx.b.span = call.node.span;
  const turned = (v: Value, by: number) =>
    cx.b.concat([cx.b.slice(v, [by], [1], [3 - by]), cx.b.slice(v, [0], [1], [by])], 0);
  const left = cx.b.elementwise('mul', turned(a, 1), turned(b, 2));
  const right = cx.b.elementwise('mul', turned(a, 2), turned(b, 1));
  return valueTerm(cx.b.elementwise('sub', left, right), call.node.span);
}

function kron(cx: Context, call: Call): Term {
  if (call.all().some((t) => t.poison)) return poison;
  wantRank(cx, call, 0, 2, 'matrices');
  wantRank(cx, call, 1, 2, 'matrices');
  const [a, b] = [call.float(0), call.float(1)];
  const [[m, n], [p, q]] = [shapeOf(cx, a), shapeOf(cx, b)] as [[Dim, Dim], [Dim, Dim]];
  if ([m, n, p, q].some((d) => typeof d !== 'number'))
    throw shapeMismatch(call.node.span, 'kron needs matrices of known shapes');
  cx.b.span = call.node.span;
  const blocks = cx.b.contract(a, [0, 2], b, [1, 3], [0, 1, 2, 3]);
  const shape = [(m as number) * (p as number), (n as number) * (q as number)];
  return valueTerm(cx.b.reshape(blocks, shape), call.node.span);
}

function transpose(cx: Context, call: Call): Term {
  const t = call.term(0);
  if (t.poison) return poison;
  const v = call.float(0);
  const rank = rankOf(t);
  cx.b.span = call.node.span;
  return valueTerm(
    cx.b.transpose(
      v,
      Array.from({ length: rank }, (_, k) => rank - 1 - k),
    ),
    call.node.span,
  );
}

const row = (name: string, rest: Omit<LibraryRow, 'kind' | 'name'>): LibraryRow => ({
  kind: 'library',
  name,
  ...rest,
});

export const matrices: readonly LibraryRow[] = [
  row('dot', {
    signature: 'dot(x, y)',
    summary: 'sum of the products of two vectors',
    derivative: 'y, x',
    arity: [2, 2],
    rank: 1,
    lower: dot,
  }),
  row('outer', {
    signature: 'outer(x, y)',
    summary: 'matrix of the products of all pairs',
    derivative: 'linear in each',
    arity: [2, 2],
    rank: 1,
    lower: outer,
  }),
  row('cross', {
    signature: 'cross(x, y)',
    summary: 'vector product in three dimensions',
    derivative: 'linear in each',
    arity: [2, 2],
    rank: 1,
    lower: cross,
  }),
  row('kron', {
    signature: 'kron(A, B)',
    summary: 'Kronecker product',
    derivative: 'linear in each',
    arity: [2, 2],
    rank: 2,
    lower: kron,
  }),
  row('transpose', {
    signature: 'transpose(A)',
    summary: "axes in reverse order; A' swaps the last two",
    derivative: 'linear',
    arity: [1, 1],
    rank: 2,
    lower: transpose,
  }),
  row('trace', {
    signature: 'trace(A)',
    summary: 'sum of the diagonal',
    derivative: 'eye(n)',
    arity: [1, 1],
    rank: 2,
    lower: trace,
  }),
  row('diag', {
    signature: 'diag(x)',
    summary: 'matrix with a vector on its diagonal; of a matrix its diagonal',
    derivative: 'linear',
    arity: [1, 1],
    rank: 1,
    lower: diag,
  }),
  row('eye', {
    signature: 'eye(n)',
    summary: 'identity matrix',
    derivative: 'none',
    arity: [1, 1],
    lower: eye,
  }),
];
