/**
 * A derivative that lies outside of what the differences allow: before a mode is called wrong, a second opinion is
 * asked for, and whether the path, a kink or rounding explains it.
 */
import type { Diagnostic } from '../core/diagnostic.js';
import * as errors from '../core/errors/check.js';
import type { Point } from '../run/problem.js';
import type { Comparison, ModeName } from './findings.js';
import type { Opinion } from './opinion.js';

/** A disagreement within so many times the scatter of the mode under rounding is nobody's fault. */
const EXCUSED = 16;
/** Rounding that is no larger part of a derivative than this is not worth telling. */
const MINOR = 1e-7;

/** What a mode says of a derivative that something else contradicts. */
export interface Distance {
  readonly input: Comparison;
  readonly mode: ModeName;
  readonly got: number;
  /** What the other one says, and in which words. */
  readonly other: number;
  readonly words: string;
  readonly scale: number;
  /** The rounding of the value as it shows in the derivative: within that, rounding is no news. */
  readonly passedOn: number;
  readonly direction: Point;
  readonly place: string;
}

export interface Doubt extends Distance {
  /** The error of the difference, and the rounding allowed to the mode. */
  readonly estimate: number;
  readonly rounding: number;
  /** Whether a difference with such an error tells nothing. */
  readonly useless: (error: number) => boolean;
  readonly opinion: Opinion;
}

/** What came of a doubt: the mode is wrong, nobody can tell, or it is well within a wider tolerance. */
export type Outcome =
  | { readonly kind: 'wrong' }
  | { readonly kind: 'unsure'; readonly reason: Diagnostic }
  | { readonly kind: 'allowed' };

/** Judges a mode that lies outside of a difference. */
export function resolve(doubt: Doubt): Outcome {
  const { input, got, opinion, rounding, useless, place } = doubt;
  if (!(Math.abs(got - opinion.value) > opinion.error + rounding) && !addsNothing(doubt)) {
    if (useless(opinion.error)) return { kind: 'unsure', reason: obstacle(input, place, opinion) };
    return { kind: 'allowed' };
  }
  if (opinion.kink) return { kind: 'unsure', reason: errors.kinkNearby(place) };
  return explained(doubt) ?? { kind: 'wrong' };
}

/** Whether the opinion is just wider than the difference, and agrees with it: then the difference stands. */
function addsNothing({ got, other, estimate, opinion }: Doubt): boolean {
  const wider = opinion.error > Math.abs(got - other) / 2 && opinion.error < Number.POSITIVE_INFINITY;
  return !opinion.careful && wider && Math.abs(opinion.value - other) <= opinion.error + estimate;
}

/** Why a difference tells nothing. */
export function obstacle(input: Comparison, place: string, { turn, error }: Opinion): Diagnostic {
  if (turn?.close) return errors.pathTurns(place, turn, turn.distance);
  const loss = input.insight?.valueLoss(input.point);
  return loss === undefined
    ? errors.differenceUseless(place, error)
    : errors.valueCancels(place, loss, error);
}

/** How rounding explains the distance, where it does. Without insight, rounding of the value's size is taken for it. */
export function explained(distance: Distance): Outcome | undefined {
  const { input, mode, got, other, words, passedOn, scale, direction, place } = distance;
  const off = Math.abs(got - other);
  const scatter = input.insight?.gradientScatter(mode, direction);
  if (!(off <= (scatter === undefined ? passedOn : EXCUSED * scatter))) return undefined;
  if (off <= Math.max(passedOn, MINOR * scale)) return { kind: 'allowed' };
  const loss = input.insight?.gradientLoss(mode, direction);
  return {
    kind: 'unsure',
    reason: errors.gradientCancels({ mode, place, got, scatter: scatter ?? 0, words }, loss),
  };
}
