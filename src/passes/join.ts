/** Functions of the same parameters become one function with the results of all. */
import { printDim } from '../core/affine.js';
import type { Func, Op, Param, Region, Value } from '../ir/types.js';

/** A function with the names that its results get. */
export interface Part {
  readonly func: Func;
  readonly resultNames: readonly string[];
}

/**
 * One function that computes what the parts compute, part after part. Parameters are told apart by their names: a part
 * has some of `params`, with the same types. At most one part calls functions or binds dimensions.
 */
export function join(name: string, params: readonly Param[], parts: readonly Part[]): Func {
  let valueCount = Math.max(0, ...params.map((p) => p.value.id + 1));
  const ops: Op[] = [];
  const results: Value[] = [];
  for (const { func } of parts) {
    const moved = new Mover(valueCount);
    for (const p of func.params) moved.bind(p.value, (params.find((q) => q.name === p.name) as Param).value);
    const body = moved.region(func.body);
    ops.push(...body.ops);
    results.push(...body.results);
    valueCount += func.valueCount;
  }
  const demands = parts.flatMap(({ func }) => func.requires ?? []);
  const requires = [...new Map(demands.map((dim) => [printDim(dim), dim])).values()];
  const functions = new Map(parts.flatMap(({ func }) => [...(func.functions ?? [])]));
  return {
    name,
    params,
    resultNames: parts.flatMap((p) => p.resultNames),
    body: { params: params.map((p) => p.value), ops, results },
    valueCount,
    ...(requires.length > 0 && { requires }),
    ...(functions.size > 0 && { functions }),
  };
}

/** Copies operations with values numbered from `first` on. */
class Mover {
  private readonly values = new Map<number, Value>();

  constructor(private readonly first: number) {}

  bind(from: Value, to: Value): void {
    this.values.set(from.id, to);
  }

  private readonly value = (v: Value): Value => {
    const known = this.values.get(v.id);
    if (known) return known;
    const moved = { ...v, id: v.id + this.first };
    this.values.set(v.id, moved);
    return moved;
  };

  region(region: Region): Region {
    return {
      params: region.params.map(this.value),
      ops: region.ops.map((op) => this.op(op)),
      results: region.results.map(this.value),
    };
  }

  private op(op: Op): Op {
    const moved = { ...op, operands: op.operands.map(this.value), results: op.results.map(this.value) };
    switch (moved.kind) {
      case 'if':
        return { ...moved, then: this.region(moved.then), otherwise: this.region(moved.otherwise) };
      case 'while':
        return { ...moved, condition: this.region(moved.condition), body: this.region(moved.body) };
      case 'for':
      case 'map':
        return { ...moved, body: this.region(moved.body) };
      default:
        return moved;
    }
  }
}
