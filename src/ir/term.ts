/**
 * Terms: what an expression means while it is lowered. A number written as an integer is not yet decided to be an
 * integer or a float; sizes stay affine forms as long as they can; everything else is a value of the IR.
 */
import { type Dim, namedDim, type Shape } from '../core/affine.js';
import type { Span } from '../core/span.js';
import type { Builder } from './builder.js';
import { floatScalar, intScalar, type TensorType, tensor, type Value } from './types.js';

export interface Term {
  readonly type: TensorType;
  readonly span: Span;
  /** The value in the IR, where there is one already. */
  readonly value?: Value;
  /** An integer scalar known as an affine form. */
  readonly dim?: Dim;
  /** An integer scalar that only the run knows, as an affine form in sizes and in other integers (`%` and a number). */
  readonly form?: Dim;
  /**
   * The integer comes from the size of something. It is not folded with other numbers even where it is known, so that
   * code made for one length computes what code for any length does, to the last bit.
   */
  readonly size?: boolean;
  /** An integer as a float, where that is a value of its own. */
  readonly number?: Value;
  /** A number known when lowering. */
  readonly literal?: number;
  /** An integer vector whose elements are known: a shape. */
  readonly dims?: Shape;
  /** A condition known when lowering. */
  readonly truth?: boolean;
  /** Stands for an expression in which an error was found and reported; silences its consequences. */
  readonly poison?: true;
}

export const poison: Term = { type: floatScalar, span: { start: 0, end: 0 }, poison: true };

export function valueTerm(value: Value, span: Span): Term {
  return { type: value.type, span, value };
}

export function dimTerm(dim: Dim, span: Span, size = false): Term {
  return { type: intScalar, span, dim, size };
}

export function numberTerm(value: number, span: Span): Term {
  return { type: floatScalar, span, literal: value };
}

/** What is known of an integer scalar: a size, or a form in values of the run. */
export function formOf(t: Term): Dim | undefined {
  if (t.dim !== undefined) return t.dim;
  if (t.form !== undefined) return t.form;
  return t.value && t.type.dtype === 'int' && t.type.shape.length === 0
    ? namedDim(`%${t.value.id}`)
    : undefined;
}

/** The term as a value of its own type. */
export function materialise(b: Builder, t: Term): Value {
  if (t.value) return t.value;
  if (t.poison) return b.num(0);
  if (t.literal !== undefined) return b.num(t.literal);
  if (t.dims) return b.constantDims(t.dims);
  return typeof t.dim === 'number' && !t.size ? b.int(t.dim) : b.dim(t.dim as Dim);
}

/** The term as a float value. */
export function asFloat(b: Builder, t: Term): Value {
  if (t.number) return t.number;
  if (typeof t.dim === 'number' && !t.size) return b.num(t.dim);
  if (t.dims?.every((d) => typeof d === 'number')) {
    return b.constant(t.dims as number[], tensor('float', [t.dims.length]));
  }
  return b.cast(materialise(b, t));
}

export const rankOf = (t: Term) => t.type.shape.length;
