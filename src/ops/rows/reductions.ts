/** Reductions, over all axes or some: sums, products, extremes, norms. */
import type { Algebra } from '../algebra.js';
import type { ReduceAlgebra, ReductionRow } from '../row.js';

function fold(elements: ArrayLike<number>, start: number, step: (sum: number, x: number) => number): number {
  let result = start;
  for (let i = 0; i < elements.length; i++) result = step(result, elements[i] as number);
  return result;
}

/** An even share for every element that equals the extreme. */
function ties<T>(k: ReduceAlgebra<T>, x: T, y: T): T {
  const wins = <U>(a: Algebra<U>, x: U, y: U, one: U): U => a.select(a.eq(x, y), one, a.num(0));
  return wins(k, x, y, k.div(k.num(1), k.total(wins(k, x, y, k.num(1)))));
}

const tied = (elements: ArrayLike<number>, extreme: number) =>
  fold(elements, 0, (count, x) => count + (x === extreme ? 1 : 0)) > 1;

const largest = (elements: ArrayLike<number>) => fold(elements, Number.NEGATIVE_INFINITY, Math.max);
const smallest = (elements: ArrayLike<number>) => fold(elements, Number.POSITIVE_INFINITY, Math.min);

/** Euclidean norm, scaled by the largest component so that squares neither overflow nor vanish. */
function norm(elements: ArrayLike<number>): number {
  const scale = fold(elements, 0, (m, x) => Math.max(m, Math.abs(x)));
  if (scale === 0 || scale === Number.POSITIVE_INFINITY || Number.isNaN(scale)) return scale;
  if (scale > 1e-140 && scale < 1e140) return Math.sqrt(fold(elements, 0, (sum, x) => sum + x * x));
  return scale * Math.sqrt(fold(elements, 0, (sum, x) => sum + (x / scale) * (x / scale)));
}

function logSumExp(elements: ArrayLike<number>): number {
  const top = largest(elements);
  if (top === Number.NEGATIVE_INFINITY || top === Number.POSITIVE_INFINITY) return top;
  return top + Math.log(fold(elements, 0, (sum, x) => sum + Math.exp(x - top)));
}

export const reductions: readonly ReductionRow[] = [
  {
    kind: 'reduction',
    name: 'sum',
    summary: 'sum of the elements',
    derivative: 'ones',
    result: 'float',
    empty: 0,
    value: (elements) => fold(elements, 0, (sum, x) => sum + x),
    weights: 'ones',
  },
  {
    kind: 'reduction',
    name: 'prod',
    summary: 'product of the elements',
    derivative: 'for each element the product of the others',
    result: 'float',
    empty: 1,
    value: (elements) => fold(elements, 1, (product, x) => product * x),
    weights: (k, x) => k.others(x),
  },
  {
    kind: 'reduction',
    name: 'max',
    summary: 'greatest element',
    derivative: '1 at the greatest element, shared evenly by equal ones',
    result: 'float',
    empty: undefined,
    value: largest,
    exact: true,
    weights: ties,
    kink: {
      at: (elements) => tied(elements, largest(elements)),
      what: 'has equal greatest elements',
      convention: 'max has equal greatest elements; the derivative is shared evenly',
    },
  },
  {
    kind: 'reduction',
    name: 'min',
    summary: 'least element',
    derivative: '1 at the least element, shared evenly by equal ones',
    result: 'float',
    empty: undefined,
    value: smallest,
    exact: true,
    weights: ties,
    kink: {
      at: (elements) => tied(elements, smallest(elements)),
      what: 'has equal least elements',
      convention: 'min has equal least elements; the derivative is shared evenly',
    },
  },
  {
    kind: 'reduction',
    name: 'norm',
    summary: 'Euclidean norm (of a matrix: Frobenius)',
    derivative: 'x / norm(x), and 0 where the norm is 0',
    result: 'float',
    empty: 0,
    value: norm,
    weights: (k, x, y) => k.select(k.eq(y, k.num(0)), k.num(0), k.div(x, y)),
    kink: {
      at: (elements) => norm(elements) === 0,
      convention: 'norm has a cone at 0; 0 is used',
      what: 'is the tip of a cone',
    },
  },
  {
    kind: 'reduction',
    name: 'logsumexp',
    summary: 'log(sum(exp(x))) without overflow',
    derivative: 'softmax(x)',
    result: 'float',
    empty: Number.NEGATIVE_INFINITY,
    value: logSumExp,
    // Divided by their own sum, so that the rounding of a large y cancels.
    weights: (k, x, y) => {
      const parts = k.exp(k.sub(x, y));
      return k.div(parts, k.total(parts));
    },
  },
  {
    kind: 'reduction',
    name: 'any',
    summary: 'whether at least one condition holds',
    derivative: 'none',
    result: 'bool',
    empty: 0,
    value: (elements) => (fold(elements, 0, (sum, x) => sum + x) > 0 ? 1 : 0),
    weights: 'zero',
  },
  {
    kind: 'reduction',
    name: 'all',
    summary: 'whether every condition holds',
    derivative: 'none',
    result: 'bool',
    empty: 1,
    value: (elements) => fold(elements, 1, (product, x) => product * x),
    weights: 'zero',
  },
];
