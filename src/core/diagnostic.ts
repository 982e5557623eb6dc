/**
 * Diagnostics: everything adc has to say about an input, as data.
 *
 * Errors stop the work and travel inside an `AdcError`; warnings and remarks are collected beside the result.
 * No message is composed outside `src/core/errors`: one error has one constructor there and one code in `codes.ts`.
 */
import type { Code } from './codes.js';
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

/** A failure that the input is to blame for. It carries every diagnostic that could be told at once. */
export class AdcError extends Error {
  override readonly name = 'AdcError';
  readonly diagnostics: readonly [Diagnostic, ...Diagnostic[]];
  /** The text the spans point into, where it is not the formula itself (a value given on the command line). */
  source?: string;

  constructor(...diagnostics: [Diagnostic, ...Diagnostic[]]) {
    super(diagnostics[0].message);
    this.diagnostics = diagnostics;
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

/** A diagnostic in the form of the JSON contract. */
export function diagnosticToJson(d: Diagnostic, source: string): Record<string, unknown> {
  return {
    severity: d.severity,
    code: d.code,
    message: d.message,
    ...(d.span && { span: { ...positionOf(source, d.span.start), start: d.span.start, end: d.span.end } }),
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
