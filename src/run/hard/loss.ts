/**
 * How many digits of value and gradient rounding leaves, at one point and for one way of writing a formula.
 *
 * The errors that count are those relative to the number itself, as long as it does not vanish within them. What
 * vanishes by nature (the derivative at a minimum, sin(3*pi)) has lost nothing: see `sensitivity.ts`.
 */
import type { Tensor } from '../../core/tensor.js';
import type { Func } from '../../ir/types.js';
import { forwardCost } from '../cost.js';
import { distance, Reruns, RUNS } from './perturb.js';
import { Sensitivity } from './sensitivity.js';
import { derivativeArgs, type Site } from './site.js';

/** Relative errors above this are told. */
export const SIGNIFICANT = 1e-8;
/** Errors below this are underflow, not loss. */
export const UNDERFLOW = 1e-290;
/** Element operations of one run up to which digits are counted. */
const WORK = 1e5;

/** An element of the value or of the gradient that rounding has spoilt. */
export interface Spoilt {
  /** 0 for the value, else the place of the variable in `wrt`, from 1. */
  readonly output: number;
  readonly offset: number;
  /** How uncertain it is, relative to what it is compared with; Infinity where nothing is certain. */
  readonly relative: number;
}

export interface Loss {
  readonly reruns: Reruns;
  /** The seed of the run with other roundings that spoilt each output most. */
  readonly seeds: ReadonlyMap<Spoilt, number>;
  /** Of each output its most uncertain element, where it is spoilt. */
  readonly spoilt: readonly Spoilt[];
  /** What errors of an output's elements are relative to. */
  readonly scale: (output: number, offset: number) => number;
}

/** Whether digits of what a function yields can be counted with bearable effort. */
export function isAffordable(func: Func): boolean {
  return forwardCost(func) <= WORK;
}

/** Counts digits; undefined where outputs are not finite, or it would take too long. */
export function measureLoss(site: Site): Loss | undefined {
  if (!isAffordable(site.gradient())) return undefined;
  const reruns = new Reruns(site.gradient(), derivativeArgs(site));
  if (!reruns.outputs.every((t) => t.data.every(Number.isFinite))) return undefined;
  const runs = Array.from({ length: RUNS }, (_, j) => reruns.perturbed(j + 1));
  const scale = scales(reruns.outputs);
  const natural = new Sensitivity(site, reruns);
  const seeds = new Map<Spoilt, number>();
  for (const [output, { data }] of reruns.outputs.entries()) {
    let worst: Spoilt | undefined;
    let seed = 1;
    for (let offset = 0; offset < data.length; offset++) {
      if (output === 0 && site.cotangent.data[offset] === 0) continue;
      const errors = runs.map((r) => distance(r[output]?.data[offset] as number, data[offset] as number));
      const error = Math.max(...errors);
      const relative = error / scale(output, offset);
      if (!(error > UNDERFLOW && relative > SIGNIFICANT && relative > (worst?.relative ?? 0))) continue;
      if (natural.explains(output, offset, error)) continue;
      worst = { output, offset, relative };
      seed = errors.indexOf(error) + 1;
    }
    if (worst) seeds.set(worst, seed);
  }
  return { reruns, seeds, spoilt: [...seeds.keys()], scale };
}

/** An element of the value is compared with itself, or a thousandth of the largest one; likewise for the gradient. */
function scales(outputs: readonly Tensor[]): (output: number, offset: number) => number {
  const largest = (of: readonly Tensor[]) =>
    of.reduce((m, t) => t.data.reduce((n, x) => Math.max(n, Math.abs(x)), m), 0);
  const [value, gradient] = [largest(outputs.slice(0, 1)), largest(outputs.slice(1))];
  return (output, offset) =>
    Math.max(Math.abs(outputs[output]?.data[offset] as number), 1e-3 * (output === 0 ? value : gradient));
}
