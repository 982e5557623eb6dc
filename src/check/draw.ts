/** Random points for variables without values: shapes from what the program demands, numbers from ranges or a default domain. */
import { type Dim, evaluateDim, type Shape } from '../core/affine.js';
import { sizeOf, type Tensor } from '../core/tensor.js';
import type { Point } from '../run/problem.js';
import type { FreeVariable } from './compiler.js';
import type { Random } from './random.js';

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The length of dimensions that nothing fixes. */
const LENGTH = 3;
/** Domains to try in turn where there is no range: most functions live on one of them. */
const DOMAINS: readonly Range[] = [
  { from: -2, to: 2 },
  { from: 0.1, to: 3 },
  { from: -10, to: 10 },
  { from: 1, to: 100 },
  { from: -0.9, to: 0.9 },
];
export const DRAWS = 200;

/** The shapes of all variables once named dimensions are bound to the sizes of the values that are given. */
export function bindShapes(variables: readonly FreeVariable[], values: Point): Map<string, number[]> {
  const dims = new Map<string, number>();
  for (const { name, shape } of variables) {
    const given = values.get(name);
    if (given !== undefined) shape.forEach((dim, k) => void bind(dim, given.shape[k], dims));
  }
  const sizes = (shape: Shape) => shape.map((dim) => Math.max(0, evaluateDim(dim, withDefaults(dim, dims))));
  return new Map(variables.map((v) => [v.name, values.get(v.name)?.shape.slice() ?? sizes(v.shape)]));
}

/** Solves a·n + b = size for the one unknown n. */
function bind(dim: Dim, size: number | undefined, dims: Map<string, number>): void {
  if (typeof dim === 'number' || size === undefined || dim.terms.length !== 1) return;
  const [[name, coefficient] = ['', 1]] = dim.terms;
  if (!dims.has(name)) dims.set(name, (size - dim.constant) / coefficient);
}

function withDefaults(dim: Dim, dims: Map<string, number>): Map<string, number> {
  if (typeof dim !== 'number') for (const [name] of dim.terms) if (!dims.has(name)) dims.set(name, LENGTH);
  return dims;
}

/** Values for the variables that have none; draw `attempt` decides which default domain they come from. */
export function drawPoint(
  variables: readonly FreeVariable[],
  values: Point,
  ranges: ReadonlyMap<string, Range>,
  random: Random,
  attempt: number,
): Map<string, Tensor> {
  const shapes = bindShapes(variables, values);
  const domain = DOMAINS[Math.floor(attempt / 10) % DOMAINS.length] as Range;
  const point = new Map(values);
  for (const { name } of variables) {
    if (point.has(name)) continue;
    const shape = shapes.get(name) ?? [];
    const { from, to } = ranges.get(name) ?? domain;
    const data = Float64Array.from({ length: sizeOf(shape) }, () => from + (to - from) * random());
    point.set(name, { shape, data });
  }
  return point;
}
