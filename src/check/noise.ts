/**
 * How much of a computed value is rounding. Seen from outside by Hamming's difference table, as in Moré and Wild, "Estimating computational
 * noise", SIAM J. Sci. Comput. 33 (2011).
 *
 * Along a line of closely spaced points a smooth function has vanishing high differences; what remains in them is
 * noise. The k-th differences of independent errors of deviation σ have variance σ²·(2k)!/(k!)².
 */

const POINTS = 10;
const SPACINGS = [49, 43, 37, 31, 25].map((bits) => 1.3713 * 2 ** -bits);

/** The standard deviation of the rounding in values taken at equally spaced nearby points. */
export function noiseOf(values: readonly number[]): number {
  let differences = [...values];
  let gamma = 1;
  let least = Number.POSITIVE_INFINITY;
  for (let k = 1; k < Math.min(values.length, 7); k++) {
    differences = differences.slice(1).map((v, i) => v - (differences[i] as number));
    gamma *= k / (2 * (2 * k - 1));
    const mean = differences.reduce((sum, d) => sum + d * d, 0) / differences.length;
    if (k >= 3) least = Math.min(least, Math.sqrt(gamma * mean));
  }
  return Number.isFinite(least) ? least : 0;
}

/** The height of a step, where values climb in steps: some neighbours equal, others not. */
function quantumOf(values: readonly number[]): number {
  const steps = values.slice(1).map((v, i) => Math.abs(v - (values[i] as number)));
  const rising = steps.filter((s) => s > 0);
  return rising.length > 0 && rising.length < steps.length ? Math.min(...rising) : 0;
}

/**
 * The noise of `along` near 0, whose argument is relative to the size of the point. The closest spacing that moves
 * the values is used: wider ones could take wiggles for noise, at closer ones the values stand still. Where they climb
 * as evenly as a staircase, one more is tried.
 */
export function sampleNoise(along: (t: number) => number): number {
  let noise = 0;
  let moving = 0;
  for (const spacing of SPACINGS) {
    const values: number[] = [];
    for (let k = 0; k < POINTS; k++) values.push(along((k - POINTS / 2) * spacing));
    if (!values.every(Number.isFinite)) return noise;
    noise = Math.max(noise, noiseOf(values), quantumOf(values) / 3);
    if (new Set(values).size > POINTS / 2) moving += noise > 0 ? 2 : 1;
    if (moving >= 2) return noise;
  }
  return noise;
}

/** Rounding as it was found at some distance from the point. */
export interface NoiseSample {
  /** The distance, relative to the size of the point. */
  readonly t: number;
  readonly deviation: number;
  /** Σ |cotangent·output| there. */
  readonly size: number;
}

/** The deviation of rounding around a point, from samples of it at growing distances. */
export class Noise {
  readonly #samples: readonly NoiseSample[];
  /** What the program itself makes of rounding at the point, where that was measured. */
  readonly inherent: number | undefined;

  /** @param samples in order of distance, the first one at the point itself */
  constructor(samples: readonly NoiseSample[], inherent?: number) {
    this.#samples = samples;
    this.inherent = inherent;
  }

  /** Whether all roundings of the program were counted in. */
  get measured(): boolean {
    return this.inherent !== undefined;
  }

  /** At the point. */
  get here(): number {
    return this.#samples[0]?.deviation ?? 0;
  }

  /** At a distance, where values have a size: between samples as a power of the distance, beyond them as the values. */
  at(t: number, size: number): number {
    let closer: NoiseSample | undefined;
    let here = 0;
    for (const sample of this.#samples) {
      if (sample.t > t) return Math.max(here, closer === undefined ? 0 : between(closer, sample, t));
      if (sample.t === 0) here = Math.max(here, sample.deviation);
      closer = sample;
    }
    if (closer === undefined) return here;
    const growth = closer.size > 0 ? Math.max(1, size / closer.size) : 1;
    return Math.max(here, closer.deviation * growth);
  }
}

/** The power law through two samples. */
function between(a: NoiseSample, b: NoiseSample, t: number): number {
  if (!(a.t > 0 && a.deviation > 0 && b.deviation > 0)) return Math.max(a.deviation, b.deviation);
  const share = Math.log(t / a.t) / Math.log(b.t / a.t);
  return a.deviation * (b.deviation / a.deviation) ** share;
}
