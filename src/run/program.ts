/** From a text to a lowered program: parsing, variables, their types, and all remarks on the way. */
import type { ProgramNode } from '../../grammar/ast.js';
import { parseProgram } from '../../grammar/index.js';
import type { Shape } from '../core/affine.js';
import { AdcError, type Diagnostic } from '../core/diagnostic.js';
import { shadowedConstant, unknownFunction } from '../core/errors/types.js';
import {
  missingValue,
  notDifferentiated,
  nothingToDifferentiate,
  unknownVariable,
} from '../core/errors/values.js';
import { nearest } from '../core/suggest.js';
import type { Tensor } from '../core/tensor.js';
import { functionNames, isFunction } from '../ir/lower/call.js';
import { CONSTANTS } from '../ir/lower/constants.js';
import { namesOf } from '../ir/lower/free.js';
import { type Lowered, lower } from '../ir/lower/index.js';
import { evaluateConstant } from './constant.js';
import type { Point } from './problem.js';
import { type Typed, typedByProgram, typedByValues } from './shapes.js';
import { type ProgramVariable, variablesOf } from './variables.js';

export interface Parsed {
  readonly source: string;
  readonly program: ProgramNode;
  readonly variables: readonly ProgramVariable[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Parses a program and finds its variables.
 * @throws AdcError for syntax, and where `given` holds names that the program does not have
 */
export function parse(source: string, given: Iterable<string> = []): Parsed {
  const { program, warnings } = parseProgram(source);
  const names = new Set(given);
  const variables = variablesOf(program, names);
  const known = new Set(variables.map((v) => v.name));
  for (const name of names) {
    if (!known.has(name)) throw unknownVariable(name, [...known], nearest(name, known));
  }
  const shadowing = variables
    .filter((v) => CONSTANTS.has(v.name))
    .map((v) => shadowedConstant(v.span, v.name));
  return { source, program, variables, diagnostics: [...warnings, ...shadowing] };
}

/** Calls of functions that do not exist, to be told together with missing values. */
function unknownCalls({ program, variables }: Parsed): Diagnostic[] {
  const { called, bound } = namesOf(program);
  return [...called]
    .filter(([name]) => !isFunction(name) && !bound.has(name) && !variables.some((v) => v.name === name))
    .flatMap(([name, span]) => unknownFunction(span, name, nearest(name, functionNames())).diagnostics);
}

/**
 * The values of all variables: those given, else the defaults of the program.
 * @throws AdcError missing-value for every variable without one
 */
export function valuesOf(parsed: Parsed, given: Point): Point {
  const missing: Diagnostic[] = [];
  const values = new Map<string, Tensor>();
  for (const v of parsed.variables) {
    const value = given.get(v.name) ?? (v.value && evaluateConstant(v.value, parsed.source));
    if (value) values.set(v.name, value);
    else missing.push(missingValue(v.span, v.name, v.known, isFunction(v.name)));
  }
  if (missing.length > 0) throw AdcError.of([...unknownCalls(parsed), ...missing]);
  return values;
}

/**
 * The names to differentiate with respect to: those asked for, else all parameters.
 * @throws AdcError where a name is unknown or stands for data
 */
export function wrtOf(parsed: Parsed, asked: readonly string[] | undefined): string[] {
  const params = parsed.variables.filter((v) => v.role === 'param').map((v) => v.name);
  const byName = new Map(parsed.variables.map((v) => [v.name, v]));
  for (const name of asked ?? []) {
    const v = byName.get(name);
    if (!v) throw unknownVariable(name, params, nearest(name, params));
    if (v.known || v.integer) throw notDifferentiated(name);
  }
  if ((asked ?? params).length === 0) throw nothingToDifferentiate();
  return [...new Set(asked ?? params)];
}

/** Lowers a program for the shapes of given values. */
export function lowerAt(parsed: Parsed, values: Point, of?: string): Lowered & { readonly typed: Typed } {
  const typed = typedByValues(parsed.variables, values);
  return { ...lower(parsed.program, { ...typed, ...(of !== undefined && { of }) }), typed };
}

/** Lowers a program for any sizes; ranks come from `ranks` and from what the syntax demands. */
export function lowerGeneric(
  parsed: Parsed,
  ranks: ReadonlyMap<string, number>,
  known: ReadonlyMap<string, number>,
  of?: string,
  shapes?: ReadonlyMap<string, Shape>,
): Lowered & { readonly typed: Typed; readonly assumed: readonly Diagnostic[] } {
  const stated = parsed.variables.map((v) => ({ ...v, shape: shapes?.get(v.name) ?? v.shape }));
  const { assumed, ...typed } = typedByProgram(parsed.program, stated, ranks, known);
  return { ...lower(parsed.program, { ...typed, ...(of !== undefined && { of }) }), typed, assumed };
}
