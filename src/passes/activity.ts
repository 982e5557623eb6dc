/**
 * Activity: which values depend on the variables that are differentiated. Zero derivatives are never computed.
 *
 * Through a loop it is the least fixed point over the carried values; through a call, what the callee's results depend
 * on, looked up by function and active arguments.
 */
import {
  type ForOp,
  type Func,
  type Op,
  type Region,
  regionsOf,
  type Value,
  type WhileOp,
} from '../ir/types.js';

/** Which of a function's results depend on which arguments, and which of its values do. */
export interface CallActivity {
  readonly active: ReadonlySet<number>;
  readonly results: readonly boolean[];
}

/** The activity of the functions of a program, by what their arguments are. */
export class Activity {
  private readonly known = new Map<string, CallActivity>();

  constructor(private readonly functions: ReadonlyMap<string, Func> | undefined) {}

  /** The activity of a called function, some of whose arguments are active. */
  ofCall(callee: string, args: readonly boolean[]): CallActivity {
    const key = `${args.map(Number).join('')} ${callee}`;
    let known = this.known.get(key);
    if (known === undefined) {
      const func = this.functions?.get(callee) as Func;
      const active = this.of(
        func,
        func.params.filter((_, i) => args[i]).map((p) => p.value),
      );
      known = { active, results: func.body.results.map((r) => active.has(r.id)) };
      this.known.set(key, known);
    }
    return known;
  }

  /** Ids of the float values of a function that depend on one of the given values (through anything but detach). */
  of(func: Func, from: readonly Value[]): Set<number> {
    const active = new Set(from.map((v) => v.id));
    this.region(func.body, active);
    return active;
  }

  private region(region: Region, active: Set<number>): void {
    for (const op of region.ops) this.op(op, active);
  }

  private op(op: Op, active: Set<number>): void {
    if (op.kind === 'for' || op.kind === 'while') {
      this.loop(op, active);
      return;
    }
    for (const inner of regionsOf(op)) this.region(inner, active);
    const reached = this.reached(op, active);
    for (const [i, r] of op.results.entries()) if (r.type.dtype === 'float' && reached(i)) active.add(r.id);
  }

  /** Whether the result of this number depends on an active value. */
  private reached(op: Op, active: ReadonlySet<number>): (i: number) => boolean {
    const has = (v: Value | undefined) => v !== undefined && active.has(v.id);
    switch (op.kind) {
      case 'detach':
        return () => false;
      case 'if':
        return (i) => has(op.then.results[i]) || has(op.otherwise.results[i]);
      case 'map':
        return (i) => has(op.body.results[i]);
      case 'call': {
        const args = op.operands.map(has);
        if (!args.some(Boolean)) return () => false;
        const { results } = this.ofCall(op.callee, args);
        return (i) => results[i] === true;
      }
      default: {
        const some = op.operands.some(has);
        return () => some;
      }
    }
  }

  private loop(op: ForOp | WhileOp, active: Set<number>): void {
    const count = op.operands.length;
    const params = op.body.params.slice(op.body.params.length - count);
    const mark = (v: Value) => {
      if (v.type.dtype !== 'float' || active.has(v.id)) return false;
      active.add(v.id);
      return true;
    };
    for (const [k, v] of op.operands.entries()) if (active.has(v.id)) mark(params[k] as Value);
    let grown: boolean;
    do {
      this.region(op.body, active);
      grown = false;
      for (const [k, p] of params.entries())
        if (active.has((op.body.results[k] as Value).id)) grown = mark(p) || grown;
    } while (grown);
    for (const [k, r] of op.results.entries())
      if (active.has(((k < count ? params : op.body.results)[k] as Value).id)) mark(r);
  }
}

/** Ids of the float values that depend on one of the given values (through anything but detach). */
export function activeValues(func: Func, from: readonly Value[]): Set<number> {
  return new Activity(func.functions).of(func, from);
}
