/**
 * Forward mode: a function becomes the function of its value and its tangent (the Jacobian times a direction).
 *
 * Tangents travel along with the program (Griewank and Walther, Evaluating Derivatives, 2nd ed., section 3.1; Wengert
 * 1964). What does not depend on a differentiated variable has no tangent at all, rather than one of zeros.
 */
import { notDifferentiable } from '../../core/errors/passes.js';
import type { Builder } from '../../ir/builder.js';
import type { Func, IfOp, Op, Param, Region, Value } from '../../ir/types.js';
import { activeValues } from '../activity.js';
import { closed, type Guarded, guardedBy } from '../guard.js';
import { Copier, withRequirements } from '../rewrite.js';
import { type Simple, tangentOf } from './rules.js';

export interface ForwardOptions {
  /**
   * Treat zeros of the given direction as structural: what does not move has no influence, not even through an
   * infinite partial. Costs a choice wherever terms are added.
   */
  readonly guarded?: boolean;
}

/** The name of the parameter that carries the tangent of a variable. */
export const tangentName = (name: string) => `d${name}`;

const WITHOUT_RULE: ReadonlySet<Op['kind']> = new Set(['while', 'for', 'map', 'call', 'update']);
const hasRule = (op: Op): op is Simple => !WITHOUT_RULE.has(op.kind);

class Forward extends Copier {
  private readonly tangents = new Map<number, Guarded>();

  constructor(
    func: Func,
    private readonly active: ReadonlySet<number>,
    private readonly guarded: boolean,
  ) {
    super(func, (op, operands) => this.differentiate(op, operands));
  }

  seed(v: Value, tangent: Guarded): void {
    this.tangents.set(v.id, tangent);
  }

  /** The tangent of a value of the old function. */
  tangent(v: Value): Guarded | undefined {
    return this.tangents.get(v.id);
  }

  closedTangent(b: Builder, v: Value): Value {
    const t = this.tangent(v);
    return t ? closed(b, t) : b.full(0, v.type.shape);
  }

  private differentiate(op: Op, operands: readonly Value[]): readonly Value[] | undefined {
    if (!op.results.some((r) => this.active.has(r.id))) return undefined;
    if (op.kind === 'if') return this.branch(op, operands[0] as Value);
    if (!hasRule(op)) {
      throw notDifferentiable(op.span, `a ${op.kind}`, 'forward');
    }
    const results = this.copy(op);
    const site = { b: this.b, operands, tangents: op.operands.map((v) => this.tangent(v)) };
    const t = tangentOf({ ...site, op, result: results[0] as Value });
    if (t) this.seed(op.results[0] as Value, t);
    return results;
  }

  /** Both branches also yield the tangents of the results that have one, with their guards in a guarded pass. */
  private branch(op: IfOp, condition: Value): readonly Value[] {
    const moving = op.results.map((_, i) => i).filter((i) => this.active.has((op.results[i] as Value).id));
    const extended = (region: Region): Region =>
      this.b.region([], () => {
        this.ops(region.ops);
        const tangents = moving.flatMap((i) => this.yielded(region.results[i] as Value));
        return [...region.results.map(this.resolve), ...tangents];
      });
    const results = this.b.if(condition, extended(op.then), extended(op.otherwise));
    const rest = results.slice(op.results.length);
    for (const i of moving) {
      const value = rest.shift() as Value;
      this.seed(op.results[i] as Value, guardedBy(value, this.guarded ? rest.shift() : undefined));
    }
    return results.slice(0, op.results.length);
  }

  /** What a branch yields for the tangent of a result. */
  private yielded(v: Value): Value[] {
    if (!this.guarded) return [this.closedTangent(this.b, v)];
    const t = this.tangent(v);
    const { shape } = v.type;
    return [t?.value ?? this.b.full(0, shape), t?.guard ?? this.b.full(t ? 1 : 0, shape, 'bool')];
  }
}

/**
 * The function of value and tangent. Its parameters are those of `func` followed by a tangent for each of `wrt`; its
 * results are the value and the tangent of the value.
 * @throws AdcError unsupported
 */
export function forward(func: Func, wrt: readonly string[], options: ForwardOptions = {}): Func {
  const names = new Set(wrt);
  const sources = func.params.filter((p) => names.has(p.name));
  const active = activeValues(
    func,
    sources.map((p) => p.value),
  );
  const pass = new Forward(func, active, options.guarded === true);
  const { b } = pass;
  const tangents = sources.map((p) => b.param(tangentName(p.name), p.value.type, 'tangent'));
  for (const [i, p] of sources.entries()) {
    const value = (tangents[i] as Param).value;
    const moves = options.guarded ? b.elementwise('ne', value, b.full(0, value.type.shape)) : undefined;
    pass.seed(p.value, moves ? { value, guard: moves } : { value });
  }
  pass.ops(func.body.ops);
  const output = func.body.results[0] as Value;
  const results = [pass.resolve(output), pass.closedTangent(b, output)];
  return withRequirements(
    func,
    b.finish('forward', [...func.params, ...tangents], results, ['value', 'tangent']),
  );
}
