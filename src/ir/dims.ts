/** Named dimensions at run time: their values follow from the shapes of the arguments. */
import { type Dim, dimNames, evaluateDim, printDim, type Shape } from '../core/affine.js';
import { InternalError } from '../core/diagnostic.js';

/** Solves one dimension for its only unknown name. */
function solve(dim: Dim, value: number, known: Map<string, number>): boolean {
  if (typeof dim === 'number') return true;
  const unknown = dimNames(dim).filter((n) => !known.has(n));
  if (unknown.length !== 1) return unknown.length === 0;
  const name = unknown[0] as string;
  const [at0, at1] = [0, 1].map((x) => evaluateDim(dim, new Map([...known, [name, x]]))) as [number, number];
  known.set(name, (value - at0) / (at1 - at0) + 0);
  return true;
}

/**
 * The values of all named dimensions.
 * @throws InternalError when the actual shapes do not fit the declared ones
 */
export function bindDims(
  declared: readonly Shape[],
  actual: readonly (readonly number[])[],
): Map<string, number> {
  const values = new Map<string, number>();
  const pairs = declared.flatMap((shape, i) => shape.map((dim, k) => ({ dim, size: actual[i]?.[k] })));
  let waiting = pairs;
  for (let before = -1; waiting.length !== before; ) {
    before = waiting.length;
    waiting = waiting.filter(({ dim, size }) => !solve(dim, size as number, values));
  }
  for (const [name, size] of values) {
    if (!Number.isInteger(size) || size < 0) throw new InternalError(`dimension ${name} cannot be ${size}`);
  }
  for (const { dim, size } of pairs) {
    if (evaluateDim(dim, values) !== size) throw new InternalError(`${printDim(dim)} does not fit ${size}`);
  }
  return values;
}
