/** Random directions in which all coordinates move at once. */
import type { Tensor } from '../core/tensor.js';
import type { Point, Variable } from '../run/problem.js';
import { binade, type Moved, type Sampled } from './function.js';
import type { Random } from './random.js';

/** The part of a direction that belongs to one variable. */
export interface Part extends Moved {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Coordinates near zero move by this part of their variable's typical size. */
const LEAST = 1 / 64;
/** Of the products of step and scale, the one that balanced directions give to all coordinates. */
const BALANCED_AT = 0.01;

/** Plus or minus the size of each coordinate. */
export function randomDirection(sampled: Sampled, variables: readonly Variable[], random: Random): Part[] {
  return variables.map((variable) => {
    const origin = originOf(sampled, variable);
    const least = typicalSize(origin) * LEAST;
    return part(sampled, variable, random, (i) => Math.max(binade(origin[i] as number, least), least));
  });
}

/**
 * Steps that would show the same relative error in every coordinate equally: inversely to max(|gᵢ|, 10⁻³·max|g|), but
 * no larger than the coordinate or its variable's typical size.
 */
export function balancedDirection(
  sampled: Sampled,
  variables: readonly Variable[],
  random: Random,
  expected: Point,
): Part[] {
  const scales = scalesOf(variables, expected);
  const widest = variables.map((variable) => {
    const origin = originOf(sampled, variable);
    const typical = typicalSize(origin);
    return (i: number) => Math.max(Math.abs(origin[i] as number), typical);
  });
  const products = variables.flatMap((variable, k) =>
    Array.from(originOf(sampled, variable), (_, i) => widest[k]?.(i) as number).map(
      (w, i) => w * (scales[k]?.(i) as number),
    ),
  );
  const common = quantile(products, BALANCED_AT);
  return variables.map((variable, k) =>
    part(sampled, variable, random, (i) => {
      const scale = scales[k]?.(i) as number;
      const most = widest[k]?.(i) as number;
      return binade(scale > 0 ? Math.min(most, common / scale) : most, 1);
    }),
  );
}

function part(sampled: Sampled, variable: Variable, random: Random, size: (i: number) => number): Part {
  const { data } = sampled.point.get(variable.name) as Tensor;
  const direction = new Float64Array(data.length);
  for (let i = 0; i < direction.length; i++) direction[i] = random() < 0.5 ? -size(i) : size(i);
  return { name: variable.name, shape: variable.shape, data, origin: originOf(sampled, variable), direction };
}

function originOf(sampled: Sampled, variable: Variable): Float64Array {
  return (sampled.origin.get(variable.name) as Tensor).data;
}

/** The root mean square as a power of two; 1 where all is zero. */
function typicalSize(data: Float64Array): number {
  const largest = data.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  // Relative to the largest, squares neither overflow nor vanish.
  const squares = data.reduce((sum, x) => sum + (largest > 0 ? (x / largest) ** 2 : 0), 0);
  return binade(largest * Math.sqrt(squares / Math.max(1, data.length)), 1);
}

/** max(|gᵢ|, 10⁻³·max|g|) by variable. */
function scalesOf(variables: readonly Variable[], gradient: Point): ((i: number) => number)[] {
  let largest = 0;
  for (const { name } of variables)
    for (const g of gradient.get(name)?.data ?? [])
      if (Number.isFinite(g)) largest = Math.max(largest, Math.abs(g));
  return variables.map(({ name }) => {
    const data = gradient.get(name)?.data;
    return (i) => {
      const g = Math.abs(data?.[i] ?? 0);
      return Math.max(Number.isFinite(g) ? g : largest, 1e-3 * largest);
    };
  });
}

function quantile(values: readonly number[], q: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor(q * (sorted.length - 1))] ?? 0;
}

/** √Σ(gᵢ·dᵢ)²: what g·d is like for random signs. */
export function typicalProduct(gradient: Point, direction: Point): number {
  let squares = 0;
  for (const [name, { data: d }] of direction) {
    const g = gradient.get(name)?.data;
    for (let i = 0; i < d.length; i++) squares += ((g?.[i] ?? 0) * (d[i] as number)) ** 2;
  }
  return Number.isFinite(squares) ? Math.sqrt(squares) : 0;
}
