/**
 * Batching: a function that is linear in some parameters becomes the function of many values of them at once.
 *
 * Each of these parameters gets leading axes, and so does whatever depends on them; everything else is computed once
 * for the whole batch. That is how several tangents, or several cotangents, travel in one sweep along one program.
 */
import type { Shape } from '../../core/affine.js';
import { notBatched } from '../../core/errors/passes.js';
import type { Func, IfOp, Op, Param, Region, Value } from '../../ir/types.js';
import { regionsOf, tensor } from '../../ir/types.js';
import { Copier, withRequirements } from '../rewrite.js';
import { batchedResult, spread } from './rules.js';

const WITHOUT_RULE: ReadonlySet<Op['kind']> = new Set(['while', 'for', 'map', 'call']);

class Batching extends Copier {
  /** Ids of the values of the old function that stand for a batch in the new one. */
  private readonly batched = new Set<number>();

  constructor(
    func: Func,
    private readonly batch: Shape,
  ) {
    super(func, (op, operands) => this.visited(op, operands));
  }

  param(p: Param): Param {
    const { type } = p.value;
    const wide = this.b.param(p.name, tensor(type.dtype, [...this.batch, ...type.shape]), p.role);
    this.bind(p.value, wide.value);
    this.batched.add(p.value.id);
    return wide;
  }

  /** What stands for a value of the old function, with the axes of the batch. */
  spread(v: Value): Value {
    return spread(this.b, this.resolve(v), this.batched.has(v.id), this.batch);
  }

  private visited(op: Op, operands: readonly Value[]): readonly Value[] | undefined {
    if (op.kind === 'if') return this.choice(op, operands[0] as Value);
    if (WITHOUT_RULE.has(op.kind)) throw notBatched(op.span);
    const batched = op.operands.map((v) => this.batched.has(v.id));
    if (!batched.includes(true)) return undefined;
    this.batched.add((op.results[0] as Value).id);
    return [batchedResult({ b: this.b, op, operands, batched, batch: this.batch })];
  }

  /** One condition decides for the whole batch. A result is a batch where it is one in either branch. */
  private choice(op: IfOp, condition: Value): readonly Value[] {
    const wide = new Set<number>();
    for (const side of [op.then, op.otherwise]) for (const i of this.batchedResults(side)) wide.add(i);
    const branch = (region: Region): Region =>
      this.b.region([], () => {
        this.ops(region.ops);
        return region.results.map((v, i) => (wide.has(i) ? this.spread(v) : this.resolve(v)));
      });
    const types = op.results.map(({ type }, i) =>
      wide.has(i) ? tensor(type.dtype, [...this.batch, ...type.shape]) : type,
    );
    for (const i of wide) this.batched.add((op.results[i] as Value).id);
    return this.b.if(condition, branch(op.then), branch(op.otherwise), types, op.binds);
  }

  /** Which results of a region depend on the batch; found by activity, before anything is written. */
  private batchedResults(region: Region): number[] {
    const reached = new Set(this.batched);
    const visit = ({ ops }: Region): void => {
      for (const op of ops) {
        const inner = op.kind === 'if' ? [op.then, op.otherwise] : [];
        for (const r of inner) visit(r);
        for (const [i, result] of op.results.entries()) {
          const sources = op.kind === 'if' ? inner.map((r) => r.results[i] as Value) : op.operands;
          if (sources.some((v) => reached.has(v.id))) reached.add(result.id);
        }
      }
    };
    visit(region);
    return region.results.flatMap((v, i) => (reached.has(v.id) ? [i] : []));
  }
}

/** Whether a function can be batched: it has no loops and no calls. */
export function isBatchable(func: Func): boolean {
  const straight = ({ ops }: Region): boolean =>
    ops.every((op) => !WITHOUT_RULE.has(op.kind) && regionsOf(op).every(straight));
  return straight(func.body);
}

/**
 * The function for a batch. The parameters at some positions get the leading axes `by`, and so do the results at the
 * positions `wide` (all of them unless told), repeated where they do not depend on those parameters.
 * @throws AdcError unsupported
 */
export function batch(func: Func, positions: readonly number[], by: Shape, wide?: readonly number[]): Func {
  const pass = new Batching(func, by);
  const params = func.params.map((p, k) => (positions.includes(k) ? pass.param(p) : p));
  pass.ops(func.body.ops);
  const results = func.body.results.map((v, k) =>
    wide === undefined || wide.includes(k) ? pass.spread(v) : pass.resolve(v),
  );
  return withRequirements(func, pass.b.finish(func.name, params, results, func.resultNames));
}
