/**
 * From stored nodes to jobs: which labels a computation runs over, in which order, and how its sums are kept.
 *
 * The order of summation is part of an operation's meaning, so summed labels keep theirs; the other labels may stand
 * anywhere between. The innermost loop is the one along which memory is walked in order.
 */
import { type Dim, knownSize } from '../core/affine.js';
import { assert } from '../core/diagnostic.js';
import type { ConcatOp, ContractOp, Op, ReduceOp } from '../ir/types.js';
import type { Graph, Node } from './graph.js';
import { sameUnits } from './graph.js';
import { FREE, operandPatterns, type Read, wholly } from './reads.js';
import { type Job, type Label, SUMMED } from './schedule.js';

type Draft = Omit<Job, 'loops' | 'node'>;

/** The jobs that compute a stored node; none where another result of the same operation does. */
export function jobsOf(node: Node, graph: Graph): readonly Job[] {
  const op = node.op as Op;
  const job = (draft: Draft): Job => ({ node, ...draft, loops: [] });
  switch (op.kind) {
    case 'reduce':
      return [job(reduceJob(node, op))];
    case 'contract':
      return [job(contractJob(node, op))];
    case 'scatterAdd':
      return [job(scatterJob(node))];
    case 'recur':
      return [job(recurJob(node, op.axis))];
    case 'concat':
      return node.shape.length > 0 && op.operands.length > 0
        ? op.operands.map((_, n) => job(partJob(node, op, n)))
        : [];
    case 'pad':
      return [job(node.shape.length > 0 ? padJob(node) : onceJob(node))];
    case 'array':
    case 'update':
      return [job({ labels: [], starts: node.args.map(wholly), form: 'whole' })];
    case 'if':
    case 'while':
    case 'for':
    case 'map':
    case 'call':
      return node.result === 0 ? [job(wholeJob(node, graph))] : [];
    default:
      return [job(onceJob(node))];
  }
}

const identity = (node: Node) => node.shape.map((_, k) => k);
const axes = (node: Node): Label[] => node.shape.map((dim, k) => ({ dim, out: k }));

function onceJob(node: Node): Draft {
  const starts = operandPatterns(node, identity(node)).map((pattern, k) => ({
    node: node.args[k] as Node,
    pattern,
  }));
  return { labels: axes(node), starts, form: 'once' };
}

function partJob(node: Node, op: ConcatOp, part: number): Draft {
  const arg = node.args[part] as Node;
  const labels = arg.shape.map((dim, k) => ({ dim, out: k === op.axis ? SUMMED : k }));
  return { labels, starts: [{ node: arg, pattern: identity(arg) }], form: 'once', part };
}

/** Writes the operand into zeros. */
function padJob(node: Node): Draft {
  const arg = node.args[0] as Node;
  const labels = arg.shape.map((dim) => ({ dim, out: SUMMED }));
  return { labels, starts: [{ node: arg, pattern: identity(arg) }], form: 'into' };
}

function wholeJob(node: Node, graph: Graph): Draft {
  const graphs = graph.inner.get(node.op as Op) ?? [];
  const results = graph.resultsOf.get(node.op as Op) as readonly Node[];
  const captured = graphs.flatMap((g) => [...g.captured]);
  const starts = [...node.args, ...captured].map(wholly);
  return { labels: [], starts, form: 'whole', regions: { graphs, results } };
}

function recurJob(node: Node, axis: number): Draft {
  const kept = identity(node).filter((k) => k !== axis);
  const pattern = node.shape.map((_, k) => (k === axis ? FREE : kept.indexOf(k)));
  const labels = kept.map((k) => ({ dim: node.shape[k] as Dim, out: k }));
  return { labels, starts: node.args.map((arg) => ({ node: arg, pattern })), form: 'once' };
}

function scatterJob(node: Node): Draft {
  const [updates, index] = node.args as [Node, Node];
  const rank = index.shape.length;
  const labels = updates.shape.map((dim, k) => ({ dim, out: k < rank ? SUMMED : k - rank + 1 }));
  const starts: Read[] = [
    { node: updates, pattern: identity(updates) },
    { node: index, pattern: identity(index) },
  ];
  return { labels, starts, form: 'into' };
}

function reduceJob(node: Node, op: ReduceOp): Draft {
  const arg = node.args[0] as Node;
  const kept = identity(arg).filter((k) => !op.axes.includes(k));
  const label = (k: number): Label => ({ dim: arg.shape[k] as Dim, out: kept.indexOf(k) });
  const { order, form } = chooseOrder(
    kept,
    op.axes,
    [{ node: arg, labels: identity(arg) }],
    (k) => arg.shape[k] as Dim,
    op.name === 'sum',
  );
  const pattern = identity(arg).map((k) => order.indexOf(k));
  const again = op.name === 'norm';
  return { labels: order.map(label), starts: [{ node: arg, pattern }], form, again };
}

/** The labels that a contraction sums, in the order in which it does. */
export function summedLabels(op: ContractOp): number[] {
  return [...new Set([...op.left, ...op.right])].filter((l) => !op.out.includes(l));
}

function contractJob(node: Node, op: ContractOp): Draft {
  const [a, b] = node.args as [Node, Node];
  const dimOf = (l: number): Dim => {
    const k = op.left.indexOf(l);
    const dim = k >= 0 ? a.shape[k] : b.shape[op.right.indexOf(l)];
    assert(dim !== undefined, 'a label without a dimension');
    return dim;
  };
  const operands = [
    { node: a, labels: op.left },
    { node: b, labels: op.right },
  ];
  const { order, form } = chooseOrder(op.out, summedLabels(op), operands, dimOf, true);
  const labels = order.map((l) => ({ dim: dimOf(l), out: op.out.indexOf(l) }));
  const starts = operands.map((o) => ({ node: o.node, pattern: o.labels.map((l) => order.indexOf(l)) }));
  return { labels, starts, form };
}

interface Operand {
  readonly node: Node;
  readonly labels: readonly number[];
}

const SMALL = 8;

function chooseOrder(
  out: readonly number[],
  summed: readonly number[],
  operands: readonly Operand[],
  dimOf: (label: number) => Dim,
  additive: boolean,
): { order: readonly number[]; form: 'local' | 'into' } {
  const all = [...out, ...summed];
  const plain = { order: all, form: 'local' } as const;
  const size = all.reduce((n, l) => n * (typeof dimOf(l) === 'number' ? (dimOf(l) as number) : 1e9), 1);
  const real = (labels: readonly number[]) => labels.filter((l) => dimOf(l) !== 1);
  if (!additive || size <= SMALL || real(out).length === 0 || real(summed).length === 0) return plain;
  const strided = (l: number) =>
    operands.filter((o) => o.labels.includes(l) && o.labels[contiguousAxis(o.node)] !== l && !isSmall(o.node))
      .length;
  const penalty = (l: number) => {
    if (!out.includes(l)) return strided(l);
    return strided(l) + (real(out).at(-1) === l ? 0.25 : 1.25);
  };
  const last = real(summed).at(-1) as number;
  const best = real(out).reduce((x, l) => (penalty(l) < penalty(x) ? l : x), last);
  if (best === last) return plain;
  const rest = out.filter((l) => l !== best);
  const inTheWay = operands.every(
    (o) => !o.labels.includes(last) || o.labels[contiguousAxis(o.node)] !== last,
  );
  return { order: inTheWay ? [...summed, ...rest, best] : [...rest, ...summed, best], form: 'into' };
}

/** Whether a tensor surely fits into the nearest cache, where the order of access hardly matters. */
function isSmall(node: Node): boolean {
  const size = knownSize(node.shape);
  return size !== undefined && size <= 4096;
}

/** The axis along which neighbouring elements are neighbours in memory. */
function contiguousAxis(node: Node): number {
  const op = node.op;
  const last = node.shape.length - 1;
  if (!op || node.stored) return last;
  switch (op.kind) {
    case 'transpose':
      return op.permutation.indexOf(contiguousAxis(node.args[0] as Node));
    case 'broadcast':
      return op.axes[contiguousAxis(node.args[0] as Node)] ?? -1;
    case 'slice':
    case 'pad':
      return contiguousAxis(node.args[0] as Node);
    case 'reshape':
      return sameUnits(node.shape, (node.args[0] as Node).shape) ? last : -1;
    case 'elementwise':
    case 'select':
    case 'cast':
    case 'detach':
      return node.args.reduce((most, x) => Math.max(most, contiguousAxis(x)), Number.NEGATIVE_INFINITY);
    default:
      return last;
  }
}
