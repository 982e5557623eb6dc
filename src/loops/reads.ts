/**
 * What the computation of a node reads, and at which places: the facts that decide which loops may be one.
 *
 * A *pattern* says for each axis of a value which loop label of the reader its index is, exactly; `FREE` says that it
 * is anything else. Reads go through virtual nodes down to stored ones.
 */
import type { ConcatOp, GatherOp, SliceOp } from '../ir/types.js';
import { type Node, sameUnits } from './graph.js';

export const FREE = -1;
export type Pattern = readonly number[];

export interface Read {
  readonly node: Node;
  readonly pattern: Pattern;
}

/** The labels of axes that are not of length 1, carried over to a shape that differs by such axes only. */
function reshaped(from: Node, to: Node, pattern: Pattern): Pattern {
  if (!sameUnits(from.shape, to.shape)) return to.shape.map(() => FREE);
  const labels = pattern.filter((_, k) => from.shape[k] !== 1);
  let next = 0;
  return to.shape.map((d) => (d === 1 ? FREE : (labels[next++] as number)));
}

function shifted(op: Pick<SliceOp, 'starts' | 'steps'>, pattern: Pattern): Pattern {
  return pattern.map((p, k) => (op.starts[k] === 0 && op.steps[k] === 1 ? p : FREE));
}

/**
 * The patterns in which a virtual node reads its operands, given its own. Along an axis of length 1 the index is 0,
 * whatever the reader's loop stands at: a pad or concatenation reads it under a condition.
 */
export function operandPatterns(node: Node, pattern: Pattern): Pattern[] {
  return patternsOf(node, pattern).map((p, n) =>
    p.map((label, k) => (node.args[n]?.shape[k] === 1 ? FREE : label)),
  );
}

function patternsOf(node: Node, pattern: Pattern): Pattern[] {
  const op = node.op;
  const arg = node.args[0] as Node;
  switch (op?.kind) {
    case 'broadcast':
      return [op.axes.map((a) => pattern[a] as number)];
    case 'transpose': {
      const source: number[] = [];
      for (const [k, p] of op.permutation.entries()) source[p] = pattern[k] as number;
      return [source];
    }
    case 'reshape':
      return [reshaped(node, arg, pattern)];
    case 'slice':
    case 'pad':
      return [shifted(op, pattern)];
    case 'concat':
      return (op as ConcatOp).operands.map((_, n) =>
        pattern.map((p, k) => (k === op.axis && n > 0 ? FREE : p)),
      );
    case 'gather':
      return gatherPatterns(op, node, pattern);
    default:
      return node.args.map(() => pattern);
  }
}

function gatherPatterns(_op: GatherOp, node: Node, pattern: Pattern): Pattern[] {
  const rank = (node.args[1] as Node).shape.length;
  return [[FREE, ...pattern.slice(rank)], pattern.slice(0, rank)];
}

/** A read of everything, wherever it may be. */
export function wholly(node: Node): Read {
  return { node, pattern: node.shape.map(() => FREE) };
}

/** All stored nodes that are read when `starts` are evaluated at their patterns. */
export function readsOf(starts: readonly Read[]): Read[] {
  const found: Read[] = [];
  const seen = new Set<string>();
  const work = [...starts];
  for (let next = work.pop(); next; next = work.pop()) {
    const key = `${next.node.id}:${next.pattern}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (next.node.stored) found.push(next);
    else {
      for (const b of next.node.binders) work.push(wholly(b));
      const patterns = next.node.op ? operandPatterns(next.node, next.pattern) : [];
      for (const [k, p] of patterns.entries()) work.push({ node: next.node.args[k] as Node, pattern: p });
    }
  }
  return found;
}
