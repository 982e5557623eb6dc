/** Dead code: operations, results of branches, and values of loops that nothing uses are dropped. */
import { dimNames, type Shape } from '../core/affine.js';
import type { CallOp, ForOp, Func, IfOp, Op, Region, Value, WhileOp } from '../ir/types.js';
import { dimsBoundBy, dimsUsedBy, regionsOf } from '../ir/types.js';
import type { Pass } from './pass.js';
import { withParts } from './rewrite.js';

/** What is used behind the place where the walk stands: values by id, dimensions by name. */
interface Needed {
  readonly values: Set<number>;
  readonly dims: Set<string>;
  /** For each function that is called, which of its results are used. */
  readonly calls: Map<string, boolean[]>;
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
  if (op.kind === 'call') noteCall(op, needed);
  return op;
}

function noteCall(op: CallOp, needed: Needed): void {
  const before = needed.calls.get(op.callee);
  needed.calls.set(
    op.callee,
    wantedOf(op, needed).map((wanted, i) => before?.[i] === true || wanted),
  );
}

type Binding = IfOp | ForOp | WhileOp | CallOp;

/** The dimensions that results still tell. */
function bindsOf(op: Binding, results: readonly Value[]): readonly string[] {
  return op.binds.filter((name) =>
    results.some((r) => r.type.shape[0] !== undefined && dimNames(r.type.shape[0]).includes(name)),
  );
}

/** Which results are used. Where one of them has to tell a dimension, that is the first that can. */
function wantedOf(op: Binding, needed: Needed): boolean[] {
  const wanted = op.results.map((r) => needed.values.has(r.id));
  for (const name of op.binds) {
    if (!needed.dims.has(name)) continue;
    const telling = op.results.map((r) => {
      const lead = r.type.shape[0];
      return lead !== undefined && dimNames(lead).includes(name);
    });
    const first = telling.indexOf(true);
    if (first >= 0 && !telling.some((tells, i) => tells && wanted[i])) wanted[first] = true;
  }
  return wanted;
}

/** A branch result that nobody uses leaves both branches. */
function pruneIf(op: IfOp, needed: Needed): IfOp {
  const wanted = wantedOf(op, needed);
  const only = (region: Region): Region => ({
    ...region,
    results: region.results.filter((_, i) => wanted[i]),
  });
  const results = op.results.filter((_, i) => wanted[i]);
  return {
    ...op,
    results,
    binds: bindsOf(op, results),
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
  const wanted = wantedOf(op, needed);
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
    binds: bindsOf(op, results),
    saved: results.length - operands.length,
    ...(condition && { condition: { ...condition, params: kept(condition.params) } }),
    body: { ...body, params: [...counter, ...kept(params)] },
  };
}

/** The functions that a function calls, directly or not, each before those that it calls. */
function calledBy(func: Func): Map<string, Func> {
  const finished: [string, Func][] = [];
  const seen = new Set<string>();
  const visit = (region: Region): void => {
    for (const op of region.ops) {
      const callee = op.kind === 'call' && !seen.has(op.callee) ? func.functions?.get(op.callee) : undefined;
      if (callee && op.kind === 'call') {
        seen.add(op.callee);
        visit(callee.body);
        finished.push([op.callee, callee]);
      }
      for (const inner of regionsOf(op)) visit(inner);
    }
  };
  visit(func.body);
  return new Map(finished.reverse());
}

/** The parameters that a function needs: those it uses, and those whose shape alone tells a size. */
function neededParams(func: Func, needed: Needed): boolean[] {
  const told = new Set<string>();
  const tell = (shape: Shape) => {
    for (const dim of shape) {
      const names = dimNames(dim).filter((name) => !told.has(name));
      if (names.length === 1) told.add(names[0] as string);
    }
  };
  const wanted = func.params.map((p) => needed.values.has(p.value.id));
  for (const [i, p] of func.params.entries()) if (wanted[i]) tell(p.value.type.shape);
  for (const p of func.params) if (needed.values.has(p.value.id)) needShape(p.value.type.shape, needed);
  return func.params.map((p, i) => {
    if (wanted[i]) return true;
    const tells = p.value.type.shape
      .flatMap(dimNames)
      .some((name) => needed.dims.has(name) && !told.has(name));
    if (tells) tell(p.value.type.shape);
    return tells;
  });
}

interface Kept {
  readonly results: readonly boolean[];
  readonly params: readonly boolean[];
}

/** Calls without the arguments and results that their functions lost. */
function withKept(region: Region, kept: ReadonlyMap<string, Kept>): Region {
  const ops = region.ops.map((op): Op => {
    const of = op.kind === 'call' ? kept.get(op.callee) : undefined;
    if (op.kind === 'call' && of) {
      const results = op.results.filter((_, i) => of.results[i]);
      const operands = op.operands.filter((_, i) => of.params[i]);
      return { ...op, operands, results, binds: bindsOf(op, results) };
    }
    const regions = regionsOf(op);
    return regions.length === 0
      ? op
      : withParts(
          op,
          op.operands,
          op.results,
          regions.map((r) => withKept(r, kept)),
        );
  });
  return { ...region, ops };
}

/** A round over all functions, callers first; functions lose parameters and results that no call uses. */
function pruneOnce(func: Func): { readonly func: Func; readonly changed: boolean } {
  const calls = new Map<string, boolean[]>();
  const need = (): Needed => ({ values: new Set(), dims: new Set(), calls });
  const main = { ...func, body: pruneRegion(func.body, need()) };
  if (!func.functions) return { func: main, changed: false };
  const functions = new Map<string, Func>();
  const kept = new Map<string, Kept>();
  let changed = false;
  for (const [name, callee] of calledBy(func)) {
    const results = calls.get(name);
    if (!results) continue;
    const pick = <V>(list: readonly V[], wanted: readonly boolean[]) => list.filter((_, i) => wanted[i]);
    const needed = need();
    const body = pruneRegion({ ...callee.body, results: pick(callee.body.results, results) }, needed);
    needShape(callee.requires ?? [], needed);
    const params = neededParams({ ...callee, body }, needed);
    changed ||= params.includes(false) || results.includes(false);
    kept.set(name, { results, params });
    functions.set(name, {
      ...callee,
      params: pick(callee.params, params),
      resultNames: pick(callee.resultNames, results),
      body: { ...body, params: pick(callee.body.params, params) },
    });
  }
  if (changed) {
    for (const [name, f] of functions) functions.set(name, { ...f, body: withKept(f.body, kept) });
    return { func: { ...main, body: withKept(main.body, kept), functions }, changed };
  }
  return { func: { ...main, functions }, changed };
}

export const prune: Pass = {
  name: 'prune',
  summary: 'drops what nothing uses',
  run(func) {
    let round = { func, changed: true };
    while (round.changed) round = pruneOnce(round.func);
    return round.func;
  },
};

/** How many operations a region holds, nested ones included. */
export function countOps(region: Region): number {
  return region.ops.reduce((n, op) => n + 1 + regionsOf(op).reduce((m, r) => m + countOps(r), 0), 0);
}
