/** Errors as a reader of snapshots wants them. */
import { type AdcError, caretLines } from '../../src/core/diagnostic.js';

/** Code, message, the line with a caret, and the hint of every diagnostic. */
export function told(source: string, error: AdcError): string {
  return error.diagnostics
    .map(({ code, message, span, hint }) =>
      [
        `${code}: ${message}`,
        ...(span ? caretLines(source, span).map((line) => `  ${line}`) : []),
        ...(hint ? [`  hint: ${hint}`] : []),
      ].join('\n'),
    )
    .join('\n');
}
