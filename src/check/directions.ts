/** Comparing gradients with differences along random directions. */
import * as errors from '../core/errors/check.js';
import type { Point } from '../run/problem.js';
import type { Differences, DirectionDifferences } from './differences.js';
import { resolve } from './doubt.js';
import { type Bench, type Comparison, dataOf, note } from './findings.js';
import { TELLING } from './opinion.js';

type DirectionBench = Bench<Differences & DirectionDifferences>;

/** After so many confirmed errors no more second opinions are asked for. */
const CONVINCED = 3;

interface Product {
  /** g·d. */
  readonly value: number;
  /** Σ |gᵢ·dᵢ|: what the rounding of the product is relative to. */
  readonly size: number;
}

/** Judges g·d for every mode and direction, and works out what error of one component would have been found. */
export function compareDirections(bench: DirectionBench): void {
  const { directions, coordinates } = bench.differences;
  const judged = directions.map((_, k) => judge(bench, k));
  const { found } = bench;
  found.directions = directions.length;
  found.detectionLimit = detectionLimit(
    bench,
    judged.map((j) => j.tolerance),
  );
  if (!judged.some((j) => j.useful))
    found.unsure.push(
      errors.differenceUseless('random directions', directions[0]?.error ?? Number.POSITIVE_INFINITY),
    );
  found.remarks.push(errors.alongDirections(coordinates, directions.length, found.detectionLimit));
}

function judge({ input, differences, gradients, scales, found }: DirectionBench, k: number) {
  const { value, error, direction } = differences.directions[k] as DirectionDifferences['directions'][number];
  let tolerance = error + scales.rounding;
  let useful = false;
  for (const { mode, gradient } of gradients) {
    const product = inner(input, gradient, direction);
    const allowed = error + scales.rounding + 1e-12 * product.size;
    const off = Math.abs(product.value - value);
    tolerance = Math.max(tolerance, allowed);
    if (!Number.isFinite(product.value) || !Number.isFinite(error)) continue;
    useful ||= error <= TELLING * product.size + scales.rounding;
    note(found, off, product.size, () => ({ mode, direction: k }));
    if (off <= allowed) continue;
    if (found.wrong.length >= CONVINCED) {
      found.wrong.push(errors.disagreesAlongDirection(mode, k, product.value, value, allowed));
      continue;
    }
    const outcome = resolve({
      ...{ input, mode, direction, got: product.value, other: value, scale: product.size },
      words: errors.differenceWords(value, error),
      estimate: error,
      rounding: allowed - error,
      passedOn: scales.rounding,
      useless: (e) => !(e <= TELLING * product.size + scales.rounding),
      place: `random direction ${k + 1}`,
      opinion: differences.again(k),
    });
    if (outcome.kind === 'unsure') found.unsure.push(outcome.reason);
    else if (outcome.kind === 'allowed') tolerance = Math.max(tolerance, off);
    else found.wrong.push(errors.disagreesAlongDirection(mode, k, product.value, value, allowed));
  }
  return { tolerance, useful };
}

function inner(input: Comparison, gradient: Point, direction: Point): Product {
  let value = 0;
  let lost = 0;
  let size = 0;
  for (const { name } of input.variables) {
    const g = dataOf(gradient, name);
    const d = dataOf(direction, name);
    for (let i = 0; i < g.length; i++) {
      const term = (g[i] as number) * (d[i] as number);
      const next = value + term;
      lost += Math.abs(value) >= Math.abs(term) ? value - next + term : term - next + value;
      value = next;
      size += Math.abs(term);
    }
  }
  return { value: value + lost, size };
}

/** For the component that shows least: the error that exceeds the tolerance of the direction that shows it best. */
function detectionLimit(
  { input, differences, scales }: DirectionBench,
  tolerances: readonly number[],
): number {
  let limit = 0;
  for (const variable of input.variables) {
    const steps = differences.directions.map((d) => dataOf(d.direction, variable.name));
    const scaleOf = scales.along(variable);
    const length = steps[0]?.length ?? 0;
    for (let i = 0; i < length; i++) {
      let best = Number.POSITIVE_INFINITY;
      for (let k = 0; k < steps.length; k++)
        best = Math.min(
          best,
          (2 * (tolerances[k] as number)) / Math.abs((steps[k] as Float64Array)[i] as number),
        );
      const scale = scaleOf(i);
      limit = Math.max(limit, best / (scale > 0 ? scale : 1));
    }
  }
  return limit;
}
