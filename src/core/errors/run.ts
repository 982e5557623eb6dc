/** Errors of work that is too large or takes too long: one constructor each. */
import { AdcError, LimitError } from '../diagnostic.js';
import type { Span } from '../span.js';

const count = (n: number) => n.toLocaleString('en');

function bytes(n: number): string {
  if (n < 1e9) return `${Math.round(n / 1e6)} MB`;
  if (n < 1e12) return `${(n / 1e9).toPrecision(3)} GB`;
  return n < 1e15 ? `${Number((n / 1e12).toPrecision(3))} TB` : 'more than 1000 TB';
}

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

export const textTooLong = (length: number, limit: number) =>
  new AdcError({
    severity: 'error',
    code: 'too-large',
    message: `the text has ${count(length)} characters, more than the ${count(limit)} that are allowed`,
    hint: 'give data as values of variables: --x @data.json, .csv or .npy',
  });

/** The stage of the work that may be left out. */
export const DIFFERENCES = 'taking central differences';

export const timeLimit = (seconds: number, stage: string) =>
  new LimitError({
    severity: 'error',
    code: 'time-limit',
    message: `this takes longer than the ${seconds} s that are allowed: stopped while ${stage}`,
    hint: `--timeout ${Math.max(1, Math.ceil(4 * seconds))} allows more time${
      stage === DIFFERENCES ? ', grad --no-check does without differences' : ''
    }`,
  });

export const outOfMemory = (stage: string) =>
  new LimitError({
    severity: 'error',
    code: 'too-large',
    message: `this takes more memory than there is: stopped while ${stage}`,
    hint: 'NODE_OPTIONS=--max-old-space-size=8000 allows 8 GB, where the machine has them',
  });

const ORDINALS = ['first', 'second', 'third'];

/** `element` is the place within the index, where that is a tensor. */
export const indexOutside = (
  span: Span,
  index: number,
  length: number,
  axis: number,
  element: readonly number[] = [],
) =>
  new AdcError({
    severity: 'error',
    code: 'index-out-of-range',
    message: `the index ${index}${
      element.length > 0 ? `, element [${element.join(', ')}] of the indices,` : ''
    } is outside the ${axis === 0 ? '' : `${ORDINALS[axis] ?? `${axis + 1}th`} `}axis of length ${length}`,
    span,
    hint: length === 0 ? 'there are no elements to take' : `indices run from 0 to ${length - 1}`,
    data: { index, length, axis, element },
  });

export const tooManyIterations = (span: Span, limit: number) =>
  new AdcError({
    severity: 'error',
    code: 'iteration-limit',
    message: `the loop has run ${count(limit)} times and has not ended`,
    span,
    hint: '--max-iterations allows more; if the loop can never end here, its condition stays true at this point',
  });
