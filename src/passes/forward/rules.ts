/** Forward rules: the tangent of each operation from the tangents of its operands. */
import type { Dim } from '../../core/affine.js';
import { unreachable } from '../../core/diagnostic.js';
import type { Builder } from '../../ir/builder.js';
import type {
  ArrayOp,
  ContractOp,
  ElementwiseOp,
  Op,
  RecurOp,
  ReduceOp,
  UpdateOp,
  Value,
} from '../../ir/types.js';
import { arrayAlgebra, arrayPartial, guardOfAll } from '../arrays.js';
import { closed, type Guarded, guardAlong, guardedBy, guardScattered, mapGuarded, total } from '../guard.js';
import { readAt } from '../places.js';
import { partialOf, weightsOf } from '../weights.js';

/** The operation in the new function: its operands, its result, and the operands' tangents (undefined: zero). */
export interface Site<O extends Op = Op> {
  readonly b: Builder;
  readonly op: O;
  readonly operands: readonly Value[];
  readonly result: Value;
  readonly tangents: readonly (Guarded | undefined)[];
}

type Simple = Exclude<Op, { kind: 'if' | 'while' | 'for' | 'map' | 'call' }>;

/** The tangent of the result; undefined where it is zero. */
export function tangentOf(site: Site<Simple>): Guarded | undefined {
  const { b, op, tangents, result } = site;
  const [t] = tangents;
  const shape = result.type.shape;
  switch (op.kind) {
    case 'const':
    case 'dim':
    case 'extent':
    case 'iota':
    case 'cast':
    case 'detach':
      return undefined;
    case 'elementwise':
      return elementwise({ ...site, op });
    case 'select':
      return select(site);
    case 'broadcast':
      return t && mapGuarded(t, (v) => b.broadcast(v, shape, op.axes));
    case 'reduce':
      return t && reduce({ ...site, op }, t);
    case 'contract':
      return contract({ ...site, op });
    case 'transpose':
      return t && mapGuarded(t, (v) => b.transpose(v, op.permutation));
    case 'reshape':
      return t && mapGuarded(t, (v) => b.reshape(v, shape));
    case 'slice':
      return t && mapGuarded(t, (v) => b.slice(v, op.starts, op.steps, shape));
    case 'pad':
      return t && mapGuarded(t, (v) => b.pad(v, op.starts, op.steps, shape));
    case 'concat': {
      if (tangents.every((x) => x === undefined)) return undefined;
      const like = (i: number) => (site.operands[i] as Value).type.shape;
      const parts = tangents.map((x, i) => x?.value ?? b.full(0, like(i)));
      const value = b.concat(parts, op.axis);
      if (!tangents.some((x) => x?.guard)) return { value };
      const guards = tangents.map((x, i) => x?.guard ?? b.full(x ? 1 : 0, like(i), 'bool'));
      return { value, guard: b.concat(guards, op.axis) };
    }
    case 'gather':
      return t && mapGuarded(t, (v) => b.gather(v, site.operands[1] as Value));
    case 'scatterAdd':
      return t && scatterAdd(site, t);
    case 'update':
      return update({ ...site, op });
    case 'recur':
      return recur({ ...site, op });
    case 'array':
      return array({ ...site, op });
    default:
      return unreachable(op);
  }
}

function elementwise({ b, op, operands, result, tangents }: Site<ElementwiseOp>): Guarded | undefined {
  const terms: Guarded[] = [];
  for (const [i, t] of tangents.entries()) {
    const p = t && partialOf(b, op, i, operands, result);
    if (p) terms.push(guardedBy(b.elementwise('mul', p, t.value), t.guard));
  }
  return terms.length > 0 ? total(b, terms) : undefined;
}

/** A choice between tangents; where it falls on an operand without one, the tangent is zero. */
function select({ b, operands, tangents: [, x, y] }: Site): Guarded | undefined {
  const condition = operands[0] as Value;
  const some = x ?? y;
  if (!some) return undefined;
  const zero = () => b.full(0, some.value.type.shape);
  const never = () => b.full(0, some.value.type.shape, 'bool');
  const always = () => b.full(1, some.value.type.shape, 'bool');
  const value = b.select(condition, x?.value ?? zero(), y?.value ?? zero());
  if (!x?.guard && !y?.guard) return { value };
  const guardOf = (t: Guarded | undefined) => (t ? (t.guard ?? always()) : never());
  return { value, guard: b.select(condition, guardOf(x), guardOf(y)) };
}

function reduce({ b, op, operands, result }: Site<ReduceOp>, t: Guarded): Guarded | undefined {
  const weights = weightsOf(b, op, operands[0] as Value, result);
  if (weights === 'zero') return undefined;
  const weighted = weights ? b.elementwise('mul', weights, t.value) : t.value;
  const value = b.sum(closed(b, guardedBy(weighted, t.guard)), op.axes);
  return guardedBy(value, t.guard && b.reduce('any', t.guard, op.axes));
}

function contract(site: Site<ContractOp>): Guarded | undefined {
  const { b, op, operands, tangents } = site;
  const [left, right] = operands as [Value, Value];
  const [x, y] = tangents;
  const terms: Guarded[] = [];
  const reach = (g: Guarded, labels: readonly number[]) => g.guard && reached(site, g.guard, labels);
  if (x) {
    const value = b.contract(closed(b, x), op.left, right, op.right, op.out);
    terms.push(guardedBy(value, reach(x, op.left)));
  }
  if (y) {
    const value = b.contract(left, op.left, closed(b, y), op.right, op.out);
    terms.push(guardedBy(value, reach(y, op.right)));
  }
  return terms.length > 0 ? total(b, terms) : undefined;
}

/** The elements of a contraction to which an element under the guard contributes. */
function reached({ b, op, result }: Site<ContractOp>, guard: Value, labels: readonly number[]): Value {
  const lost = labels.map((_, k) => k).filter((k) => !op.out.includes(labels[k] as number));
  const kept = labels.filter((l) => op.out.includes(l));
  const some = lost.length > 0 ? b.reduce('any', guard, lost) : guard;
  const order = kept
    .map((_, k) => k)
    .sort((p, q) => op.out.indexOf(kept[p] as number) - op.out.indexOf(kept[q] as number));
  const axes = order.map((k) => op.out.indexOf(kept[k] as number));
  return b.broadcast(b.transpose(some, order), result.type.shape, axes);
}

/** Whether anything under the guard was added into an element. */
function scatterAdd({ b, operands, result }: Site, t: Guarded): Guarded {
  const length = result.type.shape[0] as Dim;
  const index = operands[1] as Value;
  const value = b.scatterAdd(closed(b, t), index, length);
  return guardedBy(value, t.guard && guardScattered(b, t.guard, index, length));
}

/** The tangent is updated as the value is; what is added under a guard is chosen first. */
function update({ b, op, operands, tangents: [dx, dv] }: Site<UpdateOp>): Guarded | undefined {
  if (!dx && !dv) return undefined;
  const [x, v, ...indices] = operands as [Value, Value, ...Value[]];
  const zeros = (like: Value) => b.full(0, like.type.shape);
  const condition = (t: Guarded | undefined, like: Value) =>
    t?.guard ?? b.full(t ? 1 : 0, like.type.shape, 'bool');
  const guarded = [dx, dv].some((t) => t?.guard);
  if (!op.add) {
    const value = b.update(dx?.value ?? zeros(x), dv?.value ?? zeros(v), op.axes, indices);
    if (!guarded) return { value };
    return { value, guard: b.update(condition(dx, x), condition(dv, v), op.axes, indices) };
  }
  if (!dv) return dx;
  const value = b.update(dx ? closed(b, dx) : zeros(x), closed(b, dv), op.axes, indices, true);
  if (!guarded) return { value };
  const before = condition(dx, x);
  const there = b.elementwise('or', readAt(b, before, op.axes, indices, v.type.shape), condition(dv, v));
  return { value, guard: b.update(before, there, op.axes, indices) };
}

/** ds' = a·ds + (da·s + db), from 0. */
function recur({ b, op, operands, result, tangents: [da, db] }: Site<RecurOp>): Guarded | undefined {
  const terms: Guarded[] = [];
  if (da) terms.push(guardedBy(b.elementwise('mul', da.value, result), da.guard));
  if (db) terms.push(db);
  if (terms.length === 0) return undefined;
  const added = total(b, terms);
  const value = b.recur(operands[0] as Value, closed(b, added), op.axis, 0, op.reverse);
  return guardedBy(value, added.guard && guardAlong(b, added.guard, op.axis, op.reverse));
}

/** Every element of a matrix has a part in all that is computed from it, so the guard is that of the whole. */
function array({ b, op, operands, result, tangents }: Site<ArrayOp>): Guarded | undefined {
  const k = arrayAlgebra(b);
  const terms: Guarded[] = [];
  for (const [i, t] of tangents.entries()) {
    const partial = arrayPartial(op, i);
    if (!t || partial === 'zero') continue;
    const value = partial.tangent(k, operands, result, closed(b, t));
    terms.push(guardedBy(value, t.guard && guardOfAll(b, t.guard, result.type.shape)));
  }
  return terms.length > 0 ? total(b, terms) : undefined;
}
