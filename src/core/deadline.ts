/**
 * Limits that long work looks at on its way: time, and memory.
 *
 * Whoever starts work states them (`withLimits`), whatever may repeat very often calls `tick`, and a `LimitError` ends
 * the work. Work is synchronous, so there is one set of limits at a time; without one, a tick does nothing.
 */
import type { LimitError } from './diagnostic.js';
import { outOfMemory, timeLimit } from './errors/run.js';
import { MAX_ITERATIONS } from './limits.js';

export interface Limits {
  /** The time that was granted, for messages. */
  readonly seconds: number;
  /** When it is over, on the clock of `performance.now`. */
  readonly end: number;
  /** Whether memory is about to run out. */
  readonly memoryIsLow?: () => boolean;
  /** The iterations that a loop may run. */
  readonly maxIterations?: number;
}

/** Looking at the clock costs as much as some hundred operations. */
const TICKS = 256;

let running: Limits | undefined;
let ticks = 0;
let stage = 'reading the text';

/**
 * Runs work under limits; limits around it hold as well.
 * @throws LimitError from within `work`
 */
export function withLimits<T>(limits: Limits, work: () => T): T {
  const outer = running;
  if (outer === undefined || limits.end < outer.end) running = limits;
  try {
    return work();
  } finally {
    running = outer;
  }
}

/** Runs work in which a loop may run so many iterations at most. */
export function withIterations<T>(most: number, work: () => T): T {
  const outer = running;
  const maxIterations = Math.min(most, iterationLimit());
  running = {
    ...(outer ?? { seconds: Number.POSITIVE_INFINITY, end: Number.POSITIVE_INFINITY }),
    maxIterations,
  };
  try {
    return work();
  } finally {
    running = outer;
  }
}

/** The iterations that a loop may run. */
export function iterationLimit(): number {
  return running?.maxIterations ?? MAX_ITERATIONS;
}

/** Says what is being done, for the message of a limit. @throws LimitError */
export function during(what: string): void {
  stage = what;
  checkTime();
}

/** One step that may take long by itself. @throws LimitError */
export function checkTime(): void {
  if (running !== undefined && performance.now() > running.end) throw timeLimit(running.seconds, stage);
}

/** One small step that may be repeated very often. @throws LimitError */
export function tick(): void {
  if (running !== undefined && ++ticks % TICKS === 0) look(running);
}

function look(limits: Limits): void {
  if (performance.now() > limits.end) throw timeLimit(limits.seconds, stage);
  if (limits.memoryIsLow?.()) throw outOfMemory(stage);
}

/** The error of work that was cut off from outside, between two ticks; its limits are gone with it. */
export function cutOff(seconds: number): LimitError {
  running = undefined;
  return timeLimit(seconds, stage);
}

/** What an engine's refusal to allocate means, if that is what it is. */
export function allocationFailure(error: unknown): LimitError | undefined {
  const refused =
    error instanceof RangeError &&
    /array buffer|typed array|array length|string length|maximum size/i.test(error.message);
  return refused ? outOfMemory(stage) : undefined;
}
