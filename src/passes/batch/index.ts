/**
 * Batching: a function that is linear in some parameters becomes the function of many values of them at once.
 *
 * Each of these parameters gets leading axes, and so does whatever depends on them; everything else is computed once
 * for the whole batch. That is how several tangents, or several cotangents, travel in one sweep along one program.
 * Conditions and lengths never depend on a batch, so one path is taken for all of it.
 */
import { namedDim, type Shape } from '../../core/affine.js';
import type {
  CallOp,
  ForOp,
  Func,
  IfOp,
  MapOp,
  Op,
  Param,
  Region,
  TensorType,
  Value,
  WhileOp,
} from '../../ir/types.js';
import { tensor } from '../../ir/types.js';
import { Copier, withParts, withRequirements } from '../rewrite.js';
import { type Functions, Reach } from './reach.js';
import { batchedResult, behind, inFront, spread } from './rules.js';

/** What the functions of a program have become, shared by all of them. */
interface Callees {
  readonly reach: Reach;
  readonly functions: Functions;
  readonly made: Map<string, Func>;
}

class Batching extends Copier {
  /** Ids of the values of the old function that stand for a batch in the new one. */
  private readonly batched = new Set<number>();

  constructor(
    func: Func,
    private readonly batch: Shape,
    private readonly callees: Callees,
  ) {
    super(func, (op, operands) => this.visited(op, operands));
  }

  param(p: Param): Param {
    const wide = this.b.param(p.name, this.wide(p.value.type), p.role);
    this.become(p.value, wide.value);
    return wide;
  }

  private wide({ dtype, shape }: TensorType): TensorType {
    return tensor(dtype, [...this.batch, ...shape]);
  }

  private become(from: Value, to: Value): void {
    this.bind(from, to);
    this.batched.add(from.id);
  }

  /** What stands for a value of the old function, with the axes of the batch. */
  spread(v: Value): Value {
    return spread(this.b, this.resolve(v), this.batched.has(v.id), this.batch);
  }

  private visited(op: Op, operands: readonly Value[]): readonly Value[] | undefined {
    const wide = this.callees.reach.of(op, this.batched);
    if (!wide.includes(true)) return undefined;
    for (const [i, w] of wide.entries()) if (w) this.batched.add((op.results[i] as Value).id);
    switch (op.kind) {
      case 'if':
        return this.choice(op, operands[0] as Value, wide);
      case 'for':
      case 'while':
        return this.loop(op, wide);
      case 'map':
        return this.map(op, wide);
      case 'call':
        return this.call(op, wide);
      default: {
        const batched = op.operands.map((v) => this.batched.has(v.id));
        return [batchedResult({ b: this.b, op, operands, batched, batch: this.batch })];
      }
    }
  }

  /** The results of an inner region, those that are wide with the axes of the batch. */
  private inner(
    region: Region,
    params: readonly TensorType[],
    wide: readonly boolean[],
    from: readonly boolean[],
  ) {
    return this.b.region(params, (made) => {
      for (const [i, p] of region.params.entries()) {
        if (from[i]) this.become(p, made[i] as Value);
        else this.bind(p, made[i] as Value);
      }
      this.ops(region.ops);
      return region.results.map((v, i) => (wide[i] ? this.spread(v) : this.resolve(v)));
    });
  }

  /** One condition decides for the whole batch. A result is a batch where it is one in either branch. */
  private choice(op: IfOp, condition: Value, wide: readonly boolean[]): readonly Value[] {
    const lead = (i: number) => wide[i] === true && this.binds(op.binds, op.results[i] as Value);
    const branch = (region: Region): Region => {
      const made = this.inner(region, [], wide, []);
      return this.rearranged(made, lead);
    };
    const types = op.results.map(({ type }, i) => (wide[i] ? this.placed(type, lead(i) ? 1 : 0) : type));
    const results = this.b.if(condition, branch(op.then), branch(op.otherwise), types, op.binds);
    return results.map((v, i) => (lead(i) ? inFront(this.b, v, this.batch, 1) : v));
  }

  /** Whether the leading dimension of a result is bound by its operation, so that it has to lead. */
  private binds(names: readonly string[], { type }: Value): boolean {
    const lead = type.shape[0];
    return typeof lead === 'object' && lead.terms.some(([name]) => names.includes(name));
  }

  /** A type with the axes of the batch behind the first `count` others. */
  private placed({ dtype, shape }: TensorType, count: number): TensorType {
    return tensor(dtype, [...shape.slice(0, count), ...this.batch, ...shape.slice(count)]);
  }

  /** A region whose results have their first axis before those of the batch, where `lead` says so. */
  private rearranged(region: Region, lead: (i: number) => boolean): Region {
    if (!region.results.some((_, i) => lead(i))) return region;
    let results: readonly Value[] = [];
    const more = this.b.region([], () => {
      results = region.results.map((v, i) => (lead(i) ? behind(this.b, v, this.batch, 1) : v));
      return results;
    });
    return { ...region, ops: [...region.ops, ...more.ops], results };
  }

  /** Carried values are wide where any iteration makes them so; what is saved of each iteration is stacked in front. */
  private loop(op: ForOp | WhileOp, wide: readonly boolean[]): readonly Value[] {
    const carried = op.operands.length;
    const counter = op.kind === 'for' ? 1 : 0;
    const from = [...(counter ? [false] : []), ...wide.slice(0, carried)];
    const types = op.body.params.map(({ type }, i) => (from[i] ? this.wide(type) : type));
    const initial = op.operands.map((v, i) => (wide[i] ? this.spread(v) : this.resolve(v)));
    const joined = (i: number) =>
      i >= carried && wide[i] === true && this.binds(op.binds, op.results[i] as Value);
    const condition =
      op.kind === 'while' ? [this.inner(op.condition, types, [], wide.slice(0, carried))] : [];
    const body = this.rearranged(this.inner(op.body, types, wide, from), joined);
    const results = op.results.map(({ type }, i) =>
      this.b.fresh(wide[i] ? this.placed(type, i < carried ? 0 : 1) : type),
    );
    this.b.push(withParts(op, initial, results, [...condition, body]));
    return results.map((v, i) => (wide[i] && i >= carried ? inFront(this.b, v, this.batch, 1) : v));
  }

  private map(op: MapOp, wide: readonly boolean[]): readonly Value[] {
    const types = op.body.params.map((p) => p.type);
    const body = this.inner(op.body, types, wide, []);
    const count = op.dims.length;
    const results = op.results.map(({ type }, i) => this.b.fresh(wide[i] ? this.placed(type, count) : type));
    this.b.push(withParts(op, [], results, [body]));
    return results.map((v, i) => (wide[i] ? inFront(this.b, v, this.batch, count) : v));
  }

  private call(op: CallOp, wide: readonly boolean[]): readonly Value[] {
    const from = op.operands.map((v) => this.batched.has(v.id));
    const lead = op.results.map((v, i) => wide[i] === true && this.binds(op.binds, v));
    const name = calleeFor(op.callee, from, lead, this.batch.length, this.callees);
    const args = op.operands.map((v, i) => (from[i] ? this.spread(v) : this.resolve(v)));
    const types = op.results.map(({ type }, i) => (wide[i] ? this.placed(type, lead[i] ? 1 : 0) : type));
    const results = this.b.call(name, args, types, op.binds);
    return results.map((v, i) => (lead[i] ? inFront(this.b, v, this.batch, 1) : v));
  }

  /** A result with its first axis before those of the batch. */
  led(v: Value): Value {
    return behind(this.b, this.spread(v), this.batch, 1);
  }
}

/**
 * The function for a batch of some of its arguments, with its own names for the batch's axes. Results whose first length
 * only the function knows have that in front.
 */
function calleeFor(
  name: string,
  from: readonly boolean[],
  lead: readonly boolean[],
  rank: number,
  callees: Callees,
): string {
  const bits = (all: readonly boolean[]) => all.map(Number).join('');
  const made = `${name}%batch${bits(from)}%${bits(lead)}`;
  if (callees.made.has(made)) return made;
  const func = callees.functions.get(name) as Func;
  const axes = Array.from({ length: rank }, (_, k) => namedDim(`batch%${k}`));
  const pass = new Batching(func, axes, callees);
  const wide = callees.reach.call(name, from);
  const params = func.params.map((p, k) => (from[k] ? pass.param(p) : p));
  pass.ops(func.body.ops);
  const results = func.body.results.map((v, i) =>
    lead[i] ? pass.led(v) : wide[i] ? pass.spread(v) : pass.resolve(v),
  );
  callees.made.set(made, withRequirements(func, pass.b.finish(made, params, results, func.resultNames)));
  return made;
}

/**
 * The function for a batch. The parameters at some positions get the leading axes `by`, and so do the results at the
 * positions `wide` (all of them unless told), repeated where they do not depend on those parameters.
 */
export function batch(func: Func, positions: readonly number[], by: Shape, wide?: readonly number[]): Func {
  const functions: Functions = func.functions ?? new Map();
  const callees: Callees = { reach: new Reach(functions), functions, made: new Map() };
  const pass = new Batching(func, by, callees);
  const params = func.params.map((p, k) => (positions.includes(k) ? pass.param(p) : p));
  pass.ops(func.body.ops);
  const results = func.body.results.map((v, k) =>
    wide === undefined || wide.includes(k) ? pass.spread(v) : pass.resolve(v),
  );
  const made = withRequirements(func, pass.b.finish(func.name, params, results, func.resultNames));
  return callees.made.size > 0 ? { ...made, functions: new Map([...functions, ...callees.made]) } : made;
}
