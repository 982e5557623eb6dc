/**
 * Diagnostics: everything adc has to say about an input, as data.
 *
 * Errors stop the work and travel inside an `AdcError`; warnings and remarks are collected beside the result.
 * No message is composed outside `src/core/errors`: one error has one constructor there and one code in `codes.ts`.
 */
import type { Code } from './codes.js';
import { clip, LONGEST_TEXT } from './errors/text.js';
import { lineAt, positionOf, type Span } from './span.js';

export type Severity = 'error' | 'warning' | 'info';

export interface Diagnostic {
  readonly severity: Severity;
  readonly code: Code;
  readonly message: string;
  readonly span?: Span;
  readonly hint?: string;
  /** Further facts for programs (element index, one-sided derivatives, …); printed only as JSON. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** The diagnostic with a message and a hint that a person can read, whatever they quote. */
export function brief(d: Diagnostic): Diagnostic {
  if (d.message.length <= LONGEST_TEXT && (d.hint?.length ?? 0) <= LONGEST_TEXT) return d;
  return { ...d, message: clip(d.message), ...(d.hint !== undefined && { hint: clip(d.hint) }) };
}

/** So many errors or warnings of a kind are told at once: more would be the same again. */
export const MOST_TOLD = 20;

/** A failure that the input is to blame for. It carries the diagnostics that could be told at once, `MOST_TOLD` at most. */
export class AdcError extends Error {
  override readonly name = 'AdcError';
  readonly diagnostics: readonly [Diagnostic, ...Diagnostic[]];
  /** The text the spans point into, where it is not the formula itself (a value given on the command line). */
  source?: string;

  constructor(...diagnostics: [Diagnostic, ...Diagnostic[]]) {
    const told = diagnostics.map(brief) as [Diagnostic, ...Diagnostic[]];
    super(told[0].message);
    this.diagnostics = told;
  }

  /** The failure of a list that is not empty, however long. */
  static of(diagnostics: readonly Diagnostic[]): AdcError {
    return new AdcError(...(diagnostics.slice(0, MOST_TOLD) as [Diagnostic]));
  }
}

/** Work that a limit on time or memory ended: nothing follows about the input from how far it came. */
export class LimitError extends AdcError {}

/** What work answers, or something else where it refuses its input; limits on the work itself still end it. */
export function orElse<T, U>(work: () => T, otherwise: () => U): T | U {
  try {
    return work();
  } catch (error) {
    if (error instanceof AdcError && !(error instanceof LimitError)) return otherwise();
    throw error;
  }
}

/** A state that no input should reach: a defect of adc itself (exit status 3). */
export class InternalError extends Error {
  override readonly name = 'InternalError';
}

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InternalError(message);
}

export function unreachable(value: never): never {
  throw new InternalError(`unexpected ${JSON.stringify(value)}`);
}

/** Where a text stands in a file: its first line, from 1, which it has from its beginning, and its offset. */
export interface Origin {
  readonly line: number;
  readonly start: number;
}
const beginning: Origin = { line: 1, start: 0 };

function spanToJson({ start, end }: Span, source: string, origin: Origin) {
  const { line, column } = positionOf(source, start);
  return { line: line + origin.line - 1, column, start: start + origin.start, end: end + origin.start };
}

/** A diagnostic in the form of the JSON contract; `source` is what its span points into, `origin` where that stands. */
export function diagnosticToJson(
  d: Diagnostic,
  source: string,
  origin: Origin = beginning,
): Record<string, unknown> {
  return {
    severity: d.severity,
    code: d.code,
    message: d.message,
    ...(d.span && { span: spanToJson(d.span, source, origin) }),
    ...(d.hint !== undefined && { hint: d.hint }),
    ...(d.data && { data: d.data }),
  };
}

const SHOWN_WIDTH = 100;

/** The line of a span with a caret under the place, long lines cut around it. */
export function caretLines(source: string, span: Span): string[] {
  const { text, start } = lineAt(source, Math.min(span.start, source.length));
  const visible = text.replace(/\p{Cc}/gu, ' ').replace(/\p{Cs}/gu, '\ufffd');
  const from = span.start - start;
  const to = Math.max(from + 1, Math.min(span.end - start, text.length));
  const left = from > SHOWN_WIDTH - 20 ? from - 40 : 0;
  const shown = visible.slice(left, left + SHOWN_WIDTH);
  const lead = left > 0 ? '…' : '';
  const pad = [...visible.slice(left, from)].length + lead.length;
  const width = Math.max(1, Math.min([...visible.slice(from, to)].length, SHOWN_WIDTH - pad));
  const line = lead + shown + (left + SHOWN_WIDTH < visible.length ? '…' : '');
  return [line, ' '.repeat(pad) + '^'.repeat(width)];
}
