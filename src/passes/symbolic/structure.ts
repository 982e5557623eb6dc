/** How the axes of an operation's operand and result correspond: shared by expansion and adjoints. */
import type { Dim, Shape } from '../../core/affine.js';
import { sameDim } from '../../core/affine.js';
import type { ContractOp, SliceOp } from '../../ir/types.js';
import { fixedPlace, type Index, type Place, placeOf } from './node.js';
import type { Space } from './space.js';

/** Where operand and result differ by axes of length 1 only: for each operand axis its result axis, if it has one. */
export function unitReshape(from: Shape, to: Shape): (number | undefined)[] | undefined {
  const axes = (shape: Shape) => shape.map((_, k) => k).filter((k) => shape[k] !== 1);
  const [a, b] = [axes(from), axes(to)];
  if (a.length !== b.length || a.some((k, j) => !sameDim(from[k] as Dim, to[b[j] as number] as Dim)))
    return undefined;
  return from.map((_, k) => {
    const position = a.indexOf(k);
    return position < 0 ? undefined : b[position];
  });
}

/** A map from the usual axes of a value to places. */
export function axisMap(s: Space, shape: Shape, place: (axis: number) => Place): Map<Index, Place> {
  return new Map(shape.map((d, k) => [s.axis(k, d), place(k)]));
}

/** How a slice treats axis k: untouched, one element of it, or a part of it. */
export function sliceKind(op: SliceOp, k: number): 'whole' | 'element' | 'part' {
  const [from, to] = [op.operands[0]?.type.shape[k] as Dim, op.results[0]?.type.shape[k] as Dim];
  if (op.starts[k] === 0 && op.steps[k] === 1 && sameDim(from, to)) return 'whole';
  return to === 1 ? 'element' : 'part';
}

/** The places of a contraction's labels: the result's axes, and bound indices for what is summed over. */
export function labelPlaces(
  s: Space,
  op: ContractOp,
  height: number,
): { places: Map<number, Place>; summed: Index[] } {
  const places = new Map<number, Place>();
  const shape = op.results[0]?.type.shape as Shape;
  for (const [k, label] of op.out.entries()) places.set(label, placeOf(s.axis(k, shape[k] as Dim)));
  return { places, summed: bindRest(s, op, places, height) };
}

/** Binds the labels that have no place yet. */
export function bindRest(s: Space, op: ContractOp, places: Map<number, Place>, height: number): Index[] {
  const summed: Index[] = [];
  const sizes = new Map<number, Dim>();
  for (const [k, l] of op.left.entries()) sizes.set(l, op.operands[0]?.type.shape[k] as Dim);
  for (const [k, l] of op.right.entries()) sizes.set(l, op.operands[1]?.type.shape[k] as Dim);
  for (const [label, dim] of sizes) {
    if (places.has(label)) continue;
    const index = s.bound(height, summed.length, dim);
    summed.push(index);
    places.set(label, placeOf(index));
  }
  return summed;
}

export const first = fixedPlace(0);
