/** How often the loops of a program run at a point, so that elsewhere one that never ends is given up soon. */
import type { Tensor } from '../core/tensor.js';
import { interpret } from '../ir/interpret.js';
import { type Func, type Region, regionsOf } from '../ir/types.js';

/** Whether a function, or one that it calls, has a loop that ends by a condition. */
function hasWhile(func: Func): boolean {
  const within = (region: Region): boolean =>
    region.ops.some((op) => op.kind === 'while' || regionsOf(op).some(within));
  return within(func.body) || [...(func.functions?.values() ?? [])].some(hasWhile);
}

/** A bound on the iterations of each loop, the operations that were run; undefined where no loop could be endless. */
export function iterationsOf(func: Func, args: readonly Tensor[]): number | undefined {
  if (!hasWhile(func)) return undefined;
  let count = 0;
  interpret(func, args, { observe: () => count++ });
  return count;
}
