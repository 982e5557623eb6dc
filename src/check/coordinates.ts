/** Comparing gradients with differences that were taken one coordinate at a time. */
import * as errors from '../core/errors/check.js';
import { indexOf } from '../core/tensor.js';
import type { Variable } from '../run/problem.js';
import type { CoordinateDifferences, Differences } from './differences.js';
import { obstacle, resolve } from './doubt.js';
import { type Bench, dataOf, note, placeOf, unitDirection } from './findings.js';
import type { Opinion } from './opinion.js';

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
  const { input, differences, gradients, scales, found } = bench;
  const difference = dataOf(differences.gradient, variable.name)[i] as number;
  const estimate = dataOf(differences.error, variable.name)[i] as number;
  const scale = scales.of(variable, i);
  const rounding = scales.roundingOf(variable, i, scale);
  let opinion: Opinion | undefined;
  const ask = () => {
    opinion ??= differences.again(variable.name, i);
    return opinion;
  };
  if (scales.useless(variable, i, scale, estimate) && !farOff(bench, variable, i)) {
    found.unsure.push(obstacle(input, placeOf(variable, i), ask()));
    return;
  }
  let tolerance = estimate + rounding;
  for (const { mode, gradient } of gradients) {
    const got = dataOf(gradient, variable.name)[i] as number;
    if (!Number.isFinite(got)) continue;
    const error = Math.abs(got - difference);
    if (error > tolerance) {
      const place = placeOf(variable, i);
      const doubt = {
        ...{ input, mode, got, estimate, rounding, place, other: difference },
        words: errors.differenceWords(difference, estimate),
        passedOn: scales.passedOn(variable, i),
        useless: (error: number) => scales.useless(variable, i, scale, error),
        direction: unitDirection(input, variable, i),
      };
      const outcome =
        found.wrong.length < CONVINCED ? resolve({ ...doubt, opinion: ask() }) : ({ kind: 'wrong' } as const);
      if (outcome.kind === 'unsure') {
        found.unsure.push(outcome.reason);
        return;
      }
      if (outcome.kind === 'allowed') tolerance = error;
      else found.wrong.push(errors.disagreesWithDifference(mode, place, got, difference, tolerance));
    }
    note(found, error, scale, () => ({ mode, variable: variable.name, index: indexOf(variable.shape, i) }));
  }
  found.detectionLimit = Math.max(found.detectionLimit, (2 * tolerance) / (scale > 0 ? scale : 1));
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
