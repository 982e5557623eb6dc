/** The matrix product `@`: vectors, matrices, and stacks of matrices, as one contraction. */
import type { BinaryNode } from '../../../grammar/ast.js';
import { type Dim, printShape, type Shape } from '../../core/affine.js';
import { shapeMismatch } from '../../core/errors/types.js';
import { asFloat, rankOf, type Term } from '../term.js';
import type { Value } from '../types.js';
import { broadcastShape, stretch } from './broadcast.js';
import { type Context, shapeOf } from './context.js';

/**
 * Labels: 0 is summed over, 1 and 2 are the rows of the left and the columns of the right, 3… the stack.
 * @throws AdcError shape-mismatch
 */
export function matmul(cx: Context, node: BinaryNode, left: Term, right: Term): Value {
  for (const t of [left, right]) {
    if (rankOf(t) === 0)
      throw shapeMismatch(node.operatorSpan, '@ needs vectors or matrices, not a scalar', 'write *');
  }
  const turned = node.right.kind === 'transpose' && rankOf(right) === 1 && rankOf(left) === 1;
  if (turned) {
    throw shapeMismatch(
      node.operatorSpan,
      "x @ x' on vectors: ' leaves a vector as it is",
      'outer(x, x) is the matrix',
    );
  }
  const a = asFloat(cx.b, left);
  const b = asFloat(cx.b, right);
  const [p, q] = [shapeOf(cx, a), shapeOf(cx, b)];
  const inner = p.at(-1) as Dim;
  const other = q.at(q.length > 1 ? -2 : -1) as Dim;
  if (!cx.dims.unify(inner, other)) {
    const shapes = `the left side has shape ${printShape(p)} and the right side ${printShape(q)}`;
    throw shapeMismatch(node.operatorSpan, `@: ${shapes}`, hintFor(cx, p, q));
  }
  return stacked(cx, node, a, b);
}

function hintFor(cx: Context, p: Shape, q: Shape): string {
  const fits = p.length === 2 && cx.dims.unify(p[0] as Dim, q.at(q.length > 1 ? -2 : -1) as Dim);
  return fits
    ? "the left side transposed, A' @ x, would fit"
    : 'the last axis of the left meets the first of the right';
}

function stacked(cx: Context, node: BinaryNode, a: Value, b: Value): Value {
  const [p, q] = [shapeOf(cx, a), shapeOf(cx, b)];
  const [stackA, stackB] = [p.slice(0, -2), q.slice(0, -2)];
  const stack = broadcastShape(cx, stackA, stackB);
  if (!stack)
    throw shapeMismatch(node.operatorSpan, `@: stacks ${printShape(stackA)} and ${printShape(stackB)}`);
  const labels = stack.map((_, k) => 3 + k);
  const full = (v: Value, shape: Shape, own: Shape) =>
    own.length === 0 ? v : stretch(cx, v, [...stack, ...shape.slice(own.length)]);
  cx.b.span = node.span;
  const leftLabels = [...(stackA.length > 0 ? labels : []), ...(p.length > 1 ? [1] : []), 0];
  const rightLabels = [...(stackB.length > 0 ? labels : []), 0, ...(q.length > 1 ? [2] : [])];
  const out = [...labels, ...(p.length > 1 ? [1] : []), ...(q.length > 1 ? [2] : [])];
  return cx.b.contract(full(a, p, stackA), leftLabels, full(b, q, stackB), rightLabels, out);
}
