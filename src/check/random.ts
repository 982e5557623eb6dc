/** Random numbers for checks, and seeds for cases from a seed and an index. */

export { type Random, randomFrom } from '../core/random.js';

/** A seed from a seed and an index, so that each case draws the same numbers whatever ran before it (murmur3 finaliser). */
export function mixSeed(seed: number, index: number): number {
  let h = (Math.imul(seed >>> 0, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
