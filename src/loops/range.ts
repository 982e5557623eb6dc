/**
 * Ranges of integers: which indices are inside their axis whatever the numbers, so that generated code need not look.
 *
 * A range has affine ends. Sizes are not negative, so a form with no negative coefficient and no negative constant is not
 * negative either.
 */
import { addDims, type Dim, scaleDim } from '../core/affine.js';
import type { Node, Range } from './graph.js';

function notNegative(d: Dim): boolean {
  if (typeof d === 'number') return d >= 0;
  return d.constant >= 0 && d.terms.every(([, c]) => c > 0);
}

const atMost = (a: Dim, b: Dim) => notNegative(addDims(b, a, -1));

/** The range that holds both, where their ends can be compared. */
function union(a: Range, b: Range): Range | undefined {
  const least = atMost(a.least, b.least) ? a.least : atMost(b.least, a.least) ? b.least : undefined;
  const greatest = atMost(a.greatest, b.greatest)
    ? b.greatest
    : atMost(b.greatest, a.greatest)
      ? a.greatest
      : undefined;
  return least === undefined || greatest === undefined ? undefined : { least, greatest };
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
      return { least: op.dim, greatest: op.dim };
    case 'iota':
      return { least: 0, greatest: addDims(op.dim, -1) };
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
  if (name === 'neg') return { least: scaleDim(a.greatest, -1), greatest: scaleDim(a.least, -1) };
  if (!b) return undefined;
  switch (name) {
    case 'add':
      return { least: addDims(a.least, b.least), greatest: addDims(a.greatest, b.greatest) };
    case 'sub':
      return { least: addDims(a.least, b.greatest, -1), greatest: addDims(a.greatest, b.least, -1) };
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
  return { least, greatest };
}

/** Whether all elements of an integer node are surely indices of an axis so long. */
export function isInside(index: Node, length: Dim): boolean {
  const range = rangeOf(index);
  if (!range) return false;
  return notNegative(range.least) && atMost(range.greatest, addDims(length, -1));
}

/** Whether a node picks elements at places that only the run can tell to be there. */
export function mustBeChecked(node: Node): boolean {
  const kind = node.op?.kind;
  if (kind !== 'gather' && kind !== 'scatterAdd') return false;
  const axis = kind === 'gather' ? (node.args[0] as Node).shape[0] : node.shape[0];
  return !isInside(node.args[1] as Node, axis as Dim);
}
