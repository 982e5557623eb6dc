/**
 * The derivative of a function of one variable by central differences that know their own error.
 *
 * A *probe* at step h is the slope D(h) = (φ(h) − φ(−h)) / 2h together with a bound on the rounding in it. Where φ is
 * smooth, D(h) = φ′(0) + c₂h² + c₄h⁴ + …, so the truncation falls with h and the rounding grows. Three stages:
 *
 * 1. *descend* from a small step by factors of 64 to where rounding hides the slope, and find the largest step from
 *    which on all tell the same slope: whatever wiggles, kinks or edges lie within larger steps, here φ looks straight;
 * 2. *grow* by factors of 8 while the slope stays nearly the same. Each step is judged by the next larger one;
 * 3. *extrapolate* downwards from the largest good step (Ridders, Advances in Engineering Software 4, 1982; Press et
 *    al., Numerical Recipes, §5.7): a Neville table in h², whose entries are judged by those they are made of.
 *
 * Steps at which rounding alone exceeds the error that was already reached are not taken.
 * What larger steps tell is believed only where every smaller step supports it within its own rounding: a bounded
 * function looks flat at huge steps, a kink close by is a constant error of all steps beyond it, and only the small
 * ones give that away.
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
  /** The largest step that the value rests on. */
  readonly reach: number;
}

interface Rung extends Probe {
  readonly step: number;
}

const FINE = 64;
const COARSE = 8;
const LEVELS = 9;
const BEYOND = 4;
/** Descending ends where rounding exceeds this part of the slope, or after so many steps with the same slope. */
const HIDDEN = 2 ** -6;
const ENOUGH = 5;
/** Two slopes are the same within this part of them, beside their rounding. */
const SAME = 0.01;
/** How many times its rounding a step may lie off and still support a larger one. */
const SUPPORT = 2;
/** How many times more rounding than was measured is taken for possible. */
const DISTRUST = 64;
const unknown: Estimate = { value: Number.NaN, error: Number.POSITIVE_INFINITY, reach: 0 };

/** The derivative at 0 with its error. It never throws; where φ is finite nowhere near, the error is Infinity. */
export function climb(ladder: Ladder): Estimate {
  return new Climb(ladder).estimate();
}

/** The largest step from which on the slope stays. */
interface Base {
  readonly rung: Rung;
  /** How far the slope moved from the step below: about its truncation. */
  readonly below: number;
  readonly estimate: Estimate;
}

class Climb {
  readonly #ladder: Ladder;
  /** All probes, from which larger steps need support. */
  readonly #taken = new Map<number, Rung>();
  /** How much more rounding there is than the probes tell. */
  #inflation = 1;

  constructor(ladder: Ladder) {
    this.#ladder = ladder;
  }

  estimate(): Estimate {
    const base = this.#descend();
    if (base === undefined) return unknown;
    const { target } = this.#ladder;
    if (!(base.estimate.error > target && base.estimate.error < Number.POSITIVE_INFINITY))
      return base.estimate;
    const { best, tops } = this.#grow(base);
    let result = best;
    for (const step of tops) {
      if (result.error <= target) break;
      const top = this.#rung(step);
      if (result.error <= 1.5 * top.noise) break;
      result = this.#extrapolate(top, best, result);
    }
    return result;
  }

  #rung(step: number): Rung {
    let rung = this.#taken.get(step);
    if (rung === undefined) {
      rung = { step, ...this.#ladder.probe(step) };
      this.#taken.set(step, rung);
    }
    return this.#inflation === 1 ? rung : { ...rung, noise: rung.noise * this.#inflation };
  }

  /** Undefined where the function is finite nowhere. */
  #descend(): Base | undefined {
    const { scale, smallest } = this.#ladder;
    const steps: Rung[] = [this.#rung(scale * 2 ** -20)];
    let straight = 0;
    for (let coarse = steps[0] as Rung; coarse.step / FINE >= smallest; ) {
      const fine = this.#rung(coarse.step / FINE);
      steps.push(fine);
      straight = same(coarse, fine) ? straight + 1 : 0;
      if (straight >= ENOUGH || (straight > 0 && !(fine.noise <= HIDDEN * larger(coarse, fine)))) break;
      coarse = fine;
    }
    if (straight === 0) {
      // Slopes that settle nowhere may have more rounding in them than was measured.
      this.#inflation = DISTRUST;
      for (const [k, { step }] of steps.entries()) steps[k] = this.#rung(step);
      while (
        straight < steps.length - 1 &&
        same(steps.at(-2 - straight) as Rung, steps.at(-1 - straight) as Rung)
      )
        straight++;
    }
    const last = steps.at(-1) as Rung;
    if (straight > 0) return this.#judgeBase(steps.at(-1 - straight) as Rung, steps.at(-straight) as Rung);
    if (Number.isNaN(last.slope)) return undefined;
    const estimate = { value: last.slope, error: Number.POSITIVE_INFINITY, reach: last.step };
    return { rung: last, below: 0, estimate };
  }

  #judgeBase(rung: Rung, next: Rung): Base {
    const below = Math.abs(rung.slope - next.slope);
    const error = Math.max(1.5 * below + rung.noise + next.noise, 1.5 * this.#excess(rung.slope, rung.step));
    return { rung, below, estimate: { value: rung.slope, error, reach: rung.step } };
  }

  /** The largest distance of a value from the slopes at steps below one, beyond their rounding. */
  #excess(value: number, step: number, truncation: (h: number) => number = () => 0): number {
    let most = 0;
    for (const rung of this.#taken.values()) {
      if (!(rung.step < step) || Number.isNaN(rung.slope)) continue;
      // Of many steps one may well lie a little outside of its bound.
      const noise = SUPPORT * this.#inflation * rung.noise;
      most = Math.max(most, Math.abs(rung.slope - value) - noise - truncation(rung.step));
    }
    return most;
  }

  #grow(base: Base): Grown {
    const { largest, target, reference = 0 } = this.#ladder;
    let best = base.estimate;
    let top = base.rung;
    let below = base.below;
    let strict: Rung | undefined;
    while (top.step * COARSE <= largest && best.error > target) {
      const next = this.#rung(top.step * COARSE);
      const change = Math.abs(next.slope - top.slope);
      const noise = next.noise + top.noise;
      if (!(change <= 0.25 * larger(next, top) + noise)) strict ??= top;
      if (strict !== undefined && !(change <= 0.25 * reference + noise)) break;
      const error = Math.max(1.5 * below, change / 16, this.#excess(top.slope, top.step)) + top.noise;
      if (error < best.error) best = { value: top.slope, error, reach: top.step };
      top = next;
      below = change;
    }
    const tops = [...new Set([strict ?? top, top])].map((rung) => rung.step);
    // A step that is too large for itself may still serve to extrapolate from.
    if (top.step * BEYOND <= largest) tops.push(top.step * BEYOND);
    return { best, tops };
  }

  /** An estimate better than `best`, from the steps below `top`; it must lie where `validator` allows. */
  #extrapolate(top: Rung, validator: Estimate, best: Estimate): Estimate {
    let result = best;
    let previous: Entry[] = [{ value: top.slope, noise: top.noise }];
    for (let level = 1; level < LEVELS && result.error > this.#ladder.target; level++) {
      const rung = this.#rung(top.step / 2 ** level);
      if (!(rung.noise <= result.error)) break;
      const row: Entry[] = [{ value: rung.slope, noise: rung.noise }];
      for (let j = 1; j <= level; j++) {
        const left = row[j - 1] as Entry;
        const above = previous[j - 1] as Entry;
        const entry = eliminate(left, above, 4 ** j);
        row.push(entry);
        const change = Math.max(
          Math.abs(entry.value - left.value),
          Math.abs(entry.value - above.value),
          Math.abs(entry.value - (previous[j]?.value ?? left.value)),
        );
        const judged = { value: entry.value, error: change + entry.noise, reach: top.step };
        if (!(judged.error < result.error) || !consistent(judged, validator)) continue;
        const bend = Math.abs(top.slope - entry.value) / top.step ** 2;
        if (this.#excess(entry.value, rung.step, (h) => 4 * bend * h * h) <= judged.error) result = judged;
      }
      previous = row;
    }
    return result;
  }
}

function same(a: Probe, b: Probe): boolean {
  return Math.abs(a.slope - b.slope) <= SAME * larger(a, b) + a.noise + b.noise;
}

function larger(a: Probe, b: Probe): number {
  return Math.max(Math.abs(a.slope), Math.abs(b.slope));
}

interface Grown {
  readonly best: Estimate;
  /** Steps to extrapolate from: the largest at which the slope itself, or its reference, hardly changed, and one beyond. */
  readonly tops: readonly number[];
}

/** Whether two estimates can both be right. */
function consistent(a: Estimate, b: Estimate): boolean {
  return Math.abs(a.value - b.value) <= a.error + b.error;
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
