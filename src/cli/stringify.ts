/** JSON documents for standard output: what is short stays on one line, records over several lines otherwise. */
import type { Json } from '../check/json.js';
import { type Diagnostic, diagnosticToJson } from '../core/diagnostic.js';

const WIDTH = 100;

/** A document, ended by a newline. Fields that are undefined are left out. */
export function stringify(value: Json): string {
  return `${text(value, '')}\n`;
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
