/** Updates of elements, in place where src/loops/inplace.ts found that nobody misses the old ones. */
import type { Dim } from '../core/affine.js';
import { noSpan } from '../core/span.js';
import type { UpdateOp } from '../ir/types.js';
import { copyInto, everywhere } from './control.js';
import type { Generator } from './generate.js';
import type { Node } from './graph.js';
import { isInside } from './range.js';
import type { Atom, Buffer } from './types.js';

export function writeUpdate(g: Generator, op: UpdateOp, node: Node): void {
  const { w } = g;
  const [x, value, ...picked] = node.args as [Node, Node, ...Node[]];
  if (node.shape.length === 0) {
    const [old, by] = [g.elements.at(x, []), g.elements.at(value, [])];
    node.atom = op.add ? w.op('add', [old, by], node.dtype) : w.as(by, node.dtype);
    return;
  }
  const indices = picked.map((i) => g.elements.at(i, []));
  let next = 0;
  for (const [axis, place] of op.axes.entries()) {
    if (place) continue;
    const length = node.shape[axis] as Dim;
    const k = next++;
    if (op.trusted || isInside(picked[k] as Node, length)) continue;
    w.check(indices[k] as Atom, w.dim(length), axis, [], op.span);
  }
  const buffer = node.buffer as Buffer;
  copyInto(g, x, buffer);
  w.changes(buffer);
  everywhere(g, value.shape, (at) => {
    const [windows, given] = [[...at], [...indices]];
    const target = op.axes.map((place) =>
      place ? g.elements.affine(windows.shift() as Atom, place.start, place.step) : (given.shift() as Atom),
    );
    w.store(buffer, g.elements.flat(target, node.shape), g.elements.at(value, at), op.add);
  });
}

/** Gives up where the index that a job stands at is outside the axis that it picks from. */
export function writeCheck(g: Generator, node: Node, at: readonly Atom[]): void {
  const { w } = g;
  const [data, index] = node.args as [Node, Node];
  const length = (node.op?.kind === 'gather' ? data : node).shape[0] as Dim;
  w.check(g.elements.at(index, at), w.dim(length), 0, at, node.op?.span ?? noSpan);
}
