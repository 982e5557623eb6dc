/** Errors of the passes. */
import { AdcError } from '../diagnostic.js';
import type { Span } from '../span.js';

export const notDifferentiable = (span: Span, what: string, mode: string) =>
  new AdcError({
    severity: 'error',
    code: 'unsupported',
    message: `the ${mode} pass does not differentiate ${what} yet`,
    span,
  });
