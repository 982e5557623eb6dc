/** Errors of running generated code: one constructor each. */
import { AdcError } from '../diagnostic.js';

const bytes = (n: number) => (n < 1e9 ? `${Math.round(n / 1e6)} MB` : `${(n / 1e9).toPrecision(3)} GB`);

export const tooLarge = (what: string, size: number, limit: number) =>
  new AdcError({
    severity: 'error',
    code: 'too-large',
    message: `${what} would take ${bytes(size)}, more than the ${bytes(limit)} that are allowed`,
  });
