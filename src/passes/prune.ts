/** Dead code: operations, results of branches, and values of loops that nothing uses are dropped. */
import { dimNames, type Shape } from '../core/affine.js';
import type { ForOp, Func, IfOp, Op, Region, Value, WhileOp } from '../ir/types.js';
import { dimsBoundBy, dimsUsedBy, regionsOf } from '../ir/types.js';
import { eachFunction, type Pass } from './pass.js';

/** What is used behind the place where the walk stands: values by id, dimensions by name. */
interface Needed {
  readonly values: Set<number>;
  readonly dims: Set<string>;
}

function needShape(shape: Shape, needed: Needed): void {
  for (const dim of shape) for (const name of dimNames(dim)) needed.dims.add(name);
}

/** The region without what is not needed; `needed` grows by what it needs from outside. */
function pruneRegion(region: Region, needed: Needed): Region {
  for (const r of region.results) needed.values.add(r.id);
  for (const v of [...region.params, ...region.results]) needShape(v.type.shape, needed);
  const kept: Op[] = [];
  for (let i = region.ops.length - 1; i >= 0; i--) {
    const op = region.ops[i] as Op;
    const bound = dimsBoundBy(op);
    if (!op.results.some((r) => needed.values.has(r.id)) && !bound.some((name) => needed.dims.has(name)))
      continue;
    const pruned = pruneOp(op, needed);
    // A region beside this one may bind the same name for itself.
    for (const name of bound) needed.dims.delete(name);
    for (const name of dimsUsedBy(pruned)) if (!bound.includes(name)) needed.dims.add(name);
    kept.push(pruned);
  }
  return { ...region, ops: kept.reverse() };
}

function pruneOp(op: Op, needed: Needed): Op {
  if (op.kind === 'while' || op.kind === 'for') return pruneLoop(op, needed);
  for (const v of op.operands) needed.values.add(v.id);
  if (op.kind === 'if') return pruneIf(op, needed);
  if (op.kind === 'map') return { ...op, body: pruneRegion(op.body, needed) };
  return op;
}

/** Whether a result is used, or is what tells a dimension that is. */
function isWanted(op: IfOp | ForOp | WhileOp, result: Value, needed: Needed): boolean {
  if (needed.values.has(result.id)) return true;
  const lead = result.type.shape[0];
  const names = lead === undefined ? [] : dimNames(lead);
  return names.some((name) => op.binds.includes(name) && needed.dims.has(name));
}

/** A branch result that nobody uses leaves both branches. */
function pruneIf(op: IfOp, needed: Needed): IfOp {
  const wanted = op.results.map((r) => isWanted(op, r, needed));
  const only = (region: Region): Region => ({
    ...region,
    results: region.results.filter((_, i) => wanted[i]),
  });
  return {
    ...op,
    results: op.results.filter((_, i) => wanted[i]),
    then: pruneRegion(only(op.then), needed),
    otherwise: pruneRegion(only(op.otherwise), needed),
  };
}

/**
 * A saved result that nobody uses is not saved, a carried value that nothing depends on is not carried. What is carried
 * matters where its last value is used, where the condition asks for it, and where it enters another one that matters.
 */
function pruneLoop<T extends ForOp | WhileOp>(op: T, needed: Needed): T {
  const count = op.operands.length;
  const wanted = op.results.map((r) => isWanted(op, r, needed));
  const condition = op.kind === 'while' ? pruneRegion(op.condition, needed) : undefined;
  const params = op.body.params.slice(-count || op.body.params.length);
  const kept = <V>(list: readonly V[]) => list.filter((_, i) => wanted[i]);
  let body: Region;
  let grown: boolean;
  do {
    body = pruneRegion({ ...op.body, results: kept(op.body.results) }, needed);
    grown = false;
    for (let i = 0; i < count; i++) {
      const asked = condition !== undefined && needed.values.has((condition.params[i] as Value).id);
      if (wanted[i] || !(asked || needed.values.has((params[i] as Value).id))) continue;
      wanted[i] = true;
      grown = true;
    }
  } while (grown);
  const operands = kept(op.operands);
  for (const v of operands) needed.values.add(v.id);
  const results = kept(op.results);
  const counter = op.body.params.slice(0, op.body.params.length - count);
  return {
    ...op,
    operands,
    results,
    saved: results.length - operands.length,
    ...(condition && { condition: { ...condition, params: kept(condition.params) } }),
    body: { ...body, params: [...counter, ...kept(params)] },
  };
}

/** The functions that a function calls, directly or not. */
function calledBy(func: Func): Map<string, Func> {
  const called = new Map<string, Func>();
  const visit = (region: Region): void => {
    for (const op of region.ops) {
      const callee = op.kind === 'call' ? func.functions?.get(op.callee) : undefined;
      if (callee && op.kind === 'call' && !called.has(op.callee)) {
        called.set(op.callee, callee);
        visit(callee.body);
      }
      for (const inner of regionsOf(op)) visit(inner);
    }
  };
  visit(func.body);
  return called;
}

const pruneFunc = eachFunction((func) => ({
  ...func,
  body: pruneRegion(func.body, { values: new Set(), dims: new Set() }),
}));

export const prune: Pass = {
  name: 'prune',
  summary: 'drops what nothing uses',
  run(func) {
    const pruned = pruneFunc(func);
    return pruned.functions ? { ...pruned, functions: calledBy(pruned) } : pruned;
  },
};

/** How many operations a region holds, nested ones included. */
export function countOps(region: Region): number {
  return region.ops.reduce((n, op) => n + 1 + regionsOf(op).reduce((m, r) => m + countOps(r), 0), 0);
}
