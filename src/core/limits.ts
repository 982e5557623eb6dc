/** Limits on what a run may allocate, checked before anything is allocated. */
import { tooLarge } from './errors/run.js';

/** The most bytes that one buffer may have, and all of a run together. */
export const BUFFER_LIMIT = 2 ** 31;
export const TOTAL_LIMIT = 4e9;
/** The seconds that a command, or a case of a suite, may take unless told otherwise. */
export const TIME_LIMIT = 30;

/** The iterations that a loop may run, unless told otherwise. */
export const MAX_ITERATIONS = 1e7;

/** The most characters that a formula, or a case of a suite, may have. */
export const TEXT_LIMIT = 4_000_000;

/** The most axes that a tensor may have. */
export const MOST_AXES = 64;

/**
 * Checks the buffers that a run is about to allocate.
 * @param lengths the numbers of elements, by what the buffer holds
 * @throws AdcError `too-large`
 */
export function checkBudget(lengths: Iterable<readonly [what: string, length: number]>): void {
  let total = 0;
  for (const [what, length] of lengths) {
    const size = 8 * length;
    if (!(size <= BUFFER_LIMIT)) throw tooLarge(what, size, BUFFER_LIMIT);
    total += size;
  }
  if (total > TOTAL_LIMIT) throw tooLarge('this computation', total, TOTAL_LIMIT);
}

/** How deep calls of a program's functions may nest while it is lowered, and how many there may be in all. */
export const MOST_CALLS = 64;
export const MOST_COPIES = 10_000;
