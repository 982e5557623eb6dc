/**
 * The cases of a suite, whatever they were written in: lines of suite text, lines of JSON, a program.
 *
 * Reading never throws for what is wrong with one case: that case carries its errors, and the rest goes on.
 */
import type { CaseNode, ClaimNode, Expr } from '../../grammar/ast.js';
import { parseCaseLine, parseExpression, splitSuite } from '../../grammar/index.js';
import { AdcError, type Diagnostic, LimitError } from '../core/diagnostic.js';
import * as errors from '../core/errors/check.js';
import { tooManyAxes } from '../core/errors/values.js';
import { MOST_AXES } from '../core/limits.js';
import type { Span } from '../core/span.js';
import { fromNested, type Nested, type Tensor } from '../core/tensor.js';
import type { Compiler } from './compiler.js';
import type { Range } from './draw.js';

/** What a claim says: a tensor, or a formula in the variables of the case. */
export type Claimed = { readonly tensor: Tensor } | { readonly formula: string };

export interface Claim {
  readonly kind: 'value' | 'grad' | 'jac' | 'hess';
  readonly names: readonly string[];
  readonly claimed: Claimed;
  readonly tolerance?: number;
  readonly span?: Span;
}

export interface Case {
  readonly name?: string;
  readonly file: string;
  readonly line: number;
  readonly formula: string;
  /** The text that spans of diagnostics point into, and where the formula stands in it. */
  readonly text: string;
  /** The text is not that of the file: its lines and columns are its own. */
  readonly quoted?: true;
  readonly start: number;
  readonly formulaStart: number;
  readonly values: ReadonlyMap<string, Tensor>;
  readonly ranges: ReadonlyMap<string, Range>;
  readonly wrt?: readonly string[];
  readonly of?: string;
  readonly cotangent?: Tensor;
  readonly claims: readonly Claim[];
  readonly tolerance?: number;
  /** What is wrong with the case itself; it is not run then. */
  readonly errors: readonly Diagnostic[];
}

type Place = Pick<Case, 'file' | 'line' | 'text' | 'start'>;

/** The cases of a suite text. */
export function readSuite(text: string, file: string, compiler: Compiler): Case[] {
  return splitSuite(text).map(({ text: line, line: number, start }) => {
    const place = { file, line: number, text, start };
    try {
      return fromNode(parseCaseLine(line), line, place, compiler);
    } catch (error) {
      const [, name, rest = line] = /^([\w-]+):\s+([\s\S]*)$/.exec(line) ?? [];
      return { ...broken(error, rest.trim(), place), ...(name !== undefined && { name }) };
    }
  });
}

/** A program file is one case, with the values that its declarations give. */
export function readProgram(text: string, file: string): Case[] {
  const place = { file, line: 1, text, start: 0 };
  return [
    {
      ...place,
      formula: text,
      formulaStart: 0,
      values: new Map(),
      ranges: new Map(),
      claims: [],
      errors: [],
    },
  ];
}

function broken(error: unknown, formula: string, place: Place): Case {
  if (!(error instanceof AdcError)) throw error;
  const empty = { values: new Map(), ranges: new Map(), claims: [] };
  return {
    ...place,
    ...empty,
    formula,
    formulaStart: place.start,
    errors: shiftSpans(error.diagnostics, place.start),
  };
}

/** Diagnostics whose spans are moved by an offset. */
export function shiftSpans(diagnostics: readonly Diagnostic[], by: number): Diagnostic[] {
  return diagnostics.map((d) =>
    d.span ? { ...d, span: { start: d.span.start + by, end: d.span.end + by } } : d,
  );
}

function fromNode(node: CaseNode, line: string, place: Place, compiler: Compiler): Case {
  const problems: Diagnostic[] = [];
  const values = new Map<string, Tensor>();
  const ranges = new Map<string, Range>();
  const constant = (e: Expr) => attempt(() => compiler.constant(e, line), problems);
  for (const item of node.where) {
    if (item.kind === 'value') {
      const value = constant(item.value);
      if (value !== undefined) values.set(item.name, value);
      continue;
    }
    const [low, high] = [constant(item.from), constant(item.to)];
    if (low === undefined || high === undefined) continue;
    const [from = Number.NaN, to = Number.NaN] = [low, high].map((t) =>
      t.shape.length === 0 ? t.data[0] : NaN,
    );
    if (from < to) ranges.set(item.name, { from, to });
    else problems.push({ ...errors.badRange(item.name), span: item.span });
  }
  const first = node.program.statements[0]?.span.start ?? 0;
  const last = node.program.statements.at(-1)?.span.end ?? line.length;
  return {
    ...place,
    ...(node.name !== undefined && { name: node.name }),
    formula: line.slice(first, last),
    formulaStart: place.start + first,
    values,
    ranges,
    claims: node.expect.map((claim) => claimOf(claim, line)),
    errors: shiftSpans(problems, place.start),
  };
}

function claimOf(node: ClaimNode, line: string): Claim {
  const { kind, names, value, tolerance, span } = node;
  const formula = line.slice(value.span.start, value.span.end);
  return { kind, names, claimed: { formula }, span, ...(tolerance !== undefined && { tolerance }) };
}

function attempt<T>(f: () => T, problems: Diagnostic[]): T | undefined {
  try {
    return f();
  } catch (error) {
    if (!(error instanceof AdcError)) throw error;
    for (const d of error.diagnostics) problems.push(d);
    return undefined;
  }
}

/** The cases of JSON Lines, one object a line. */
export function readJsonLines(text: string, file: string, compiler: Compiler): Case[] {
  const cases: Case[] = [];
  let start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  for (const [i, line] of text.slice(start).split('\n').entries()) {
    const place = { file, line: i + 1, text, start };
    start += line.length + 1;
    if (line.trim() === '') continue;
    try {
      cases.push(fromJson(parseJson(line), place, compiler));
    } catch (error) {
      cases.push(broken(error, line.trim(), place));
    }
  }
  return cases;
}

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

function fromJson(fields: Fields, place: Place, compiler: Compiler): Case {
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
    ...place,
    formula,
    formulaStart: 0,
    text: formula,
    quoted: true,
    start: 0,
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
