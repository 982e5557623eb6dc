/**
 * Copying a function operation by operation, which is how every pass changes one. What does not change is shared
 * between the old function and the new one; new values get numbers that the old one does not use.
 */
import { tick } from '../core/deadline.js';
import { Builder } from '../ir/builder.js';
import { type Func, type Op, type Param, type Region, regionsOf, type Value } from '../ir/types.js';

/** Looks up what has become of a value. */
export type Resolve = (v: Value) => Value;

export interface Rewriter {
  readonly b: Builder;
  readonly resolve: Resolve;
  /** Records what becomes of a value. */
  bind(from: Value, to: Value): void;
  /** Copies an operation with resolved operands (and rewritten regions). */
  copy(op: Op): readonly Value[];
  /** Rewrites a region into a new one. */
  region(region: Region): Region;
}

/** What becomes of an operation: its new results, or undefined to have it copied. */
export type Visit = (op: Op, operands: readonly Value[], w: Rewriter) => readonly Value[] | undefined;

/** The operation with other operands, results and regions. */
export function withParts(
  op: Op,
  operands: readonly Value[],
  results: readonly Value[],
  regions: readonly Region[],
): Op {
  const parts = { ...op, operands, results };
  switch (op.kind) {
    case 'if':
      return { ...parts, then: regions[0], otherwise: regions[1] } as Op;
    case 'while':
      return { ...parts, condition: regions[0], body: regions[1] } as Op;
    case 'for':
    case 'map':
      return { ...parts, body: regions[0] } as Op;
    default:
      return parts as Op;
  }
}

export class Copier implements Rewriter {
  readonly b: Builder;
  /** What has become of the values that have become something else, by id. */
  private readonly values: (Value | undefined)[] = [];

  constructor(
    func: Func,
    private readonly visit: Visit,
    b = new Builder(func.valueCount),
  ) {
    this.b = b;
  }

  readonly resolve: Resolve = (v) => this.values[v.id] ?? v;

  bind(from: Value, to: Value): void {
    if (from === to) return;
    this.values[from.id] = to;
    if (from.name !== undefined && to.name === undefined) this.b.named(to, from.name);
  }

  copy(op: Op): readonly Value[] {
    const regions = regionsOf(op).map((r) => this.region(r));
    if (regions.length === 0 && op.operands.every((v) => this.values[v.id] === undefined)) {
      this.b.push(op);
      return op.results;
    }
    const results = op.results.map((r) => this.b.fresh(r.type, r.name));
    this.b.push(withParts(op, op.operands.map(this.resolve), results, regions));
    return results;
  }

  region(region: Region): Region {
    return this.b.region(
      region.params.map((p) => p.type),
      (params) => {
        for (const [i, p] of region.params.entries()) this.bind(p, params[i] as Value);
        this.ops(region.ops);
        return region.results.map(this.resolve);
      },
    );
  }

  ops(ops: readonly Op[]): void {
    for (const op of ops) {
      tick();
      this.b.span = op.span;
      const results = this.visit(op, op.operands.map(this.resolve), this) ?? this.copy(op);
      for (let i = 0; i < op.results.length; i++) {
        const result = results[i];
        if (result) this.bind(op.results[i] as Value, result);
      }
    }
  }

  /** The new function, when all operations of the old one have been visited. */
  finish(func: Func, params: readonly Param[] = func.params): Func {
    const results = func.body.results.map(this.resolve);
    return withRequirements(func, this.b.finish(func.name, params, results, func.resultNames));
  }
}

/** A derived function demands of its sizes what the original does, and carries the same functions. */
export function withRequirements(from: Func, to: Func): Func {
  const { requires, functions } = from;
  return requires || functions
    ? { ...to, ...(requires && { requires }), ...(functions && { functions }) }
    : to;
}

/** A function with each operation replaced by what `visit` makes of it. */
export function rewrite(func: Func, visit: Visit, b?: Builder): Func {
  const copier = new Copier(func, visit, b);
  copier.ops(func.body.ops);
  return copier.finish(func);
}
