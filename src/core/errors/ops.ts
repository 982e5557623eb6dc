/** Errors of looking up functions of the language. */
import { AdcError } from '../diagnostic.js';

export const noSuchFunction = (name: string, suggestion: string | undefined) =>
  new AdcError({
    severity: 'error',
    code: 'unknown-function',
    message: `adc has no function ${name}`,
    hint: suggestion === undefined ? 'adc ops lists them all' : `did you mean ${suggestion}?`,
  });
