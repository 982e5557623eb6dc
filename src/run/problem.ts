/**
 * A problem: a program together with a point at which it is to be differentiated. It is what `check` compares and
 * the commands show. `openProblem` (in `open.ts`) makes one.
 */
import type { Diagnostic } from '../core/diagnostic.js';
import type { Tensor } from '../core/tensor.js';
import type { Func } from '../ir/types.js';
import type { ModeRun } from './modes.js';

/** Values of variables by name. */
export type Point = ReadonlyMap<string, Tensor>;

export interface Variable {
  readonly name: string;
  readonly role: 'param' | 'data';
  readonly shape: readonly number[];
  readonly integer: boolean;
  /** Whether it is one of those to differentiate with respect to. */
  readonly wrt: boolean;
}

/** What a mode answers: a gradient by variable, or why it cannot. */
export type ModeAnswer = { readonly gradient: Point } | { readonly unavailable: string };

export interface Problem {
  readonly source: string;
  /** The lowered program after constant folding, before any derivative. */
  readonly main: Func;
  readonly variables: readonly Variable[];
  readonly point: Point;
  readonly outputShape: readonly number[];
  /** About how many elementary operations one value takes, where known: a check budgets its evaluations by it. */
  readonly cost?: number;
  /** Warnings and remarks of parsing and lowering. */
  readonly diagnostics: readonly Diagnostic[];

  /** The output at the point, from generated code. */
  value(): Tensor;
  /** The output at the point, from the interpreter. */
  interpretedValue(): Tensor;
  /**
   * The output at another point with everything detached held at its value at `point`: what differences are taken of.
   * `at` holds all variables.
   */
  frozenValue(at: Point): Tensor;
  /** Jacobian times direction by the forward pass; `direction` holds a tensor for each `wrt` variable. */
  forwardDirectional(direction: Point): Tensor;
  /** The gradient of Σ cotangent·output by one forward sweep a coordinate; unavailable when those are too many. */
  forwardGradient(cotangent: Tensor): ModeAnswer;
  reverseGradient(cotangent: Tensor): ModeAnswer;
  symbolicGradient(cotangent: Tensor): ModeAnswer;
  /**
   * How irregularly each component of the gradient moves when the variables change by about a millionth: what
   * cancellation makes of rounding.
   */
  gradientSpread?(cotangent: Tensor): Point;
  /** The symbolic gradient as formulas by variable, where there is one; weights other than ones are `cotangent` in it. */
  symbolicExpressions(cotangent?: Tensor): ReadonlyMap<string, string> | { readonly unavailable: string };
  /** The lowered program before constant folding, where it is at hand: what the text means, exactly. */
  readonly lowered?: Func;
  /** The function behind `value`, and those behind a mode's gradient, with their arguments. */
  valueRun?(): ModeRun;
  modeRuns?(mode: 'forward' | 'reverse' | 'symbolic', cotangent: Tensor): readonly ModeRun[];
  /** Kinks that a non-zero adjoint reached, and the first operation that overflowed or left its domain. */
  hardPoints(cotangent?: Tensor): readonly Diagnostic[];
}

export interface OpenOptions {
  readonly values?: Point;
  /** Names to differentiate with respect to; all parameters when left out. */
  readonly wrt?: readonly string[];
  /** A named intermediate to differentiate instead of the output. */
  readonly of?: string;
}
