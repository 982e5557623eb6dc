/** The weights of a reduction over nodes: dy = Σ w·dx over the reduced axes. */
import type { Dim, Shape } from '../../core/affine.js';
import type { ReduceAlgebra, ReductionRow } from '../../ops/row.js';
import { nodeAlgebra } from './algebra.js';
import { divide } from './arithmetic.js';
import { type Index, type Node, placeOf } from './node.js';
import type { Space } from './space.js';
import { lambda, read, substitute } from './substitute.js';
import { sumOver } from './sums.js';

function reduceAlgebra(s: Space, shape: Shape, axes: readonly number[]): ReduceAlgebra<Node> {
  const own = axes.map((k) => s.axis(k, shape[k] as Dim));
  const bind = (x: Node): [Index[], Node] => {
    const indices = own.map((i, slot) => s.bound(x.height + 1, slot, i.dim));
    return [indices, substitute(s, x, new Map(own.map((i, slot) => [i, placeOf(indices[slot] as Index)])))];
  };
  return {
    ...nodeAlgebra(s),
    total: (x) => sumOver(s, ...bind(x)),
    others: (x) => {
      const [indices, body] = bind(x);
      return s.node({ kind: 'others', indices, places: own.map(placeOf), body });
    },
  };
}

/**
 * The weights of a reduction over `axes` of a tensor of a shape; x is its element, y the result spread over it. The
 * norm's guard at 0 is left out: `x / norm(x)` is what a textbook prints, and at 0 there is no derivative.
 */
export function weightsOf(
  s: Space,
  row: ReductionRow,
  x: Node,
  y: Node,
  shape: Shape,
  axes: readonly number[],
): Node {
  if (row.weights === 'ones') return s.num(1);
  if (row.weights === 'zero') return s.num(0);
  if (row.name === 'norm') return divide(s, x, y);
  if (row.name === 'logsumexp' && axes.length === 1 && axes[0] === shape.length - 1) {
    const part = lambda(s, x, s.axes(shape));
    return read(s, s.tensor({ kind: 'softmax', part, dims: shape }), s.axes(shape).map(placeOf));
  }
  return row.weights(reduceAlgebra(s, shape, axes), x, y);
}
