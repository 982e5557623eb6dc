/**
 * Control flow: branches, loops with carried values, comprehensions; and calls of functions of whole arrays. Their regions are scheduled and written like
 * functions of their own inside the blocks they open.
 */
import type { Dim } from '../core/affine.js';
import type { ArrayOp, ForOp, MapOp, Op } from '../ir/types.js';
import type { ArrayRow } from '../ops/array.js';
import { arrayRow } from '../ops/table.js';
import type { Index } from './element.js';
import type { Generator } from './generate.js';
import type { Graph, Node } from './graph.js';
import { notYet } from './jobs.js';
import type { Job } from './schedule.js';
import type { Atom, Buffer, Local } from './types.js';
import { bool, float, int, read } from './writer.js';

/** Writes an operation with regions. */
export function writeWhole(g: Generator, job: Job): void {
  const op = job.node.op as Op;
  const graphs = job.regions?.graphs ?? [];
  const results = job.regions?.results ?? [];
  if (op.kind === 'if') writeIf(g, job, graphs as [Graph, Graph], results);
  else if (op.kind === 'while') writeWhile(g, job, graphs as [Graph, Graph], results);
  else if (op.kind === 'for') writeFor(g, op, job, graphs[0] as Graph, results);
  else if (op.kind === 'map') writeMap(g, op, graphs[0] as Graph, results);
  else if (op.kind === 'array') writeArray(g, op, job.node);
  else notYet(op.kind);
}

const zero = (node: Node): Atom =>
  node.dtype === 'bool' ? bool(false) : node.dtype === 'int' ? int(0) : float(0);

/** A variable or buffer that a region's result goes to. */
type Place = Local | Buffer;

const isVariable = (place: Place): place is Local => 'mutable' in place;

/** Writes a region; a tensor that it computes itself goes straight into its place, if it has one. */
function region(g: Generator, graph: Graph, places: readonly (Place | undefined)[]): void {
  const own = new Set(graph.nodes);
  for (const [k, node] of graph.results.entries()) {
    const place = places[k];
    if (!place || isVariable(place) || !node.stored || !own.has(node) || node.buffer) continue;
    node.buffer = place;
  }
  g.graph(graph);
}

/** Visits every index of a shape with loops. */
function everywhere(
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

function copyInto(g: Generator, node: Node, buffer: Buffer): void {
  if (node.buffer === buffer) return;
  everywhere(g, node.shape, (index) =>
    g.w.store(buffer, g.elements.flat(index, node.shape), g.elements.at(node, index)),
  );
}

// Branches

function writeIf(g: Generator, job: Job, [yes, no]: readonly [Graph, Graph], results: readonly Node[]): void {
  const { w } = g;
  const condition = w.condition(g.elements.at(job.node.args[0] as Node, []));
  const places = results.map((r): Place => {
    if (r.shape.length > 0) return r.buffer as Buffer;
    return w.declare(r.dtype, r.value.name ?? 'chosen', zero(r));
  });
  const branch = (graph: Graph) =>
    w.block(() => {
      region(g, graph, places);
      for (const [k, place] of places.entries()) {
        const node = graph.results[k] as Node;
        if (isVariable(place)) w.assign(place, w.as(g.elements.at(node, []), place.type));
        else copyInto(g, node, place);
      }
    });
  const then = branch(yes);
  w.push({ kind: 'if', condition, then, otherwise: branch(no) });
  for (const [k, place] of places.entries()) if (isVariable(place)) (results[k] as Node).atom = read(place);
}

// Loops with carried values

/** Variables and buffers that hold the carried values, with their initial values. */
function carry(g: Generator, job: Job, params: readonly Node[]): Place[] {
  return params.map((param, k) => {
    const initial = job.node.args[k] as Node;
    if (param.shape.length === 0) {
      const value = g.w.as(g.elements.at(initial, []), param.dtype);
      return g.w.declare(param.dtype, param.value.name ?? 'carried', value);
    }
    const buffer = g.w.buffer('temp', param.dtype, param.shape, param.value.name ?? 'carried');
    copyInto(g, initial, buffer);
    return buffer;
  });
}

function bind(params: readonly Node[], places: readonly Place[]): void {
  for (const [k, param] of params.entries()) {
    const place = places[k] as Place;
    if (isVariable(place)) param.atom = read(place);
    else param.buffer = place;
  }
}

/** Computes the next carried values, all of them before the first is overwritten. */
function advance(g: Generator, graph: Graph, places: readonly Place[]): void {
  const { w } = g;
  const next = places.map((place, k): (() => void) | undefined => {
    const node = graph.results[k] as Node;
    if (isVariable(place)) {
      const value = g.elements.at(node, []);
      if (value.kind === 'local' && value.local === place) return undefined;
      const next = w.as(value, place.type);
      const pinned = places.length > 1 ? w.pin(next, `next_${place.hint}`) : next;
      return () => w.assign(place, pinned);
    }
    if (node.buffer === place) return undefined;
    let from = node.buffer;
    if (!from || !node.stored || node.buffer?.shape.length !== node.shape.length) {
      from = w.buffer('temp', node.dtype, node.shape, 'next');
      copyInto(g, node, from);
    }
    const source = from;
    return () => w.push({ kind: 'copy', from: source, to: place });
  });
  for (const assign of next) assign?.();
}

function settle(g: Generator, results: readonly Node[], places: readonly Place[]): void {
  for (const [k, place] of places.entries()) {
    const result = results[k] as Node;
    if (isVariable(place)) result.atom = read(place);
    else if (result.buffer) g.w.push({ kind: 'copy', from: place, to: result.buffer });
    else result.buffer = place;
  }
}

function writeWhile(
  g: Generator,
  job: Job,
  [condition, body]: readonly [Graph, Graph],
  results: readonly Node[],
): void {
  const { w } = g;
  const places = carry(g, job, condition.params);
  bind(condition.params, places);
  bind(body.params, places);
  const stmts = w.block(() => {
    region(g, condition, []);
    const holds = w.condition(g.elements.at(condition.results[0] as Node, []));
    w.push({ kind: 'break', condition: w.op('not', [holds], 'bool') });
    region(g, body, []);
    advance(g, body, places);
  });
  w.push({ kind: 'loop', body: stmts });
  settle(g, results, places);
}

function writeFor(g: Generator, op: ForOp, job: Job, body: Graph, results: readonly Node[]): void {
  const [count, ...params] = body.params as [Node, ...Node[]];
  const places = carry(g, job, params);
  bind(params, places);
  g.counting(
    op.count,
    (counter) => {
      count.atom = counter;
      region(g, body, []);
      for (const [k, node] of body.results.slice(places.length).entries())
        save(g, node, results[places.length + k] as Node, [counter]);
      advance(g, body, places);
    },
    { floor: true },
  );
  settle(g, results, places);
}

/** Stores a region's result at the leading indices of the operation's. */
function save(g: Generator, node: Node, into: Node, leading: Index): void {
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
    region(g, body, []);
    for (const [k, node] of body.results.entries()) save(g, node, results[k] as Node, leading);
  };
  nest([]);
}

// Functions of whole arrays

/** A node's elements in a buffer of its full shape: its own, or a copy. */
function wholeBuffer(g: Generator, node: Node): Buffer {
  const { buffer } = node;
  const own = node.stored || node.op === undefined;
  if (own && buffer && buffer.shape.length === node.shape.length && node.shape.length > 0) return buffer;
  const copy = g.w.buffer('temp', node.dtype, node.shape, node.value.name ?? 'argument');
  everywhere(g, node.shape, (index) =>
    g.w.store(copy, g.elements.flat(index, node.shape), g.elements.at(node, index)),
  );
  return copy;
}

function writeArray(g: Generator, op: ArrayOp, node: Node): void {
  const { w } = g;
  const row = arrayRow(op.name) as ArrayRow;
  const inputs = node.args.map((a) => wholeBuffer(g, a));
  const sizes = row.sizes(node.args.map((a) => a.shape)).map((d) => w.dim(d));
  const scalar = node.shape.length === 0;
  const output = scalar ? w.buffer('temp', node.dtype, [1], node.value.name ?? op.name) : node.buffer;
  w.push({ kind: 'call', name: op.name, inputs, output: output as Buffer, sizes });
  if (scalar) node.atom = w.load(output as Buffer, int(0), w.level);
}
