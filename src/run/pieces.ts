/**
 * Which functions of the table are made of pieces: those whose partial derivatives stay constant between jumps, as of
 * `abs`, `max`, `floor` and `mod`. The table does not state it; it follows from the partials, written over any algebra.
 */
import { type Algebra, makeAlgebra } from '../ops/algebra.js';
import type { Args, ElementwiseRow, ReduceAlgebra, ReductionRow } from '../ops/row.js';
import { elementwiseRow, numbers } from '../ops/table.js';

/** Whether something varies between jumps. */
type Varies = boolean;

/** Comparisons and rounding stand still between jumps whatever their arguments; else what varies makes the result vary. */
const variation: Algebra<Varies> = makeAlgebra<Varies>(
  () => false,
  (name, args) => !(elementwiseRow(name)?.partials.every((p) => p === 'zero') ?? false) && args.some(Boolean),
  (_condition, a, b) => a || b,
);

const reductionVariation: ReduceAlgebra<Varies> = {
  ...variation,
  total: (x) => x,
  others: (x) => x,
};

const EVERYTHING: Args<Varies> = [true, true, true];
const piecewise = new WeakMap<ElementwiseRow, boolean>();

/** Whether an elementary function has kinks or jumps, and stays straight between them. */
export function hasPieces(row: ElementwiseRow): boolean {
  let known = piecewise.get(row);
  if (known === undefined) {
    const straight = row.partials.every((p) => p === 'zero' || !p(variation, EVERYTHING, true));
    known = straight && row.kinks !== undefined && row.result !== 'bool';
    piecewise.set(row, known);
  }
  return known;
}

/** Whether a reduction picks elements, as `max` and `min` do. */
export function picksElements({ weights, kink }: ReductionRow): boolean {
  return typeof weights === 'function' && kink !== undefined && !weights(reductionVariation, true, true);
}

/**
 * What tells the piece that the arguments lie on: the partials there, or the value where it stands still between jumps.
 * @param row one with pieces
 */
export function pieceAt(row: ElementwiseRow, args: Args<number>): readonly number[] {
  const y = row.value(...args);
  if (row.partials.every((p) => p === 'zero')) return [y];
  return row.partials.map((p) => (p === 'zero' ? 0 : p(numbers, args, y)));
}
