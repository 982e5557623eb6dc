/** The rules of array primitives over the expression algebra: matrices as nodes in the usual indices of their axes. */
import type { Dim, Shape } from '../../core/affine.js';
import type { ArrayAlgebra, ArrayRow } from '../../ops/array.js';
import { arrayRow } from '../../ops/table.js';
import { combine, mul, scale, select } from './arithmetic.js';
import { type Index, type Node, type Place, placeOf } from './node.js';
import * as r from './rational.js';
import { buildCall } from './rules.js';
import type { Space } from './space.js';
import { axisMap } from './structure.js';
import { lambda, read, substitute } from './substitute.js';
import { sumOver } from './sums.js';
import { Unavailable } from './unavailable.js';

/** A tensor: its element at the usual indices, and its shape. */
export interface Form {
  readonly node: Node;
  readonly shape: Shape;
}

const unsorted = () => new Unavailable('The symbolic derivative does not cover sorting.');

/** Whether a form depends on the axes of the output too. */
const isJacobian = (s: Space, x: Form) => x.node.free.some((i) => !s.axes(x.shape).includes(i));

/** An array primitive of an adjoint with more axes than its value has: solve(A, G) is inv(A) times it. */
function jacobianOf(k: ArrayAlgebra<Form>, name: string, [a, b]: readonly Form[]): Form {
  if (name === 'solve' && a && b && a.shape.length === 2) return k.product(k.array('inv', a), b);
  throw new Unavailable(`The symbolic derivative does not cover Jacobians through ${name} yet.`);
}

export function arrayAlgebra(s: Space): ArrayAlgebra<Form> {
  const form = (node: Node, shape: Shape): Form => ({ node, shape });
  /** The element with places for its axes. */
  const at = (x: Form, place: (axis: number) => Place): Node =>
    substitute(s, x.node, axisMap(s, x.shape, place));
  const rank = (x: Form) => x.shape.length;
  const axis = (shape: Shape, k: number) => placeOf(s.axis(k, shape[k] as Dim));
  const bound = (x: Form, y: Form, slot: number, dim: Dim): Index =>
    s.bound(Math.max(x.node.height, y.node.height) + 1, slot, dim);
  const swapped = (shape: Shape): Shape => [...shape.slice(0, -2), shape.at(-1) as Dim, shape.at(-2) as Dim];
  const k: ArrayAlgebra<Form> = {
    array: (name, ...operands) => {
      if (operands.some((x) => isJacobian(s, x))) return jacobianOf(k, name, operands);
      const parts = operands.map((x) => lambda(s, x.node, s.axes(x.shape)));
      const shape = (arrayRow(name) as ArrayRow).shape(operands.map((x) => x.shape));
      const tensor = s.tensor({ kind: 'array', name, parts, dims: shape });
      return form(read(s, tensor, s.axes(shape).map(placeOf)), shape);
    },
    add: (x, y) =>
      form(
        combine(s, [
          [r.one, x.node],
          [r.one, y.node],
        ]),
        x.shape,
      ),
    sub: (x, y) =>
      form(
        combine(s, [
          [r.one, x.node],
          [r.minusOne, y.node],
        ]),
        x.shape,
      ),
    neg: (x) => form(scale(s, r.minusOne, x.node), x.shape),
    mul: (x, y) => form(mul(s, x.node, y.node), x.shape),
    half: (x) => form(scale(s, r.inverse(r.ratio(2n)), x.node), x.shape),
    transpose: (x) => {
      const [row, column] = [rank(x) - 2, rank(x) - 1];
      const shape = swapped(x.shape);
      return form(
        at(x, (j) => axis(shape, j === row ? column : j === column ? row : j)),
        shape,
      );
    },
    product: (x, y) => {
      const inner = bound(x, y, 0, x.shape.at(-1) as Dim);
      const [row, column] = [rank(x) - 2, rank(x) - 1];
      const vector = rank(y) === 1;
      const shape = vector ? x.shape.slice(0, -1) : [...x.shape.slice(0, -1), y.shape.at(-1) as Dim];
      const left = at(x, (j) => (j === column ? placeOf(inner) : axis(shape, j)));
      const right = at(y, (j) => (vector || j === row ? placeOf(inner) : axis(shape, j)));
      return form(sumOver(s, [inner], mul(s, left, right)), shape);
    },
    timesTransposed: (x, y) => {
      if (rank(x) === 1) {
        const shape = [x.shape[0] as Dim, y.shape[0] as Dim];
        return form(
          mul(
            s,
            x.node,
            at(y, () => axis(shape, 1)),
          ),
          shape,
        );
      }
      return k.product(x, k.transpose(y));
    },
    inner: (x, y) => {
      const shape = x.shape.slice(0, -2);
      const indices = [0, 1].map((slot) => bound(x, y, slot, x.shape.at(slot - 2) as Dim));
      const place = (j: number) =>
        j < shape.length ? axis(shape, j) : placeOf(indices[j - shape.length] as Index);
      return form(sumOver(s, indices, mul(s, at(x, place), at(y, place))), shape);
    },
    spread: (x, like) => form(x.node, like.shape),
    lower: (x, halved) => {
      const [row, column] = [rank(x) - 2, rank(x) - 1].map((j) =>
        s.node({ kind: 'iota', place: axis(x.shape, j) }),
      ) as [Node, Node];
      const zero = s.num(0);
      const kept = select(s, buildCall(s, halved ? 'lt' : 'le', [column, row]), x.node, zero);
      if (!halved) return form(kept, x.shape);
      return form(select(s, buildCall(s, 'eq', [column, row]), k.half(x).node, kept), x.shape);
    },
    take: () => {
      throw unsorted();
    },
    put: () => {
      throw unsorted();
    },
  };
  return k;
}
