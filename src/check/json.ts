/** Answers as JSON: numbers that round-trip, tensors as nested arrays, what JSON cannot hold as strings. */
import { diagnosticToJson } from '../core/diagnostic.js';
import type { Tensor } from '../core/tensor.js';
import type { ModeAnswer, Point } from '../run/problem.js';
import type { GradAnswer } from './answer.js';
import type { Check } from './findings.js';
import type { Decimals, ReferenceAnswer } from './reference/index.js';

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** A number, or the string "NaN", "Infinity" or "-Infinity"; −0 is 0. */
export function numberToJson(x: number): Json {
  return Number.isFinite(x) ? x + 0 : String(x);
}

export function tensorToJson(t: Tensor): Json {
  let next = 0;
  const build = (axis: number): Json => {
    if (axis === t.shape.length) return numberToJson(t.data[next++] as number);
    return Array.from({ length: t.shape[axis] as number }, () => build(axis + 1));
  };
  return build(0);
}

/** Tensors by variable. The object has no prototype keys to collide with. */
export function pointToJson(point: Point): Json {
  return record([...point].map(([name, t]) => [name, tensorToJson(t)]));
}

function record(entries: readonly (readonly [string, Json])[]): Json {
  const object: Record<string, Json> = Object.create(null);
  for (const [key, value] of entries) object[key] = value;
  return object;
}

export function checkToJson(check: Check): { [key: string]: Json | undefined } {
  return {
    verdict: check.verdict,
    maxAbsoluteError: numberToJson(check.maxAbsoluteError),
    maxRelativeError: numberToJson(check.maxRelativeError),
    detectionLimit: numberToJson(check.detectionLimit),
    ...(check.worst && { worst: { ...check.worst } }),
    ...(check.directions !== undefined && { directions: check.directions }),
  };
}

function modeToJson(name: string, answer: ModeAnswer, expressions?: ReadonlyMap<string, string>): Json {
  if ('unavailable' in answer) return { unavailable: answer.unavailable };
  return {
    [name]: pointToJson(answer.gradient),
    ...(expressions && { expression: record([...expressions]) }),
  };
}

function differencesToJson(name: string, { differences }: GradAnswer): Json {
  if (differences === undefined) return { unavailable: 'the value is not finite' };
  if (differences.kind === 'coordinates')
    return { [name]: pointToJson(differences.gradient), errorEstimate: pointToJson(differences.error) };
  const { coordinates, directions } = differences;
  return {
    unavailable: `${coordinates} coordinates were compared along ${directions.length} random directions`,
  };
}

/** Decimal texts, nested like the tensor they stand for. */
export type Digits = string | readonly Digits[];

export function nestedDigits({ shape, data }: Decimals): Digits {
  let next = 0;
  const build = (axis: number): Digits =>
    axis === shape.length
      ? (data[next++] as string)
      : Array.from({ length: shape[axis] as number }, () => build(axis + 1));
  return build(0);
}

/** `{ value, gradient, digits, ulps }`, or why there is no reference. */
export function referenceToJson(reference: ReferenceAnswer): { [key: string]: Json | undefined } {
  if ('unavailable' in reference) return { unavailable: reference.unavailable };
  const { value, gradient, digits, ulps } = reference;
  return {
    value: nestedDigits(value),
    gradient: record([...gradient].map(([name, t]) => [name, nestedDigits(t)])),
    digits,
    ulps: {
      value: tensorToJson(ulps.value),
      ...Object.fromEntries([...ulps.modes].map(([mode, errors]) => [mode, pointToJson(errors)])),
    },
  };
}

/** The answer of `grad` in the form of the contract; `name` is what the derivative is called. */
export function gradToJson(answer: GradAnswer, name = 'gradient'): { [key: string]: Json | undefined } {
  const modes: Record<string, Json> = {};
  for (const [mode, result] of answer.modes)
    modes[mode] = modeToJson(name, result, mode === 'symbolic' ? answer.expressions : undefined);
  if (answer.check) modes.finiteDifference = differencesToJson(name, answer);
  return {
    formula: answer.formula,
    value: tensorToJson(answer.value),
    [name]: pointToJson(answer.gradient),
    mode: answer.mode,
    modes,
    ...(answer.check && { check: checkToJson(answer.check) }),
    ...(answer.reference && { reference: referenceToJson(answer.reference) }),
    ...(answer.cotangent && { cotangent: tensorToJson(answer.cotangent) }),
    ...(answer.retained && { retained: pointToJson(answer.retained) }),
    shapes: record([...answer.shapes].map(([name, shape]) => [name, [...shape]])),
    diagnostics: answer.diagnostics.map((d) => diagnosticToJson(d, answer.formula) as Json),
  };
}
