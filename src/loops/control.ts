/**
 * Control flow and what else is done as a whole: branches and comprehensions here, loops in src/loops/iterate.ts, updates
 * and calls in files of their own; and functions of whole arrays. Regions are scheduled and written like functions of
 * their own inside the blocks they open.
 */
import { type Dim, dimNames } from '../core/affine.js';
import type { ArrayOp, IfOp, MapOp, Op } from '../ir/types.js';
import type { ArrayRow } from '../ops/array.js';
import { arrayRow } from '../ops/table.js';
import type { Index } from './element.js';
import type { Generator } from './generate.js';
import type { Graph, Node } from './graph.js';
import { writeCall } from './invoke.js';
import { writeFor, writeWhile } from './iterate.js';
import type { Job } from './schedule.js';
import type { Atom, Buffer, Local, Stmt } from './types.js';
import { writeUpdate } from './update.js';
import { bool, float, int, read } from './writer.js';

/** Writes an operation with regions, or of whole buffers. */
export function writeWhole(g: Generator, job: Job): void {
  const op = job.node.op as Op;
  const graphs = job.regions?.graphs ?? [];
  const results = job.regions?.results ?? [];
  if (op.kind === 'if') writeIf(g, op, job, graphs as [Graph, Graph], results);
  else if (op.kind === 'while') writeWhile(g, op, job, graphs as [Graph, Graph], results);
  else if (op.kind === 'for') writeFor(g, op, job, graphs[0] as Graph, results);
  else if (op.kind === 'map') writeMap(g, op, graphs[0] as Graph, results);
  else if (op.kind === 'call') writeCall(g, op, job.node.args, results);
  else if (op.kind === 'update') writeUpdate(g, op, job.node);
  else writeArray(g, op as ArrayOp, job.node);
}

export const zero = (node: Node): Atom =>
  node.dtype === 'bool' ? bool(false) : node.dtype === 'int' ? int(0) : float(0);

/** A variable or buffer that a region's result goes to. */
export type Place = Local | Buffer;

export const isVariable = (place: Place): place is Local => 'mutable' in place;

/** The names among those bound by an operation that a result's leading dimension has. */
export function leadingBound(node: Node, binds: readonly string[]): string | undefined {
  const [lead] = node.shape;
  return lead === undefined ? undefined : dimNames(lead).find((n) => binds.includes(n));
}

/** Visits every index of a shape with loops. */
export function everywhere(
  g: Generator,
  shape: readonly Dim[],
  visit: (index: Index) => void,
  index: Index = [],
): void {
  const dim = shape[index.length];
  if (dim === undefined) visit(index);
  else if (dim === 1) everywhere(g, shape, visit, [...index, int(0)]);
  else g.counting(dim, (counter) => everywhere(g, shape, visit, [...index, counter]));
}

/** Writes all elements of a node into a buffer of its shape. */
export function copyInto(g: Generator, node: Node, buffer: Buffer): void {
  if (node.buffer === buffer) return;
  const same = sameEverywhere(node);
  if (holdsAll(node)) g.w.push({ kind: 'copy', from: node.buffer as Buffer, to: buffer });
  else if (same !== undefined && node.shape.some((d) => d !== 1)) g.w.fill(buffer, same);
  else
    everywhere(g, node.shape, (index) =>
      g.w.store(buffer, g.elements.flat(index, node.shape), g.elements.at(node, index)),
    );
}

/** The number that a tensor of the program holds everywhere, if it is written there. */
function sameEverywhere(node: Node): number | undefined {
  if (node.stored) return undefined;
  const { op } = node;
  if (op?.kind === 'broadcast') return sameEverywhere(node.args[0] as Node);
  return op?.kind === 'const' && op.data.length === 1 ? op.data[0] : undefined;
}

/** Whether a node's buffer holds just its elements. */
export function holdsAll({ buffer, shape, stored, op }: Node): boolean {
  return (stored || op === undefined) && buffer?.shape.length === shape.length && shape.length > 0;
}

/** A node's elements in a buffer of its full shape: its own, or a copy. */
export function wholeBuffer(g: Generator, node: Node): Buffer {
  if (holdsAll(node)) return node.buffer as Buffer;
  const copy = g.temp(node, node.value.name ?? 'argument');
  copyInto(g, node, copy);
  return copy;
}

// Branches

function writeIf(
  g: Generator,
  op: IfOp,
  job: Job,
  [yes, no]: readonly [Graph, Graph],
  results: readonly Node[],
): void {
  const { w } = g;
  const condition = w.condition(g.elements.at(job.node.args[0] as Node, []));
  const places = results.map((r): Place => {
    if (r.shape.length > 0) return r.buffer as Buffer;
    return w.declare(r.dtype, r.value.name ?? 'chosen', zero(r));
  });
  const lengths = new Map<string, Local>();
  for (const name of op.binds) lengths.set(name, w.declare('int', name.replace(/%.*/, ''), int(0)));
  const branch = (graph: Graph) => w.block(() => writeBranch(g, graph, results, places, lengths));
  const then = branch(yes);
  w.push({ kind: 'if', condition, then, otherwise: branch(no) });
  for (const [k, place] of places.entries()) if (isVariable(place)) (results[k] as Node).atom = read(place);
  for (const [name, length] of lengths) w.bindDim(name, read(length));
}

function writeBranch(
  g: Generator,
  graph: Graph,
  results: readonly Node[],
  places: readonly Place[],
  lengths: ReadonlyMap<string, Local>,
): void {
  const { w } = g;
  const own = new Set(graph.nodes);
  // A tensor that the branch computes goes straight into its place, unless the place still holds another value.
  for (const [k, node] of graph.results.entries()) {
    const place = places[k] as Place;
    if (isVariable(place) || !node.stored || !own.has(node) || node.buffer) continue;
    if (!results[k]?.takes && !node.takes) node.buffer = place;
  }
  g.graph(graph);
  for (const [k, place] of places.entries()) {
    const node = graph.results[k] as Node;
    if (isVariable(place)) {
      w.assign(place, w.as(g.elements.at(node, []), place.type));
      continue;
    }
    const name = leadingBound(results[k] as Node, [...lengths.keys()]);
    if (name !== undefined && node.buffer !== place)
      w.push({ kind: 'allocate', buffer: place, length: w.size(node.shape) });
    copyInto(g, node, place);
    w.changes(place);
  }
  for (const [name, length] of lengths) {
    const k = results.findIndex((r) => leadingBound(r, [name]) !== undefined);
    const node = graph.results[k];
    if (node) w.assign(length, w.dim(node.shape[0] as Dim));
  }
}

/** Stores a region's result at the leading indices of the operation's. */
export function save(g: Generator, node: Node, into: Node, leading: Index): void {
  everywhere(g, node.shape, (index) => {
    const position = g.elements.address(into, [...leading, ...index]);
    g.w.store(into.buffer as Buffer, position, g.elements.at(node, index));
  });
}

function writeMap(g: Generator, op: MapOp, body: Graph, results: readonly Node[]): void {
  const plain = body.nodes.every((n) => !n.stored || n.shape.length === 0);
  const nest = (leading: Index): void => {
    const dim = op.dims[leading.length];
    if (dim !== undefined) {
      g.counting(dim, (counter) => nest([...leading, counter]), { floor: !plain });
      return;
    }
    for (const [k, param] of body.params.entries()) param.atom = leading[k] as Atom;
    g.graph(body);
    for (const [k, node] of body.results.entries()) save(g, node, results[k] as Node, leading);
  };
  nest([]);
}

// Functions of whole arrays

function writeArray(g: Generator, op: ArrayOp, node: Node): void {
  const { w } = g;
  const row = arrayRow(op.name) as ArrayRow;
  const inputs = node.args.map((a) => wholeBuffer(g, a));
  const sizes = row.sizes(node.args.map((a) => a.shape)).map((d) => w.dim(d));
  const scalar = node.shape.length === 0;
  const output = scalar ? w.buffer('temp', node.dtype, [1], node.value.name ?? op.name) : node.buffer;
  w.push({ kind: 'call', name: op.name, inputs, output: output as Buffer, sizes } satisfies Stmt);
  if (scalar) node.atom = w.load(output as Buffer, int(0), w.level);
}
