/**
 * A problem: a program together with a point at which it is to be differentiated. It is what `check` compares and
 * the commands show. `openProblem` (in `open.ts`) makes one.
 */
import type { Diagnostic } from '../core/diagnostic.js';
import type { Span } from '../core/span.js';
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

export type GradientMode = 'forward' | 'reverse' | 'symbolic';

/** An operation that loses digits. */
export interface Loss {
  readonly operation: string;
  readonly span: Span;
  readonly digits: number;
}

/** An operation that decides otherwise at another point: takes another branch, picks another element. */
export interface Turn {
  readonly operation: string;
  readonly span: Span;
}

/** How the numbers of a problem come about, for one cotangent. Each question costs several slow runs. */
export interface Insight {
  /** Whether the program takes any decision, such as a choice by `where` or between the arguments of `max`. */
  readonly decides: boolean;
  /** Where a point is computed along another path than the problem's own; undefined where it is not. */
  turn(at: Point): Turn | undefined;
  /** How far rounding makes Σ cotangent·output scatter at a point. */
  valueScatter(at: Point): number;
  /** The same for each element of the output by itself. */
  elementScatter?(at: Point): Float64Array;
  /** How far rounding makes the derivative along a direction scatter; 0 where the mode is unavailable. */
  gradientScatter(mode: GradientMode, direction: Point): number;
  /** The operation of the program that loses most digits at a point. */
  valueLoss(at: Point): Loss | undefined;
  /** The operation that loses most digits where a mode computes the gradient. */
  gradientLoss(mode: GradientMode, direction: Point): Loss | undefined;
}

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
  /** A bound on the iterations of loops at the point; absent or undefined where no loop could be endless elsewhere. */
  iterations?(): number | undefined;
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
  /** The symbolic gradient as formulas by variable, where there is one; weights other than ones are `cotangent` in it. */
  symbolicExpressions(cotangent?: Tensor): ReadonlyMap<string, string> | { readonly unavailable: string };
  /** The lowered program before constant folding, where it is at hand: what the text means, exactly. */
  readonly lowered?: Func;
  /** The function behind `value`, and those behind a mode's gradient, with their arguments. */
  valueRun?(): ModeRun;
  modeRuns?(mode: 'forward' | 'reverse' | 'symbolic', cotangent: Tensor): readonly ModeRun[];
  /** Kinks that a non-zero adjoint reached, and the first operation that overflowed or left its domain. */
  hardPoints(cotangent?: Tensor): readonly Diagnostic[];
  /** How the numbers come about, as far as the interpreter can tell; absent where there is no program to interpret. */
  insight?(cotangent: Tensor): Insight;
}

export interface OpenOptions {
  readonly values?: Point;
  /** Names to differentiate with respect to; all parameters when left out. */
  readonly wrt?: readonly string[];
  /** A named intermediate to differentiate instead of the output. */
  readonly of?: string;
}
