/** Estimates of work, for deciding what is worth running. */
import { type Dim, knownSize } from '../core/affine.js';
import { type Func, type Op, type Region, regionsOf, type Value } from '../ir/types.js';

function opCost(op: Op): number {
  const size = (v: Value) => knownSize(v.type.shape) ?? 1;
  if (op.kind === 'contract') {
    const sizes = new Map<number, Dim>();
    for (const [k, l] of op.left.entries()) sizes.set(l, op.operands[0]?.type.shape[k] as Dim);
    for (const [k, l] of op.right.entries()) sizes.set(l, op.operands[1]?.type.shape[k] as Dim);
    return knownSize([...sizes.values()]) ?? 1;
  }
  return Math.max(...op.results.map(size), ...op.operands.map(size));
}

function regionCost(region: Region): number {
  let cost = 0;
  for (const op of region.ops) {
    cost += opCost(op);
    for (const inner of regionsOf(op)) cost += regionCost(inner);
  }
  return cost;
}

/** Element operations of one run of a function, roughly. */
export function forwardCost(func: Func): number {
  return regionCost(func.body);
}
