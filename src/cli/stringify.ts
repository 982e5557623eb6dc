/** JSON documents for standard output: records over several lines, arrays of numbers on one. */
import type { Json } from '../check/json.js';
import { type Diagnostic, diagnosticToJson } from '../core/diagnostic.js';

/** A document, ended by a newline. Fields that are undefined are left out. */
export function stringify(value: Json): string {
  return `${text(value, '')}\n`;
}

function text(value: Json, indent: string): string {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    if (!Array.isArray(value) || !value.some(isRecord)) return JSON.stringify(value);
    const items = value.map((item) => `${indent}  ${text(item, `${indent}  `)}`);
    return `[\n${items.join(',\n')}\n${indent}]`;
  }
  const fields = Object.entries(value as Record<string, Json | undefined>).filter(([, v]) => v !== undefined);
  if (fields.length === 0) return '{}';
  const lines = fields.map(
    ([key, v]) => `${indent}  ${JSON.stringify(key)}: ${text(v as Json, `${indent}  `)}`,
  );
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

function isRecord(value: Json): boolean {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** `{ "error": …, "diagnostics": […] }`: the first error, and all diagnostics, each with its own text. */
export function failureToJson(
  parts: readonly { diagnostics: readonly Diagnostic[]; source?: string }[],
): Json {
  const all = parts.flatMap((p) => p.diagnostics.map((d) => diagnosticToJson(d, p.source ?? '') as Json));
  return { error: all[0] as Json, diagnostics: all };
}
