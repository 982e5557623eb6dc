/**
 * Array primitives: functions of whole matrices or rows that are neither element-wise nor reductions, such as
 * determinants, solutions of linear systems, and orders. Each is one row, as elementary functions are: value, shape,
 * and the two rules of differentiation, over an algebra of matrices.
 *
 * Matrices stand in the last two axes of an operand, rows in the last one; axes before them are a stack.
 */
import type { Dim, Shape } from '../core/affine.js';

/** The algebra over which derivatives of array primitives are written. */
export interface ArrayAlgebra<T> {
  /** A row of the array primitives. */
  array(name: string, ...operands: T[]): T;
  add(a: T, b: T): T;
  sub(a: T, b: T): T;
  neg(a: T): T;
  /** Element by element. */
  mul(a: T, b: T): T;
  half(a: T): T;
  /** The matrices transposed. */
  transpose(a: T): T;
  /** A·B; `b` may be a vector. */
  product(a: T, b: T): T;
  /** A·B′; two vectors give their outer product. */
  timesTransposed(a: T, b: T): T;
  /** The sum of the products of all elements of each matrix: a scalar for each of the stack. */
  inner(a: T, b: T): T;
  /** A scalar for each of the stack, repeated over matrices like those of `like`. */
  spread(s: T, like: T): T;
  /** Elements on and below the diagonal, zeros above; `halved` takes half of the diagonal. */
  lower(a: T, halved: boolean): T;
  /** The elements of each row in the order that indices give, and back: added up at these indices. */
  take(a: T, order: T): T;
  put(a: T, order: T): T;
}

/** What a rule is given: the operands, the result `y`, and the tangent of one operand or the adjoint of the result. */
export type ArrayRule = <T>(k: ArrayAlgebra<T>, operands: readonly T[], y: T, t: T) => T;

/** How an array primitive depends on one operand; `'zero'` where it does not, anything with a derivative. */
export type ArrayPartial = { readonly tangent: ArrayRule; readonly adjoint: ArrayRule } | 'zero';

export interface ArrayRow {
  readonly kind: 'array';
  readonly name: string;
  readonly summary: string;
  /** The derivative in words, for `adc ops`. */
  readonly derivative: string;
  readonly result: 'float' | 'int';
  /** Serves other rows only; formulas cannot call it. */
  readonly hidden?: true;
  /** Whether operands are matrices or rows. */
  readonly of: 'matrices' | 'rows';
  readonly partials: readonly ArrayPartial[];
  /** The shape of the result from those of operands that fit. */
  readonly shape: (operands: readonly Shape[]) => Shape;
  /** The sizes that `compute` is given behind the buffers. */
  readonly sizes: (operands: readonly Shape[]) => readonly Dim[];
  /** Computes the result from row-major operands: the function of src/ops/carried by the row's name. */
  readonly compute: (...args: never[]) => void;
  /** What it is not defined for, for messages: `a singular matrix`. */
  readonly undefinedFor?: string;
  /** Points without derivative. */
  readonly kink?: {
    /** The places of the elements of the result in question, given the result and the sizes. */
    readonly at: (result: Float64Array, sizes: readonly number[]) => number[];
    /** What the convention makes of an adjoint of the result; where that is no change, the derivative exists. */
    readonly kept: (result: Float64Array, adjoint: Float64Array, sizes: readonly number[]) => Float64Array;
    readonly what: string;
    readonly convention: string;
  };
}
