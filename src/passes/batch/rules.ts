/**
 * One operation on batched operands: what the operation does for each index of the batch.
 *
 * The axes of the batch lead. An operand that is not batched is the same for the whole batch, and repeated only where
 * the operation needs operands of one shape; contractions and systems of equations take it as it is.
 */
import type { Shape } from '../../core/affine.js';
import { InternalError } from '../../core/diagnostic.js';
import type { Builder } from '../../ir/builder.js';
import type { ContractOp, Op, Value } from '../../ir/types.js';

export interface Site<O extends Op = Op> {
  readonly b: Builder;
  readonly op: O;
  /** The operands in the new function, with the axes of the batch where they are batched. */
  readonly operands: readonly Value[];
  readonly batched: readonly boolean[];
  /** The axes of the batch. */
  readonly batch: Shape;
}

/** The operand with the axes of the batch. */
export function spread(b: Builder, v: Value, batched: boolean, batch: Shape): Value {
  return batched ? v : b.broadcastTo(v, [...batch, ...v.type.shape]);
}

const all = ({ b, operands, batched, batch }: Site): Value[] =>
  operands.map((v, i) => spread(b, v, batched[i] as boolean, batch));

/** The result for the whole batch; at least one operand is batched. */
export function batchedResult(site: Site): Value {
  const { b, op, batch } = site;
  const r = batch.length;
  const leading = batch.map((_, k) => k);
  const later = (axes: readonly number[]) => axes.map((k) => k + r);
  const first = site.operands[0] as Value;
  const shape = (): Shape => [...batch, ...(op.results[0] as Value).type.shape];
  switch (op.kind) {
    case 'elementwise':
      return b.elementwise(op.name, ...all(site));
    case 'cast':
      return b.cast(first);
    case 'detach':
      return b.detach(first);
    case 'select': {
      const [condition, x, y] = all(site) as [Value, Value, Value];
      return b.select(condition, x, y);
    }
    case 'broadcast':
      return b.broadcast(first, shape(), [...leading, ...later(op.axes)]);
    case 'reduce':
      return b.reduce(op.name, first, later(op.axes));
    case 'contract':
      return contracted(site as Site<ContractOp>);
    case 'transpose':
      return b.transpose(first, [...leading, ...later(op.permutation)]);
    case 'reshape':
      return b.reshape(first, shape());
    case 'slice':
    case 'pad': {
      const starts = [...batch.map(() => 0), ...op.starts];
      const steps = [...batch.map(() => 1), ...op.steps];
      return b[op.kind](first, starts, steps, shape());
    }
    case 'concat':
      return b.concat(all(site), op.axis + r);
    case 'recur': {
      const [x, y] = all(site) as [Value, Value];
      return b.recur(x, y, op.axis + r, op.init, op.reverse);
    }
    case 'gather':
      return gathered(site);
    case 'scatterAdd':
      return scattered(site);
    case 'update':
      return updated(site);
    case 'array':
      return op.name === 'solve' ? solved(site) : b.array(op.name, ...all(site));
    default:
      throw new InternalError(`no rule for a batched ${op.kind}`);
  }
}

/** The batch is an index that is summed over nowhere. */
function contracted({ b, op, operands, batched, batch }: Site<ContractOp>): Value {
  const labels = [...op.left, ...op.right, ...op.out];
  const next = Math.max(-1, ...labels) + 1;
  const extra = batch.map((_, k) => next + k);
  const at = (i: number, own: readonly number[]) => (batched[i] ? [...extra, ...own] : own);
  const [x, y] = operands as [Value, Value];
  return b.contract(x, at(0, op.left), y, at(1, op.right), [...extra, ...op.out]);
}

/** The axes of the batch behind the first `count` others. */
export function behind(b: Builder, v: Value, batch: Shape, count: number): Value {
  const r = batch.length;
  const own = v.type.shape.slice(r).map((_, k) => k + r);
  return b.transpose(v, [...own.slice(0, count), ...batch.map((_, k) => k), ...own.slice(count)]);
}

/** The axes of the batch, which stand behind the first `count` others, in front again. */
export function inFront(b: Builder, v: Value, batch: Shape, count: number): Value {
  const r = batch.length;
  const axes = v.type.shape.map((_, k) => k);
  return b.transpose(v, [...axes.slice(count, count + r), ...axes.slice(0, count), ...axes.slice(count + r)]);
}

/** Indices are the same for the whole batch: integers carry no derivative. */
function gathered({ b, operands, batch }: Site): Value {
  const [data, index] = operands as [Value, Value];
  return inFront(b, b.gather(behind(b, data, batch, 1), index), batch, index.type.shape.length);
}

function scattered({ b, op, operands, batch }: Site): Value {
  const [updates, index] = operands as [Value, Value];
  const length = (op.results[0] as Value).type.shape[0];
  if (length === undefined) throw new InternalError('scatterAdd into a scalar');
  const rank = index.type.shape.length;
  return inFront(b, b.scatterAdd(behind(b, updates, batch, rank), index, length), batch, 1);
}

function updated({ b, op, operands, batched, batch }: Site): Value {
  if (op.kind !== 'update') throw new InternalError('not an update');
  const [x, value, ...indices] = operands as [Value, Value, ...Value[]];
  const whole = batch.map(() => ({ start: 0, step: 1 }));
  return b.update(
    spread(b, x, batched[0] as boolean, batch),
    spread(b, value, batched[1] as boolean, batch),
    [...whole, ...op.axes],
    indices,
    op.add,
  );
}

/** Right-hand sides of one matrix are columns of one system, so that the matrix is factored once. */
function solved(site: Site): Value {
  const { b, operands, batched, batch } = site;
  const [a, rhs] = operands as [Value, Value];
  const columns =
    !batched[0] && batch.length === 1 && a.type.shape.length === 2 && rhs.type.shape.length === 2;
  if (columns) return b.transpose(b.array('solve', a, b.transpose(rhs, [1, 0])), [1, 0]);
  return b.array('solve', ...all(site));
}
