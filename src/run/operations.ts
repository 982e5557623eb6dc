/**
 * How much arithmetic one run of a function takes: additions, multiplications, calls of functions, choices, each counted
 * once for an element. Moving elements about is free. A loop counts as often as it is known to run, else once.
 */
import type { Dim, Shape } from '../core/affine.js';
import { type ContractOp, type Func, type Op, type Region, regionsOf } from '../ir/types.js';

/** The size of a shape; a dimension without a number counts once. */
function extent(shape: Shape): number {
  return shape.reduce<number>((n, d) => n * (typeof d === 'number' ? d : 1), 1);
}

const shapeOf = (op: Op, i: number): Shape => op.operands[i]?.type.shape ?? [];

/** A product for every combination of indices, and a sum where some are summed over. */
function contractOperations(op: ContractOp): number {
  const sizes = new Map<number, Dim>();
  for (const [k, l] of op.left.entries()) sizes.set(l, shapeOf(op, 0)[k] as Dim);
  for (const [k, l] of op.right.entries()) sizes.set(l, shapeOf(op, 1)[k] as Dim);
  return extent([...sizes.values()]) * (sizes.size > op.out.length ? 2 : 1);
}

function operationsOf(op: Op): number {
  const result = op.results[0]?.type.shape ?? [];
  switch (op.kind) {
    case 'elementwise':
    case 'select':
      return extent(result);
    case 'reduce':
    case 'scatterAdd':
      return extent(shapeOf(op, 0));
    case 'update':
      return op.add ? extent(shapeOf(op, 1)) : 0;
    case 'recur':
      return 2 * extent(result);
    case 'contract':
      return contractOperations(op);
    case 'array': {
      const order = extent(shapeOf(op, 0).slice(-1));
      return order * Math.max(...op.operands.map((v) => extent(v.type.shape)), extent(result));
    }
    default:
      return 0;
  }
}

function timesOf(op: Op): number {
  if (op.kind === 'for') return extent([op.count]);
  return op.kind === 'map' ? extent(op.dims) : 1;
}

function regionOperations(region: Region, functions: Func['functions']): number {
  let sum = 0;
  for (const op of region.ops) {
    const callee = op.kind === 'call' ? functions?.get(op.callee) : undefined;
    if (callee) sum += regionOperations(callee.body, functions);
    const inside = regionsOf(op).reduce((n, r) => n + regionOperations(r, functions), 0);
    sum += operationsOf(op) + timesOf(op) * inside;
  }
  return sum;
}

/** Elementary operations of one run of a function. */
export function countOperations(func: Func): number {
  return regionOperations(func.body, func.functions);
}
