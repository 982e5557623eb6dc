/**
 * Central differences of Σ cotangent·output: one coordinate at a time, or along random directions where there are too
 * many coordinates or a value is too expensive.
 *
 * Along random directions every coordinate moves by plus or minus its own scale at once (a random direction of the
 * unit ball in scaled coordinates), so an error of one component δ shows as δ·scale in every direction.
 */
import type { Tensor } from '../core/tensor.js';
import { sizeOf } from '../core/tensor.js';
import { forwardCost } from '../run/cost.js';
import type { Point, Problem, Variable } from '../run/problem.js';
import { binade, coordinateLine, directionLine, Sampled, wanted } from './function.js';
import { climb, type Estimate, type Ladder } from './ladder.js';
import { sampleNoise } from './noise.js';
import { type Random, randomFrom } from './random.js';

/** One derivative by differences: of a coordinate, or along a direction. */
export interface CoordinateDifferences {
  readonly kind: 'coordinates';
  readonly gradient: Point;
  readonly error: Point;
  /** Takes one difference again with other steps: a second opinion before a mode is called wrong. */
  readonly again: (variable: string, offset: number) => Estimate & { readonly kink: boolean };
}
export interface DirectionDifferences {
  readonly kind: 'directions';
  readonly coordinates: number;
  readonly directions: readonly (Estimate & { readonly direction: Point })[];
}
export type Differences = (CoordinateDifferences | DirectionDifferences) & {
  /** The measured rounding in Σ cotangent·output, and Σ |cotangent·output| at the point. */
  readonly noise: number;
  readonly magnitude: number;
  /** The largest Σ |cotangent·output| at the shifted points. */
  readonly reach: number;
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
const EVALUATIONS = 32;

/** Elementary operations of one value, roughly, with what copying values in and out takes. */
export function costOf(problem: Problem): number {
  const read = [...problem.point.values()].reduce((sum, t) => sum + t.data.length, 0);
  return 20 + read + sizeOf(problem.outputShape) + (problem.cost ?? forwardCost(problem.main));
}

/**
 * Differences with respect to all `wrt` variables; `cotangent` has the output's shape.
 * Throws whatever the problem's `frozenValue` throws.
 */
export function takeDifferences(
  problem: Problem,
  cotangent: Tensor,
  options: DifferenceOptions = {},
): Differences {
  const variables = wanted(problem);
  const total = variables.reduce((sum, v) => sum + sizeOf(v.shape), 0);
  const cost = costOf(problem);
  const random = randomFrom(options.seed ?? 1);
  const sampled = new Sampled(problem, cotangent, cost);
  const oneByOne = total <= (options.limit ?? COORDINATES) && total * EVALUATIONS * cost <= 4 * WORK;
  if (cost <= 1e6 && total > 0) sampled.noise = measureNoise(sampled, variables, random);
  else sampled.noise = 4 * Number.EPSILON * sampled.magnitude;
  const taken = oneByOne
    ? byCoordinates(sampled, variables, aims(total, options.expected))
    : byDirections(sampled, variables, random, { cost, expected: options.expected });
  return { ...taken, noise: sampled.noise, magnitude: sampled.magnitude, reach: sampled.reach };
}

function arrayOf(sampled: Sampled, variable: Variable): Float64Array {
  return (sampled.point.get(variable.name) as Tensor).data;
}

function measureNoise(sampled: Sampled, variables: readonly Variable[], random: Random): number {
  const line = directionLine(randomDirection(sampled, variables, random));
  return sampleNoise((t) => sampled.offset(line, t));
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
  sampled: Sampled,
  variables: readonly Variable[],
  aim: (variable: Variable, i: number) => Aim,
): CoordinateDifferences {
  const gradient = new Map<string, Tensor>();
  const error = new Map<string, Tensor>();
  for (const variable of variables) {
    const data = arrayOf(sampled, variable);
    const values = new Float64Array(data.length);
    const errors = new Float64Array(data.length);
    for (let i = 0; i < data.length; i++) {
      const estimate = climb({ ...ladderOf(sampled, data, i, 1), ...aim(variable, i) });
      values[i] = estimate.value;
      errors[i] = estimate.error;
    }
    gradient.set(variable.name, { shape: variable.shape, data: values });
    error.set(variable.name, { shape: variable.shape, data: errors });
  }
  const again = (name: string, i: number) => {
    const data = (sampled.point.get(name) as Tensor).data;
    return { ...climb(ladderOf(sampled, data, i, 3 / 32)), kink: hasKink(sampled, data, i) };
  };
  return { kind: 'coordinates', gradient, error, again };
}

function ladderOf(sampled: Sampled, data: Float64Array, i: number, factor: number): Ladder {
  const line = coordinateLine(data, i);
  const x = data[i] as number;
  const scale = binade(x, 1);
  return {
    probe: (h) => sampled.probe(line, h),
    scale: scale * factor,
    smallest: x === 0 ? 2 ** -100 : scale * 2 ** -50,
    largest: 16 * Math.max(1, scale),
    target: 0,
  };
}

/** One-sided slopes that stay apart however small the step: a kink within reach of the differences. */
function hasKink(sampled: Sampled, data: Float64Array, i: number): boolean {
  const line = coordinateLine(data, i);
  const scale = binade(data[i] as number, 1);
  let kinks = 0;
  for (const step of [2 ** -16, 2 ** -22, 2 ** -28]) {
    const gap = bend(sampled, line, step * scale);
    const closer = bend(sampled, line, (step * scale) / 64);
    if (!Number.isFinite(gap.value) || !Number.isFinite(closer.value)) continue;
    if (closer.value > 4 * closer.noise && closer.value > gap.value / 8) kinks++;
  }
  return kinks > 0;
}

/** |slope to the right − slope to the left| at step h, and the rounding in it. */
function bend(sampled: Sampled, line: ReturnType<typeof coordinateLine>, h: number) {
  const right = sampled.offset(line, h) / h;
  const left = -sampled.offset(line, -h) / h;
  const rounding = Math.max(3 * sampled.noise, Number.EPSILON * sampled.magnitude);
  return { value: Math.abs(right - left), noise: (4 * rounding) / h };
}

function byDirections(
  sampled: Sampled,
  variables: readonly Variable[],
  random: Random,
  { cost, expected }: { cost: number; expected: Point | undefined },
): DirectionDifferences {
  const count = Math.min(DIRECTIONS, Math.max(3, Math.floor(WORK / (EVALUATIONS * cost))));
  const fraction = cost > 1e5 ? 1e-10 : 1e-12;
  const directions: (Estimate & { direction: Point })[] = [];
  for (let k = 0; k < count; k++) {
    const parts = randomDirection(sampled, variables, random);
    const line = directionLine(parts);
    const direction = new Map(parts.map((p) => [p.name, { shape: p.shape, data: p.direction }]));
    const target = expected === undefined ? 0 : fraction * typicalProduct(expected, direction);
    const probe = (h: number) => sampled.probe(line, h);
    directions.push({ ...climb({ probe, scale: 1, smallest: 2 ** -44, largest: 16, target }), direction });
  }
  return { kind: 'directions', coordinates: variables.reduce((n, v) => n + sizeOf(v.shape), 0), directions };
}

/** √Σ(gᵢ·dᵢ)²: what g·d is like for random signs. */
function typicalProduct(gradient: Point, direction: Point): number {
  let squares = 0;
  for (const [name, { data: d }] of direction) {
    const g = gradient.get(name)?.data;
    for (let i = 0; i < d.length; i++) squares += ((g?.[i] ?? 0) * (d[i] as number)) ** 2;
  }
  return Number.isFinite(squares) ? Math.sqrt(squares) : 0;
}

/** Plus or minus the scale of each coordinate. */
function randomDirection(sampled: Sampled, variables: readonly Variable[], random: Random) {
  return variables.map((variable) => {
    const data = arrayOf(sampled, variable);
    const origin = (sampled.origin.get(variable.name) as Tensor).data;
    const direction = scalesOf(origin);
    for (let i = 0; i < direction.length; i++) if (random() < 0.5) direction[i] = -(direction[i] as number);
    return { name: variable.name, shape: variable.shape, data, origin, direction };
  });
}

/** The size of each coordinate; those near zero take a share of their variable's typical size. */
function scalesOf(data: Float64Array): Float64Array {
  let squares = 0;
  for (const x of data) squares += x * x;
  const least = binade(Math.sqrt(squares / Math.max(1, data.length)), 64) / 64;
  const scales = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++) scales[i] = Math.max(binade(data[i] as number, least), least);
  return scales;
}
