/** How much a run of a function computes, as the interpreter sees it. */
import { sizeOf, type Tensor } from '../../src/core/tensor.js';
import { interpret } from '../../src/ir/interpret.js';
import type { Func, Op } from '../../src/ir/types.js';

/** Arithmetic: one operation for each element that is computed, two for each term of a sum of products; no choices. */
function operations(op: Op, operands: readonly Tensor[], results: readonly Tensor[]): number {
  const size = sizeOf((results[0] as Tensor).shape);
  switch (op.kind) {
    case 'elementwise':
      return op.results[0]?.type.dtype === 'float' ? size : 0;
    case 'recur':
      return 2 * size;
    case 'reduce':
      return sizeOf((operands[0] as Tensor).shape);
    case 'scatterAdd':
      return sizeOf((operands[0] as Tensor).shape);
    case 'update':
      return op.add ? sizeOf((operands[1] as Tensor).shape) : 0;
    case 'contract': {
      const sizes = new Map<number, number>();
      for (const [k, l] of op.left.entries()) sizes.set(l, (operands[0] as Tensor).shape[k] as number);
      for (const [k, l] of op.right.entries()) sizes.set(l, (operands[1] as Tensor).shape[k] as number);
      return 2 * [...sizes.values()].reduce((p, d) => p * d, 1);
    }
    default:
      return 0;
  }
}

/** The arithmetic of a run. */
export function workOf(func: Func, args: readonly Tensor[]): number {
  let work = 0;
  interpret(func, args, {
    observe: (op, operands, results) => {
      if (results.length > 0) work += operations(op, operands, results);
    },
  });
  return work;
}
