/** Errors of the passes. */
import { AdcError } from '../diagnostic.js';
import type { Span } from '../span.js';

export const unknownSize = (span: Span, what: string) =>
  new AdcError({
    severity: 'error',
    code: 'unsupported',
    message: `${what} needs a known number of rows or columns`,
    span,
    hint: 'give numbers for the sizes, with --shape or values',
  });
