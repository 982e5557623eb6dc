/** Dead code: operations and results of branches that nothing uses are dropped. */
import type { IfOp, Op, Region, Value } from '../ir/types.js';
import { regionsOf } from '../ir/types.js';
import type { Pass } from './pass.js';

/** The region without what is not needed; `needed` grows by what it needs from outside. */
function pruneRegion(region: Region, needed: Set<number>): Region {
  for (const r of region.results) needed.add(r.id);
  const kept: Op[] = [];
  for (let i = region.ops.length - 1; i >= 0; i--) {
    const op = region.ops[i] as Op;
    if (!op.results.some((r) => needed.has(r.id))) continue;
    kept.push(pruneOp(op, needed));
  }
  return { ...region, ops: kept.reverse() };
}

function pruneOp(op: Op, needed: Set<number>): Op {
  for (const v of op.operands) needed.add(v.id);
  if (op.kind === 'if') return pruneIf(op, needed);
  if (op.kind === 'while') {
    return { ...op, condition: pruneRegion(op.condition, needed), body: pruneRegion(op.body, needed) };
  }
  if (op.kind === 'for' || op.kind === 'map') return { ...op, body: pruneRegion(op.body, needed) };
  return op;
}

/** A branch result that nobody uses leaves both branches. */
function pruneIf(op: IfOp, needed: Set<number>): IfOp {
  const wanted = (_: Value, i: number) => needed.has((op.results[i] as Value).id);
  const only = (region: Region): Region => ({ ...region, results: region.results.filter(wanted) });
  return {
    ...op,
    results: op.results.filter(wanted),
    then: pruneRegion(only(op.then), needed),
    otherwise: pruneRegion(only(op.otherwise), needed),
  };
}

export const prune: Pass = {
  name: 'prune',
  summary: 'drops what nothing uses',
  run: (func) => ({ ...func, body: pruneRegion(func.body, new Set()) }),
};

/** How many operations a region holds, nested ones included. */
export function countOps(region: Region): number {
  return region.ops.reduce((n, op) => n + 1 + regionsOf(op).reduce((m, r) => m + countOps(r), 0), 0);
}
