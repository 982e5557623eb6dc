/** What generated code asks for when it runs in process: memory within limits, and errors that point into the program. */
import { checkTime } from '../core/deadline.js';
import { indexOutside, tooManyIterations } from '../core/errors/run.js';
import { checkBudget, MAX_ITERATIONS } from '../core/limits.js';
import type { Hooks, Site } from '../emit/runtime.js';

/** Hooks for code that names places by their number among `sites`. */
export function hooksFor(sites: readonly Site[]): Hooks {
  const at = (k: number) => sites[k] as Site;
  const array = (length: number) => {
    checkBudget([['an intermediate result', length]]);
    return new Float64Array(length);
  };
  return {
    most: MAX_ITERATIONS,
    array,
    grown(old, length) {
      checkTime();
      const longer = array(Math.max(16, length, Math.min(2 * old.length, old.length + 2 ** 26)));
      longer.set(old);
      return longer;
    },
    outside(k, index, length, ...element) {
      throw indexOutside(at(k).span, index, length, at(k).axis, element);
    },
    look(k, count) {
      checkTime();
      if (count >= this.most) throw tooManyIterations(at(k).span, this.most);
    },
  };
}
