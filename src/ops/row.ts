/**
 * A primitive is one row: everything adc knows about an element-wise function is stated here, once.
 *
 * Shape rule, forward rule, reverse rule, symbolic rule, generated code, `adc ops` and the tests follow from the row.
 */
import type { Algebra } from './algebra.js';

/** The arguments of a rule. A rule reads no more of them than its function has. */
export type Args<T> = readonly [T, T, T];

/** A function of one to three numbers. */
export type OfNumbers<R> = (a: number, b: number, c: number) => R;

/**
 * The partial derivative with respect to one argument, `y` being the function's own result.
 * `'zero'` marks a partial that is zero wherever it exists, so nothing is ever multiplied by it.
 */
export type Partial = 'zero' | (<T>(k: Algebra<T>, args: Args<T>, y: T) => T);

/** How a JavaScript-like target writes the function. Precedences are JavaScript's. */
export type Code =
  | {
      readonly form: 'infix';
      readonly operator: string;
      readonly precedence: number;
      readonly associative?: boolean;
    }
  | { readonly form: 'prefix'; readonly operator: string; readonly precedence: number }
  /** A function that the language already has, `Math.sin`. */
  | { readonly form: 'call'; readonly callee: string }
  /**
   * A helper that generated code carries. Its body is the row's `definition` when there is one (expanded over the
   * code algebra into `function softplus(x: number): number { return … }`).
   */
  | { readonly form: 'helper' }
  /** A function of src/ops/carried, by the row's own name, whose text generated code carries. */
  | { readonly form: 'carried' };

/**
 * A point where the derivative does not exist, and what is answered there. Messages give the one-sided derivatives as
 * numbers: they are limits of the row's own partials from both sides of the point, so no row states them.
 */
export interface Kink {
  /** Says whether the arguments are at such a point. */
  readonly at: OfNumbers<boolean>;
  /** The convention in words, for `adc ops`: `abs has one-sided derivatives -1 and 1 at 0; 0 is used`. */
  readonly convention: string;
  /** What is the matter there, to follow the call in messages: `is a tie`. */
  readonly what?: string;
}

export interface ElementwiseRow {
  readonly kind: 'elementwise';
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Names of the parameters, for messages and documentation; their number is the arity. */
  readonly params: readonly string[];
  readonly summary: string;
  /** The derivative in words, for `adc ops`: `cos(x)`. */
  readonly derivative: string;
  /** What comes out: `float` (default), `bool` for comparisons, `same` keeps integers integer. */
  readonly result?: 'float' | 'bool' | 'same';
  /** The value over numbers (conditions are 0 and 1). Rows with a definition leave it out; the table adds it. */
  readonly value: OfNumbers<number>;
  /** The value in terms of other rows, for functions that the targets do not have. */
  readonly definition?: <T>(k: Algebra<T>, args: Args<T>) => T;
  /** Serves other rows only; formulas cannot call it, and symbolic derivatives spell out its definition. */
  readonly hidden?: true;
  readonly code: Code;
  /** The result is always a double itself, so computing it rounds nothing: `abs`, `floor`, `max`. */
  readonly exact?: true;
  readonly partials: readonly Partial[];
  readonly kinks?: readonly Kink[];
  /** Says whether the arguments are in the domain; everywhere when left out. */
  readonly domain?: OfNumbers<boolean>;
  /** The domain in words, where comparisons of arguments with numbers do not state it. */
  readonly defined?: string;
  /** Arguments that are whole numbers, by place; they carry no derivative. */
  readonly whole?: readonly number[];
  /** For each argument the ranges from which tests draw it. */
  readonly ranges: readonly (readonly [low: number, high: number])[];
}

/** A row as it is written down: with a value, or with a definition from which the table computes the value. */
export type ElementwiseDraft = Omit<ElementwiseRow, 'kind' | 'value'> &
  (Pick<ElementwiseRow, 'value'> | Required<Pick<ElementwiseRow, 'definition'>>);

/** Weights of a reduction: dy = Σ w·dx over the reduced axes, with `x` and `y` (spread over x's shape) given. */
export interface ReduceAlgebra<T> extends Algebra<T> {
  /** The sum over the reduced axes, spread over them again. */
  total(x: T): T;
  /** For each element the product of all the others along the reduced axes. */
  others(x: T): T;
}

export interface ReductionRow {
  readonly kind: 'reduction';
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly derivative: string;
  readonly result: 'float' | 'bool';
  /** What the reduction of nothing is, or undefined where that is an error. */
  readonly empty: number | undefined;
  readonly value: (elements: ArrayLike<number>) => number;
  /** The result is one of the elements, so computing it rounds nothing. */
  readonly exact?: true;
  /** `'ones'` for the sum; `'zero'` where the result carries no derivative. */
  readonly weights: 'ones' | 'zero' | (<T>(k: ReduceAlgebra<T>, x: T, y: T) => T);
  readonly kink?: Omit<Kink, 'at'> & { readonly at: (elements: ArrayLike<number>) => boolean };
}
