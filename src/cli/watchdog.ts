/**
 * Time limits that hold whatever the work does. Long work looks at its limits by itself (`core/deadline.ts`), which
 * ends it cleanly; what does not come to look, such as one long run of generated code, is cut off by Node's own
 * watchdog for scripts, a thread that interrupts the engine.
 */
import { Script } from 'node:vm';
import { allocationFailure, cutOff, type Limits, withLimits } from '../core/deadline.js';

/** Where the script finds the work: scripts see nothing but the global object. */
const WORK = Symbol.for('adc.work');
const place = globalThis as unknown as Record<symbol, (() => void) | undefined>;

/** How much later than the work itself the watchdog notices, in milliseconds. */
const GRACE = 200;
const LONGEST = 2 ** 31 - 1;

/** The share of the heap from which on a collection may not free enough. */
const FULL = 0.85;

/** Loaded when first wanted: most runs end before they look. Before Node 20.16 there is no way to do so, and no answer. */
function memoryIsLow(): boolean {
  const v8 = process.getBuiltinModule?.('node:v8');
  if (v8 === undefined) return false;
  const { used_heap_size: used, heap_size_limit: limit } = v8.getHeapStatistics();
  return used > FULL * limit;
}

let script: Script | undefined;

/** Runs synchronous work. @throws LimitError when time or memory is up; and whatever the work throws */
export type Within = <T>(work: () => T) => T;

/** A runner for the parts of one piece of work, which may take so many seconds in all; each loop so many iterations. */
export function withinLimits(seconds: number, maxIterations: number): Within {
  let left = 1000 * seconds;
  return (work) => {
    const start = performance.now();
    try {
      return guarded({ seconds, end: start + left, maxIterations, memoryIsLow }, work);
    } finally {
      left -= performance.now() - start;
    }
  };
}

function guarded<T>(limits: Limits, work: () => T): T {
  script ??= new Script(`globalThis[Symbol.for('adc.work')]()`);
  let result: T | undefined;
  place[WORK] = () => {
    result = withLimits(limits, work);
  };
  try {
    const left = Math.max(0, Math.ceil(limits.end - performance.now()));
    script.runInThisContext({ timeout: Math.min(LONGEST, left + GRACE), displayErrors: false });
    return result as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw cutOff(limits.seconds);
    throw allocationFailure(error) ?? error;
  } finally {
    place[WORK] = undefined;
  }
}
