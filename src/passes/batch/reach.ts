/** Which values depend on a batch: through loops as a least fixed point, through calls by the functions that are called. */
import type { ForOp, Func, Op, Region, Value, WhileOp } from '../../ir/types.js';

export type Functions = NonNullable<Func['functions']>;

export class Reach {
  /** Which results of a function depend on a batch, by its name and the arguments that do. */
  private readonly known = new Map<string, readonly boolean[]>();

  constructor(private readonly functions: Functions) {}

  /** Which results of a region depend on the values `from`. */
  results(region: Region, from: ReadonlySet<number>): boolean[] {
    const reached = new Set(from);
    this.visit(region, reached);
    return region.results.map((v) => reached.has(v.id));
  }

  /** Which carried and saved results of a loop depend on the batch: carried values that do make others do so. */
  loop(op: ForOp | WhileOp, from: ReadonlySet<number>): boolean[] {
    const carriedParams = op.body.params.slice(op.kind === 'for' ? 1 : 0);
    const wide = op.operands.map((v) => from.has(v.id));
    for (;;) {
      const own = new Set(from);
      for (const [i, p] of carriedParams.entries()) if (wide[i]) own.add(p.id);
      const results = this.results(op.body, own);
      const more = wide.map((w, i) => w || (results[i] as boolean));
      if (more.every((w, i) => w === wide[i])) return [...wide, ...results.slice(wide.length)];
      for (const [i, w] of more.entries()) wide[i] = w;
    }
  }

  /** Which results of a function depend on the arguments that do. */
  call(name: string, args: readonly boolean[]): readonly boolean[] {
    const key = `${name} ${args.map(Number).join('')}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const { body } = this.functions.get(name) as Func;
    const from = new Set(body.params.filter((_, i) => args[i]).map((p) => p.id));
    const found = this.results(body, from);
    this.known.set(key, found);
    return found;
  }

  private visit(region: Region, reached: Set<number>): void {
    for (const op of region.ops)
      for (const [i, wide] of this.of(op, reached).entries())
        if (wide) reached.add((op.results[i] as Value).id);
  }

  /** Which results of an operation depend on the batch. */
  of(op: Op, reached: ReadonlySet<number>): readonly boolean[] {
    switch (op.kind) {
      case 'if': {
        const sides = [op.then, op.otherwise].map((r) => this.results(r, reached));
        return op.results.map((_, i) => sides.some((s) => s[i]));
      }
      case 'for':
      case 'while':
        return this.loop(op, reached);
      case 'map':
        return this.results(op.body, reached);
      case 'call':
        return this.call(
          op.callee,
          op.operands.map((v) => reached.has(v.id)),
        );
      default: {
        const any = op.operands.some((v) => reached.has(v.id));
        return op.results.map(() => any);
      }
    }
  }
}
