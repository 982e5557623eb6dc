/** Element by element: a node with every value of some indices, where all sizes are known and few. */
import { mul } from './arithmetic.js';
import { fixedPlace, type Index, type Node, type Place, partsOf } from './node.js';
import type { Space } from './space.js';
import { substitute } from './substitute.js';

/** At most so many elements are written out. */
export const MOST_ELEMENTS = 64;

/** How many values the indices take together, where that is known and few. */
export function countOf(indices: readonly Index[]): number | undefined {
  let count = 1;
  for (const { dim } of indices) {
    if (typeof dim !== 'number') return undefined;
    count *= dim;
  }
  return count <= MOST_ELEMENTS ? count : undefined;
}

/** The positions of all elements in row-major order. */
function positions(indices: readonly Index[]): number[][] {
  let all: number[][] = [[]];
  for (const { dim } of indices) {
    all = all.flatMap((p) => Array.from({ length: dim as number }, (_, i) => [...p, i]));
  }
  return all;
}

/** The node at every position of the indices, or undefined where there are too many. */
export function instances(s: Space, node: Node, indices: readonly Index[]): Node[] | undefined {
  if (countOf(indices) === undefined) return undefined;
  return positions(indices).map((p) => {
    const places = new Map<Index, Place>(indices.map((i, k) => [i, fixedPlace(p[k] as number)]));
    return resolved(s, substitute(s, node, places));
  });
}

/** Products of "all the others" at a known position become products of elements. */
function resolved(s: Space, root: Node): Node {
  const seen = new Map<Node, boolean>();
  const has = (n: Node): boolean => {
    const known = seen.get(n);
    if (known !== undefined) return known;
    const found = n.kind === 'others' || partsOf(n).some(has);
    seen.set(n, found);
    return found;
  };
  if (root.size > 5000 || !has(root)) return root;
  if (root.kind === 'others') return others(s, root) ?? root;
  if (root.kind === 'mul') {
    const factors = root.factors.map(([b, e]) =>
      e.n === 1n && e.d === 1n
        ? resolved(s, b)
        : s.node({ kind: 'mul', coefficient: { n: 1n, d: 1n }, factors: [[b, e]] }),
    );
    return mul(s, s.rational(root.coefficient), ...factors);
  }
  return root;
}

function others(s: Space, n: Node & { kind: 'others' }): Node | undefined {
  if (countOf(n.indices) === undefined || n.places.some((p) => p.base !== undefined)) return undefined;
  const own = n.places.map((p) => p.start).join(',');
  const rest = positions(n.indices).filter((p) => p.join(',') !== own);
  const at = (p: number[]) =>
    substitute(s, n.body, new Map(n.indices.map((i, k): [Index, Place] => [i, fixedPlace(p[k] as number)])));
  return mul(s, ...rest.map(at));
}
