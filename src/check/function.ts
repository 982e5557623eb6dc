/**
 * The function that differences are taken of: Σ cotangent·output of a problem, moved along a line through its point.
 *
 * Outputs are subtracted element by element before they are summed, so an element that does not move adds no
 * rounding. The arrays handed to the problem are reused from call to call.
 */
import { orElse } from '../core/diagnostic.js';
import type { Tensor } from '../core/tensor.js';
import type { Insight, Point, Problem, Variable } from '../run/problem.js';
import type { Estimate, Probe } from './ladder.js';
import { Noise } from './noise.js';

/** A bound on rounding, in standard deviations of it. */
const DEVIATIONS = 3;
/** What rounding there is at least, in units of the last place. */
const LAST_PLACES = 2;
/** A value is little but rounding where rounding is so large a part of it; a slope stands out with an error below that. */
const DROWNED = 1e-2;
const OUTSTANDING = 1e-3;
/**
 * Roundings at random are wrong by a whole unit in the last place, real ones by anything up to half of one: √12 times
 * less on average.
 */
export const SCATTER = 0.3;

/** Moves the point by t along a line: writes into the arrays and tells how far it came. */
export interface Line {
  readonly move: (t: number) => void;
  /** The distance between the points at t and −t after rounding, as a difference of t. */
  readonly spacing: (t: number) => number;
  /** The size of the point along the line, a power of two. */
  readonly scale: number;
  readonly restore: () => void;
}

/** What differences need to know of a problem. */
export type Differentiable = Pick<
  Problem,
  'variables' | 'point' | 'outputShape' | 'cost' | 'iterations' | 'main' | 'frozenValue'
> & { insight?(cotangent: Tensor): Insight | undefined };

/** The variables that are differentiated: real and wanted. */
export function wanted(problem: Pick<Problem, 'variables'>): Variable[] {
  return problem.variables.filter((v) => v.wrt && !v.integer);
}

export class Sampled {
  /** The moving point, and the one it started from. */
  readonly point: Point;
  readonly origin: Point;
  readonly base: Tensor;
  /** Σ |cotangent·output| at the point: what rounding is relative to. */
  readonly magnitude: number;
  /** The rounding in Σ cotangent·output as measured. */
  noise = new Noise([]);
  /** The largest finite Σ |cotangent·output| at shifted points so far. */
  reach = 0;
  evaluations = 0;
  /** Roundings that add up at random in one element of the output, in units of the last place: a guess. */
  readonly #accumulated: number;
  readonly #problem: Differentiable;
  readonly #cotangent: Tensor;

  /** `cost` is the number of operations of one value, roughly. */
  constructor(problem: Differentiable, cotangent: Tensor, cost: number) {
    this.#accumulated = LAST_PLACES + 0.5 * Math.sqrt(cost / Math.max(1, cotangent.data.length));
    this.#problem = problem;
    this.#cotangent = cotangent;
    this.origin = problem.point;
    const own = new Set(wanted(problem).map((v) => v.name));
    this.point = new Map(
      [...problem.point].map(([name, t]) => [name, own.has(name) ? { ...t, data: t.data.slice() } : t]),
    );
    this.base = this.evaluate();
    this.magnitude = this.#size(this.base);
  }

  evaluate(): Tensor {
    this.evaluations++;
    const result = this.#problem.frozenValue(this.point);
    return { shape: result.shape, data: result.data.slice() };
  }

  /** Elsewhere the program may refuse to go on, as where a loop never ends: it has no value there. */
  #elsewhere(): Tensor {
    return orElse(
      () => this.evaluate(),
      () => ({ shape: this.base.shape, data: this.base.data.map(() => Number.NaN) }),
    );
  }

  /** Σ cotangent·(output at t − output at the point). */
  offset(line: Line, t: number): number {
    line.move(t);
    const moved = this.#elsewhere();
    line.restore();
    return this.#difference(moved, this.base).difference;
  }

  /** Whether the value at the point is little but rounding, or values around it look like nothing else. */
  get drowned(): boolean {
    const { inherent = 0, here } = this.noise;
    if (this.reach === 0) return false;
    return inherent > DROWNED * this.magnitude || here > DROWNED * this.reach;
  }

  /**
   * What a difference is worth where the value at the point is little but rounding, so that nobody knows what the
   * function does there: only a slope that stands out from the rounding.
   */
  worth(estimate: Estimate): Estimate {
    const outstanding = estimate.error <= OUTSTANDING * Math.abs(estimate.value);
    return this.drowned && !outstanding ? { ...estimate, error: Number.POSITIVE_INFINITY } : estimate;
  }

  /** Asks about the point at t. */
  at<T>(line: Line, t: number, ask: (point: Point) => T): T {
    line.move(t);
    const answer = ask(this.point);
    line.restore();
    return answer;
  }

  /** The rounding in the slope at step h where the values at its two points scatter by so much together. */
  noiseOfScatter(scatter: number, line: Line, h: number): number {
    return (SCATTER * DEVIATIONS * scatter) / line.spacing(h);
  }

  /** The central slope at step h with a bound on its rounding. */
  probe(line: Line, h: number): Probe {
    line.move(h);
    const ahead = this.#elsewhere();
    line.move(-h);
    const behind = this.#elsewhere();
    line.restore();
    const spacing = line.spacing(h);
    const { difference, size } = this.#difference(ahead, behind);
    if (!Number.isFinite(difference) || !(spacing > 0))
      return { slope: Number.NaN, noise: Number.POSITIVE_INFINITY };
    this.reach = Math.max(this.reach, size);
    const deviation = this.noise.at(h / line.scale, size);
    const least = this.noise.measured ? LAST_PLACES : this.#accumulated;
    const rounding = Math.max(DEVIATIONS * deviation, least * Number.EPSILON * size);
    return { slope: difference / spacing, noise: (2 * rounding) / spacing };
  }

  #difference(a: Tensor, b: Tensor): { difference: number; size: number } {
    const weights = this.#cotangent.data;
    let sum = 0;
    let lost = 0;
    let size = 0;
    for (let i = 0; i < a.data.length; i++) {
      const w = weights[i] as number;
      if (w === 0) continue;
      const p = a.data[i] as number;
      const q = b.data[i] as number;
      const term = w * (p - q);
      const next = sum + term;
      lost += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
      sum = next;
      size += Math.abs(w) * Math.max(Math.abs(p), Math.abs(q));
    }
    return { difference: sum + lost, size };
  }

  /** Σ |cotangent·output| at t. */
  sizeAt(line: Line, t: number): number {
    const size = this.at(line, t, () => this.#size(this.#elsewhere()));
    if (Number.isFinite(size)) this.reach = Math.max(this.reach, size);
    return size;
  }

  #size(t: Tensor): number {
    return t.data.reduce((sum, v, i) => sum + Math.abs(v * (this.#cotangent.data[i] as number)), 0);
  }
}

/** The line along coordinate i of an array. */
export function coordinateLine(data: Float64Array, i: number): Line {
  const x = data[i] as number;
  return {
    move: (t) => {
      data[i] = x + t;
    },
    spacing: (t) => x + t - (x - t),
    scale: binade(x, 1),
    restore: () => {
      data[i] = x;
    },
  };
}

/** An array to move, where it stands, and how. */
export interface Moved {
  readonly data: Float64Array;
  readonly origin: Float64Array;
  readonly direction: Float64Array;
}

/** The line along a direction through several arrays. */
export function directionLine(parts: readonly Moved[]): Line {
  return {
    move: (t) => {
      for (const { data, origin, direction } of parts)
        for (let i = 0; i < data.length; i++) data[i] = (origin[i] as number) + t * (direction[i] as number);
    },
    spacing: (t) => 2 * t,
    scale: 1,
    restore: () => {
      for (const { data, origin } of parts) data.set(origin);
    },
  };
}

const number = new Float64Array(1);
const words = new Uint32Array(number.buffer);
const TINY = 2 ** -1000;
/** The word that holds the exponent, whatever the byte order. */
const HIGH = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** The power of two at or below |x|, or `otherwise` for zero; steps of powers of two are added without rounding. */
export function binade(x: number, otherwise: number): number {
  if (x === 0 || !Number.isFinite(x)) return otherwise;
  if (Math.abs(x) < TINY) return TINY;
  number[0] = x;
  words[HIGH] = (words[HIGH] as number) & 0x7ff00000;
  words[1 - HIGH] = 0;
  return number[0];
}
