/** Kronecker deltas: 1 where two places are equal, else 0. */
import { addDims, type Dim, sameDim } from '../../core/affine.js';
import type { Matrix } from './matrix.js';
import { type DeltaNode, type Index, isPlain, type Node, type Place } from './node.js';
import { type Fitter, Unraisable } from './shaped.js';
import type { Space } from './space.js';

type Plain = Place & { readonly base: Index };

/** 1 where the two places are equal, else 0. */
export function delta(s: Space, left: Place, right: Place): Node {
  if (left.base === right.base && left.step === right.step) {
    const distance = addDims(left.start, right.start, -1);
    if (typeof distance === 'number') return s.num(distance === 0 ? 1 : 0);
  }
  if (misses(left, right) || misses(right, left)) return s.num(0);
  if (left.base === undefined || (right.base && right.base.id < left.base.id)) {
    return s.node({ kind: 'delta', left: right, right: left });
  }
  return s.node({ kind: 'delta', left, right });
}

/** Whether a place that moves never comes to a fixed one, as far as numbers tell. */
function misses({ base, start, step }: Place, fixed: Place): boolean {
  if (!base || fixed.base || typeof base.dim !== 'number') return false;
  const distance = addDims(fixed.start, start, -1);
  if (typeof distance !== 'number') return false;
  const at = distance / step;
  return !Number.isInteger(at) || at < 0 || at >= base.dim;
}

/** The index of a sum that a delta in it ties to a place within its range, and that place. */
export function collapsed(
  indices: readonly Index[],
  { left, right }: DeltaNode,
): { index: Index; at: Place } | undefined {
  for (const [from, at] of [[left, right], [right, left]] as const) {
    if (isPlain(from) && indices.includes(from.base) && within(at, from.base.dim)) return { index: from.base, at };
  } // biome-ignore format: short
  return undefined;
}

/** Whether a delta depends on one of the indices. */
export function ties({ left, right }: DeltaNode, indices: readonly Index[]): boolean {
  return [left, right].some(({ base }) => base !== undefined && indices.includes(base));
}

/** Whether a place lies for certain within an axis. */
export function within({ base, start, step }: Place, dim: Dim): boolean {
  const last = base ? addDims(start, addDims(base.dim, -1), step) : start;
  const [low, room] = [step < 0 ? last : start, addDims(addDims(dim, step < 0 ? start : last, -1), -1)];
  return [low, room].every((d) => typeof d === 'number' && d >= 0);
}

/** Ones on the diagonal of a matrix with these axes; the shorter of them, and the other. */
export function diagonalOf(fitter: Fitter, left: Plain, right: Plain): [Matrix, Plain, Plain] {
  const m = fitter.matrices;
  const [rows, columns] = [left.base.dim, right.base.dim];
  const eye = (size: Dim) => m.call('eye', [fitter.length(size)]);
  if (sameDim(rows, columns)) return [eye(rows), left, right];
  if (typeof rows !== 'number' || typeof columns !== 'number') throw new Unraisable('a diagonal that ends');
  return rows > columns
    ? [m.index(eye(rows), [{}, { to: columns }]), right, left]
    : [m.index(eye(columns), [{ to: rows }]), left, right];
}
