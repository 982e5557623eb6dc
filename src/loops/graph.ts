/**
 * The graph: the upper IR as nodes that know how often and how they are used, and whether they are stored.
 *
 * One *node* per value. A node is *stored* when it is computed once into a local or buffer; otherwise it is *virtual*:
 * a formula for any of its elements, worked out wherever one is wanted. `cost` estimates what one element takes.
 */

import { type Dim, type Shape, sameDim } from '../core/affine.js';
import { tick } from '../core/deadline.js';
import { InternalError } from '../core/diagnostic.js';
import { Builder } from '../ir/builder.js';
import {
  type DType,
  dimsBoundBy,
  dimsUsedBy,
  type Op,
  type ReduceOp,
  type Region,
  regionsOf,
  type Value,
} from '../ir/types.js';
import { elementwiseRow } from '../ops/table.js';
import { indicesOf } from './range.js';
import type { Block, Step } from './schedule.js';
import type { Atom, Buffer } from './types.js';

export interface Node {
  readonly id: number;
  readonly value: Value;
  /** Undefined for parameters of functions and regions. */
  readonly op: Op | undefined;
  /** Which of the operation's results it is. */
  readonly result: number;
  readonly args: readonly Node[];
  /** The nodes whose operations bind the dimensions that it mentions. */
  readonly binders: readonly Node[];
  readonly shape: Shape;
  readonly dtype: DType;
  /** How deep in regions it is computed. */
  readonly level: number;
  uses: number;
  /** Some consumer wants an element more than once. */
  spread: boolean;
  cost: number;
  depth: number;
  stored: boolean;
  /** The scalar it is, where it is one and known. */
  atom: Atom | undefined;
  buffer: Buffer | undefined;
  /** Where the schedule computes it: for each job one step for each loop around it. */
  places: Step[][];
  /** Where a scalar computed from scalars stands: in which block, and at which of its positions. */
  block: Block | undefined;
  position: number;
  /** So many of its loops all readers share, so the buffer needs no axes for them. */
  shared: number;
  /** The node whose buffer it takes over, changing it in place (src/loops/inplace.ts). */
  takes: Node | undefined;
  /** The least and the greatest number that an integer parameter of a region can be. */
  range?: Range;
}

export interface Range {
  readonly least: Dim;
  readonly greatest: Dim;
  /** What names in them are at most, where they are at least 1. */
  readonly bounds?: ReadonlyMap<string, Dim> | undefined;
  /** Names that are at least 1 wherever there is an element. */
  readonly positive?: ReadonlySet<string>;
}

/** The nodes of a region in order of computation. */
export interface Graph {
  readonly params: readonly Node[];
  readonly nodes: readonly Node[];
  readonly results: readonly Node[];
  /** The regions of an operation, by its first node. */
  readonly inner: ReadonlyMap<Op, readonly Graph[]>;
  /** All results of an operation that has several or regions. */
  readonly resultsOf: ReadonlyMap<Op, readonly Node[]>;
  /** Nodes of enclosing regions that this one or those inside it read. */
  readonly captured: ReadonlySet<Node>;
}

/** Shared by all nodes that are not placed yet. */
export const NO_PLACES: Step[][] = [];
const NO_GRAPHS: readonly Graph[] = [];
const NO_NODES: readonly Node[] = [];
const ALWAYS_STORED = new Set([
  'reduce',
  'contract',
  'recur',
  'scatterAdd',
  'array',
  'update',
  'extent',
  'if',
  'while',
  'for',
  'map',
  'call',
]);
const DEEPEST = 40;

export class GraphMaker {
  private readonly nodes = new Map<number, Node>();
  private readonly binders = new Map<string, Node>();
  private nextId: number;
  private depth = 0;

  constructor(valueCount: number) {
    this.nextId = valueCount;
  }

  private node(value: Value, op: Op | undefined, result: number): Node {
    tick();
    const args = op ? op.operands.map((o) => this.get(o)) : NO_NODES;
    const binders = op && this.binders.size > 0 ? this.bindersOf(op) : NO_NODES;
    const node: Node = {
      id: value.id, value, op, result, args, binders, shape: value.type.shape, dtype: value.type.dtype, level: this.depth,
      uses: 0, spread: false, cost: 0, depth: 0, stored: false, atom: undefined, buffer: undefined, places: NO_PLACES, block: undefined, position: -1, shared: Number.POSITIVE_INFINITY, takes: undefined,
    }; // biome-ignore format: one line
    this.nodes.set(value.id, node);
    return node;
  }

  private bindersOf(op: Op): readonly Node[] {
    const own = dimsBoundBy(op);
    return [...new Set(dimsUsedBy(op))]
      .filter((n) => !own.includes(n))
      .flatMap((n) => this.binders.get(n) ?? []);
  }

  /** The counters of a loop have known ranges. */
  private noteCounters(op: Op, [body]: readonly Graph[]): void {
    const counts = op.kind === 'for' ? [op.count] : op.kind === 'map' ? op.dims : [];
    for (const [k, count] of counts.entries())
      (body?.params[k] as Node).range = indicesOf(count, this.bindersOf(op));
  }

  get(value: Value): Node {
    const node = this.nodes.get(value.id);
    if (!node) throw new InternalError(`value ${value.id} is used before it is computed`);
    return node;
  }

  region(region: Region): Graph {
    this.depth++;
    const params = region.params.map((p) => this.node(p, undefined, 0));
    const nodes: Node[] = [];
    const inner = new Map<Op, readonly Graph[]>();
    const resultsOf = new Map<Op, readonly Node[]>();
    const captured = new Set<Node>();
    const use = (n: Node) => {
      n.uses++;
      if (n.level < this.depth) captured.add(n);
    };
    const visit = (op: Op) => {
      for (const o of op.operands) use(this.get(o));
      const regions = regionsOf(op);
      const graphs = regions.length > 0 ? regions.map((r) => this.region(r)) : NO_GRAPHS;
      this.noteCounters(op, graphs);
      if (graphs.length > 0) inner.set(op, graphs);
      for (const g of graphs)
        for (const n of g.captured) {
          if (op.kind !== 'if') n.spread = true;
          if (n.level < this.depth) captured.add(n);
        }
      const first = this.node(op.results[0] as Value, op, 0);
      nodes.push(first);
      if (graphs.length > 0 || op.kind === 'call')
        resultsOf.set(op, [first, ...this.others(op, first, nodes)]);
      for (const name of dimsBoundBy(op)) this.binders.set(name, first);
    };
    for (const op of region.ops) {
      if (op.kind === 'reduce' && op.name === 'logsumexp') for (const part of this.logSumExp(op)) visit(part);
      else visit(op);
    }
    const results = region.results.map((r) => this.get(r));
    for (const r of results) use(r);
    this.depth--;
    return { params, nodes, results, inner, resultsOf, captured };
  }

  /** The further results of an operation; they are computed where the first is. */
  private others(op: Op, first: Node, nodes: Node[]): Node[] {
    first.places = [];
    return op.results.slice(1).map((r, k) => {
      const node = this.node(r, op, k + 1);
      node.places = first.places;
      nodes.push(node);
      return node;
    });
  }

  /** A reduction in several passes as the operations that it consists of. */
  private logSumExp(op: ReduceOp): readonly Op[] {
    const b = new Builder(this.nextId);
    b.span = op.span;
    const x = op.operands[0] as Value;
    const kept = x.type.shape.map((_, k) => k).filter((k) => !op.axes.includes(k));
    const region = b.region([], () => {
      const top = b.reduce('max', x, op.axes);
      const rest = b.elementwise('sub', x, b.broadcast(top, x.type.shape, kept));
      const total = b.reduce('sum', b.elementwise('exp', rest), op.axes);
      const k = b.algebra;
      const infinite = k.eq(k.abs(top), k.num(Number.POSITIVE_INFINITY));
      return [infinite, top, k.add(top, k.log(total))];
    });
    this.nextId = b.valueCount;
    return [...region.ops, { kind: 'select', operands: region.results, results: op.results, span: op.span }];
  }
}

/** What an operation costs beside its operands. */
function ownCost(node: Node): number {
  const op = node.op as Op;
  switch (op.kind) {
    case 'elementwise':
      return elementwiseRow(op.name)?.code.form === 'infix' || op.name === 'neg' ? 1 : 8;
    case 'select':
    case 'gather':
      return 1;
    case 'pad':
      return 2;
    case 'concat':
      return op.operands.length > 2 ? 100 : 2;
    case 'reshape':
      return sameUnits(node.shape, (node.args[0] as Node).shape) ? 0 : 3;
    default:
      return 0;
  }
}

const unitless = (shape: Shape) => shape.filter((d) => d !== 1);

/** Whether two shapes differ only by axes of length 1. */
export function sameUnits(a: Shape, b: Shape): boolean {
  const x = unitless(a);
  const y = unitless(b);
  return x.length === y.length && x.every((d, k) => sameDim(d, y[k] as Dim));
}

/** Marks operands of which an element is wanted more than once for one element of the result. */
function markSpread(node: Node): void {
  const op = node.op as Op;
  const [a, b] = node.args as [Node, Node];
  if (op.kind === 'broadcast' && a.shape.length > 0) a.spread = true;
  if (op.kind === 'gather') a.spread = true;
  if (op.kind === 'contract') {
    const labels = new Set([...op.left, ...op.right]).size;
    if (op.left.length < labels) a.spread = true;
    if (op.right.length < labels) b.spread = true;
  }
  if (op.kind === 'recur' || op.kind === 'array') for (const n of node.args) n.spread = true;
}

/** Decides which nodes are stored. Results of the graph are. */
export function chooseStored(graph: Graph): void {
  for (const node of graph.nodes) if (node.op) markSpread(node);
  for (const node of graph.nodes) {
    const op = node.op as Op;
    for (const g of graph.inner.get(op) ?? []) if (node.result === 0) chooseStored(g);
    node.depth = 1;
    node.cost = ownCost(node);
    for (const a of node.args) {
      if (a.stored) continue;
      node.depth = Math.max(node.depth, a.depth + 1);
      node.cost += a.cost;
    }
    node.stored = ALWAYS_STORED.has(op.kind) || wantsStoring(node, op);
  }
  for (const r of graph.results)
    if (isComputed(r) && (r.shape.length > 0 || r.op?.kind !== 'const')) r.stored = true;
}

function isComputed(node: Node): boolean {
  return node.op !== undefined;
}

function wantsStoring(node: Node, op: Op): boolean {
  if (op.kind === 'const' || op.kind === 'dim') return false;
  if (node.shape.length === 0) return true;
  if (node.depth > DEEPEST || node.cost >= 100) return true;
  return (node.uses > 1 && node.cost > 2) || (node.spread && node.cost > 1);
}
