/**
 * Which operations may change a buffer in place: those that get the last look at the value in it.
 *
 * A node *takes* another one when it may use its buffer: an `update` that of its tensor, a loop for a carried value that of
 * the initial value, an `if` for its result that of a value which a branch takes. What is computed stays the same as with
 * a copy if nothing reads the old value afterwards. That is so under these conditions.
 *
 * 1. Reads happen where stored nodes are computed, virtual ones being formulas for their elements; and stored nodes are
 *    computed in the order of the graph, except that loops may move to where earlier ones are. An operation that takes
 *    never moves: it stands behind all that comes before it in its region. So it is enough that no stored node behind it
 *    in its region, and no result of the region, reads the old value, directly or through virtual nodes.
 * 2. It reads the old value itself at no other place than the one that it changes: no other operand of an update, no body of
 *    a loop reads it.
 * 3. The old value is computed, or carried, in the same region; or around it, where only branches lie between: then every
 *    branch that takes it makes it the same result of the `if`, which takes it in turn. The body of a loop never
 *    takes a value from outside, as the next iteration reads it again.
 *
 * A value that is in the way only because a formula for a part of it is evaluated late (`let old = A[i]; A[i] = …; … old`) is
 * stored beforehand.
 */
import type { Op } from '../ir/types.js';
import type { Graph, Node } from './graph.js';
import { mustBeChecked } from './range.js';

/** What a region is for. Carried values may be taken in bodies only. */
type Kind = 'function' | 'branch' | 'body' | 'other';

/** Adds the stored nodes and parameters that a node's elements are made of, and the virtual nodes on the way. */
function trace(start: Node, into: Set<Node>): void {
  const work = [start];
  for (let n = work.pop(); n; n = work.pop()) {
    if (into.has(n)) continue;
    into.add(n);
    if (!n.stored && n.op) work.push(...n.args);
  }
}

function readsOf(nodes: readonly Node[]): Set<Node> {
  const found = new Set<Node>();
  for (const n of nodes) trace(n, found);
  return found;
}

/** For each region: by node, the position of the last operation in it that reads the node; results read at the end. */
type LastReads = Map<Graph, Map<Node, number>>;

function lastReads(graph: Graph, all: LastReads): Set<Node> {
  const last = new Map<Node, number>();
  all.set(graph, last);
  for (const [position, node] of graph.nodes.entries()) {
    if (node.result > 0) continue;
    const reads = node.stored ? readsOf(node.args) : new Set<Node>();
    if (mustBeChecked(node)) trace(node.args[1] as Node, reads);
    for (const inner of graph.inner.get(node.op as Op) ?? [])
      for (const n of lastReads(inner, all)) trace(n, reads);
    for (const n of reads) last.set(n, position);
  }
  for (const n of readsOf(graph.results)) last.set(n, Number.POSITIVE_INFINITY);
  const own = new Set([...graph.params, ...graph.nodes]);
  return new Set([...last.keys()].filter((n) => !own.has(n)));
}

function changes(graph: Graph): boolean {
  return graph.nodes.some(({ op }) => {
    if (op?.kind === 'update') return true;
    return (graph.inner.get(op as Op) ?? []).some(
      (g) => g.params.some((p) => p.shape.length > 0) || changes(g),
    );
  });
}

/** The nodes that an operation would change: what it updates, what its loop carries, what is updated inside of it. */
function changedBy(node: Node, graph: Graph): readonly Node[] {
  const { op } = node;
  const inside = (graph.inner.get(op as Op) ?? []).flatMap((g) => g.nodes.flatMap((n) => changedBy(n, g)));
  if (op?.kind === 'update') return [node.args[0] as Node];
  return op?.kind === 'for' || op?.kind === 'while' ? [...node.args, ...inside] : inside;
}

/** Stores parts of values that are read after the values change, and what is written over parts of the same value. */
function keepOldParts(graph: Graph, all: LastReads): void {
  const last = all.get(graph) as Map<Node, number>;
  const parts = new Map<Node, Node[]>();
  for (const [position, node] of graph.nodes.entries()) {
    if (node.result > 0) continue;
    for (const inner of graph.inner.get(node.op as Op) ?? []) keepOldParts(inner, all);
    for (const x of new Set(changedBy(node, graph)))
      for (const part of parts.get(x) ?? []) if ((last.get(part) ?? -1) > position) part.stored = true;
    if (node.op?.kind === 'gather' || node.op?.kind === 'slice') {
      const x = node.args[0] as Node;
      parts.set(x, [...(parts.get(x) ?? []), node]);
    }
    if (node.op?.kind !== 'update') continue;
    const value = node.args[1] as Node;
    if (!value.stored && value.op && readsOf([value]).has(node.args[0] as Node)) value.stored = true;
  }
}

/** Decides which nodes take which. */
export function chooseInPlace(graph: Graph): void {
  if (!changes(graph)) return;
  const before: LastReads = new Map();
  lastReads(graph, before);
  keepOldParts(graph, before);
  const after: LastReads = new Map();
  lastReads(graph, after);
  new Chooser(after).region(graph, 'function');
}

class Chooser {
  /** Who takes a node. */
  private readonly taker = new Map<Node, Node>();
  /** For a result of an `if` that takes a node: who takes it inside of the branches. */
  private readonly inside = new Map<Node, readonly Node[]>();

  constructor(private readonly last: LastReads) {}

  /** Decides for a region; returns the nodes from around it that it wants to take. */
  region(graph: Graph, kind: Kind): Set<Node> {
    const own = new Set<Node>(kind === 'body' ? [...graph.params, ...graph.nodes] : graph.nodes);
    const params = new Set(graph.params);
    const wanted = new Set<Node>();
    const take = (node: Node, x: Node) => {
      if (own.has(x)) this.link(node, x);
      else if (kind === 'branch' && !params.has(x)) {
        this.link(node, x);
        wanted.add(x);
      }
    };
    for (const [position, node] of graph.nodes.entries()) {
      const op = node.op as Op;
      if (node.result > 0) continue;
      const dies = (x: Node) => isTensor(x) && this.last.get(graph)?.get(x) === position;
      if (op.kind === 'update') {
        const [x, ...others] = node.args as [Node, ...Node[]];
        if (dies(x) && !readsOf(others).has(x)) take(node, x);
      } else if (op.kind === 'if')
        this.branches(node, graph, (r, x) => {
          if (dies(x)) take(r, x);
          return this.taker.get(x) === r;
        });
      else if (op.kind === 'for' || op.kind === 'while') this.loop(node, graph, dies, take);
      else for (const inner of graph.inner.get(op) ?? []) this.region(inner, 'other');
    }
    return wanted;
  }

  private link(node: Node, x: Node): void {
    node.takes = x;
    this.taker.set(x, node);
  }

  private loop(node: Node, graph: Graph, dies: (x: Node) => boolean, take: (r: Node, x: Node) => void): void {
    const inner = graph.inner.get(node.op as Op) as readonly Graph[];
    const results = graph.resultsOf.get(node.op as Op) as readonly Node[];
    for (const [k, g] of inner.entries()) this.region(g, k === inner.length - 1 ? 'body' : 'other');
    for (const [k, x] of node.args.entries()) {
      const elsewhere = node.args.filter((_, j) => j !== k);
      const inside = inner.some((g) => this.last.get(g)?.has(x));
      if (dies(x) && !inside && !readsOf(elsewhere).has(x)) take(results[k] as Node, x);
    }
  }

  /** What branches want to take becomes the result that it ends in, or is not taken. */
  private branches(node: Node, graph: Graph, accept: (r: Node, x: Node) => boolean): void {
    const inner = graph.inner.get(node.op as Op) as readonly Graph[];
    const results = graph.resultsOf.get(node.op as Op) as readonly Node[];
    // A branch's wishes are noted by the taker inside, before the next branch may want the same.
    const wishes = inner.map((g) => {
      const wanted = this.region(g, 'branch');
      return new Map([...wanted].map((x) => [x, this.taker.get(x) as Node]));
    });
    const all = new Set(wishes.flatMap((w) => [...w.keys()]));
    for (const x of all) {
      const takers = wishes.map((w) => w.get(x));
      const k = this.commonResult(takers, inner, x);
      const r = k === undefined ? undefined : results[k];
      this.taker.delete(x);
      const within = takers.flatMap((t) => t ?? []);
      if (r && !r.takes && accept(r, x)) this.inside.set(r, within);
      else for (const t of within) this.release(t);
    }
  }

  /** A node that may not take what it wanted to, with those inside of it that wanted the same. */
  private release(node: Node): void {
    node.takes = undefined;
    for (const t of this.inside.get(node) ?? []) this.release(t);
  }

  /** The index of the result that all takers of a node end in, if nothing else stands in the way. */
  private commonResult(
    takers: readonly (Node | undefined)[],
    inner: readonly Graph[],
    x: Node,
  ): number | undefined {
    const places = new Set<number>();
    for (const [b, g] of inner.entries()) {
      let end = takers[b];
      for (let next = end; next; next = this.taker.get(next)) end = next;
      for (const [k, r] of g.results.entries()) if (r === (end ?? x)) places.add(k);
      if (end && !g.results.includes(end)) return undefined;
    }
    const [k] = places;
    return places.size === 1 ? k : undefined;
  }
}

/** Whether a node has a buffer that is not the caller's and not literal data. */
function isTensor(x: Node): boolean {
  return x.shape.length > 0 && (x.op ? x.stored && x.op.kind !== 'const' : true);
}
