/**
 * Freezing: every detached value becomes an input. With the inputs captured at a base point, finite differences see
 * what `detach` means: a value that does not move.
 */
import type { Func, Op, Param, Region, Value } from '../ir/types.js';
import { regionsOf } from '../ir/types.js';
import { Copier } from './rewrite.js';

/** The values that detach operations yield, in order of the text. */
export function detachedValues(func: Func): Value[] {
  const found: Value[] = [];
  const visit = (region: Region): void => {
    for (const op of region.ops) {
      if (op.kind === 'detach') found.push(op.results[0] as Value);
      for (const inner of regionsOf(op)) visit(inner);
    }
  };
  visit(func.body);
  return found;
}

/** The function with a parameter of role `frozen` in place of each detach, in the order of `detachedValues`. */
export function freeze(func: Func): Func {
  const frozen = new Map<number, Param>();
  const copier = new Copier(func, (op: Op) => {
    const param = op.kind === 'detach' ? frozen.get((op.results[0] as Value).id) : undefined;
    return param && [param.value];
  });
  for (const [i, v] of detachedValues(func).entries()) {
    frozen.set(v.id, copier.b.param(v.name ?? `detached${i + 1}`, v.type, 'frozen'));
  }
  copier.ops(func.body.ops);
  return copier.finish(func, [...func.params, ...frozen.values()]);
}
