/** Estimates of work, for deciding what is worth running. */
import { type Dim, knownSize, type Shape } from '../core/affine.js';
import { tooLargeAt, tooMuchWork } from '../core/errors/run.js';
import { BUFFER_LIMIT } from '../core/limits.js';
import { type Func, type Op, type Region, regionsOf, type Value } from '../ir/types.js';

/** The elements that loops over a shape visit, as far as its sizes are known; empty axes are entered once. */
function extent(shape: Shape): number {
  return shape.reduce<number>((n, d) => n * (typeof d === 'number' ? Math.max(1, d) : 1), 1);
}

function opCost(op: Op): number {
  const size = (v: Value) => extent(v.type.shape);
  if (op.kind === 'contract') {
    const sizes = new Map<number, Dim>();
    for (const [k, l] of op.left.entries()) sizes.set(l, op.operands[0]?.type.shape[k] as Dim);
    for (const [k, l] of op.right.entries()) sizes.set(l, op.operands[1]?.type.shape[k] as Dim);
    return extent([...sizes.values()]);
  }
  if (op.kind === 'array') {
    const rows = extent(op.operands[0]?.type.shape.slice(-1) ?? []);
    return rows * op.operands.reduce((most, v) => Math.max(most, size(v)), size(op.results[0] as Value));
  }
  return [...op.results, ...op.operands].reduce((most, v) => Math.max(most, size(v)), 0);
}

/** What an operation costs beside its elements where it is run again and again. */
const OVERHEAD = 10;
/** The iterations that a loop is taken to run where only the run knows. */
const UNKNOWN_TRIPS = 10;

function tripsOf(op: Op): number {
  if (op.kind === 'for') return typeof op.count === 'number' ? op.count : UNKNOWN_TRIPS;
  if (op.kind === 'map') return extent(op.dims);
  return op.kind === 'while' ? UNKNOWN_TRIPS : 1;
}

function regionCost(region: Region, costOf: (callee: string) => number, least = 0): number {
  let cost = 0;
  for (const op of region.ops) {
    cost += Math.max(opCost(op), least);
    if (op.kind === 'call') cost += costOf(op.callee);
    const trips = tripsOf(op);
    const inside = op.kind === 'if' ? least : OVERHEAD;
    for (const inner of regionsOf(op)) cost += trips * regionCost(inner, costOf, inside);
  }
  return cost;
}

/** The most element operations that one operation of a program may take, and all of them together. */
const WORK_LIMIT = 2e10;
const TOTAL_WORK_LIMIT = 1e11;

/**
 * Refuses, before anything is computed, operations whose results do not fit into memory or that would take hours.
 * @throws AdcError too-large, pointing at the operation
 */
export function checkFeasible(func: Func): void {
  let total = 0;
  const visit = (region: Region): void => {
    for (const op of region.ops) {
      for (const { type } of op.results) {
        const bytes = 8 * (knownSize(type.shape) ?? 0);
        if (bytes > BUFFER_LIMIT) throw tooLargeAt(op.span, 'this', bytes, BUFFER_LIMIT);
      }
      const cost = opCost(op);
      if (cost > WORK_LIMIT) throw tooMuchWork(op.span, cost, WORK_LIMIT);
      total += cost;
      if (total > TOTAL_WORK_LIMIT) throw tooMuchWork(op.span, total, TOTAL_WORK_LIMIT);
      for (const inner of regionsOf(op)) visit(inner);
    }
  };
  visit(func.body);
}

/** Element operations of one run of a function, roughly. */
export function forwardCost(func: Func): number {
  const known = new Map<string, number>();
  const costOf = (name: string): number => {
    let cost = known.get(name);
    if (cost === undefined) {
      const callee = func.functions?.get(name);
      cost = callee ? regionCost(callee.body, costOf, OVERHEAD) : 0;
      known.set(name, cost);
    }
    return cost;
  };
  return regionCost(func.body, costOf);
}
