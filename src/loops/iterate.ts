/**
 * Loops with carried values, and what they save in each iteration.
 *
 * A carried value has a place: a variable, or the buffer of the loop's result, which the initial value may have been computed
 * into already. Saved values are *stacked* behind the number of the iteration, or *joined* one behind the other; buffers
 * grow where the loop alone knows how long they get.
 */
import type { Dim } from '../core/affine.js';
import type { ForOp, WhileOp } from '../ir/types.js';
import { copyInto, everywhere, isVariable, leadingBound, type Place, save } from './control.js';
import type { Generator } from './generate.js';
import type { Graph, Node } from './graph.js';
import type { Job } from './schedule.js';
import type { Atom, Buffer, Local } from './types.js';
import { int, read } from './writer.js';

/** Variables and buffers that hold the carried values, with their initial values. */
function carry(g: Generator, job: Job, params: readonly Node[], results: readonly Node[]): Place[] {
  return job.node.args.map((initial, k) => {
    const result = results[k] as Node;
    const name = params[k]?.value.name ?? result.value.name ?? 'carried';
    if (result.shape.length === 0)
      return g.w.declare(result.dtype, name, g.w.as(g.elements.at(initial, []), result.dtype));
    const buffer = result.buffer as Buffer;
    copyInto(g, initial, buffer);
    g.w.changes(buffer);
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
  const own = new Set(graph.nodes);
  const next = places.map((place, k): (() => void) | undefined => {
    const node = graph.results[k] as Node;
    if (isVariable(place)) {
      const value = g.elements.at(node, []);
      if (value.kind === 'local' && value.local === place) return undefined;
      const next = w.as(value, place.type);
      const moves = next.kind === 'local' && places.some((p) => isVariable(p) && p === next.local);
      const pinned = moves ? w.pin(next, `next_${place.hint}`) : next;
      return () => w.assign(place, pinned);
    }
    if (node.buffer === place) return undefined;
    let from = node.buffer;
    const kept = from && own.has(node) && node.stored && from.shape.length === node.shape.length;
    if (!from || !kept || places.includes(from)) {
      from = g.temp(node, 'next');
      copyInto(g, node, from);
    }
    const source = from;
    return () => w.push({ kind: 'copy', from: source, to: place });
  });
  for (const assign of next) assign?.();
}

function settle(g: Generator, results: readonly Node[], places: readonly Place[]): void {
  for (const [k, place] of places.entries()) {
    if (isVariable(place)) (results[k] as Node).atom = read(place);
    else g.w.changes(place);
  }
}

/** A value of the body that the loop's result holds for each iteration. */
interface Saved {
  readonly node: Node;
  readonly into: Node;
  /** The dimension that the loop binds to the length of all of them joined. */
  readonly joined: string | undefined;
}

class Saves {
  private readonly saved: readonly Saved[];
  /** So much of what is joined is there already. */
  private readonly filled = new Map<string, Local>();

  constructor(
    private readonly g: Generator,
    op: ForOp | WhileOp,
    private readonly body: Graph,
    results: readonly Node[],
  ) {
    const carried = op.operands.length;
    this.saved = results.slice(carried).map((into, k) => {
      const node = body.results[carried + k] as Node;
      return { node, into, joined: leadingBound(into, op.binds) };
    });
    for (const name of op.binds) this.filled.set(name, g.w.declare('int', name.replace(/%.*/, ''), int(0)));
  }

  /** What was there before the body is saved first, since the body may change it. */
  first(trip: Atom, grows: boolean): void {
    const own = new Set(this.body.nodes);
    for (const s of this.saved) if (!own.has(s.node)) this.save(s, trip, grows);
  }

  last(trip: Atom, grows: boolean): void {
    const { w } = this.g;
    const own = new Set(this.body.nodes);
    for (const s of this.saved) if (own.has(s.node)) this.save(s, trip, grows);
    for (const [name, filled] of this.filled) {
      const one = this.saved.find((s) => s.joined === name);
      if (one) w.assign(filled, w.inPlace('add', [read(filled), w.dim(one.node.shape[0] as Dim)], 'int'));
    }
  }

  private save({ node, into, joined }: Saved, trip: Atom, grows: boolean): void {
    const { g } = this;
    const { w } = g;
    if (joined === undefined && !grows) {
      save(g, node, into, [trip]);
      return;
    }
    const buffer = into.buffer as Buffer;
    const row = w.size(into.shape.slice(1));
    const start = joined === undefined ? trip : read(this.filled.get(joined) as Local);
    const rows = joined === undefined ? int(1) : w.dim(node.shape[0] as Dim);
    const end = w.op('mul', [w.op('add', [start, rows], 'int'), row], 'int', 'end');
    w.push({ kind: 'grow', buffer, length: end });
    const from = w.op('mul', [start, row], 'int', 'start');
    everywhere(g, node.shape, (index) => {
      const at = w.op('add', [from, g.elements.flat(index, node.shape)], 'int', 'k');
      w.store(buffer, at, g.elements.at(node, index));
    });
  }

  /** After the loop: buffers have their lengths, dimensions their sizes. */
  finish(trips: Atom, grows: boolean): void {
    const { w } = this.g;
    for (const { into, joined } of this.saved) {
      const rows = joined === undefined ? trips : read(this.filled.get(joined) as Local);
      const buffer = into.buffer as Buffer;
      w.changes(buffer);
      if (joined === undefined && !grows) continue;
      const length = w.op('mul', [rows, w.size(into.shape.slice(1))], 'int', 'end');
      w.push({ kind: 'trim', buffer, length });
    }
    for (const [name, filled] of this.filled) w.bindDim(name, read(filled));
  }
}

export function writeWhile(
  g: Generator,
  op: WhileOp,
  job: Job,
  [condition, body]: readonly [Graph, Graph],
  results: readonly Node[],
): void {
  const { w } = g;
  const places = carry(g, job, body.params, results);
  bind(condition.params, places);
  bind(body.params, places);
  const saves = new Saves(g, op, body, results);
  const trips = w.declare('int', 'trips', int(0));
  const stmts = w.block(() => {
    g.graph(condition);
    const holds = w.condition(g.elements.at(condition.results[0] as Node, []));
    w.push({ kind: 'break', condition: w.op('not', [holds], 'bool') });
    w.push({ kind: 'guard', count: read(trips), span: op.span });
    saves.first(read(trips), true);
    g.graph(body);
    saves.last(read(trips), true);
    advance(g, body, places);
    w.assign(trips, w.inPlace('add', [read(trips), int(1)], 'int'));
  });
  w.push({ kind: 'loop', body: stmts });
  settle(g, results, places);
  saves.finish(read(trips), true);
  w.bindDim(op.trips, read(trips));
}

export function writeFor(g: Generator, op: ForOp, job: Job, body: Graph, results: readonly Node[]): void {
  const [count, ...params] = body.params as [Node, ...Node[]];
  const places = carry(g, job, params, results);
  bind(params, places);
  const saves = new Saves(g, op, body, results);
  g.counting(
    op.count,
    (counter) => {
      count.atom = counter;
      saves.first(counter, false);
      g.graph(body);
      saves.last(counter, false);
      advance(g, body, places);
    },
    { floor: true },
  );
  settle(g, results, places);
  saves.finish(g.w.dim(op.count), false);
}
