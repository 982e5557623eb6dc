/** Reverse mode through an element update: the adjoint at the places goes to the value, all the rest to the tensor. */
import type { Shape } from '../../core/affine.js';
import type { Builder } from '../../ir/builder.js';
import type { UpdateOp, Value } from '../../ir/types.js';
import { readAt } from '../places.js';
import type { Sum } from './adjoints.js';

/**
 * What the value and the tensor get; the value's part has to be asked for first, because the other one may be made in its
 * place. The updated tensor's flag stays a flag: nothing here multiplies.
 */
export function pullBackUpdate(
  b: Builder,
  op: UpdateOp,
  shape: Shape,
  indices: readonly Value[],
  sum: Sum,
): { readonly value: () => Sum; readonly x: () => Sum } {
  const there = (v: Value) => readAt(b, v, op.axes, indices, shape);
  const cleared = (v: Value, dtype: 'float' | 'bool') =>
    b.update(v, b.full(0, shape, dtype), op.axes, indices);
  return {
    value: () => {
      const value = there(sum.value);
      if (sum.flag) return { value, flag: sum.flag };
      return sum.guard ? { value, guard: there(sum.guard) } : { value };
    },
    x: () => {
      if (op.add) return sum;
      const value = cleared(sum.value, 'float');
      if (sum.flag) return { value, flag: sum.flag };
      return sum.guard ? { value, guard: cleared(sum.guard, 'bool') } : { value };
    },
  };
}
