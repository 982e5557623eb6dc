/** Comprehensions as counted loops. */
import type { Dim } from '../core/affine.js';
import type { Builder } from '../ir/builder.js';
import { type ForOp, type MapOp, tensor, type Value } from '../ir/types.js';

/**
 * A comprehension as loops, one in the other, that save what their bodies yield.
 * @param rows is told of each value of the results' rows, and what it is a row of
 * @param inner is told of each loop inside the outermost one
 */
export function loopsOf(
  b: Builder,
  op: MapOp,
  rows: (of: Value, row: Value) => void,
  inner: (loop: ForOp) => void = () => undefined,
): ForOp {
  const { span } = op;
  let { ops, results } = op.body;
  for (let k = op.dims.length - 1; ; k--) {
    const count = op.dims[k] as Dim;
    const body = { params: [op.body.params[k] as Value], ops, results };
    const all =
      k === 0 ? op.results : results.map((r) => b.fresh(tensor(r.type.dtype, [count, ...r.type.shape])));
    for (const [i, r] of results.entries()) rows(all[i] as Value, r);
    const saved = results.length;
    const loop: ForOp = { kind: 'for', operands: [], results: all, span, count, body, saved, binds: [] };
    if (k === 0) return loop;
    inner(loop);
    [ops, results] = [[loop], all];
  }
}
