/** Numbers at run time: a dense row-major tensor. Integers are whole doubles, conditions are 0 and 1. */
import { tooManyAxes } from './errors/values.js';
import { MOST_AXES } from './limits.js';

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export function scalar(value: number): Tensor {
  return { shape: [], data: Float64Array.of(value) };
}

export function zerosLike(t: Tensor): Tensor {
  return { shape: t.shape, data: new Float64Array(t.data.length) };
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, d) => product * d, 1);
}

export type Nested = number | readonly Nested[];

/** The tensor as nested arrays. */
export function toNested(t: Tensor): Nested {
  const build = (axis: number, offset: number, stride: number): Nested => {
    if (axis === t.shape.length) return t.data[offset] as number;
    const length = t.shape[axis] as number;
    const inner = length === 0 ? 0 : stride / length;
    return Array.from({ length }, (_, i) => build(axis + 1, offset + i * inner, inner));
  };
  return build(0, 0, t.data.length);
}

/**
 * A tensor from nested arrays, or undefined where they are ragged.
 * @throws AdcError bad-value where they nest deeper than a tensor has axes
 */
export function fromNested(nested: Nested): Tensor | undefined {
  const shape: number[] = [];
  for (let level: Nested | undefined = nested; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
    if (shape.length > MOST_AXES) throw tooManyAxes(MOST_AXES);
  }
  const data: number[] = [];
  const collect = (value: Nested, axis: number): boolean => {
    if (typeof value === 'number') {
      data.push(value);
      return axis === shape.length;
    }
    return axis < shape.length && value.length === shape[axis] && value.every((v) => collect(v, axis + 1));
  };
  return collect(nested, 0) ? { shape, data: Float64Array.from(data) } : undefined;
}

/** The index of a flat offset: `[1, 2]` for offset 5 of a 2×3 matrix. */
export function indexOf(shape: readonly number[], offset: number): number[] {
  const index: number[] = [];
  let rest = offset;
  for (let k = shape.length - 1; k >= 0; k--) {
    index[k] = rest % (shape[k] as number);
    rest = Math.floor(rest / (shape[k] as number));
  }
  return index;
}
