/**
 * Forward mode through control flow: what is carried, yielded or returned is followed by its tangent, and by the
 * tangent's guard in a guarded pass.
 */
import type { Builder } from '../../ir/builder.js';
import {
  type CallOp,
  type ForOp,
  type Func,
  type IfOp,
  intScalar,
  type MapOp,
  type Op,
  type Region,
  type TensorType,
  tensor,
  type Value,
  type WhileOp,
} from '../../ir/types.js';
import type { Functions } from '../functions.js';
import { type Guarded, guardedBy } from '../guard.js';
import type { Resolve } from '../rewrite.js';

/** What the rules need of the pass. */
export interface ForwardPass {
  readonly b: Builder;
  readonly guarded: boolean;
  readonly active: ReadonlySet<number>;
  readonly functions: Functions;
  readonly resolve: Resolve;
  bind(from: Value, to: Value): void;
  ops(ops: readonly Op[]): void;
  seed(v: Value, tangent: Guarded): void;
  /** The tangent of a value, zeros where it has none; its guard in a guarded pass. */
  yielded(v: Value): Value[];
  /** The function of results and tangents of the active ones; tangents of active arguments follow the arguments. */
  derive(func: Func, active: ReadonlySet<number>): Func;
}

/** Types of what `yielded` gives for values of these types. */
function tangentTypes(pass: ForwardPass, types: readonly TensorType[]): TensorType[] {
  return types.flatMap((t) => (pass.guarded ? [t, tensor('bool', t.shape)] : [t]));
}

const typesOf = (values: readonly Value[]) => values.map((v) => v.type);

/** Gives values the tangents that follow one another in a list. */
function seedAll(pass: ForwardPass, values: readonly Value[], tangents: readonly Value[]): void {
  const step = pass.guarded ? 2 : 1;
  for (const [i, v] of values.entries())
    pass.seed(v, guardedBy(tangents[step * i] as Value, pass.guarded ? tangents[step * i + 1] : undefined));
}

const yieldedOf = (pass: ForwardPass, values: readonly Value[]) => values.flatMap((v) => pass.yielded(v));

/** Places of the active ones among values. */
const activeAmong = (pass: ForwardPass, values: readonly Value[]) =>
  values.map((_, i) => i).filter((i) => pass.active.has((values[i] as Value).id));

const pick = (values: readonly Value[], places: readonly number[]) => places.map((i) => values[i] as Value);

/** Both branches also yield the tangents of the results that have one. */
export function forwardIf(pass: ForwardPass, op: IfOp, condition: Value): readonly Value[] {
  const moving = activeAmong(pass, op.results);
  const extended = (region: Region): Region =>
    pass.b.region([], () => {
      pass.ops(region.ops);
      const tangents = yieldedOf(pass, pick(region.results, moving));
      return [...region.results.map(pass.resolve), ...tangents];
    });
  const [then, otherwise] = [extended(op.then), extended(op.otherwise)];
  const own = typesOf(op.results);
  const types = [...own, ...tangentTypes(pass, typesOf(pick(op.results, moving)))];
  pass.b.span = op.span;
  const results = pass.b.if(condition, then, otherwise, types, op.binds);
  seedAll(pass, pick(op.results, moving), results.slice(own.length));
  return results.slice(0, own.length);
}

/** Tangents are carried behind the carried values, and saved behind the saved ones. */
export function forwardLoop(
  pass: ForwardPass,
  op: ForOp | WhileOp,
  operands: readonly Value[],
): readonly Value[] {
  const { b } = pass;
  const count = operands.length;
  const carried = op.results.slice(0, count);
  const saved = op.results.slice(count);
  const [moving, kept] = [activeAmong(pass, carried), activeAmong(pass, saved)];
  const tangents = tangentTypes(pass, typesOf(pick(carried, moving)));
  const initial = [...operands, ...yieldedOf(pass, pick(op.operands, moving))];
  const enter = (region: Region, params: readonly Value[]) => {
    for (const [i, p] of region.params.entries()) pass.bind(p, params[i] as Value);
    const own = region.params.slice(region.params.length - count);
    seedAll(pass, pick(own, moving), params.slice(region.params.length));
    pass.ops(region.ops);
  };
  const body = b.region([...typesOf(op.body.params), ...tangents], (params) => {
    enter(op.body, params);
    const next = op.body.results.slice(0, count);
    const rest = op.body.results.slice(count);
    return [
      ...next.map(pass.resolve),
      ...yieldedOf(pass, pick(next, moving)),
      ...rest.map(pass.resolve),
      ...yieldedOf(pass, pick(rest, kept)),
    ];
  });
  const condition =
    op.kind === 'while' &&
    b.region([...typesOf(carried), ...tangents], (params) => {
      enter(op.condition, params);
      return op.condition.results.map(pass.resolve);
    });
  b.span = op.span;
  const savedTangents = tangentTypes(pass, typesOf(pick(saved, kept)));
  const types = [...typesOf(carried), ...tangents, ...typesOf(saved), ...savedTangents];
  const parts = { operands: initial, body, saved: saved.length + savedTangents.length };
  const results = b.append(
    op.kind === 'while'
      ? { kind: 'while', ...parts, condition: condition as Region, trips: op.trips, binds: op.binds }
      : { kind: 'for', ...parts, count: op.count, binds: op.binds },
    types,
  );
  seedAll(pass, pick(carried, moving), results.slice(count));
  const behind = count + tangents.length;
  seedAll(pass, pick(saved, kept), results.slice(behind + saved.length));
  return [...results.slice(0, count), ...results.slice(behind, behind + saved.length)];
}

export function forwardMap(pass: ForwardPass, op: MapOp): readonly Value[] {
  const moving = activeAmong(pass, op.results);
  const body = pass.b.region(
    op.dims.map(() => intScalar),
    (counters) => {
      for (const [i, p] of op.body.params.entries()) pass.bind(p, counters[i] as Value);
      pass.ops(op.body.ops);
      const tangents = yieldedOf(pass, pick(op.body.results, moving));
      return [...op.body.results.map(pass.resolve), ...tangents];
    },
  );
  pass.b.span = op.span;
  const types = [...typesOf(op.results), ...tangentTypes(pass, typesOf(pick(op.results, moving)))];
  const results = pass.b.append({ kind: 'map', operands: [], dims: op.dims, body }, types);
  seedAll(pass, pick(op.results, moving), results.slice(op.results.length));
  return results.slice(0, op.results.length);
}

/** The callee's forward function takes the tangents of active arguments behind the arguments. */
export function forwardCall(pass: ForwardPass, op: CallOp, operands: readonly Value[]): readonly Value[] {
  const args = op.operands.map((v) => pass.active.has(v.id));
  const { active } = pass.functions.activity.ofCall(op.callee, args);
  const key = `${args.map(Number).join('')}${pass.guarded ? ' guarded' : ''}`;
  const callee = pass.functions.variant(op.callee, 'forward', key, (func) => pass.derive(func, active));
  const moving = activeAmong(pass, op.results);
  const types = [...typesOf(op.results), ...tangentTypes(pass, typesOf(pick(op.results, moving)))];
  const tangents = yieldedOf(
    pass,
    op.operands.filter((_, i) => args[i]),
  );
  const results = pass.b.call(callee, [...operands, ...tangents], types, op.binds);
  seedAll(pass, pick(op.results, moving), results.slice(op.results.length));
  return results.slice(0, op.results.length);
}
