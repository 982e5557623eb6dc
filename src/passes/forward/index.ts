/**
 * Forward mode: a function becomes the function of its value and its tangent (the Jacobian times a direction).
 *
 * Tangents travel along with the program (Griewank and Walther, Evaluating Derivatives, 2nd ed., section 3.1; Wengert
 * 1964). What does not depend on a differentiated variable has no tangent at all, rather than one of zeros.
 */
import type { Builder } from '../../ir/builder.js';
import type { Func, Op, Param, Value } from '../../ir/types.js';
import { Functions } from '../functions.js';
import { closed, type Guarded } from '../guard.js';
import { Copier, withRequirements } from '../rewrite.js';
import { type ForwardPass, forwardCall, forwardIf, forwardLoop, forwardMap } from './control.js';
import { tangentOf } from './rules.js';

export interface ForwardOptions {
  /**
   * Treat zeros of the given direction as structural: what does not move has no influence, not even through an
   * infinite partial. Costs a choice wherever terms are added.
   */
  readonly guarded?: boolean;
}

/** The name of the parameter that carries the tangent of a variable. */
export const tangentName = (name: string) => `d${name}`;

class Forward extends Copier implements ForwardPass {
  private readonly tangents = new Map<number, Guarded>();

  constructor(
    func: Func,
    readonly active: ReadonlySet<number>,
    readonly guarded: boolean,
    readonly functions: Functions,
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
    switch (op.kind) {
      case 'if':
        return forwardIf(this, op, operands[0] as Value);
      case 'for':
      case 'while':
        return forwardLoop(this, op, operands);
      case 'map':
        return forwardMap(this, op);
      case 'call':
        return forwardCall(this, op, operands);
      default: {
        const results = this.copy(op);
        const site = { b: this.b, operands, tangents: op.operands.map((v) => this.tangent(v)) };
        const t = tangentOf({ ...site, op, result: results[0] as Value });
        if (t) this.seed(op.results[0] as Value, t);
        return results;
      }
    }
  }

  yielded(v: Value): Value[] {
    if (!this.guarded) return [this.closedTangent(this.b, v)];
    const t = this.tangent(v);
    const { shape } = v.type;
    return [t?.value ?? this.b.full(0, shape), t?.guard ?? this.b.full(t ? 1 : 0, shape, 'bool')];
  }

  derive(func: Func, active: ReadonlySet<number>): Func {
    const pass = new Forward(func, active, this.guarded, this.functions);
    const moving = func.params.filter((p) => active.has(p.value.id));
    const added = moving.flatMap((p) => {
      const tangent = pass.b.param(tangentName(p.name), p.value.type, 'tangent');
      if (!this.guarded) return [tangent];
      return [
        tangent,
        pass.b.param(`${tangentName(p.name)} moves`, { ...p.value.type, dtype: 'bool' }, 'tangent'),
      ];
    });
    const step = this.guarded ? 2 : 1;
    for (const [i, p] of moving.entries()) {
      const value = (added[step * i] as Param).value;
      pass.seed(p.value, this.guarded ? { value, guard: (added[step * i + 1] as Param).value } : { value });
    }
    pass.ops(func.body.ops);
    const own = func.body.results;
    const tangents = own.filter((r) => active.has(r.id)).flatMap((r) => pass.yielded(r));
    const results = [...own.map(pass.resolve), ...tangents];
    const names = [...func.resultNames, ...tangents.map((_, i) => `tangent${i}`)];
    return withRequirements(func, pass.b.finish(func.name, [...func.params, ...added], results, names));
  }
}

/**
 * The function of value and tangent. Its parameters are those of `func` followed by a tangent for each of `wrt`; its
 * results are the value and the tangent of the value.
 */
export function forward(func: Func, wrt: readonly string[], options: ForwardOptions = {}): Func {
  const names = new Set(wrt);
  const sources = func.params.filter((p) => names.has(p.name));
  const functions = new Functions(func);
  const active = functions.activity.of(
    func,
    sources.map((p) => p.value),
  );
  const pass = new Forward(func, active, options.guarded === true, functions);
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
  const made = b.finish('forward', [...func.params, ...tangents], results, ['value', 'tangent']);
  return functions.carriedBy(withRequirements(func, made));
}
