/**
 * The derivative of a function of one variable by central differences that know their own error.
 *
 * A *probe* at step h is the slope D(h) = (φ(h) − φ(−h)) / 2h together with a bound on the rounding in it. Where φ is
 * smooth, D(h) = φ′(0) + c₂h² + c₄h⁴ + …, so the truncation falls with h and the rounding grows. Three stages:
 *
 * 1. *descend* from a small step until two steps, 64 times apart, tell the same slope: whatever wiggles, kinks or
 *    edges lie within larger steps, here φ looks straight;
 * 2. *grow* by factors of 8 while the slope stays nearly the same. Each step is judged by the next larger one;
 * 3. *extrapolate* downwards from the largest good step (Ridders, Advances in Engineering Software 4, 1982; Press et
 *    al., Numerical Recipes, §5.7): a Neville table in h², whose entries are judged by their two parents.
 *
 * Steps at which rounding alone exceeds the error that was already reached are not taken.
 * A later stage is believed only where it is consistent with the earlier ones: a bounded function looks flat at huge
 * steps, and only the small ones give that away.
 */

export interface Probe {
  /** NaN where the function has no finite value at one of the two points. */
  readonly slope: number;
  /** A bound on the rounding error of the slope. */
  readonly noise: number;
}

export interface Ladder {
  readonly probe: (step: number) => Probe;
  /** The size of the point, a power of two: steps start at 2⁻²⁰ of it. */
  readonly scale: number;
  readonly smallest: number;
  readonly largest: number;
  /** An error that is small enough to stop at; 0 for the best that can be had. */
  readonly target: number;
  /** The size of slope that growing steps measure changes by where the slope itself is smaller, as at a zero of it. */
  readonly reference?: number;
}

export interface Estimate {
  readonly value: number;
  /** The true derivative lies within this of the value; Infinity where nothing can be said. */
  readonly error: number;
}

interface Rung extends Probe {
  readonly step: number;
}

const FINE = 64;
const COARSE = 8;
const LEVELS = 9;
const unknown: Estimate = { value: Number.NaN, error: Number.POSITIVE_INFINITY };

/** The derivative at 0 with its error. It never throws; where φ is finite nowhere near, the error is Infinity. */
export function climb(ladder: Ladder): Estimate {
  const rung = (step: number): Rung => ({ step, ...ladder.probe(step) });
  const base = descend(ladder, rung);
  if (base === undefined) return unknown;
  if (!base.straight || base.estimate.error <= ladder.target) return base.estimate;
  const { best, tops } = grow(ladder, rung, base);
  let result = best;
  for (const top of tops) {
    if (result.error <= Math.max(ladder.target, 1.5 * top.noise)) break;
    const refined = extrapolate(top, rung, result, ladder.target);
    if (consistent(refined, best) && refined.error < result.error) result = refined;
  }
  return result;
}

interface Base {
  readonly rung: Rung;
  /** How far the slope moved from the step below: about its truncation. */
  readonly below: number;
  readonly estimate: Estimate;
  readonly straight: boolean;
}

function descend(ladder: Ladder, rung: (step: number) => Rung): Base | undefined {
  let coarse = rung(ladder.scale * 2 ** -20);
  for (;;) {
    const step = coarse.step / FINE;
    if (step < ladder.smallest) {
      if (Number.isNaN(coarse.slope)) return undefined;
      const estimate = { value: coarse.slope, error: Number.POSITIVE_INFINITY };
      return { rung: coarse, below: 0, straight: false, estimate };
    }
    const fine = rung(step);
    const change = Math.abs(coarse.slope - fine.slope);
    const noise = coarse.noise + fine.noise;
    if (change <= 0.01 * larger(coarse, fine) + noise)
      return {
        rung: coarse,
        below: change,
        straight: true,
        estimate: { value: coarse.slope, error: 1.5 * change + noise },
      };
    if (step / FINE < ladder.smallest && Number.isFinite(fine.slope))
      return {
        rung: fine,
        below: change,
        straight: false,
        estimate: { value: fine.slope, error: change + fine.noise },
      };
    coarse = fine;
  }
}

function larger(a: Probe, b: Probe): number {
  return Math.max(Math.abs(a.slope), Math.abs(b.slope));
}

interface Grown {
  readonly best: Estimate;
  /** Steps to extrapolate from: the largest at which the slope itself, or its reference, hardly changed. */
  readonly tops: readonly Rung[];
}

function grow(ladder: Ladder, rung: (step: number) => Rung, base: Base): Grown {
  let best = base.estimate;
  let top = base.rung;
  let below = base.below;
  let strict: Rung | undefined;
  while (top.step * COARSE <= ladder.largest && best.error > ladder.target) {
    const next = rung(top.step * COARSE);
    const change = Math.abs(next.slope - top.slope);
    const noise = next.noise + top.noise;
    if (!(change <= 0.25 * larger(next, top) + noise)) strict ??= top;
    if (strict !== undefined && !(change <= 0.25 * (ladder.reference ?? 0) + noise)) break;
    const judged = { value: top.slope, error: Math.max(1.5 * below, change / 16) + top.noise };
    if (judged.error < best.error && consistent(judged, best)) best = judged;
    top = next;
    below = change;
  }
  return { best, tops: strict === undefined || strict === top ? [top] : [strict, top] };
}

/** Whether two estimates can both be right. */
function consistent(a: Estimate, b: Estimate): boolean {
  return Math.abs(a.value - b.value) <= a.error + b.error;
}

function extrapolate(top: Rung, rung: (step: number) => Rung, validator: Estimate, target: number): Estimate {
  let best: Estimate = validator;
  let previous: { value: number; noise: number }[] = [{ value: top.slope, noise: top.noise }];
  for (let level = 1; level < LEVELS && best.error > target; level++) {
    const probe = rung(top.step / 2 ** level);
    if (probe.noise > best.error) break;
    const row = [{ value: probe.slope, noise: probe.noise }];
    for (let j = 1; j <= level; j++) {
      const left = row[j - 1] as Entry;
      const above = previous[j - 1] as Entry;
      const entry = eliminate(left, above, 4 ** j);
      row.push(entry);
      const change = Math.max(Math.abs(entry.value - left.value), Math.abs(entry.value - above.value));
      const judged = { value: entry.value, error: change + entry.noise };
      if (judged.error < best.error && consistent(judged, validator)) best = judged;
    }
    previous = row;
  }
  return best;
}

interface Entry {
  readonly value: number;
  readonly noise: number;
}

/** One step of Neville's scheme in h²: the h^2j term cancels between steps that differ by a factor of two. */
function eliminate(fine: Entry, coarse: Entry, factor: number): Entry {
  return {
    value: fine.value + (fine.value - coarse.value) / (factor - 1),
    noise: (factor * fine.noise + coarse.noise) / (factor - 1),
  };
}
