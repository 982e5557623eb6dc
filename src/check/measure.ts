/** The rounding in Σ cotangent·output around the point: seen from outside, and as the program makes it. */
import type { Setting } from './differences.js';
import { directionLine, SCATTER } from './function.js';
import { randomDirection } from './lines.js';
import { Noise, sampleNoise } from './noise.js';
import { SCATTERABLE } from './opinion.js';

/** Elementary operations of programs whose rounding is measured. */
export const MEASURABLE = 1e6;
/** How far from the point, relative to it, the rounding that the program makes is looked at; some of it unless cheap. */
const DISTANCES = [0, ...[-40, -20, -4, -30, -10, 1].map((bits) => 1.3713 * 2 ** bits)];
const FEW = 4;
const CHEAP = 1e4;
const AS_GOOD_AS_HERE = 2 ** -39;
/** Close enough for values to be of the size that they have at the point. */
const NEARBY = 2 ** -4;

/** Measures rounding along random directions. */
export function measureNoise({ sampled, variables, random, insight, cost }: Setting): Noise {
  const size = sampled.magnitude;
  if (cost > MEASURABLE) return new Noise([{ t: 0, deviation: 4 * Number.EPSILON * size, size }]);
  const line = () => directionLine(randomDirection(sampled, variables, random));
  const along = line();
  const seen = { t: 0, deviation: sampleNoise((t) => sampled.offset(along, t)), size };
  // How large values are where everything moves tells what size a derivative could have.
  for (const t of [NEARBY, -NEARBY]) sampled.sizeAt(along, t);
  if (insight === undefined || cost > SCATTERABLE) return new Noise([seen]);
  const distances = (cost <= CHEAP ? DISTANCES : DISTANCES.slice(0, FEW)).toSorted((a, b) => a - b);
  const made = distances.map((t) => {
    const other = line();
    const deviation = SCATTER * sampled.at(other, t, (point) => insight.valueScatter(point));
    // Right at the point numbers may be round and operations exact; so close to it, rounding is what it is anywhere.
    return { t: t < AS_GOOD_AS_HERE ? 0 : t, deviation, size: sampled.sizeAt(other, t) };
  });
  const finite = made.filter((s) => Number.isFinite(s.deviation) && Number.isFinite(s.size));
  return new Noise([seen, ...finite], made[0]?.deviation);
}
