/**
 * Ranges of integers: which indices are inside their axis whatever the numbers, so that generated code need not look.
 *
 * A range has affine ends. Sizes are not negative, so a form with no negative coefficient and no negative constant is not
 * negative either. A name that an `extent` binds to max(0, k) is at most the greatest k where it is at least 1; and
 * that it is wherever an index along an axis of that length exists.
 */
import { addDims, type Dim, dimNames, namedDim, scaleDim, substituteDim } from '../core/affine.js';
import type { Node, Range } from './graph.js';

function notNegative(d: Dim): boolean {
  if (typeof d === 'number') return d >= 0;
  return d.constant >= 0 && d.terms.every(([, c]) => c > 0);
}

const atMost = (a: Dim, b: Dim) => notNegative(addDims(b, a, -1));

function both<K, V>(
  a: ReadonlyMap<K, V> | undefined,
  b: ReadonlyMap<K, V> | undefined,
): ReadonlyMap<K, V> | undefined {
  return a && b ? new Map([...a, ...b]) : (a ?? b);
}

/** A range between ends, with what is known of the names in two others. */
function between(least: Dim, greatest: Dim, a: Range, b: Range = {} as Range): Range {
  return {
    least,
    greatest,
    bounds: both(a.bounds, b.bounds),
    positive: new Set([...(a.positive ?? []), ...(b.positive ?? [])]),
  };
}

/** The range that holds both, where their ends can be compared. It may be of one where the other has no elements. */
function union(a: Range, b: Range): Range | undefined {
  const least = atMost(a.least, b.least) ? a.least : atMost(b.least, a.least) ? b.least : undefined;
  const greatest = atMost(a.greatest, b.greatest)
    ? b.greatest
    : atMost(b.greatest, a.greatest)
      ? a.greatest
      : undefined;
  if (least === undefined || greatest === undefined) return undefined;
  return { least, greatest, bounds: both(a.bounds, b.bounds) };
}

/** What is known of the names in a dimension, from the nodes that bind them. */
export function boundsOf(
  dim: Dim,
  binders: readonly Node[],
  depth = 0,
): ReadonlyMap<string, Dim> | undefined {
  let all: ReadonlyMap<string, Dim> | undefined;
  for (const name of dimNames(dim)) {
    const binder = binders.find((b) => b.op?.kind === 'extent' && b.op.dim === name);
    const range = binder && rangeOf(binder.args[0] as Node, depth + 1);
    if (range) all = both(new Map([[name, range.greatest]]), both(all, range.bounds));
  }
  return all;
}

/** The range of indices along an axis. */
export function indicesOf(dim: Dim, binders: readonly Node[], depth = 0): Range {
  const single =
    typeof dim !== 'number' && dim.constant === 0 && dim.terms.length === 1 && dim.terms[0]?.[1] === 1;
  const positive = new Set(single ? dimNames(dim) : []);
  return { least: 0, greatest: addDims(dim, -1), bounds: boundsOf(dim, binders, depth), positive };
}

/** How far chains of operations are followed. */
const DEEPEST = 30;

/** The least and the greatest of the elements of an integer node, where they are known. */
export function rangeOf(node: Node, depth = 0): Range | undefined {
  if (node.range) return node.range;
  const { op } = node;
  if (!op || depth > DEEPEST) return undefined;
  const of = (k: number) => rangeOf(node.args[k] as Node, depth + 1);
  switch (op.kind) {
    case 'const': {
      if (op.data.length === 0 || op.data.length > 10_000 || !op.data.every(Number.isInteger))
        return undefined;
      const [least, greatest] = [Math.min(...op.data), Math.max(...op.data)];
      return { least, greatest };
    }
    case 'dim':
      return { least: op.dim, greatest: op.dim, bounds: boundsOf(op.dim, node.binders, depth) };
    case 'iota':
      return indicesOf(op.dim, node.binders, depth);
    case 'extent': {
      const size = namedDim(op.dim);
      return { least: size, greatest: size, bounds: boundsOf(size, [node], depth) };
    }
    case 'broadcast':
    case 'reshape':
    case 'slice':
    case 'transpose':
    case 'detach':
    case 'gather':
      return of(0);
    case 'select': {
      const [a, b] = [of(1), of(2)];
      return a && b && union(a, b);
    }
    case 'elementwise':
      return arithmetic(op.name, of, node.args.length);
    default:
      return undefined;
  }
}

function arithmetic(name: string, of: (k: number) => Range | undefined, arity: number): Range | undefined {
  const a = of(0);
  const b = arity > 1 ? of(1) : undefined;
  if (!a || (arity > 1 && !b)) return undefined;
  if (name === 'neg') return between(scaleDim(a.greatest, -1), scaleDim(a.least, -1), a);
  if (!b) return undefined;
  switch (name) {
    case 'add':
      return between(addDims(a.least, b.least), addDims(a.greatest, b.greatest), a, b);
    case 'sub':
      return between(addDims(a.least, b.greatest, -1), addDims(a.greatest, b.least, -1), a, b);
    case 'mul':
      return scaled(a, b) ?? scaled(b, a);
    case 'mod':
      return b.least === b.greatest && typeof b.least === 'number' && b.least > 0
        ? { least: 0, greatest: b.least - 1 }
        : undefined;
    default:
      return undefined;
  }
}

function scaled(a: Range, by: Range): Range | undefined {
  const factor = by.least;
  if (typeof factor !== 'number' || by.greatest !== factor) return undefined;
  const ends = [scaleDim(a.least, factor), scaleDim(a.greatest, factor)] as const;
  const [least, greatest] = factor < 0 ? [ends[1], ends[0]] : ends;
  return between(least, greatest, a, by);
}

/** Whether all elements of an integer node are surely indices of an axis so long. */
export function isInside(index: Node, length: Dim): boolean {
  const range = rangeOf(index);
  if (!range) return false;
  return (
    neverNegative(range.least, range) &&
    neverNegative(addDims(addDims(length, -1), range.greatest, -1), range)
  );
}

/** How many bounds are put into each other. */
const STEPS = 4;

/** Whether a form is surely not negative, with what is known of its names. */
function neverNegative(form: Dim, { bounds, positive }: Range): boolean {
  let d = form;
  for (let step = 0; step < STEPS; step++) {
    if (notNegative(d)) return true;
    if (typeof d === 'number') return false;
    const by = new Map<string, Dim>();
    for (const [name, coefficient] of d.terms) {
      const bound = bounds?.get(name);
      if (coefficient < 0 && bound !== undefined && (positive?.has(name) || notNegative(bound)))
        by.set(name, bound);
    }
    if (by.size === 0) return false;
    d = substituteDim(d, by);
  }
  return notNegative(d);
}

/** Whether a node picks elements at places that only the run can tell to be there. */
export function mustBeChecked(node: Node): boolean {
  const kind = node.op?.kind;
  if ((kind !== 'gather' && kind !== 'scatterAdd') || node.op?.trusted) return false;
  const axis = kind === 'gather' ? (node.args[0] as Node).shape[0] : node.shape[0];
  return !isInside(node.args[1] as Node, axis as Dim);
}
