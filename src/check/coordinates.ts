/** Comparing gradients with differences that were taken one coordinate at a time. */
import * as errors from '../core/errors/check.js';
import { indexOf } from '../core/tensor.js';
import type { Variable } from '../run/problem.js';
import type { CoordinateDifferences, Differences } from './differences.js';
import { type Bench, dataOf, EXCUSED, note, placeOf } from './findings.js';

/** After so many confirmed errors no more second opinions are asked for. */
const CONVINCED = 20;

type CoordinateBench = Bench<Differences & CoordinateDifferences>;

/** Judges every component of every mode; a component that is off gets a second opinion first. */
export function compareCoordinates(bench: CoordinateBench): void {
  for (const variable of bench.input.variables) {
    const length = dataOf(bench.differences.gradient, variable.name).length;
    for (let i = 0; i < length; i++) judge(bench, variable, i);
  }
}

function judge(bench: CoordinateBench, variable: Variable, i: number): void {
  const { differences, gradients, scales, found } = bench;
  const difference = dataOf(differences.gradient, variable.name)[i] as number;
  const estimate = dataOf(differences.error, variable.name)[i] as number;
  const scale = scales.of(variable, i);
  const rounding = scales.roundingOf(variable, i, scale);
  if (scales.useless(variable, i, scale, estimate) && !farOff(bench, variable, i)) {
    found.unsure.push(errors.differenceUseless(placeOf(variable, i), estimate));
    return;
  }
  let tolerance = estimate + rounding;
  let opinion: ReturnType<CoordinateDifferences['again']> | undefined;
  for (const { mode, gradient } of gradients) {
    const got = dataOf(gradient, variable.name)[i] as number;
    if (!Number.isFinite(got)) continue;
    const error = Math.abs(got - difference);
    if (error > tolerance && found.wrong.length >= CONVINCED) {
      found.wrong.push(
        errors.disagreesWithDifference(mode, placeOf(variable, i), got, difference, tolerance),
      );
    } else if (error > tolerance) {
      if (difference === 0 && isFlat(bench, variable, i, got)) {
        found.unsure.push(errors.slopeTooSmall(placeOf(variable, i)));
        return;
      }
      opinion ??= differences.again(variable.name, i);
      if (opinion.kink) {
        found.unsure.push(errors.kinkNearby(placeOf(variable, i)));
        return;
      }
      if (error <= EXCUSED * (bench.input.spread?.(variable.name, i) ?? 0)) {
        found.unsure.push(errors.illConditioned(placeOf(variable, i)));
        return;
      }
      if (Math.abs(got - opinion.value) > opinion.error + rounding)
        found.wrong.push(
          errors.disagreesWithDifference(mode, placeOf(variable, i), got, difference, tolerance),
        );
      else tolerance = error;
    }
    note(found, error, scale, { mode, variable: variable.name, index: indexOf(variable.shape, i) });
  }
  found.detectionLimit = Math.max(found.detectionLimit, (2 * tolerance) / (scale > 0 ? scale : 1));
}

/** Whether a slope is so small that a step as long as the variable changes no digit of numbers around 1. */
function isFlat({ input }: CoordinateBench, variable: Variable, i: number, slope: number): boolean {
  const reach = Math.max(1, Math.abs(dataOf(input.point, variable.name)[i] as number));
  const size = input.value.data.reduce((most, v) => Math.max(most, Math.abs(v)), 1);
  return slope !== 0 && Math.abs(slope) * reach <= 2 ** -50 * size;
}

/** Whether even a coarse estimate excludes what a mode says. */
function farOff({ differences, gradients }: CoordinateBench, variable: Variable, i: number): boolean {
  const difference = dataOf(differences.gradient, variable.name)[i] as number;
  const estimate = dataOf(differences.error, variable.name)[i] as number;
  return gradients.some(({ gradient }) => {
    const got = dataOf(gradient, variable.name)[i] as number;
    return Number.isFinite(got) && Math.abs(got - difference) > 100 * estimate;
  });
}
