/**
 * Unit directions as seeds: a batched derivative whose tangents, or cotangents, are all coordinates at once becomes the
 * function of a whole matrix, without parameters for them.
 */
import { addDims, type Dim, type Shape } from '../core/affine.js';
import type { Builder } from '../ir/builder.js';
import type { ContractOp, Func, Value } from '../ir/types.js';
import { flatSize } from './compose.js';
import type { Pass } from './pass.js';
import { Copier, withRequirements } from './rewrite.js';

/** δ with the axes of `shape` twice: 1 where both indices are the same, else 0. */
function delta(b: Builder, shape: Shape): Value {
  const whole = [...shape, ...shape];
  const rank = shape.length;
  if (rank === 0) return b.num(1);
  const equal = shape.map((d, k) => {
    const index = b.iota(d);
    return b.elementwise('eq', b.broadcast(index, whole, [k]), b.broadcast(index, whole, [rank + k]));
  });
  const all = equal.reduce((x, y) => b.elementwise('and', x, y));
  return b.select(all, b.full(1, whole), b.full(0, whole));
}

/** Columns of the identity of order `count`, from `first` on, as a tensor of `shape` for each row. */
function columns(b: Builder, count: Dim, first: Dim, shape: Shape): Value {
  const n = flatSize(shape);
  const whole = [count, n];
  const place = b.elementwise('add', b.iota(n), b.broadcastTo(b.dim(first), [n]));
  const equal = b.elementwise('eq', b.broadcast(b.iota(count), whole, [0]), b.broadcast(place, whole, [1]));
  return b.reshape(b.select(equal, b.full(1, whole), b.full(0, whole)), [count, ...shape]);
}

/** A contraction with δ over all of its last axes: the other operand, its summed indices replaced by δ's first ones. */
function contractedWithDelta(b: Builder, op: ContractOp, other: Value, k: 0 | 1): Value | undefined {
  const [own, labels] = k === 0 ? [op.left, op.right] : [op.right, op.left];
  const rank = own.length / 2;
  const [first, last] = [own.slice(0, rank), own.slice(rank)];
  const summed = last.every((l) => labels.includes(l) && !op.out.includes(l));
  if (!summed || first.some((l) => labels.includes(l) || !op.out.includes(l))) return undefined;
  const renamed = labels.map((l) => (last.includes(l) ? (first[last.indexOf(l)] as number) : l));
  return renamed.length === op.out.length
    ? b.transpose(
        other,
        op.out.map((l) => renamed.indexOf(l)),
      )
    : undefined;
}

/** The function with values in place of its parameters from a position on, the first of which may be δ. */
function seeded(func: Func, from: number, seeds: (b: Builder) => readonly Value[], whole = false): Copier {
  let unit: Value | undefined;
  const copier: Copier = new Copier(func, (op, operands, { b }) => {
    if (op.kind !== 'contract' || unit === undefined) return undefined;
    const [x, y] = operands as [Value, Value];
    const short = y === unit ? contractedWithDelta(b, op, x, 1) : undefined;
    const result = short ?? (x === unit ? contractedWithDelta(b, op, y, 0) : undefined);
    return result && [result];
  });
  const values = seeds(copier.b);
  if (whole) unit = values[0];
  for (const [k, p] of func.params.slice(from).entries()) copier.bind(p.value, values[k] as Value);
  copier.ops(func.body.ops);
  return copier;
}

/** One parameter, a batch over its own shape, is all unit directions. */
export function seedAll(from: number, shape: Shape): Pass {
  return {
    name: 'seedAll',
    summary: 'all unit directions at once',
    run: (func) =>
      seeded(func, from, (b) => [delta(b, shape)], true).finish(func, func.params.slice(0, from)),
  };
}

/** The sizes of several variables, one behind the other. */
export function offsetsOf(shapes: readonly Shape[]): {
  readonly starts: readonly Dim[];
  readonly count: Dim;
} {
  const starts: Dim[] = [];
  let count: Dim = 0;
  for (const shape of shapes) {
    starts.push(count);
    count = addDims(count, flatSize(shape));
  }
  return { starts, count };
}

/** Parameters for several variables, batched along one axis, are the unit directions of all their coordinates. */
export function seedEach(from: number, shapes: readonly Shape[]): Pass {
  return {
    name: 'seedEach',
    summary: 'the unit directions of all variables at once',
    run: (func) => {
      const copier = seeded(func, from, (b) => {
        const { starts, count } = offsetsOf(shapes);
        return shapes.map((shape, k) => columns(b, count, starts[k] as Dim, shape));
      });
      return copier.finish(func, func.params.slice(0, from));
    },
  };
}

/** What becomes of the results of a function. */
export function arrange(
  names: readonly string[],
  arranged: (b: Builder, results: readonly Value[]) => readonly Value[],
): Pass {
  return {
    name: 'arrange',
    summary: 'indices of the output first',
    run: (func) => {
      const copier = new Copier(func, () => undefined);
      copier.ops(func.body.ops);
      const results = arranged(copier.b, func.body.results.map(copier.resolve));
      return withRequirements(func, copier.b.finish(func.name, func.params, results, names));
    },
  };
}

/** The first `count` axes behind the others. */
export function lastFirst(b: Builder, v: Value, count: number): Value {
  const axes = v.type.shape.map((_, k) => k);
  return b.transpose(v, [...axes.slice(count), ...axes.slice(0, count)]);
}

/** Rows of a tensor from `first` on, for the elements of a shape. */
export function rowsFor(b: Builder, v: Value, first: Dim, shape: Shape): Value {
  const rest = v.type.shape.slice(1);
  const starts = [first, ...rest.map(() => 0)];
  const steps = v.type.shape.map(() => 1);
  const part = b.slice(v, starts, steps, [flatSize(shape), ...rest]);
  return b.reshape(part, [...shape, ...rest]);
}
