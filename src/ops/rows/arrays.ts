/**
 * Array primitives: linear systems, determinants, Cholesky's factor, and orders.
 *
 * Rules are those of Giles, "Collected matrix derivative results for forward and reverse mode algorithmic
 * differentiation" (2008), and Murray, "Differentiation of the Cholesky decomposition" (2016). Those of the adjugate
 * hold for singular matrices as well.
 */
import type { Dim, Shape } from '../../core/affine.js';
import type { ArrayPartial, ArrayRow } from '../array.js';
import * as matrices from '../carried/matrices.js';
import * as sorting from '../carried/sorting.js';

const order = (shape: Shape | undefined) => shape?.at(-1) as Dim;
const same = ([shape]: readonly Shape[]): Shape => shape as Shape;
const stack = ([shape]: readonly Shape[]): Shape => (shape as Shape).slice(0, -2);
const dropped = ([shape]: readonly Shape[]): Shape => (shape as Shape).slice(0, -1);
const sized = ([shape]: readonly Shape[]) => [order(shape)];

/** L⁻ᵀ·P·L⁻¹ from P, or L⁻¹·P·L⁻ᵀ where `l` is L and P is symmetric. */
const between: <T>(k: { array(name: string, ...o: T[]): T; transpose(a: T): T }, l: T, p: T) => T = (
  k,
  l,
  p,
) => k.transpose(k.array('solve', l, k.transpose(k.array('solve', l, p))));

/** What the derivative of the adjugate in a direction contributes to the direction's adjoint; it is its own transpose. */
const alongAdjugate: ArrayPartial = {
  tangent: (k, [a], _y, t) => k.array('adjugateTangent', a as typeof t, t),
  adjoint: (k, [a], _y, g) => k.transpose(k.array('adjugateTangent', a as typeof g, k.transpose(g))),
};

export const arrays: readonly ArrayRow[] = [
  {
    kind: 'array',
    name: 'inv',
    summary: 'inverse of a square matrix',
    derivative: '-inv(A) @ dA @ inv(A)',
    result: 'float',
    of: 'matrices',
    shape: same,
    sizes: sized,
    compute: matrices.inv,
    undefinedFor: 'a singular matrix',
    partials: [
      {
        tangent: (k, _operands, y, t) => k.neg(k.product(k.product(y, t), y)),
        adjoint: (k, _operands, y, g) => k.neg(k.product(k.transpose(y), k.timesTransposed(g, y))),
      },
    ],
  },
  {
    kind: 'array',
    name: 'solve',
    summary: 'the solution x of A @ x = b, for a vector or the columns of a matrix b',
    derivative: 'solve(A, db - dA @ x)',
    result: 'float',
    of: 'matrices',
    shape: ([, b]) => b as Shape,
    sizes: ([a, b]) => [order(a), (b as Shape).length < (a as Shape).length ? 1 : order(b)],
    compute: matrices.solve,
    undefinedFor: 'a singular matrix',
    partials: [
      {
        tangent: (k, [a], y, t) => k.neg(k.array('solve', a as typeof t, k.product(t, y))),
        adjoint: (k, [a], y, g) =>
          k.neg(k.timesTransposed(k.array('solve', k.transpose(a as typeof g), g), y)),
      },
      {
        tangent: (k, [a], _y, t) => k.array('solve', a as typeof t, t),
        adjoint: (k, [a], _y, g) => k.array('solve', k.transpose(a as typeof g), g),
      },
    ],
  },
  {
    kind: 'array',
    name: 'det',
    summary: 'determinant',
    derivative: "adjugate(A)'",
    result: 'float',
    of: 'matrices',
    shape: stack,
    sizes: sized,
    compute: matrices.det,
    partials: [
      {
        tangent: (k, [a], _y, t) => k.inner(k.transpose(k.array('adjugate', a as typeof t)), t),
        adjoint: (k, [a], _y, g) =>
          k.mul(k.spread(g, a as typeof g), k.transpose(k.array('adjugate', a as typeof g))),
      },
    ],
  },
  {
    kind: 'array',
    name: 'logdet',
    summary: 'logarithm of the determinant, without overflow',
    derivative: "inv(A)'",
    result: 'float',
    of: 'matrices',
    shape: stack,
    sizes: sized,
    compute: matrices.logdet,
    undefinedFor: 'a matrix without a positive determinant',
    partials: [
      {
        tangent: (k, [a], _y, t) => k.inner(k.transpose(k.array('inv', a as typeof t)), t),
        adjoint: (k, [a], _y, g) =>
          k.mul(k.spread(g, a as typeof g), k.transpose(k.array('inv', a as typeof g))),
      },
    ],
  },
  {
    kind: 'array',
    name: 'adjugate',
    summary: 'adjugate, det(A) * inv(A), for singular matrices too',
    derivative: 'linear in dA, by minors',
    result: 'float',
    of: 'matrices',
    shape: same,
    sizes: sized,
    compute: matrices.adjugate,
    partials: [alongAdjugate],
  },
  {
    kind: 'array',
    name: 'adjugateTangent',
    summary: 'derivative of the adjugate of A in the direction E',
    derivative: 'linear in dE; in dA where A has an inverse',
    result: 'float',
    hidden: true,
    of: 'matrices',
    shape: same,
    sizes: sized,
    compute: matrices.adjugateTangent,
    partials: [
      {
        // S = (tr(Y·E)·I - Y·E)·Z with Y = adj(A) and Z = A⁻¹, so dS = (tr(dY·E)·I - dY·E)·Z - S·dA·Z.
        tangent: (k, operands, y, t) => {
          const [a, e] = operands as [typeof t, typeof t];
          const z = k.array('inv', a);
          const p = k.array('adjugateTangent', a, t);
          const scaled = k.mul(k.spread(k.inner(k.transpose(p), e), z), z);
          return k.sub(k.sub(scaled, k.product(k.product(p, e), z)), k.product(k.product(y, t), z));
        },
        adjoint: (k, operands, y, g) => {
          const [a, e] = operands as [typeof g, typeof g];
          const z = k.array('inv', a);
          const h = k.timesTransposed(g, z);
          const scaled = k.mul(k.spread(k.inner(g, z), e), k.transpose(e));
          const onto = k.sub(scaled, k.timesTransposed(h, e));
          const first = k.transpose(k.array('adjugateTangent', a, k.transpose(onto)));
          return k.sub(first, k.product(k.transpose(y), h));
        },
      },
      alongAdjugate,
    ],
  },
  {
    kind: 'array',
    name: 'cholesky',
    summary: "lower triangular L with L @ L' = (A + A')/2",
    derivative: "L @ low(inv(L) @ dA @ inv(L)'), low halving the diagonal",
    result: 'float',
    of: 'matrices',
    shape: same,
    sizes: sized,
    compute: matrices.cholesky,
    undefinedFor: 'a matrix that is not positive definite',
    partials: [
      {
        tangent: (k, _operands, y, t) => {
          const symmetric = k.half(k.add(t, k.transpose(t)));
          return k.product(y, k.lower(between(k, y, symmetric), true));
        },
        adjoint: (k, _operands, y, g) => {
          const transposed = k.transpose(y);
          const p = k.lower(k.product(transposed, k.lower(g, false)), true);
          const r = between(k, transposed, p);
          return k.half(k.add(r, k.transpose(r)));
        },
      },
    ],
  },
  {
    kind: 'array',
    name: 'sort',
    summary: 'elements in ascending order',
    derivative: 'moved along with the elements, shared evenly by equal ones',
    result: 'float',
    of: 'rows',
    shape: same,
    sizes: sized,
    compute: sorting.sort,
    kink: {
      at: tied,
      kept: (result, adjoint, [n = 1]) => {
        const out = new Float64Array(adjoint.length);
        sorting.tieMean(result, adjoint, out, n);
        return out;
      },
      what: 'has equal elements',
      convention: 'sort has equal elements; the derivative is shared evenly',
    },
    partials: [
      {
        tangent: (k, [x], y, t) => k.array('tieMean', y, k.take(t, k.array('argsort', x as typeof t))),
        adjoint: (k, [x], y, g) => k.put(k.array('tieMean', y, g), k.array('argsort', x as typeof g)),
      },
    ],
  },
  {
    kind: 'array',
    name: 'tieMean',
    summary: 'means over runs of equal elements of y',
    derivative: 'linear in dt',
    result: 'float',
    hidden: true,
    of: 'rows',
    shape: same,
    sizes: sized,
    compute: sorting.tieMean,
    partials: [
      'zero',
      {
        tangent: (k, [y], _result, t) => k.array('tieMean', y as typeof t, t),
        adjoint: (k, [y], _result, g) => k.array('tieMean', y as typeof g, g),
      },
    ],
  },
  {
    kind: 'array',
    name: 'argsort',
    summary: 'places of the elements in ascending order',
    derivative: 'none',
    result: 'int',
    hidden: true,
    of: 'rows',
    shape: same,
    sizes: sized,
    compute: sorting.argsort,
    partials: ['zero'],
  },
  {
    kind: 'array',
    name: 'argmax',
    summary: 'place of the first greatest element',
    derivative: 'none',
    result: 'int',
    of: 'rows',
    shape: dropped,
    sizes: sized,
    compute: sorting.argmax,
    partials: ['zero'],
  },
  {
    kind: 'array',
    name: 'argmin',
    summary: 'place of the first least element',
    derivative: 'none',
    result: 'int',
    of: 'rows',
    shape: dropped,
    sizes: sized,
    compute: sorting.argmin,
    partials: ['zero'],
  },
];

/** The places in sorted rows of length n whose elements have an equal one beside them. */
function tied(sorted: Float64Array, [n = 1]: readonly number[]): number[] {
  const equal = (i: number, j: number) => Math.floor(i / n) === Math.floor(j / n) && sorted[i] === sorted[j];
  return [...sorted.keys()].filter((i) => equal(i, i - 1) || equal(i, i + 1));
}
