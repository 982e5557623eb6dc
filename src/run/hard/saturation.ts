/**
 * Numbers that overflow on the way to a finite output: x / (1 + x^2) at 1e200 yields 0. Whether the output rests on
 * them shows in a run in which the largest double stands in their place.
 */
import type { Tensor } from '../../core/tensor.js';
import type { Func, Op } from '../../ir/types.js';
import { Breakage, brokenOf, type Culprit } from './broken.js';
import { isAffordable, SIGNIFICANT, UNDERFLOW } from './loss.js';
import { distance, Reruns } from './perturb.js';
import { derivativeArgs, type Site } from './site.js';

/** Overflows that are looked at. */
const TRIED = 8;

/** An overflow, and an element of the value (output 0) or of a gradient that rests on it. */
export interface Saturation {
  readonly culprit: Culprit;
  readonly output: number;
  readonly offset: number;
}

/** The first overflow that the finite outputs of a function rest on. */
export function saturationOf(func: Func, args: readonly Tensor[]): Saturation | undefined {
  if (!isAffordable(func)) return undefined;
  const breakage = new Breakage(func, args);
  if (!breakage.results.every((t) => t.data.every(Number.isFinite))) return undefined;
  const overflows = breakage.first().filter((c) => brokenOf(c).overflow);
  if (overflows.length === 0) return undefined;
  const reruns = new Reruns(func, args);
  const at = changed(reruns.outputs, saturated(reruns, undefined));
  if (!at) return undefined;
  // The outputs rest on an overflow if they are again what they were once it alone is let be.
  const culprit = overflows.slice(0, TRIED).find((c) => !changed(reruns.outputs, saturated(reruns, c.op)));
  return { culprit: culprit ?? (overflows[0] as Culprit), ...at };
}

/** The overflow that a finite value or gradient rests on. */
export function saturation(site: Site): Saturation | undefined {
  return saturationOf(site.gradient(), derivativeArgs(site));
}

const MOST = Number.MAX_VALUE;
const finite = (t: Tensor) => t.data.every(Number.isFinite);

/** The outputs with the largest double in the place of whatever overflows, but for what one operation yields. */
function saturated(reruns: Reruns, except: Op | undefined): Tensor[] {
  return reruns.run(({ op }, computed, operands) =>
    op === except || !operands.every(finite) ? undefined : computed.map(largestInstead),
  );
}

function largestInstead(t: Tensor): Tensor {
  if (finite(t)) return t;
  return {
    shape: t.shape,
    data: t.data.map((x) => (Math.abs(x) === Number.POSITIVE_INFINITY ? Math.sign(x) * MOST : x)),
  };
}

function changed(before: readonly Tensor[], after: readonly Tensor[]) {
  for (const [output, { data }] of before.entries()) {
    const offset = data.findIndex((x, i) => {
      const off = distance(after[output]?.data[i] as number, x);
      return off > UNDERFLOW && off > SIGNIFICANT * Math.abs(x);
    });
    if (offset >= 0) return { output, offset };
  }
  return undefined;
}
