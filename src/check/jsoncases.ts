/** Cases written as JSON: one object a line. */
import { parseExpression } from '../../grammar/index.js';
import { AdcError, LimitError } from '../core/diagnostic.js';
import * as errors from '../core/errors/check.js';
import { tooManyAxes } from '../core/errors/values.js';
import { MOST_AXES } from '../core/limits.js';
import { fromNested, type Nested, type Tensor } from '../core/tensor.js';
import type { Case, Claim, Claimed, Place } from './cases.js';
import type { Compiler } from './compiler.js';

type Fields = Readonly<Record<string, unknown>>;

function fail(message: string): never {
  throw new AdcError(errors.badJsonCase(message));
}

function parseJson(line: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return fail((error as Error).message);
  }
  return fieldsOf(value, 'a case');
}

function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return fail(`${what} must be an object`);
  return value as Fields;
}

const FIELDS = ['name', 'formula', 'where', 'wrt', 'cotangent', 'of', 'expect', 'tolerance'];

/** The case that a line of JSON states. @throws AdcError bad-json-case */
export function caseFromJson(line: string, place: Place, compiler: Compiler): Case {
  const fields = parseJson(line);
  const unknown = Object.keys(fields).find((k) => !FIELDS.includes(k));
  if (unknown !== undefined) fail(`it has no field ${unknown}; the fields are ${FIELDS.join(', ')}`);
  const { formula, where, wrt, cotangent, expect, tolerance } = fields;
  if (typeof formula !== 'string') return fail('formula must be a string');
  const name = optionalString(fields, 'name');
  const of = optionalString(fields, 'of');
  if (wrt != null && !(Array.isArray(wrt) && wrt.length > 0 && wrt.every((n) => typeof n === 'string')))
    return fail('wrt must be a list of names');
  if (tolerance != null && !(typeof tolerance === 'number' && tolerance >= 0))
    return fail('tolerance must be a number that is not negative');
  const values = new Map<string, Tensor>();
  for (const [key, value] of Object.entries(fieldsOf(where ?? {}, 'where')))
    values.set(key.normalize('NFC'), tensorOf(value, key, compiler));
  return {
    ...placeOf(formula, line, place),
    formula,
    values,
    ranges: new Map(),
    claims: claimsOf(fieldsOf(expect ?? {}, 'expect')),
    errors: [],
    ...(name !== undefined && { name }),
    ...(wrt != null && { wrt: (wrt as string[]).map((n) => n.normalize('NFC')) }),
    ...(of !== undefined && { of: of.normalize('NFC') }),
    ...(cotangent != null && { cotangent: tensorOf(cotangent, 'cotangent', compiler) }),
    ...(tolerance != null && { tolerance: tolerance as number }),
  };
}

/**
 * Where the formula stands: in the line, if JSON writes it as it is; otherwise it is a text of its own, since places in it
 * are none of the line.
 */
function placeOf(
  formula: string,
  line: string,
  place: Place,
): Omit<Place, 'file' | 'line'> & Pick<Case, 'file' | 'line' | 'formulaStart' | 'quoted'> {
  const { file, line: number } = place;
  const found = /"formula"\s*:\s*"/.exec(line);
  const at = found ? found.index + found[0].length : -1;
  if (found && line.startsWith(`${formula}"`, at)) return { ...place, formulaStart: at };
  return { file, line: number, text: formula, start: 0, formulaStart: 0, quoted: true };
}

/** A field that may be left out, or null. */
function optionalString(fields: Fields, key: string): string | undefined {
  const value = fields[key];
  if (value == null) return undefined;
  return typeof value === 'string' ? value : fail(`${key} must be a string`);
}

/** A tensor from JSON: numbers and nested arrays; a string is a constant expression, or "NaN" and the like. */
function tensorOf(value: unknown, what: string, compiler: Compiler): Tensor {
  if (typeof value === 'string' && !/^(NaN|-?Infinity)$/.test(value))
    return constantOf(value, what, compiler);
  return numbersOf(value) ?? fail(`${what} must be a number or nested arrays of numbers`);
}

/** A constant expression inside of JSON; what is wrong with it is told without places, which are not the line's. */
function constantOf(text: string, what: string, compiler: Compiler): Tensor {
  try {
    return compiler.constant(parseExpression(text), text);
  } catch (error) {
    if (!(error instanceof AdcError) || error instanceof LimitError) throw error;
    throw AdcError.of(
      error.diagnostics.map(({ span: _, ...d }) => ({ ...d, message: `the value of ${what}: ${d.message}` })),
    );
  }
}

function numbersOf(value: unknown): Tensor | undefined {
  const nested = (v: unknown, depth = 0): Nested => {
    if (typeof v === 'number') return v;
    if (typeof v === 'string' && /^(NaN|-?Infinity)$/.test(v)) return Number(v);
    if (depth > MOST_AXES) throw tooManyAxes(MOST_AXES);
    return Array.isArray(v)
      ? v.map((item) => nested(item, depth + 1))
      : fail('a value must be a number or nested arrays of numbers');
  };
  return fromNested(nested(value));
}

function claimsOf(expect: Fields): Claim[] {
  const claims: Claim[] = [];
  for (const [key, value] of Object.entries(expect)) {
    if (key === 'value') claims.push({ kind: 'value', names: [], claimed: claimedOf(value) });
    else if (key === 'gradient')
      for (const [name, v] of Object.entries(fieldsOf(value, 'expect.gradient')))
        claims.push({ kind: 'grad', names: [name.normalize('NFC')], claimed: claimedOf(v) });
    else if (key === 'jacobian' || key === 'hessian')
      claims.push({ kind: key === 'jacobian' ? 'jac' : 'hess', names: [], claimed: { formula: '' } });
    else fail(`expect has no field ${key}`);
  }
  return claims;
}

function claimedOf(value: unknown): Claimed {
  if (typeof value === 'string' && !/^(NaN|-?Infinity)$/.test(value)) return { formula: value };
  return {
    tensor: numbersOf(value) ?? fail('a claim must be a number, nested arrays of numbers, or a formula'),
  };
}
