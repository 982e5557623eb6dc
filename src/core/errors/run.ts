/** Errors of running generated code: one constructor each. */
import { AdcError } from '../diagnostic.js';
import type { Span } from '../span.js';

const bytes = (n: number) => (n < 1e9 ? `${Math.round(n / 1e6)} MB` : `${(n / 1e9).toPrecision(3)} GB`);

export const tooLargeAt = (span: Span, what: string, size: number, limit: number) =>
  new AdcError({
    severity: 'error',
    code: 'too-large',
    message: `${what} would take ${bytes(size)}, more than the ${bytes(limit)} that are allowed`,
    span,
  });

export const tooMuchWork = (span: Span, operations: number, limit: number) =>
  new AdcError({
    severity: 'error',
    code: 'too-large',
    message: `this takes about ${operations.toExponential(0)} operations, more than the ${limit.toExponential(0)} that are allowed`,
    span,
  });

export const tooLarge = (what: string, size: number, limit: number) =>
  new AdcError({
    severity: 'error',
    code: 'too-large',
    message: `${what} would take ${bytes(size)}, more than the ${bytes(limit)} that are allowed`,
  });
