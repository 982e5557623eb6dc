/** Places in a tensor, as `update` names them: windows along some axes, an index along the others. */
import type { Shape } from '../core/affine.js';
import type { Builder } from '../ir/builder.js';
import type { Place, Value } from '../ir/types.js';

/** The elements at the places, in `shape`: what an update there would replace. */
export function readAt(
  b: Builder,
  x: Value,
  axes: readonly Place[],
  indices: readonly Value[],
  shape: Shape,
): Value {
  const along = axes.map((_, k) => k);
  const picked = along.filter((k) => axes[k] === null);
  const windows = along.filter((k) => axes[k] !== null);
  let rest = b.transpose(x, [...picked, ...windows]);
  for (const index of indices) rest = b.gather(rest, index);
  const places = windows.map((k) => axes[k] as Exclude<Place, null>);
  if (places.length === 0) return rest;
  return b.slice(
    rest,
    places.map((p) => p.start),
    places.map((p) => p.step),
    shape,
  );
}
