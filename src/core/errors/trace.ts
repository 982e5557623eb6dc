/** Errors of tracing: what is too large or not straight-line enough for tables of elementary operations. */
import { AdcError } from '../diagnostic.js';
import type { Span } from '../span.js';

const hint = 'trace is for scalars and small vectors: try fewer elements, or adc grad';

export const traceTooMany = (elements: number, limit: number) =>
  new AdcError({
    severity: 'error',
    code: 'too-large',
    message: `trace writes a row for every element, and the variables have ${elements} elements (at most ${limit})`,
    hint,
  });

export const traceTooLong = (span: Span, limit: number) =>
  new AdcError({
    severity: 'error',
    code: 'too-large',
    message: `trace writes a row for every elementary operation on every element, here more than ${limit}`,
    span,
    hint,
  });

export const traceUnsupported = (span: Span, what: string) =>
  new AdcError({
    severity: 'error',
    code: 'unsupported',
    message: `trace does not write tables of ${what} yet`,
    span,
    hint: 'adc grad differentiates it',
  });

export const traceCotangent = (got: string, expected: string) =>
  new AdcError({
    severity: 'error',
    code: 'shape-mismatch',
    message: `the cotangent has shape ${got} and the output has shape ${expected}`,
  });
