/** Activity: which values depend on the variables that are differentiated. Zero derivatives are never computed. */
import { type Func, type Op, type Region, regionsOf, type Value } from '../ir/types.js';

/** Ids of the float values that depend on one of the given values (through anything but detach). */
export function activeValues(func: Func, from: readonly Value[]): Set<number> {
  const active = new Set(from.map((v) => v.id));
  const visit = (region: Region): void => {
    for (const op of region.ops) {
      for (const inner of regionsOf(op)) visit(inner);
      if (op.kind === 'detach') continue;
      const sources = regionsOf(op).flatMap((r) => r.results);
      if (![...op.operands, ...sources].some((v) => active.has(v.id))) continue;
      for (const r of op.results) if (r.type.dtype === 'float' && reaches(op, r, active)) active.add(r.id);
    }
  };
  visit(func.body);
  return active;
}

/** Of an `if`, a result is active only where one of its branches makes it so. */
function reaches(op: Op, result: Value, active: ReadonlySet<number>): boolean {
  if (op.kind !== 'if') return true;
  const i = op.results.indexOf(result);
  return [op.then, op.otherwise].some((r) => active.has((r.results[i] as Value).id));
}
