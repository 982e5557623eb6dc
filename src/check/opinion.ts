/**
 * Second opinions on a difference: taken with other steps, and where the path or the rounding is not the same at the
 * shifted points as at the point itself, with both looked at for every step. Steps across a change of path are not
 * taken then, so what is left is the slope of the piece that the point lies on.
 */
import type { Insight, Turn } from '../run/problem.js';
import type { Line, Sampled } from './function.js';
import { climb, type Estimate, type Ladder, type Probe } from './ladder.js';

export interface NearTurn extends Turn {
  readonly distance: number;
  /** Whether it leaves differences too little room. */
  readonly close: boolean;
}

export interface Opinion extends Estimate {
  /** Whether the path or more rounding than was thought keeps the difference from being better. */
  readonly careful: boolean;
  /** Where the path turns closest to the point among the steps that were tried. */
  readonly turn?: NearTurn;
  /** Whether the slopes on both sides stay apart however small the step; looked at where no path can be told. */
  readonly kink: boolean;
}

/** Elementary operations of programs that the interpreter may run for every step: for the path, and for rounding. */
const TRACEABLE = 1e7;
export const SCATTERABLE = 2e5;
/** A difference whose error is a larger part of it than this tells nothing. */
export const TELLING = 1e-2;

/** Steps below this part of the size of the point are small for a difference. */
const CLOSE = 2 ** -10;

/** What a line is asked about. */
export interface Question {
  readonly sampled: Sampled;
  readonly line: Line;
  readonly ladder: Ladder;
  readonly insight: Insight | undefined;
  /** Elementary operations of one value. */
  readonly cost: number;
}

/** Takes a difference again. */
export function askAgain(question: Question): Opinion {
  const { sampled, line, ladder, insight, cost } = question;
  const plain = sampled.worth(climb(ladder));
  if (insight === undefined || cost > TRACEABLE)
    return { ...plain, careful: false, kink: hasKink(sampled, line, ladder.scale) };
  const careful = new CarefulProbes(question, insight);
  const suspicious = careful.suspects(plain.reach);
  const telling = plain.error <= TELLING * Math.abs(plain.value);
  if (telling && !suspicious) return { ...plain, careful: false, kink: false };
  const estimate = sampled.worth(climb({ ...ladder, probe: careful.probe }));
  const { nearest } = careful;
  const limited = suspicious || nearest !== undefined;
  return { ...estimate, careful: limited, kink: false, ...(nearest && { turn: nearest }) };
}

class CarefulProbes {
  readonly #question: Question;
  readonly #insight: Insight;
  nearest: NearTurn | undefined;

  constructor(question: Question, insight: Insight) {
    this.#question = question;
    this.#insight = insight;
  }

  /** Whether the path turns at the largest step or below, or rounding there is not what it seemed. */
  suspects(reach: number): boolean {
    if ([reach, reach / 64, reach / 4096].some((h) => this.#turns(h))) return true;
    const { sampled, line } = this.#question;
    return this.#noise(reach) > 2 * sampled.probe(line, reach).noise;
  }

  readonly probe = (h: number): Probe => {
    if (this.#turns(h)) return { slope: Number.NaN, noise: Number.POSITIVE_INFINITY };
    const { slope, noise } = this.#question.sampled.probe(this.#question.line, h);
    return { slope, noise: Math.max(noise, this.#noise(h)) };
  };

  #turns(h: number): boolean {
    if (!this.#insight.decides) return false;
    const { sampled, line } = this.#question;
    for (const t of [h, -h]) {
      const turn = sampled.at(line, t, (point) => this.#insight.turn(point));
      if (turn === undefined) continue;
      if (h < (this.nearest?.distance ?? Number.POSITIVE_INFINITY))
        this.nearest = { ...turn, distance: h, close: h <= CLOSE * line.scale };
      return true;
    }
    return false;
  }

  /** The rounding in the slope at step h as it is at the two points of that step. */
  #noise(h: number): number {
    const { sampled, line, cost } = this.#question;
    if (cost > SCATTERABLE) return 0;
    const scatter = (t: number) => sampled.at(line, t, (point) => this.#insight.valueScatter(point));
    return sampled.noiseOfScatter(scatter(h) + scatter(-h), line, h);
  }
}

/** One-sided slopes that stay apart however small the step: a kink within reach of the differences. */
export function hasKink(sampled: Sampled, line: Line, scale: number): boolean {
  for (const step of [2 ** -16, 2 ** -22, 2 ** -28]) {
    const gap = bend(sampled, line, step * scale);
    const closer = bend(sampled, line, (step * scale) / 64);
    if (!Number.isFinite(gap.value) || !Number.isFinite(closer.value)) continue;
    if (closer.value > 4 * closer.noise && closer.value > gap.value / 8) return true;
  }
  return false;
}

/** |slope to the right − slope to the left| at step h, and the rounding in it. */
function bend(sampled: Sampled, line: Line, h: number) {
  const right = sampled.offset(line, h) / h;
  const left = -sampled.offset(line, -h) / h;
  const rounding = Math.max(3 * sampled.noise.at(h / line.scale, 0), Number.EPSILON * sampled.magnitude);
  return { value: Math.abs(right - left), noise: (4 * rounding) / h };
}
