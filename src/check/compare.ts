/** The verdict: whether each mode lies within the differences' estimate and rounding, and whether the modes agree. */
import type { Diagnostic } from '../core/diagnostic.js';
import * as errors from '../core/errors/check.js';
import { leavesOpen } from '../core/errors/hard.js';
import { indexOf } from '../core/tensor.js';
import type { ModeAnswer, Variable } from '../run/problem.js';
import { compareCoordinates } from './coordinates.js';
import { compareDirections } from './directions.js';
import { explained, type Outcome } from './doubt.js';
import {
  type Check,
  type Comparison,
  dataOf,
  type Findings,
  type Gradient,
  type ModeName,
  note,
  placeIn,
  Scales,
  unitDirection,
} from './findings.js';

const TOLD = 5;

/** Compares the modes with the differences and with each other. */
export function compare(input: Comparison): Check {
  const found: Findings = {
    maxAbsoluteError: 0,
    maxRelativeError: 0,
    detectionLimit: 0,
    wrong: [],
    unsure: [],
    remarks: [],
  };
  const gradients = answered(input.modes);
  const scales = new Scales(input, gradients);
  found.unsure.push(...input.hardPoints.filter(leavesOpen));
  if (input.variables.length === 0) found.unsure.push(errors.nothingToCompare());
  const bad = input.value.data.find((v) => !Number.isFinite(v));
  if (bad !== undefined) found.unsure.push(errors.valueNotFinite(bad));
  const miscompiled = compareValues(input, scales);
  compareModes(input, gradients, scales, found);
  const { differences } = input;
  if (differences?.kind === 'coordinates')
    compareCoordinates({ input, differences, gradients, scales, found });
  if (differences?.kind === 'directions') compareDirections({ input, differences, gradients, scales, found });
  const kinks = input.hardPoints.some((d) => d.code === 'kink');
  const told = kinks || found.unsure.some((d) => d.code === 'path-change');
  if (differences?.crease && !told) found.unsure.push(errors.crease(differences.crease));
  // Conventions do not add up, neither do NaN and infinity, and what rounding leaves depends on how a mode computes:
  // at hard points modes may differ and none is called wrong. Code and interpreter compute the same everywhere.
  const hard = input.hardPoints.length > 0 || bad !== undefined;
  const wrong = [...miscompiled, ...(hard ? found.wrong.map(softened) : found.wrong)];
  const disagrees = miscompiled.length > 0 || (found.wrong.length > 0 && !hard);
  const sure = found.unsure.length === 0 && wrong.length === 0;
  const verdict = disagrees ? 'disagree' : sure ? 'agree' : 'inconclusive';
  // A kink at the point is another path beside it, and lost digits were traced to their operation: told better there.
  const lost = kinks || input.hardPoints.some((d) => d.code === 'cancellation');
  const repeats = (d: Diagnostic) =>
    (d.code === 'path-change' && kinks) ||
    (d.code === 'cancellation' && lost && !input.hardPoints.includes(d));
  const unsure = found.unsure.filter((d) => !repeats(d));
  const own = [...wrong.slice(0, TOLD), ...unsure.slice(0, TOLD), ...found.remarks];
  return {
    verdict,
    maxAbsoluteError: found.maxAbsoluteError,
    maxRelativeError: found.maxRelativeError,
    detectionLimit: found.detectionLimit,
    ...(found.worst && { worst: found.worst }),
    ...(found.directions !== undefined && { directions: found.directions }),
    diagnostics: own.filter((d) => !input.hardPoints.includes(d)),
  };
}

/** A disagreement as a warning. */
function softened({ hint: _, ...d }: Diagnostic): Diagnostic {
  return { ...d, severity: 'warning' };
}

function answered(modes: ReadonlyMap<ModeName, ModeAnswer>): Gradient[] {
  const found: Gradient[] = [];
  for (const [mode, answer] of modes)
    if ('gradient' in answer) found.push({ mode, gradient: answer.gradient });
  return found;
}

/** The generated code against the interpreter, where it was run. */
function compareValues({ value, interpreted }: Comparison, scales: Scales): Diagnostic[] {
  if (interpreted === undefined) return [];
  for (let i = 0; i < value.data.length; i++) {
    const a = value.data[i] as number;
    const b = interpreted.data[i] as number;
    if (Object.is(a, b) || a === b) continue;
    if (contradict(a, b, 1e-12 * Math.max(Math.abs(a), Math.abs(b)) + scales.rounding)) {
      return [errors.valuesContradict(a, b)];
    }
  }
  return [];
}

/** Every component of every mode against the first mode that answered. */
function compareModes(
  input: Comparison,
  gradients: readonly Gradient[],
  scales: Scales,
  found: Findings,
): void {
  const [first, ...others] = gradients;
  if (first === undefined) return;
  for (const variable of input.variables) {
    const reference = dataOf(first.gradient, variable.name);
    const broken = reference.findIndex((g) => !Number.isFinite(g));
    if (broken >= 0)
      found.unsure.push(
        errors.gradientNotFinite(placeIn(input, variable, broken), reference[broken] as number),
      );
    for (const other of others) {
      const values = dataOf(other.gradient, variable.name);
      for (let i = 0; i < values.length; i++) {
        const a = values[i] as number;
        const b = reference[i] as number;
        if (a === b || !contradict(a, b, scales.betweenModes(variable, i))) continue;
        const excuse = excuseFor(input, scales, [other, a], [first, b], variable, i);
        if (excuse?.kind === 'unsure') found.unsure.push(excuse.reason);
        if (excuse !== undefined) continue;
        found.wrong.push(errors.modesContradict(other.mode, first.mode, placeIn(input, variable, i), a, b));
        const worst = () => ({
          mode: other.mode,
          variable: variable.name,
          index: indexOf(variable.shape, i),
        });
        note(found, Math.abs(a - b), scales.of(variable, i), worst);
      }
    }
  }
}

/** How rounding explains the distance of two modes, where it does. */
function excuseFor(
  input: Comparison,
  scales: Scales,
  [one, a]: readonly [Gradient, number],
  [other, b]: readonly [Gradient, number],
  variable: Variable,
  i: number,
): Outcome | undefined {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return undefined;
  const about = {
    input,
    scale: scales.of(variable, i),
    passedOn: scales.passedOn(variable, i),
    direction: unitDirection(input, variable, i),
    place: placeIn(input, variable, i),
  };
  return (
    explained({ ...about, mode: one.mode, got: a, other: b, words: errors.modeWords(other.mode, b) }) ??
    explained({ ...about, mode: other.mode, got: b, other: a, words: errors.modeWords(one.mode, a) })
  );
}

function contradict(a: number, b: number, tolerance: number): boolean {
  if (Number.isFinite(a) && Number.isFinite(b)) return Math.abs(a - b) > tolerance;
  return Number.isFinite(a) || Number.isFinite(b) || (!Number.isNaN(a) && !Number.isNaN(b) && a !== b);
}
