/**
 * Reverse mode: a function becomes the function of its value and its gradient (the transposed Jacobian times a
 * cotangent).
 *
 * The program is copied; then adjoints are summed over its operations in reverse order (Linnainmaa 1970; Griewank and
 * Walther, Evaluating Derivatives, 2nd ed., section 3.2). Contributions to one value are kept apart until the value's
 * own turn comes, and then added up once.
 */
import { tick } from '../../core/deadline.js';
import { notDifferentiable } from '../../core/errors/passes.js';
import { Builder } from '../../ir/builder.js';
import type { Func, IfOp, Op, Param, Region, Value } from '../../ir/types.js';
import { activeValues } from '../activity.js';
import { closed, type Guarded, total } from '../guard.js';
import { withRequirements } from '../rewrite.js';
import { pullBack } from './rules.js';

/** The name of the parameter that weighs the elements of an output which is no scalar. */
export const COTANGENT = 'cotangent';

/** An operation of the program with the values that stand for its operands and results in the new function. */
interface Step {
  readonly op: Op;
  readonly operands: readonly Value[];
  readonly results: readonly Value[];
  readonly branches?: readonly [Branch, Branch];
}
type Tape = readonly Step[];

/** What a branch of an `if` computed, told with values that are visible outside of it. */
interface Branch {
  readonly tape: Tape;
  readonly results: readonly Value[];
}

/** Contributions to adjoints, by id of the value in the new function. */
type Adjoints = Map<number, { readonly to: Value; readonly terms: Guarded[] }>;

function contribute(adjoints: Adjoints, to: Value, term: Guarded): void {
  const entry = adjoints.get(to.id);
  if (entry) entry.terms.push(term);
  else adjoints.set(to.id, { to, terms: [term] });
}

/** A tape with the values computed inside a branch replaced by what the `if` yields for them. */
function outside(tape: Tape, out: (v: Value) => Value): Tape {
  return tape.map(({ op, operands, results, branches }) => ({
    op,
    operands: operands.map(out),
    results: results.map(out),
    ...(branches && {
      branches: [outsideBranch(branches[0], out), outsideBranch(branches[1], out)] as const,
    }),
  }));
}

function outsideBranch({ tape, results }: Branch, out: (v: Value) => Value): Branch {
  return { tape: outside(tape, out), results: results.map(out) };
}

const WITHOUT_RULE: ReadonlySet<Op['kind']> = new Set(['while', 'for', 'map', 'call', 'update']);
const isSimple = (op: Op) => !WITHOUT_RULE.has(op.kind);

class Reverse {
  readonly b: Builder;
  /** What stands for the results of choices, which are built anew; everything else stands for itself. */
  private readonly values = new Map<number, Value>();

  /** Adjoints of the values that the caller asked for, in terms of the new function. */
  tapped = new Map<number, Value>();

  constructor(
    private readonly active: ReadonlySet<number>,
    private readonly taps: ReadonlySet<number>,
    func: Func,
  ) {
    this.b = new Builder(func.valueCount);
  }

  bind(from: Value, to: Value): void {
    this.values.set(from.id, to);
    if (from.name !== undefined) this.b.named(to, from.name);
  }

  readonly resolve = (v: Value): Value => this.values.get(v.id) ?? v;

  /** Copies the operations and remembers them. */
  record(ops: readonly Op[]): Step[] {
    return ops.map((op): Step => {
      this.b.span = op.span;
      const moved = this.values.size > 0 && op.operands.some((v) => this.values.has(v.id));
      const operands = moved ? op.operands.map(this.resolve) : op.operands;
      if (op.kind === 'if') return this.recordIf(op, operands);
      if (!isSimple(op)) {
        throw notDifferentiable(op.span, `a ${op.kind}`, 'reverse');
      }
      this.b.push(moved ? { ...op, operands } : op);
      return { op, operands, results: op.results };
    });
  }

  /**
   * The branches yield, behind their results, everything they compute, so that the backward sweep need not run them
   * again; the other branch yields zeros in its place. What turns out not to be needed is pruned.
   */
  private recordIf(op: IfOp, operands: readonly Value[]): Step {
    const sides = [op.then, op.otherwise].map((region) => this.recordBranch(region));
    const [then, otherwise] = sides as [RecordedBranch, RecordedBranch];
    const zeros = (of: readonly Value[]) => () => of.map((v) => this.b.full(0, v.type.shape, v.type.dtype));
    const extended = [
      this.extend(then.region, zeros(otherwise.inner), (own, extra) => [...own, ...then.inner, ...extra]),
      this.extend(otherwise.region, zeros(then.inner), (own, extra) => [
        ...own,
        ...extra,
        ...otherwise.inner,
      ]),
    ] as const;
    const all = this.b.if(operands[0] as Value, ...extended);
    const n = op.results.length;
    const saved = new Map([...then.inner, ...otherwise.inner].map((v, i) => [v.id, all[n + i] as Value]));
    for (const [i, r] of op.results.entries()) this.bind(r, all[i] as Value);
    const out = (v: Value) => saved.get(v.id) ?? v;
    const branches = sides.map((s) => outsideBranch({ tape: s.tape, results: s.region.results }, out));
    return { op, operands, results: all, branches: branches as unknown as [Branch, Branch] };
  }

  private recordBranch(region: Region): RecordedBranch {
    let tape: Step[] = [];
    const copy = this.b.region([], () => {
      tape = this.record(region.ops);
      return region.results.map(this.resolve);
    });
    return { region: copy, tape, inner: tape.flatMap((step) => step.results) };
  }

  /** A region with more operations at its end, and the results made of the old and the added ones. */
  private extend(
    region: Region,
    more: () => readonly Value[],
    arrange: (own: readonly Value[], extra: readonly Value[]) => readonly Value[],
  ): Region {
    const extra = this.b.region([], more);
    return {
      params: [],
      ops: [...region.ops, ...extra.ops],
      results: arrange(region.results, extra.results),
    };
  }

  /** Runs a tape backwards. */
  sweep(tape: Tape, adjoints: Adjoints): void {
    for (let i = tape.length - 1; i >= 0; i--) {
      tick();
      const step = tape[i] as Step;
      this.b.span = step.op.span;
      if (step.branches) this.sweepIf(step, step.branches, adjoints);
      else this.sweepSimple(step, adjoints);
    }
  }

  /** The sum of what was contributed to a value, which is then done with. */
  private take(adjoints: Adjoints, v: Value): Guarded | undefined {
    const entry = adjoints.get(v.id);
    adjoints.delete(v.id);
    return entry && total(this.b, entry.terms);
  }

  private sweepSimple({ op, operands, results }: Step, adjoints: Adjoints): void {
    const result = results[0] as Value;
    const adjoint = this.take(adjoints, result);
    if (!adjoint) return;
    const old = op.results[0] as Value;
    if (this.taps.has(old.id)) this.tapped.set(old.id, closed(this.b, adjoint));
    const wants = (i: number) => this.active.has((op.operands[i] as Value).id);
    const give = (i: number, term: Guarded) => {
      if (wants(i)) contribute(adjoints, operands[i] as Value, term);
    };
    pullBack({ b: this.b, op: op as never, operands, result, wants, give }, adjoint);
  }

  /** The backward sweep of a choice is a choice: each branch sums what it contributes to the values around it. */
  private sweepIf(step: Step, branches: readonly [Branch, Branch], adjoints: Adjoints): void {
    const { op, operands, results } = step;
    const seeds = op.results.map((_, i) => this.take(adjoints, results[i] as Value));
    if (seeds.every((s) => s === undefined)) return;
    for (const [i, seed] of seeds.entries()) {
      const { id } = op.results[i] as Value;
      if (seed && this.taps.has(id)) this.tapped.set(id, closed(this.b, seed));
    }
    const [then, otherwise] = branches.map((branch, side) =>
      this.sweepBranch(branch, op as IfOp, side, seeds),
    );
    this.join(operands[0] as Value, then as SweptBranch, otherwise as SweptBranch, adjoints);
  }

  private sweepBranch(
    branch: Branch,
    op: IfOp,
    side: number,
    seeds: readonly (Guarded | undefined)[],
  ): SweptBranch {
    const totals = new Map<number, { readonly to: Value; readonly sum: Guarded }>();
    const old = side === 0 ? op.then : op.otherwise;
    const outer = this.tapped;
    this.tapped = new Map();
    const region = this.b.region([], () => {
      const local: Adjoints = new Map();
      for (const [i, seed] of seeds.entries()) {
        const wanted = this.active.has((old.results[i] as Value).id);
        if (seed && wanted) contribute(local, branch.results[i] as Value, seed);
      }
      this.sweep(branch.tape, local);
      for (const [id, { to, terms }] of local) totals.set(id, { to, sum: total(this.b, terms) });
      return [];
    });
    const { tapped } = this;
    this.tapped = outer;
    return { region, totals, tapped };
  }

  /**
   * Adjoints of the values around a choice. One that only one branch contributes to, or contributes to under a guard,
   * comes with a guard: what was not taken has no influence.
   */
  private join(condition: Value, then: SweptBranch, otherwise: SweptBranch, adjoints: Adjoints): void {
    const sides = [then, otherwise];
    const targets = [
      ...new Map(sides.flatMap((s) => [...s.totals].map(([id, t]) => [id, t.to] as const))).values(),
    ];
    const guarded = targets.map((v) =>
      sides.some((s) => s.totals.get(v.id)?.sum.guard || !s.totals.has(v.id)),
    );
    const taps = new Map(sides.flatMap((s) => [...s.tapped]));
    const tapped = (side: SweptBranch) =>
      [...taps].map(([id, v]) => side.tapped.get(id) ?? this.b.full(0, v.type.shape));
    const parts = (side: SweptBranch) => () => [
      ...targets.flatMap((v, i) => {
        const sum = side.totals.get(v.id)?.sum;
        const value = sum?.value ?? this.b.full(0, v.type.shape);
        const guard = sum?.guard ?? this.b.full(sum ? 1 : 0, v.type.shape, 'bool');
        return guarded[i] ? [value, guard] : [value];
      }),
      ...tapped(side),
    ];
    const [a, b] = sides.map((s) => this.extend(s.region, parts(s), (_, extra) => extra)) as [Region, Region];
    const results = [...this.b.if(condition, a, b)];
    for (const [i, v] of targets.entries()) {
      const value = results.shift() as Value;
      contribute(adjoints, v, guarded[i] ? { value, guard: results.shift() as Value } : { value });
    }
    for (const id of taps.keys()) this.tapped.set(id, results.shift() as Value);
  }

  /** The gradient with respect to a parameter, zeros where the output does not depend on it. */
  gradient(adjoints: Adjoints, v: Value): Value {
    const sum = this.take(adjoints, v);
    return sum ? closed(this.b, sum) : this.b.full(0, v.type.shape);
  }
}

interface RecordedBranch {
  readonly region: Region;
  readonly tape: Tape;
  /** Everything computed at the top of the region. */
  readonly inner: readonly Value[];
}

interface SweptBranch {
  readonly region: Region;
  readonly totals: ReadonlyMap<number, { readonly to: Value; readonly sum: Guarded }>;
  /** Adjoints asked for of values inside the branch. */
  readonly tapped: ReadonlyMap<number, Value>;
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
  // What is tapped gets an adjoint even where no variable reaches it.
  const active = activeValues(func, [...sources.map((p) => p.value), ...taps]);
  const pass = new Reverse(active, new Set(taps.map((v) => v.id)), func);
  const params = [...func.params];
  const output = func.body.results[0] as Value;
  const scalar = output.type.shape.length === 0;
  if (!scalar) params.push(pass.b.param(COTANGENT, output.type, 'cotangent'));
  const tape = pass.record(func.body.ops);
  const adjoints: Adjoints = new Map();
  const seed = scalar ? pass.b.num(1) : (params.at(-1) as Param).value;
  if (active.has(output.id)) contribute(adjoints, pass.resolve(output), { value: seed });
  pass.sweep(tape, adjoints);
  const gradients = sources.map((p) => pass.gradient(adjoints, pass.resolve(p.value)));
  const adjointsOfTaps = taps.map((v) => pass.tapped.get(v.id) ?? pass.b.full(0, v.type.shape));
  const results = [pass.resolve(output), ...gradients, ...adjointsOfTaps];
  return withRequirements(
    func,
    pass.b.finish('gradient', params, results, ['value', ...wrt, ...taps.map((_, i) => `tap${i}`)]),
  );
}
