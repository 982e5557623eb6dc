/**
 * Constant folding: operations on constants are computed now. Nothing else is touched, so it may run before
 * differentiation: it changes neither a value's bits nor the convention at a kink.
 */
import { sameShape } from '../core/affine.js';
import type { Op, Value } from '../ir/types.js';
import type { ElementwiseRow } from '../ops/row.js';
import { elementwiseRow } from '../ops/table.js';
import { eachFunction, type Pass } from './pass.js';
import { type Rewriter, rewrite } from './rewrite.js';

/** Constants known so far: the number that fills a value of the new function. */
class Splats {
  private readonly known: (number | undefined)[] = [];

  get(v: Value): number | undefined {
    return this.known[v.id];
  }

  note(v: Value, filling: number): Value {
    this.known[v.id] = filling;
    return v;
  }
}

function filling(op: Op, operands: readonly Value[], splats: Splats): number | undefined {
  const values = operands.map((v) => splats.get(v));
  const [a, b, c] = values;
  switch (op.kind) {
    case 'const':
      return op.data.every((x) => Object.is(x, op.data[0])) ? op.data[0] : undefined;
    case 'elementwise': {
      if (values.some((v) => v === undefined)) return undefined;
      const row = elementwiseRow(op.name) as ElementwiseRow;
      return row.value(...(values as [number, number, number]));
    }
    case 'select':
      return a === undefined ? undefined : a ? b : c;
    case 'cast':
    case 'broadcast':
    case 'reshape':
    case 'transpose':
    case 'slice':
      return a;
    default:
      return undefined;
  }
}

/** Whether the operation is already the way in which a constant is written: a number, or the broadcast of one. */
function isFull(op: Op, rank: number): boolean {
  return op.kind === 'const' ? rank === 0 : op.kind === 'broadcast' && op.axes.length === 0;
}

/** A tensor constant as floats. */
function castConstant(op: Op, operands: readonly Value[], data: Map<number, readonly number[]>, w: Rewriter) {
  const known = op.kind === 'cast' ? data.get((operands[0] as Value).id) : undefined;
  return known && [w.b.constant(known, (op.results[0] as Value).type)];
}

export const fold: Pass = {
  name: 'fold',
  summary: 'computes operations on constants',
  run: eachFunction((func) => {
    const splats = new Splats();
    const tensors = new Map<number, readonly number[]>();
    return rewrite(func, (op, operands, w) => {
      const value = filling(op, operands, splats);
      if (value !== undefined) {
        const type = (op.results[0] as Value).type;
        if (isFull(op, type.shape.length)) return [splats.note(w.copy(op)[0] as Value, value)];
        return [splats.note(w.b.full(value, type.shape, type.dtype), value)];
      }
      if (op.kind === 'const') {
        const [result] = w.copy(op) as [Value];
        tensors.set(result.id, op.data);
        return [result];
      }
      if (op.kind === 'select' && splats.get(operands[0] as Value) !== undefined) {
        return [operands[splats.get(operands[0] as Value) ? 1 : 2] as Value];
      }
      if (
        op.kind === 'reshape' &&
        sameShape((operands[0] as Value).type.shape, (op.results[0] as Value).type.shape)
      ) {
        return [operands[0] as Value];
      }
      return castConstant(op, operands, tensors, w);
    });
  }),
};
