/** Forward rules: the tangent of each operation from the tangents of its operands. */
import { unreachable } from '../../core/diagnostic.js';
import type { Builder } from '../../ir/builder.js';
import type { ContractOp, ElementwiseOp, Op, RecurOp, ReduceOp, Value } from '../../ir/types.js';
import { closed, type Guarded, guardedBy, mapGuarded, total } from '../guard.js';
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
      const parts = tangents.map((x, i) =>
        x ? closed(b, x) : b.full(0, (site.operands[i] as Value).type.shape),
      );
      return { value: b.concat(parts, op.axis) };
    }
    case 'gather':
      return t && mapGuarded(t, (v) => b.gather(v, site.operands[1] as Value));
    case 'scatterAdd':
      return t && { value: b.scatterAdd(closed(b, t), site.operands[1] as Value, shape[0] as number) };
    case 'recur':
      return recur({ ...site, op });
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

function contract({ b, op, operands, tangents }: Site<ContractOp>): Guarded | undefined {
  const [left, right] = operands as [Value, Value];
  const [x, y] = tangents;
  const terms: Guarded[] = [];
  if (x) terms.push({ value: b.contract(closed(b, x), op.left, right, op.right, op.out) });
  if (y) terms.push({ value: b.contract(left, op.left, closed(b, y), op.right, op.out) });
  return terms.length > 0 ? total(b, terms) : undefined;
}

/** ds' = a·ds + (da·s + db), from 0. */
function recur({ b, op, operands, result, tangents: [da, db] }: Site<RecurOp>): Guarded | undefined {
  const terms: Guarded[] = [];
  if (da) terms.push({ value: b.elementwise('mul', closed(b, da), result) });
  if (db) terms.push({ value: closed(b, db) });
  if (terms.length === 0) return undefined;
  return { value: b.recur(operands[0] as Value, total(b, terms).value, op.axis, 0, op.reverse) };
}
