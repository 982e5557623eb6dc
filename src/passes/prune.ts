/** Dead code: operations, results of branches, and saved results of loops that nothing uses are dropped. */
import { dimNames, type Shape } from '../core/affine.js';
import type { ForOp, Func, IfOp, Op, Region, Value, WhileOp } from '../ir/types.js';
import { dimsBoundBy, dimsUsedBy, regionsOf } from '../ir/types.js';
import type { Pass } from './pass.js';

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
  for (const v of op.operands) needed.values.add(v.id);
  if (op.kind === 'if') return pruneIf(op, needed);
  if (op.kind === 'while') return pruneLoop({ ...op, condition: pruneRegion(op.condition, needed) }, needed);
  if (op.kind === 'for') return pruneLoop(op, needed);
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

/** A saved result that nobody uses is not saved. */
function pruneLoop<T extends ForOp | WhileOp>(op: T, needed: Needed): T {
  const carried = op.operands.length;
  const wanted = op.results.map((r, i) => i < carried || isWanted(op, r, needed));
  const results = op.results.filter((_, i) => wanted[i]);
  const body = { ...op.body, results: op.body.results.filter((_, i) => wanted[i]) };
  return { ...op, results, saved: results.length - carried, body: pruneRegion(body, needed) };
}

export const prune: Pass = {
  name: 'prune',
  summary: 'drops what nothing uses',
  run: (func) => ({ ...func, body: pruneFunc(func) }),
};

function pruneFunc(func: Func): Region {
  return pruneRegion(func.body, { values: new Set(), dims: new Set() });
}

/** How many operations a region holds, nested ones included. */
export function countOps(region: Region): number {
  return region.ops.reduce((n, op) => n + 1 + regionsOf(op).reduce((m, r) => m + countOps(r), 0), 0);
}
