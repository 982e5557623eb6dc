/** Reading a formula at places: positions, slices with step, the diagonal. */
import { addDims, type Dim, sameDim, scaleDim } from '../../core/affine.js';
import type { Item, Matrices, Matrix } from './matrix.js';
import { type Index, isPlain, type Place } from './node.js';
import { type Shaped, Unraisable } from './shaped.js';

/** A position as an integer that may count from the end. */
function position(at: Dim, length: Dim): number {
  if (typeof at === 'number' && at >= 0) return at;
  const back = addDims(at, length, -1);
  if (typeof back === 'number' && back < 0) return back;
  throw new Unraisable('a position that depends on a length');
}

/** The end of a slice; undefined where it runs to the end of the axis. */
function end(to: Dim, length: Dim, step: number): number | undefined {
  if (step > 0 && sameDim(to, length)) return undefined;
  if (step < 0 && to === -1) return undefined;
  return position(to, length);
}

function slice(p: Place & { base: Index }, length: Dim): Item {
  const { base, start, step } = p;
  const last = addDims(start, scaleDim(addDims(base.dim, -1), step));
  const to = end(addDims(last, Math.sign(step)), length, step);
  const atStart = step > 0 ? start === 0 : sameDim(start, addDims(length, -1));
  const from = atStart ? undefined : position(start, length);
  return { from, to, step: step === 1 ? undefined : step };
}

/** The formula of a tensor read at places. */
export function readAt(
  matrices: Matrices,
  m: Matrix,
  places: readonly Place[],
  dims: readonly Dim[],
): Shaped {
  const bases = places.flatMap((p) => (p.base ? [p.base] : []));
  if (new Set(bases).size < bases.length) return diagonal(matrices, m, places, dims);
  const axes: (Index | null)[] = [];
  let whole = true;
  for (const [k, p] of places.entries()) {
    const length = dims[k] as Dim;
    if (isPlain(p) && sameDim(p.base.dim, length)) axes.push(p.base);
    else if (p.base === undefined && length === 1) axes.push(null);
    else {
      whole = false;
      break;
    }
  }
  if (whole) return { m, axes };
  const items = places.map((p, k): Item => {
    const length = dims[k] as Dim;
    if (p.base === undefined) return { at: position(p.start, length) };
    return isPlain(p) && sameDim(p.base.dim, length) ? {} : slice(p as Place & { base: Index }, length);
  });
  while (items.length > 0 && isWhole(items.at(-1) as Item)) items.pop();
  return { m: matrices.index(m, items), axes: bases };
}

const isWhole = (i: Item) =>
  !('at' in i) && i.from === undefined && i.to === undefined && i.step === undefined;

function diagonal(matrices: Matrices, m: Matrix, places: readonly Place[], dims: readonly Dim[]): Shaped {
  const [a, b] = places;
  if (places.length !== 2 || !a || !b || !isPlain(a) || !isPlain(b))
    throw new Unraisable('a diagonal of more than two axes');
  const items = dims.map((d): Item => (sameDim(d, a.base.dim) ? {} : { to: position(a.base.dim, d) }));
  const square = items.every(isWhole) ? m : matrices.index(m, items);
  return { m: matrices.call('diag', [square]), axes: [a.base] };
}
