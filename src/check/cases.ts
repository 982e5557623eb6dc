/**
 * The cases of a suite, whatever they were written in: lines of suite text, lines of JSON, a program.
 *
 * Reading never throws for what is wrong with one case: that case carries its errors, and the rest goes on.
 */
import type { CaseNode, ClaimNode, Expr } from '../../grammar/ast.js';
import { logicalLines, parseCaseLine } from '../../grammar/index.js';
import { AdcError, type Diagnostic } from '../core/diagnostic.js';
import * as errors from '../core/errors/check.js';
import type { Span } from '../core/span.js';
import type { Tensor } from '../core/tensor.js';
import type { Compiler } from './compiler.js';
import type { Range } from './draw.js';
import { caseFromJson } from './jsoncases.js';

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
  /** The text that spans of diagnostics point into, its offset in the file, and where the formula stands in the text. */
  readonly text: string;
  readonly start: number;
  readonly formulaStart: number;
  /** The text is not that of the file: its lines and columns are its own. */
  readonly quoted?: true;
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

export type Place = Pick<Case, 'file' | 'line' | 'text' | 'start'>;

/** What a file of cases is written in. */
export type Form = 'suite' | 'json' | 'program';

/** The text of one case, before it is read. */
export interface Source {
  readonly form: Form;
  readonly file: string;
  /** Where the text stands in its file: the line, from 1, and the offset. */
  readonly line: number;
  readonly start: number;
  readonly text: string;
}

/** The cases of a file, one after the other. A program is one case, with the values that its declarations give. */
export function* sourcesOf(text: string, form: Form, file: string): Generator<Source> {
  if (form === 'suite') for (const line of logicalLines(text)) yield { form, file, ...line };
  else if (form === 'json') yield* jsonLines(text, file);
  else yield { form, file, text, line: 1, start: 0 };
}

function* jsonLines(text: string, file: string): Generator<Source> {
  let start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  for (let line = 1; start <= text.length; line++) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const content = text.slice(start, end);
    if (content.trim() !== '') yield { form: 'json', file, text: content, line, start };
    start = end + 1;
  }
}

/** Reads a case. Its spans are offsets into the text of the source. */
export function readCase(source: Source, compiler: Compiler): Case {
  const { form, ...place } = source;
  const { text } = place;
  if (form === 'suite') return suiteCase(text, place, compiler);
  if (form === 'json') return jsonCase(text, place, compiler);
  const nothing = { values: new Map(), ranges: new Map(), claims: [], errors: [] };
  return { ...place, formula: text, formulaStart: 0, ...nothing };
}

/** Reads all cases of a file. The spans of each are offsets into its own text. */
export function readCases(text: string, form: Form, file: string, compiler: Compiler): Case[] {
  return [...sourcesOf(text, form, file)].map((source) => readCase(source, compiler));
}

function suiteCase(line: string, place: Place, compiler: Compiler): Case {
  try {
    return fromNode(parseCaseLine(line), line, place, compiler);
  } catch (error) {
    const [, name, rest = line] = /^([\w-]+):\s+([\s\S]*)$/.exec(line) ?? [];
    return { ...broken(error, rest.trim(), place), ...(name !== undefined && { name }) };
  }
}

function jsonCase(line: string, place: Place, compiler: Compiler): Case {
  try {
    return caseFromJson(line, place, compiler);
  } catch (error) {
    return broken(error, line.trim(), place);
  }
}

function broken(error: unknown, formula: string, place: Place): Case {
  if (!(error instanceof AdcError)) throw error;
  const empty = { values: new Map(), ranges: new Map(), claims: [] };
  return {
    ...place,
    ...empty,
    formula,
    formulaStart: 0,
    errors: error.diagnostics,
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
    formulaStart: first,
    values,
    ranges,
    claims: node.expect.map((claim) => claimOf(claim, line)),
    errors: problems,
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
