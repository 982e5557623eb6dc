/**
 * The library: what the command line does, as functions.
 *
 *     import { compile, grad } from '@adc-lang/adc';
 *     grad('2*dot(x,x)', { x: [0, 1, 2, 3] }).gradient.x; // [0, 4, 8, 12]
 */
import { answerGrad, type GradAnswer, type GradOptions } from './check/answer.js';
import type { Check } from './check/findings.js';
import { AdcError, type Diagnostic } from './core/diagnostic.js';
import { raggedValue } from './core/errors/values.js';
import { fromNested, type Nested, type Tensor, toNested } from './core/tensor.js';
import { emitSource, symbolicDerivative } from './run/derive.js';
import { openProblem } from './run/open.js';
import type { OpenOptions, Point, Problem } from './run/problem.js';

/** Values of variables: numbers, or nested arrays of them. */
export type Values = Readonly<Record<string, Nested>>;

export interface Gradient {
  readonly value: Nested;
  /** The gradient by variable, each in the shape of its variable. */
  readonly gradient: Readonly<Record<string, Nested>>;
  /** The comparison of all modes with finite differences; absent when it was not asked for. */
  readonly check: Check | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export interface GradientOptions extends Omit<OpenOptions, 'values'>, Omit<GradOptions, 'cotangent'> {
  /** Weights of the output's elements where the output is no scalar; ones when left out. */
  readonly cotangent?: Nested;
}

function tensorOf(name: string, nested: Nested): Tensor {
  const t = fromNested(nested);
  if (!t) throw raggedValue(name);
  return t;
}

function pointOf(values: Values): Point {
  return new Map(Object.entries(values).map(([name, nested]) => [name, tensorOf(name, nested)]));
}

function nestedPoint(point: Point): Record<string, Nested> {
  return Object.fromEntries([...point].map(([name, t]) => [name, toNested(t)]));
}

/**
 * Opens a formula or program at a point; its derivatives are compiled when they are first asked for.
 * @throws AdcError for anything wrong with the text, its names, shapes and values
 */
export function compile(
  source: string,
  values: Values = {},
  options: Omit<OpenOptions, 'values'> = {},
): Problem {
  return openProblem(source, { ...options, values: pointOf(values) });
}

/**
 * Value and gradient, by all modes unless told otherwise, checked against central finite differences.
 * @throws AdcError for anything wrong with the text, its names, shapes and values
 */
export function grad(source: string, values: Values = {}, options: GradientOptions = {}): Gradient {
  const { cotangent, ...rest } = options;
  const problem = compile(source, values, rest);
  const weights = cotangent === undefined ? {} : { cotangent: tensorOf('cotangent', cotangent) };
  const answer: GradAnswer = answerGrad(problem, { ...rest, ...weights });
  return {
    value: toNested(answer.value),
    gradient: nestedPoint(answer.gradient),
    check: answer.check,
    diagnostics: answer.diagnostics,
  };
}

/**
 * The symbolic derivative: a formula for each variable.
 * @throws AdcError for anything wrong with the text, and where there is no symbolic derivative
 */
export function diff(source: string, wrt?: readonly string[]): Record<string, string> {
  const { expressions } = symbolicDerivative(source, wrt ? { wrt } : {});
  if (!('get' in expressions)) throw new AdcError(unavailable(expressions.unavailable));
  return Object.fromEntries(expressions);
}

function unavailable(reason: string): Diagnostic {
  return { severity: 'error', code: 'unsupported', message: reason };
}

/**
 * A TypeScript or JavaScript module with the value and the gradient, without dependencies.
 * @throws AdcError for anything wrong with the text
 */
export function emit(source: string, target: 'ts' | 'js' = 'ts'): string {
  return emitSource(source, { target }).text;
}

export type { Check, Diagnostic, Nested, Point, Problem, Tensor };
export { AdcError };
