/** Diagnostics for people: severity and code, the line with a caret under the place, the hint. */
import { caretLines, type Diagnostic } from '../core/diagnostic.js';
import { positionOf } from '../core/span.js';
import type { Paint } from './output.js';

const names = { error: 'error', warning: 'warning', info: 'note' } as const;

/** One diagnostic as text that ends in a newline; `source` is what its span points into, `file` where that came from, `firstLine` its line there. */
export function renderDiagnostic(
  d: Diagnostic,
  source: string,
  paint: Paint,
  file?: string,
  firstLine = 1,
): string {
  const colour = d.severity === 'error' ? paint.red : d.severity === 'warning' ? paint.yellow : paint.cyan;
  const lines = [`${colour(`${names[d.severity]}[${d.code}]`)}${paint.bold(`: ${visible(d.message)}`)}`];
  if (d.span !== undefined && source !== '') {
    const { line: within, column } = positionOf(source, d.span.start);
    const line = within + firstLine - 1;
    const [text = '', caret = ''] = caretLines(source, d.span);
    const gutter = String(line);
    const blank = ' '.repeat(gutter.length);
    if (file !== undefined) lines.push(paint.dim(`${blank} ┌ ${file}:${line}:${column}`));
    lines.push(`${paint.dim(`${gutter} │`)} ${text}`, `${paint.dim(`${blank} │`)} ${colour(caret)}`);
  }
  if (d.hint !== undefined) lines.push(`  ${paint.dim('hint:')} ${visible(d.hint)}`);
  return `${lines.join('\n')}\n`;
}

/** Several diagnostics, one after the other. */
export function renderDiagnostics(
  all: readonly Diagnostic[],
  source: string,
  paint: Paint,
  file?: string,
  firstLine = 1,
): string {
  return all.map((d) => renderDiagnostic(d, source, paint, file, firstLine)).join('');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be hidden
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]|\p{Surrogate}/gu;

/** Control characters and lone surrogates made harmless for a terminal. */
function visible(text: string): string {
  return text.replace(UNPRINTABLE, '\ufffd');
}
