/**
 * The library: what the command line does, as functions.
 *
 *     import { compile, grad } from '@adc-lang/adc';
 *     grad('2*dot(x,x)', { x: [0, 1, 2, 3] }).gradient.x; // [0, 4, 8, 12]
 */
import { answerGrad, type GradAnswer, type GradOptions } from './check/answer.js';
import { type FamilyOptions as Asked, answerFamily, type FamilyKind } from './check/family/answer.js';
import type { Entry } from './check/family/layout.js';
import type { Check, ModeName } from './check/findings.js';
import { type Digits, nestedDigits } from './check/json.js';
import type { ReferenceAnswer } from './check/reference/index.js';
import { AdcError, type Diagnostic } from './core/diagnostic.js';
import { raggedValue } from './core/errors/values.js';
import { fromNested, type Nested, type Tensor, toNested } from './core/tensor.js';
import type { Member } from './passes/members.js';
import { emitSource } from './run/derive.js';
import { openProblem } from './run/open.js';
import { symbolicDerivative } from './run/orders.js';
import type { OpenOptions, Point, Problem } from './run/problem.js';

/** Values of variables: numbers, or nested arrays of them. */
export type Values = Readonly<Record<string, Nested>>;

export interface Gradient {
  readonly value: Nested;
  /** The gradient by variable, each in the shape of its variable. */
  readonly gradient: Readonly<Record<string, Nested>>;
  /** The comparison of all modes with finite differences; absent when it was not asked for. */
  readonly check: Check | undefined;
  /** The adjoints of the intermediates that `retain` names. */
  readonly retained?: Readonly<Record<string, Nested>>;
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
  return gradientOf(answered(source, values, options).answer);
}

function answered(source: string, values: Values, { cotangent, ...rest }: GradientOptions) {
  const problem = compile(source, values, rest);
  const weights = cotangent === undefined ? {} : { cotangent: tensorOf('cotangent', cotangent) };
  return { problem, answer: answerGrad(problem, { ...rest, ...weights }) };
}

function gradientOf(answer: GradAnswer): Gradient {
  return {
    value: toNested(answer.value),
    gradient: nestedPoint(answer.gradient),
    check: answer.check,
    ...(answer.retained && { retained: nestedPoint(answer.retained) }),
    diagnostics: answer.diagnostics,
  };
}

export interface FamilyOptions extends Omit<OpenOptions, 'values'>, Omit<Asked, 'tangent' | 'cotangent'> {
  /** Weights of the output's elements, of whose sum second derivatives are taken; ones when left out. */
  readonly cotangent?: Nested;
}

/** What every member of the derivative family comes with. */
export interface Derivative {
  readonly value: Nested;
  /** The comparison of both ways with finite differences; absent when it was not asked for. */
  readonly check: Check | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

function member(kind: FamilyKind, source: string, values: Values, options: FamilyOptions, tangent?: Values) {
  const { cotangent, wrt, of, ...rest } = options;
  const open = { values: pointOf(values), ...(wrt && { wrt }), ...(of !== undefined && { of }) };
  const answer = answerFamily(kind, source, open, {
    ...rest,
    ...(tangent && { tangent: pointOf(tangent) }),
    ...(cotangent !== undefined && { cotangent: tensorOf('cotangent', cotangent) }),
  });
  const { value, check, diagnostics, result } = answer;
  return { told: { value: toNested(value), check, diagnostics }, result };
}

function byVariable(result: readonly Entry[]): Record<string, Nested> {
  return Object.fromEntries(result.map(({ path, tensor }) => [path[0] as string, toNested(tensor)]));
}

/**
 * The Jacobian times a tangent: how the output moves along a direction. The matrix is not formed. A variable without a
 * tangent stands still.
 *
 *     jvp('x^2', { x: [1, 2] }, { x: [1, 0] }).jvp; // [2, 0]
 *
 * @throws AdcError for anything wrong with the text, its names, shapes and values
 */
export function jvp(
  source: string,
  values: Values,
  tangent: Values,
  options: Omit<FamilyOptions, 'cotangent'> = {},
): Derivative & { readonly jvp: Nested } {
  const { told, result } = member('jvp', source, values, options, tangent);
  return { ...told, jvp: toNested(result[0]?.tensor as Tensor) };
}

/**
 * A cotangent times the Jacobian: the gradient of the output, its elements weighed. The matrix is not formed.
 *
 *     vjp('x^2', { x: [1, 2] }, [1, 10]).vjp.x; // [2, 40]
 *
 * @throws AdcError for anything wrong with the text, its names, shapes and values
 */
export function vjp(
  source: string,
  values: Values,
  cotangent: Nested,
  options: Omit<GradientOptions, 'cotangent'> = {},
): Derivative & { readonly vjp: Readonly<Record<string, Nested>> } {
  const { gradient, ...told } = grad(source, values, { ...options, cotangent });
  return { ...told, vjp: gradient };
}

/**
 * The Hessian times a tangent: how the gradient moves along a direction, by variable. The matrix is not formed.
 *
 *     hvp('sum(x^3)', { x: [1, 2] }, { x: [1, 0] }).hvp.x; // [6, 0]
 *
 * @throws AdcError for anything wrong with the text, its names, shapes and values
 */
export function hvp(
  source: string,
  values: Values,
  tangent: Values,
  options: FamilyOptions = {},
): Derivative & { readonly hvp: Readonly<Record<string, Nested>> } {
  const { told, result } = member('hvp', source, values, options, tangent);
  return { ...told, hvp: byVariable(result) };
}

/**
 * The Jacobian by variable: indices of the output first, then those of the variable.
 *
 *     jacobian('[x[0]*x[1], x[0]]', { x: [2, 3] }).jacobian.x; // [[3, 2], [1, 0]]
 *
 * @throws AdcError for anything wrong with the text, its names, shapes and values
 */
export function jacobian(
  source: string,
  values: Values = {},
  options: Omit<FamilyOptions, 'cotangent'> = {},
): Derivative & { readonly jacobian: Readonly<Record<string, Nested>> } {
  const { told, result } = member('jacobian', source, values, options);
  return { ...told, jacobian: byVariable(result) };
}

/**
 * The second derivatives by pairs of variables, indices of the first one first.
 *
 *     hessian('x^2*y', { x: 1, y: 2 }).hessian.x.y; // 2
 *
 * @throws AdcError for anything wrong with the text, its names, shapes and values
 */
export function hessian(
  source: string,
  values: Values = {},
  options: FamilyOptions = {},
): Derivative & { readonly hessian: Readonly<Record<string, Readonly<Record<string, Nested>>>> } {
  const { told, result } = member('hessian', source, values, options);
  const pairs: Record<string, Record<string, Nested>> = {};
  for (const { path, tensor } of result) {
    const [x, y] = path as [string, string];
    pairs[x] = { ...pairs[x], [y]: toNested(tensor) };
  }
  return { ...told, hessian: pairs };
}

/**
 * The second derivative by each variable alone: the diagonal of the Hessian, in the shapes of the variables.
 *
 * @throws AdcError for anything wrong with the text, its names, shapes and values
 */
export function hessianDiagonal(
  source: string,
  values: Values = {},
  options: FamilyOptions = {},
): Derivative & { readonly diagonal: Readonly<Record<string, Nested>> } {
  const { told, result } = member('diagonal', source, values, options);
  return { ...told, diagonal: byVariable(result) };
}

export type Reference =
  | { readonly unavailable: string }
  | {
      /** How many digits the numbers have. */
      readonly digits: number;
      readonly value: Digits;
      readonly gradient: Readonly<Record<string, Digits>>;
      /** The error of the value, and of each mode's gradient, in units in the last place. */
      readonly ulps: { readonly value: Nested } & {
        readonly [mode in ModeName]?: Readonly<Record<string, Nested>>;
      };
    };

/**
 * What `grad` answers, with value and gradient to 50 digits beside it; where finite differences could not tell, these
 * decide. Takes a second or several; loads mathjs when it is first called.
 * @throws AdcError for anything wrong with the text, its names, shapes and values
 */
export async function reference(
  source: string,
  values: Values = {},
  options: GradientOptions = {},
): Promise<Gradient & { readonly reference: Reference }> {
  const { problem, answer } = answered(source, values, options);
  const { withReference } = await import('./check/reference/index.js');
  const settled = await withReference(problem, answer);
  return { ...gradientOf(settled), reference: referenceOf(settled.reference) };
}

function referenceOf(found: ReferenceAnswer): Reference {
  if ('unavailable' in found) return found;
  const { digits, value, gradient, ulps } = found;
  return {
    digits,
    value: nestedDigits(value),
    gradient: Object.fromEntries([...gradient].map(([name, d]) => [name, nestedDigits(d)])),
    ulps: {
      value: toNested(ulps.value),
      ...Object.fromEntries([...ulps.modes].map(([mode, point]) => [mode, nestedPoint(point)])),
    },
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
 * A TypeScript or JavaScript module with the value and derivatives, without dependencies: the gradient unless told
 * otherwise.
 * @throws AdcError for anything wrong with the text
 */
export function emit(
  source: string,
  target: 'ts' | 'js' = 'ts',
  derivatives: readonly Member[] = ['value', 'gradient'],
): string {
  return emitSource(source, { target, derivatives }).text;
}

export type { Check, Diagnostic, Digits, Member, Nested, Point, Problem, Tensor };
export { AdcError };
