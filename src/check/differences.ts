/**
 * Central differences of Σ cotangent·output: one coordinate at a time, or along random directions where there are too
 * many coordinates or a value is too expensive.
 *
 * Along random directions all coordinates move at once, so an error of one component shows in every direction: by turns
 * by plus or minus the size of each (a random direction of the unit ball in scaled coordinates), and balanced so that the
 * same relative error of any component shows equally.
 */
import type { Tensor } from '../core/tensor.js';
import { sizeOf } from '../core/tensor.js';
import { forwardCost } from '../run/cost.js';
import type { Insight, Point, Turn, Variable } from '../run/problem.js';
import {
  binade,
  coordinateLine,
  type Differentiable,
  directionLine,
  type Line,
  Sampled,
  wanted,
} from './function.js';
import { climb, type Estimate, type Ladder } from './ladder.js';
import { balancedDirection, randomDirection, typicalProduct } from './lines.js';
import { MEASURABLE, measureNoise } from './measure.js';
import { askAgain, hasKink, type Opinion } from './opinion.js';
import { type Random, randomFrom } from './random.js';

/** One derivative by differences: of a coordinate, or along a direction. */
export interface CoordinateDifferences {
  readonly kind: 'coordinates';
  readonly gradient: Point;
  readonly error: Point;
  /** A second opinion on one difference, before a mode is called wrong. */
  readonly again: (variable: string, offset: number) => Opinion;
}
export interface DirectionDifferences {
  readonly kind: 'directions';
  readonly coordinates: number;
  readonly directions: readonly (Estimate & { readonly direction: Point })[];
  /** A second opinion on the difference along one of the directions. */
  readonly again: (direction: number) => Opinion;
}
export type Differences = (CoordinateDifferences | DirectionDifferences) & {
  /** The measured rounding in Σ cotangent·output, and Σ |cotangent·output| at the point. */
  readonly noise: number;
  /** Of the rounding the part that the program itself makes at the point; 0 where that is not known. */
  readonly inherent: number;
  readonly magnitude: number;
  /** The largest Σ |cotangent·output| at the shifted points. */
  readonly reach: number;
  /** A decision of the program that changes at the point itself, with slopes that differ from side to side. */
  readonly crease?: Turn;
};

export interface DifferenceOptions {
  readonly seed?: number;
  /** Coordinates that are checked one by one. */
  readonly limit?: number;
  /** The largest |gradient| expected: differences much more accurate than that are not sought. */
  readonly expected?: Point;
}

const COORDINATES = 1000;
const DIRECTIONS = 20;
/** Elementary operations that a check may take, by the estimate of `costOf`. */
const WORK = 3e8;
const EVALUATIONS = 40;
/** Second opinions take steps in between. */
const OTHER_STEPS = 3 / 32;
/** The smallest move that tells anything, and how many directions are moved along. */
const CLOSEST = 2 ** -42;
const CREASE_DIRECTIONS = 2;

/** Elementary operations of one value, roughly, with what copying values in and out takes. */
export function costOf(problem: Differentiable): number {
  const read = [...problem.point.values()].reduce((sum, t) => sum + t.data.length, 0);
  const cost = Math.max(problem.cost ?? forwardCost(problem.main), 10 * (problem.iterations?.() ?? 0));
  return 20 + read + sizeOf(problem.outputShape) + cost;
}

/**
 * Differences with respect to all `wrt` variables; `cotangent` has the output's shape.
 * Throws whatever the problem's `frozenValue` throws.
 */
export function takeDifferences(
  problem: Differentiable,
  cotangent: Tensor,
  options: DifferenceOptions = {},
): Differences {
  const variables = wanted(problem);
  const total = variables.reduce((sum, v) => sum + sizeOf(v.shape), 0);
  const cost = costOf(problem);
  const random = randomFrom(options.seed ?? 1);
  const sampled = new Sampled(problem, cotangent, cost);
  const insight = problem.insight?.(cotangent);
  const oneByOne = total <= (options.limit ?? COORDINATES) && total * EVALUATIONS * cost <= 4 * WORK;
  const setting: Setting = { sampled, variables, random, insight, cost };
  if (total > 0) sampled.noise = measureNoise(setting);
  const taken = oneByOne
    ? byCoordinates(setting, aims(total, options.expected))
    : byDirections(setting, options.expected);
  const crease = findCrease(setting);
  const { noise, magnitude, reach } = sampled;
  return {
    ...taken,
    noise: noise.here,
    inherent: noise.inherent ?? 0,
    magnitude,
    reach,
    ...(crease && { crease }),
  };
}

/** What differences are taken of, and with what. */
export interface Setting {
  readonly sampled: Sampled;
  readonly variables: readonly Variable[];
  readonly random: Random;
  readonly insight: Insight | undefined;
  readonly cost: number;
}

function arrayOf(sampled: Sampled, variable: Variable): Float64Array {
  return (sampled.point.get(variable.name) as Tensor).data;
}

interface Aim {
  /** The error to stop at: fine for a few coordinates, coarser for many. */
  readonly target: number;
  /** max(|gᵢ|, 10⁻³·max|g|) as expected. */
  readonly reference: number;
}

function aims(total: number, expected: Point | undefined): (variable: Variable, i: number) => Aim {
  if (expected === undefined) return () => ({ target: 0, reference: 0 });
  const fraction = total <= 64 ? 1e-12 : 1e-9;
  let largest = 0;
  for (const t of expected.values())
    for (const g of t.data) if (Number.isFinite(g)) largest = Math.max(largest, Math.abs(g));
  return (variable, i) => {
    const g = Math.abs(expected.get(variable.name)?.data[i] ?? 0);
    const reference = Math.max(Number.isFinite(g) ? g : 0, 1e-3 * largest);
    return { target: fraction * reference, reference };
  };
}

function byCoordinates(
  { sampled, variables, insight, cost }: Setting,
  aim: (variable: Variable, i: number) => Aim,
): CoordinateDifferences {
  const gradient = new Map<string, Tensor>();
  const error = new Map<string, Tensor>();
  for (const variable of variables) {
    const data = arrayOf(sampled, variable);
    const values = new Float64Array(data.length);
    const errors = new Float64Array(data.length);
    for (let i = 0; i < data.length; i++) {
      const line = coordinateLine(data, i);
      const ladder = { ...ladderAlong(sampled, line, data[i] as number, 1), ...aim(variable, i) };
      const estimate = sampled.worth(climb(ladder));
      values[i] = estimate.value;
      errors[i] = estimate.error;
    }
    gradient.set(variable.name, { shape: variable.shape, data: values });
    error.set(variable.name, { shape: variable.shape, data: errors });
  }
  const again = remember((name: string, i: number) => {
    const { data } = sampled.point.get(name) as Tensor;
    const line = coordinateLine(data, i);
    const ladder = ladderAlong(sampled, line, data[i] as number, OTHER_STEPS);
    return askAgain({ sampled, line, ladder, insight, cost });
  });
  return { kind: 'coordinates', gradient, error, again };
}

/** Opinions are asked for once. */
function remember<K extends readonly (string | number)[]>(ask: (...of: K) => Opinion): (...of: K) => Opinion {
  const known = new Map<string, Opinion>();
  return (...of) => {
    const key = of.join(' ');
    const opinion = known.get(key) ?? ask(...of);
    known.set(key, opinion);
    return opinion;
  };
}

/** Steps along the coordinate that is x at the point. */
function ladderAlong(sampled: Sampled, line: Line, x: number, factor: number): Ladder {
  const scale = binade(x, 1);
  return {
    probe: (h) => sampled.probe(line, h),
    scale: scale * factor,
    smallest: x === 0 ? 2 ** -100 : scale * 2 ** -50,
    largest: 16 * Math.max(1, scale),
    target: 0,
  };
}

function byDirections(setting: Setting, expected: Point | undefined): DirectionDifferences {
  const { sampled, variables, random, insight, cost } = setting;
  const count = Math.min(DIRECTIONS, Math.max(3, Math.floor(WORK / (EVALUATIONS * cost))));
  const fraction = cost > 1e5 ? 1e-10 : 1e-12;
  const lines: Line[] = [];
  const ladder = (line: Line, scale: number): Ladder => ({
    probe: (h) => sampled.probe(line, h),
    scale,
    smallest: 2 ** -44,
    largest: 16,
    target: 0,
  });
  const directions: (Estimate & { direction: Point })[] = [];
  for (let k = 0; k < count; k++) {
    const parts =
      expected === undefined || k % 2 === 1
        ? randomDirection(sampled, variables, random)
        : balancedDirection(sampled, variables, random, expected);
    const line = directionLine(parts);
    const direction = new Map(parts.map((p) => [p.name, { shape: p.shape, data: p.direction }]));
    const target = expected === undefined ? 0 : fraction * typicalProduct(expected, direction);
    lines.push(line);
    directions.push({ ...sampled.worth(climb({ ...ladder(line, 1), target })), direction });
  }
  const again = remember((k: number) => {
    const line = lines[k] as Line;
    return askAgain({ sampled, line, ladder: ladder(line, OTHER_STEPS), insight, cost });
  });
  const coordinates = variables.reduce((n, v) => n + sizeOf(v.shape), 0);
  return { kind: 'directions', coordinates, directions, again };
}

/**
 * A decision of the program that changes where the point is moved as little as makes sense, if the slopes on its two
 * sides differ: differences and a convention may then agree by mere symmetry, as for |x| at 0.
 */
function findCrease({ sampled, variables, random, insight, cost }: Setting): Turn | undefined {
  if (insight === undefined || cost > MEASURABLE || !insight.decides) return undefined;
  for (let k = 0; k < CREASE_DIRECTIONS; k++) {
    const line = directionLine(randomDirection(sampled, variables, random));
    for (const t of [CLOSEST, -CLOSEST]) {
      const turn = sampled.at(line, t, (point) => insight.turn(point));
      if (turn !== undefined && hasKink(sampled, line, 1)) return turn;
    }
  }
  return undefined;
}
