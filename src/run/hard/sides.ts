/**
 * One-sided derivatives of a single operation at the very arguments it got: limits of its own partials, and of its
 * value, when one argument moves by less and less to either side.
 */
import type { Side, Sides } from '../../core/errors/sides.js';
import type { Tensor } from '../../core/tensor.js';
import { Builder } from '../../ir/builder.js';
import { interpret } from '../../ir/interpret.js';
import { type Func, tensor } from '../../ir/types.js';
import type { Args, ElementwiseRow } from '../../ops/row.js';
import { numbers } from '../../ops/table.js';
import { reverse } from '../../passes/reverse/index.js';
import { limitOf, neighbour, STEPS, scaleOf } from './limit.js';

/** Whether value and derivative are the same on both sides and at the point: no hard point at all. */
export function isSmooth({ left, right, here }: Sides): boolean {
  return [left, right].every(
    (side) =>
      side.value === here.value && Number.isFinite(side.derivative) && near(side.derivative, here.derivative),
  );
}

const near = (a: number, b: number) => Math.abs(a - b) <= 1e-7 * Math.max(Math.abs(a), Math.abs(b));

/** The sides of a function of one number around x, given value and derivative anywhere. */
function sidesOf(along: string, x: number, at: (x: number) => Side): Sides {
  const here = at(x);
  const scale = scaleOf(x);
  const side = (sign: 1 | -1): Side => {
    const seen = STEPS.map((h) => at(x + sign * h * scale));
    const value = neighbour(
      here.value,
      seen.map((s) => s.value),
    );
    return {
      value,
      derivative: Number.isNaN(value) ? Number.NaN : limitOf(seen.map((s) => s.derivative)).value,
    };
  };
  return { along, left: side(-1), right: side(1), here };
}

const ORDINALS = ['first', 'second', 'third'];

/** The sides of a row of the table with respect to argument i. */
export function sidesOfRow(row: ElementwiseRow, args: Args<number>, i: number): Sides {
  const partial = row.partials[i];
  return sidesOf(row.params.length > 1 ? `its ${ORDINALS[i]} argument` : '', args[i] as number, (x) => {
    const moved = args.map((a, k) => (k === i ? x : a)) as unknown as Args<number>;
    const value = row.value(...moved);
    const derivative = partial === undefined || partial === 'zero' ? 0 : partial(numbers, moved, value);
    return { value, derivative };
  });
}

/** A reduction of a vector of some length together with its gradient. */
function gradientOf(name: string, length: number): Func {
  const b = new Builder();
  const x = b.param('x', tensor('float', [length]), 'param');
  return reverse(b.finish(name, [x], [b.reduce(name, x.value, [0])], ['value']), ['x']);
}

/** The sides of a reduction with respect to element i of what it reduces. */
export function sidesOfReduction(name: string, elements: Float64Array, i: number): Sides {
  const func = gradientOf(name, elements.length);
  const moved: Tensor = { shape: [elements.length], data: elements.slice() };
  return sidesOf(`element ${i}`, elements[i] as number, (x) => {
    moved.data[i] = x;
    const [value, gradient] = interpret(func, [moved]) as [Tensor, Tensor];
    return { value: value.data[0] as number, derivative: gradient.data[i] as number };
  });
}
