/** Numbers given as values of options. */
import { AdcError } from '../core/diagnostic.js';
import * as errors from '../core/errors/cli.js';
import { MAX_ITERATIONS, TIME_LIMIT } from '../core/limits.js';

/** @throws AdcError usage */
export function positive(option: string, text: string | boolean): number {
  const value = typeof text === 'string' && text.trim() !== '' ? Number(text) : Number.NaN;
  if (value > 0 && value < Number.POSITIVE_INFINITY) return value;
  throw new AdcError(errors.badOption(`${option} must be a positive number, not ${text}`));
}

/** The time limit that `--timeout` states. @throws AdcError usage */
export function secondsOf(timeout: string | boolean | undefined): number {
  return timeout === undefined ? TIME_LIMIT : positive('--timeout', timeout);
}

/** The iterations that a loop may run, as `--max-iterations` states them. @throws AdcError usage */
export function iterationsOf(text: string | boolean | undefined): number {
  return text === undefined ? MAX_ITERATIONS : wholeNumber('--max-iterations', text, 1);
}

/** @throws AdcError usage */
export function wholeNumber(option: string, text: string | boolean, least = 0): number {
  const value = Number(text);
  if (typeof text === 'string' && /^\d+$/.test(text) && value >= least && value <= 2 ** 32) return value;
  throw new AdcError(errors.badOption(`${option} must be a whole number of at least ${least}, not ${text}`));
}
