/**
 * Reverse mode: a function becomes the function of its value and its gradient (the transposed Jacobian times a
 * cotangent).
 *
 * The program is copied; then adjoints are summed over its operations in reverse order (Linnainmaa 1970; Griewank and
 * Walther, Evaluating Derivatives, 2nd ed., section 3.2). Contributions to one value are kept apart until the value's
 * own turn comes, and then added up once.
 */

import { tick } from '../../core/deadline.js';
import { Builder } from '../../ir/builder.js';
import {
  dimsBoundBy,
  type Func,
  type Op,
  type Param,
  type Region,
  regionsOf,
  type Value,
} from '../../ir/types.js';
import { Functions } from '../functions.js';
import type { Guarded } from '../guard.js';
import { loopsOf } from '../maps.js';
import { withParts, withRequirements } from '../rewrite.js';
import { Adjoints, closedSum, flagged, isLinear, isPart, type Part, placedIn, wholeOf } from './adjoints.js';
import { sweepLoop } from './backward.js';
import { recordIf, sweepIf } from './branches.js';
import { CallBook, recordCall, sweepCall } from './calls.js';
import { recordLoop } from './loops.js';
import { pullBack } from './rules.js';
import { singularBehind } from './singular.js';
import type { ReversePass, Step, Tape, Taps } from './tape.js';
import { pullBackUpdate } from './update.js';

/** The name of the parameter that weighs the elements of an output which is no scalar. */
export const COTANGENT = 'cotangent';

class Reverse implements ReversePass {
  b: Builder;
  depth = 0;
  /** What stands for the values that are built anew; everything else stands for itself. */
  private readonly values = new Map<number, Value>();
  private readonly active: Set<number>;
  private readonly substitutes = new Map<number, Value>();
  readonly taps: Taps;
  private singular: ReadonlySet<number> | undefined;

  constructor(
    active: ReadonlySet<number>,
    taps: ReadonlySet<number>,
    func: Func,
    readonly calls: CallBook,
    /** Finds the values whose adjoints go on to a partial that may be singular; asked by few operations. */
    private readonly findSingular: () => ReadonlySet<number>,
  ) {
    this.active = new Set(active);
    this.taps = { asked: taps, found: new Map() };
    this.b = new Builder(func.valueCount);
  }

  begin(): void {
    this.b = new Builder(this.b.valueCount);
    this.substitutes.clear();
  }

  bind(from: Value, to: Value): void {
    this.values.set(from.id, to);
    if (this.active.has(from.id)) this.active.add(to.id);
    if (from.name !== undefined) this.b.named(to, from.name);
  }

  readonly resolve = (v: Value): Value => this.values.get(v.id) ?? v;

  isActive(v: Value): boolean {
    return this.active.has(v.id);
  }

  private isSingular(v: Value): boolean {
    this.singular ??= this.findSingular();
    return this.singular.has(v.id);
  }

  standsFor(v: Value, by: Value): void {
    this.substitutes.set(v.id, by);
  }

  read(v: Value): Value {
    let found = v;
    for (let next: Value | undefined = v; next; next = this.substitutes.get(found.id)) found = next;
    return found;
  }

  record(ops: readonly Op[]): Step[] {
    return ops.map((op): Step => {
      this.b.span = op.span;
      const moved = this.values.size > 0 && op.operands.some((v) => this.values.has(v.id));
      const operands = moved ? op.operands.map(this.resolve) : op.operands;
      const copied = { op, operands, results: op.results, binds: dimsBoundBy(op) };
      if (op.kind !== 'if' && !op.results.some((r) => this.isActive(r))) {
        this.b.push(this.moved(op, operands));
        return copied;
      }
      switch (op.kind) {
        case 'if':
          return recordIf(this, op, operands);
        case 'for':
        case 'while':
          return recordLoop(this, op, operands);
        case 'map':
          return recordLoop(
            this,
            loopsOf(this.b, op, (all, row) => {
              if (this.isActive(row)) this.active.add(all.id);
            }),
            operands,
          );
        case 'call':
          return recordCall(this, op, operands);
        default:
          this.b.push(moved ? { ...op, operands } : op);
          return copied;
      }
    });
  }

  /** The operation on what has become of its operands, in its regions as well. */
  private moved(op: Op, operands: readonly Value[]): Op {
    if (this.values.size === 0) return op;
    const inside = (region: Region): Region => ({
      params: region.params,
      ops: region.ops.map((inner) => this.moved(inner, inner.operands.map(this.resolve))),
      results: region.results.map(this.resolve),
    });
    return withParts(op, operands, op.results, regionsOf(op).map(inside));
  }

  /** What the sweep reads again, the program has read before: its indices are inside their axes. */
  sweep(tape: Tape, adjoints: Adjoints): void {
    const { b } = this;
    const before = b.trusted;
    b.trusted = true;
    this.sweepAll(tape, adjoints);
    b.trusted = before;
  }

  private sweepAll(tape: Tape, adjoints: Adjoints): void {
    for (let i = tape.length - 1; i >= 0; i--) {
      tick();
      const step = tape[i] as Step;
      this.b.span = step.op.span;
      if (step.loop) sweepLoop(this, step, step.loop, adjoints);
      else if (step.branches) sweepIf(this, step, adjoints);
      else if (step.call) sweepCall(this, step, step.call, adjoints);
      else this.sweepSimple(step, adjoints);
    }
  }

  private sweepSimple({ op, operands, results }: Step, adjoints: Adjoints): void {
    const [result] = results;
    if (!result) return;
    const { b } = this;
    const tapped = this.taps.asked.has((op.results[0] as Value).id);
    if (this.depth > 0 && isPart(op) && !tapped) {
      this.sweepPart(op, operands, result, adjoints);
      return;
    }
    const wants = (i: number) => this.isActive(operands[i] as Value);
    if (op.kind === 'update') {
      const sum = adjoints.take(result);
      if (!sum) return;
      if (tapped) this.taps.found.set((op.results[0] as Value).id, closedSum(b, sum));
      const indices = operands.slice(2).map((v) => this.read(v));
      const parts = pullBackUpdate(b, op, operands[1]?.type.shape ?? [], indices, sum);
      if (wants(1)) adjoints.add(operands[1] as Value, parts.value());
      if (wants(0)) adjoints.add(operands[0] as Value, parts.x());
      return;
    }
    const sum = adjoints.take(result);
    if (!sum) return;
    if (tapped) this.taps.found.set((op.results[0] as Value).id, closedSum(b, sum));
    const read = operands.map((v) => this.read(v));
    if (this.depth > 0 && op.kind === 'gather' && read[1]?.type.shape.length === 1) {
      if (wants(0)) adjoints.addRows(operands[0] as Value, { ...sum, index: read[1] });
      return;
    }
    const give = (i: number, term: Guarded) => {
      if (wants(i)) adjoints.add(operands[i] as Value, flagged(b, term, sum.flag, isLinear(op)));
    };
    const adjoint = sum.flag ? { value: sum.value } : sum;
    const singular = (i: number) => this.isSingular(op.operands[i] as Value);
    const site = { b, op: op as never, operands: read, result: this.read(result), wants, singular, give };
    pullBack(site, adjoint);
  }

  /** The adjoint of a part of a tensor goes to its places there. */
  private sweepPart(op: Part, operands: readonly Value[], result: Value, adjoints: Adjoints): void {
    const { b } = this;
    const [x, index] = operands as [Value, Value | undefined];
    const placed = adjoints.takePlaced(result);
    const whole = placed ? undefined : adjoints.take(result);
    if (!this.isActive(x)) return;
    const at = index && this.read(index);
    for (const p of placed ?? (whole ? [wholeOf(whole)] : [])) adjoints.addAt(x, placedIn(b, op, at, p));
  }

  /** The gradient with respect to a parameter, zeros where the output does not depend on it. */
  gradient(adjoints: Adjoints, v: Value): Value {
    const sum = adjoints.take(v);
    return sum ? closedSum(this.b, sum) : this.b.full(0, v.type.shape);
  }
}

/**
 * The function of value and gradient. Its parameters are those of `func`, followed by `cotangent` where the output is
 * no scalar; its results are the value, a gradient for each of `wrt`, and the adjoint of each value in `taps`
 * (zeros where a branch that was not taken computes it).
 * @throws AdcError unsupported
 */
export function reverse(func: Func, wrt: readonly string[], taps: readonly Value[] = []): Func {
  const byName = new Map(func.params.map((p) => [p.name, p]));
  const sources = wrt.map((name) => byName.get(name) as Param);
  const functions = new Functions(func);
  // What is tapped gets an adjoint even where no variable reaches it.
  const active = functions.activity.of(func, [...sources.map((p) => p.value), ...taps]);
  const calls: CallBook = new CallBook(
    functions,
    (callee, values) => new Reverse(values, new Set(), callee, calls, () => singularBehind(callee, true)),
  );
  const pass = new Reverse(active, new Set(taps.map((v) => v.id)), func, calls, () =>
    singularBehind(func, false),
  );
  const params = [...func.params];
  const output = func.body.results[0] as Value;
  const scalar = output.type.shape.length === 0;
  if (!scalar) params.push(pass.b.param(COTANGENT, output.type, 'cotangent'));
  const tape = pass.record(func.body.ops);
  const adjoints = new Adjoints(pass.b);
  const seed = scalar ? pass.b.num(1) : (params.at(-1) as Param).value;
  if (active.has(output.id)) adjoints.add(pass.resolve(output), { value: seed });
  pass.sweep(tape, adjoints);
  const gradients = sources.map((p) => pass.gradient(adjoints, pass.resolve(p.value)));
  const adjointsOfTaps = taps.map((v) => pass.taps.found.get(v.id) ?? pass.b.full(0, v.type.shape));
  const results = [pass.resolve(output), ...gradients, ...adjointsOfTaps];
  const names = ['value', ...wrt, ...taps.map((_, i) => `tap${i}`)];
  const made = pass.b.finish('gradient', params, results, names);
  return functions.carriedBy(withRequirements(func, made));
}
