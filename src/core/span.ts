/**
 * Spans: where in a source text something stands.
 *
 * A span holds UTF-16 offsets (start inclusive, end exclusive). Lines and columns are worked out only when
 * a person or a program reads them: lines from 1, columns in code points from 1.
 */

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

export const noSpan: Span = Object.freeze({ start: 0, end: 0 });

/** The smallest span that covers both. */
export function cover(a: Span, b: Span): Span {
  return { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}

/** Line (from 1) and column (code points from 1) of a UTF-16 offset. */
export function positionOf(source: string, offset: number): Position {
  const before = source.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let i = before.indexOf('\n'); i >= 0; i = before.indexOf('\n', i + 1)) line++;
  return { line, column: [...before.slice(lineStart)].length + 1 };
}

/** The text of the line on which an offset stands, and where that line starts. */
export function lineAt(source: string, offset: number): { text: string; start: number } {
  const start = source.lastIndexOf('\n', offset - 1) + 1;
  const end = source.indexOf('\n', offset);
  return { text: source.slice(start, end < 0 ? source.length : end), start };
}
