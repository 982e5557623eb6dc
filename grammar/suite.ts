/** Suites: one case a logical line. A line that is indented continues the one before it. */

export interface LogicalLine {
  /** The text of the case, its continuation lines included; spans of the case are offsets into it. */
  readonly text: string;
  /** The number of its first line in the file, from 1. */
  readonly line: number;
  /** The offset of `text` in the file. */
  readonly start: number;
}

/** Nothing but white space and comments. */
const blank = /^\s*(?:(?:#|\/\/).*|\/\*(?:(?!\*\/).)*\*\/\s*(?:(?:#|\/\/).*)?)?$/;

/** The logical lines of a suite file. Blank lines and lines that hold only a comment neither make nor end one. */
export function* logicalLines(text: string): Generator<LogicalLine> {
  let last: { line: number; start: number; end: number } | undefined;
  const finished = ({ line, start, end }: NonNullable<typeof last>): LogicalLine => ({
    text: text.slice(start, end),
    line,
    start,
  });
  let start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  for (let line = 1; start <= text.length; line++) {
    const newline = text.indexOf('\n', start);
    const next = newline < 0 ? text.length : newline;
    const content = text.slice(start, next).replace(/\r$/, '');
    if (!blank.test(content)) {
      const end = start + content.length;
      if (last !== undefined && /^[^\S\n]/.test(content)) last.end = end;
      else {
        if (last !== undefined) yield finished(last);
        last = { line, start, end };
      }
    }
    start = next + 1;
  }
  if (last !== undefined) yield finished(last);
}

export const splitSuite = (text: string): LogicalLine[] => [...logicalLines(text)];
