/**
 * Numbers: `2`, `.5`, `1e-3`.
 *
 * A dot belongs to a number only before a digit (`0..n` and `2.*x` lex as meant), and an exponent needs a digit (`2e`
 * and `2e+x` are products with the constant e). What looks like a number of another notation is an error.
 */
import type { Diagnostic } from '../src/core/diagnostic.js';
import * as errors from '../src/core/errors/lexical.js';

const decimal = /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const otherBase = /0(?:[xX][\da-fA-F]|[oO][0-7]|[bB][01])[\da-zA-Z_]*/y;
const mixed = /_[\d_a-zA-Z]*/y;
const moreDots = /(?:\.\d+)+/y;

function matchAt(pattern: RegExp, source: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(source) ? pattern.lastIndex : at;
}

/** Where the number that starts at `start` ends, and what is wrong with it. */
export function scanNumber(source: string, start: number): { end: number; error?: Diagnostic } {
  const based = matchAt(otherBase, source, start);
  if (based > start) return bad(errors.otherBase, source, start, based);
  const end = matchAt(decimal, source, start);
  const next = source.charCodeAt(end);
  if (next === 95) return bad(errors.underscoreInNumber, source, start, matchAt(mixed, source, end));
  if (next === 46) {
    const dots = matchAt(moreDots, source, end);
    if (dots > end) return bad(errors.manyDots, source, start, dots);
    const after = source.charAt(end + 1);
    if (after === '' || !".*/^'".includes(after)) {
      return { end: end + 1, error: errors.danglingDot({ start, end: end + 1 }, source.slice(start, end)) };
    }
  }
  const text = source.slice(start, end);
  return text.length > 3 && Number(text) === Number.POSITIVE_INFINITY
    ? { end, error: errors.hugeNumber({ start, end }, text) }
    : { end };
}

function bad(
  complain: (span: { start: number; end: number }, text: string) => Diagnostic,
  source: string,
  start: number,
  end: number,
): { end: number; error: Diagnostic } {
  return { end, error: complain({ start, end }, source.slice(start, end)) };
}
