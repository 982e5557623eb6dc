/**
 * Numbers that overflow on the way to a finite output: x / (1 + x^2) at 1e200 yields 0. Whether the output rests on
 * them shows in a run in which the largest double stands in their place.
 */
import type { Tensor } from '../../core/tensor.js';
import { Breakage, brokenOf, type Culprit } from './broken.js';
import { distance, isAffordable, SIGNIFICANT, UNDERFLOW } from './loss.js';
import { Reruns } from './perturb.js';
import { derivativeArgs, type Site } from './site.js';

/** Overflows that are looked at. */
const TRIED = 8;

/** An overflow, and an element of the value (output 0) or of a gradient that rests on it. */
export interface Saturation {
  readonly culprit: Culprit;
  readonly output: number;
  readonly offset: number;
}

/** The overflows that finite outputs rest on. */
export function saturations(site: Site): Saturation[] {
  if (!isAffordable(site)) return [];
  const args = derivativeArgs(site);
  const breakage = new Breakage(site.gradient(), args);
  if (!breakage.results.every((t) => t.data.every(Number.isFinite))) return [];
  const overflows = breakage
    .first()
    .filter((c) => brokenOf(c).overflow)
    .slice(0, TRIED);
  if (overflows.length === 0) return [];
  const reruns = new Reruns(site.gradient(), args);
  return overflows.flatMap((culprit) => {
    const outputs = reruns.run(({ op }, computed) =>
      op === culprit.op ? computed.map(largestInstead) : undefined,
    );
    const at = changed(reruns.outputs, outputs);
    return at ? [{ culprit, ...at }] : [];
  });
}

const MOST = Number.MAX_VALUE;

function largestInstead(t: Tensor): Tensor {
  return {
    shape: t.shape,
    data: t.data.map((x) => (Number.isFinite(x) ? x : x > 0 ? MOST : x < 0 ? -MOST : x)),
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
