/** Comparing gradients with differences that were taken one coordinate at a time. */
import * as errors from '../core/errors/check.js';
import { indexOf } from '../core/tensor.js';
import type { Variable } from '../run/problem.js';
import type { CoordinateDifferences, Differences } from './differences.js';
import { type Outcome, obstacle, resolve } from './doubt.js';
import { type Bench, dataOf, type ModeName, note, placeIn, unitDirection } from './findings.js';

/** After so many confirmed errors no more second opinions are asked for. */
const CONVINCED = 20;
const WRONG: Outcome = { kind: 'wrong' };

type CoordinateBench = Bench<Differences & CoordinateDifferences>;

/** One variable: the differences with respect to its elements, and what the modes say. */
interface Column {
  readonly variable: Variable;
  readonly differences: Float64Array;
  readonly estimates: Float64Array;
  readonly modes: readonly { readonly mode: ModeName; readonly values: Float64Array }[];
  readonly scaleOf: (i: number) => number;
}

/** Judges every component of every mode; a component that is off gets a second opinion first. */
export function compareCoordinates(bench: CoordinateBench): void {
  const { input, differences, gradients, scales } = bench;
  for (const variable of input.variables) {
    const { name } = variable;
    const column: Column = {
      variable,
      differences: dataOf(differences.gradient, name),
      estimates: dataOf(differences.error, name),
      modes: gradients.map(({ mode, gradient }) => ({ mode, values: dataOf(gradient, name) })),
      scaleOf: scales.along(variable),
    };
    for (let i = 0; i < column.differences.length; i++) judge(bench, column, i);
  }
}

function judge(bench: CoordinateBench, column: Column, i: number): void {
  const { scales, found } = bench;
  const { variable, modes } = column;
  const difference = column.differences[i] as number;
  const estimate = column.estimates[i] as number;
  const scale = column.scaleOf(i);
  if (scales.useless(variable, i, scale, estimate) && !farOff(column, i)) {
    found.unsure.push(
      obstacle(bench.input, placeIn(bench.input, variable, i), bench.differences.again(variable.name, i)),
    );
    return;
  }
  const rounding = scales.roundingOf(variable, i, scale);
  let tolerance = estimate + rounding;
  for (const { mode, values } of modes) {
    const got = values[i] as number;
    if (!Number.isFinite(got)) continue;
    const error = Math.abs(got - difference);
    if (error > tolerance) {
      const outcome = found.wrong.length < CONVINCED ? doubted(bench, column, i, mode, got, rounding) : WRONG;
      if (outcome.kind === 'unsure') {
        found.unsure.push(outcome.reason);
        return;
      }
      if (outcome.kind === 'allowed') tolerance = error;
      else
        found.wrong.push(
          errors.disagreesWithDifference(mode, placeIn(bench.input, variable, i), got, difference, tolerance),
        );
    }
    note(found, error, scale, () => ({ mode, variable: variable.name, index: indexOf(variable.shape, i) }));
  }
  found.detectionLimit = Math.max(found.detectionLimit, (2 * tolerance) / (scale > 0 ? scale : 1));
}

/** What comes of the doubt about a component that lies outside of its difference. */
function doubted(
  { input, differences, scales }: CoordinateBench,
  { variable, differences: values, estimates, scaleOf }: Column,
  i: number,
  mode: ModeName,
  got: number,
  rounding: number,
): Outcome {
  const [difference, estimate] = [values[i] as number, estimates[i] as number];
  return resolve({
    ...{ input, mode, got, estimate, rounding, scale: scaleOf(i), other: difference },
    words: errors.differenceWords(difference, estimate),
    passedOn: scales.passedOn(variable, i),
    useless: (error) => scales.useless(variable, i, scaleOf(i), error),
    direction: unitDirection(input, variable, i),
    place: placeIn(input, variable, i),
    opinion: differences.again(variable.name, i),
  });
}

/** Whether even a coarse estimate excludes what a mode says. */
function farOff({ differences, estimates, modes }: Column, i: number): boolean {
  return modes.some(({ values }) => {
    const got = values[i] as number;
    const off = Math.abs(got - (differences[i] as number));
    return Number.isFinite(got) && off > 100 * (estimates[i] as number);
  });
}
