/** JSON documents for standard output: what is short stays on one line, records over several lines otherwise. */
import type { Json } from '../check/json.js';
import { type Diagnostic, diagnosticToJson } from '../core/diagnostic.js';

const WIDTH = 100;

/** A document, ended by a newline. Fields that are undefined are left out. */
export function stringify(value: Json): string {
  return `${text(value, '')}\n`;
}

/** The document in pieces, for those that are longer than a string may be. */
export function* documentPieces(value: Json): Iterable<string> {
  yield* pieces(value, '');
  yield '\n';
}

const LONG = 100_000;

/** Whether a value holds an array too long to be written in one piece. */
function isLong(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.length > LONG || (value.length <= LONG && value.some(isLong));
  return isRecord(value) && Object.values(value).some(isLong);
}

function* pieces(value: Json, indent: string): Iterable<string> {
  if (!isLong(value)) yield text(value, indent);
  else if (Array.isArray(value)) yield* arrayPieces(value);
  else yield* recordPieces(value as { readonly [key: string]: Json | undefined }, indent);
}

function* arrayPieces(items: readonly Json[]): Iterable<string> {
  for (let i = 0; i < items.length; i += LONG) {
    const part = JSON.stringify(items.slice(i, i + LONG)).slice(1, -1);
    yield (i === 0 ? '[' : ',') + part;
  }
  yield ']';
}

function* recordPieces(
  record: { readonly [key: string]: Json | undefined },
  indent: string,
): Iterable<string> {
  let lead = '{\n';
  for (const [key, v] of Object.entries(record)) {
    if (v === undefined) continue;
    yield `${lead}${indent}  ${JSON.stringify(key)}: `;
    yield* pieces(v, `${indent}  `);
    lead = ',\n';
  }
  yield `\n${indent}}`;
}

function isRecord(value: Json | undefined): value is { readonly [key: string]: Json | undefined } {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function text(value: Json, indent: string): string {
  const inner = `${indent}  `;
  if (isRecord(value)) {
    const fields = Object.entries(value).filter(([, v]) => v !== undefined);
    const parts = fields.map(([key, v]) => `${JSON.stringify(key)}: ${text(v as Json, inner)}`);
    return parts.length === 0 ? '{}' : wrap('{ ', parts, ' }', indent);
  }
  if (Array.isArray(value) && value.some(isRecord))
    return wrap(
      '[',
      value.map((item: Json) => text(item, inner)),
      ']',
      indent,
    );
  return JSON.stringify(value);
}

/** The parts on one line if they fit, else one line each. */
function wrap(open: string, parts: readonly string[], close: string, indent: string): string {
  const length = parts.reduce((sum, p) => sum + p.length + 2, indent.length);
  if (length <= WIDTH && !parts.some((p) => p.includes('\n'))) return open + parts.join(', ') + close;
  return `${open.trim()}\n${parts.map((p) => `${indent}  ${p}`).join(',\n')}\n${indent}${close.trim()}`;
}

/** `{ "error": …, "diagnostics": […] }`: the first error, and all diagnostics, each with its own text. */
export function failureToJson(
  parts: readonly { diagnostics: readonly Diagnostic[]; source?: string }[],
): Json {
  const all = parts.flatMap((p) => p.diagnostics.map((d) => diagnosticToJson(d, p.source ?? '') as Json));
  return { error: all[0] as Json, diagnostics: all };
}
