/**
 * Reading tensors at places, and putting places for indices.
 *
 * Large nodes are not rebuilt: they become a `lambda`, a tensor that is read at the places, so that a long chain of
 * structural operations takes linear time.
 */
import { addDims, type Dim, sameDim } from '../../core/affine.js';
import { combine, multiply, select } from './arithmetic.js';
import { delta } from './delta.js';
import { fixedPlace, type Index, isPlain, type Node, type Place, placeOf, type Tensor } from './node.js';
import { buildCall } from './rules.js';
import type { Space } from './space.js';

export type Places = ReadonlyMap<Index, Place>;

/** Nodes above this size are read through a lambda. */
const SMALL = 400;

/** start + step·(place). */
export function shifted(start: Dim, step: number, p: Place): Place {
  return { base: p.base, start: addDims(start, p.start, step), step: p.base ? step * p.step : 0 };
}

function replaced(p: Place, by: Places): Place {
  const q = p.base && by.get(p.base);
  return q ? shifted(p.start, p.step, q) : p;
}

/** The tensor whose element at `indices` is `body`. */
export function lambda(s: Space, body: Node, indices: readonly Index[]): Tensor {
  if (body.kind === 'at' && body.places.length === indices.length) {
    if (body.places.every((p, k) => isPlain(p) && p.base === indices[k])) {
      if (body.tensor.dims.every((d, k) => sameDim(d, (indices[k] as Index).dim))) return body.tensor;
    }
  }
  return s.tensor({ kind: 'lambda', body, indices, dims: indices.map((i) => i.dim) });
}

/** The node with places for its free indices, all at once. */
export function substitute(s: Space, node: Node, by: Places): Node {
  const moved = node.free.filter((i) => {
    const p = by.get(i);
    return p && !(isPlain(p) && p.base === i);
  });
  if (moved.length === 0) return node;
  if (!isSmall(node)) {
    return read(
      s,
      s.tensor({ kind: 'lambda', body: node, indices: node.free, dims: node.free.map((i) => i.dim) }),
      node.free.map((i) => by.get(i) ?? placeOf(i)),
    );
  }
  return rebuild(s, node, by, new Map());
}

/** Whether a node is written out wherever its places are replaced. */
export const isSmall = (node: Node): boolean => node.size <= SMALL;

/** The same, written out however large the node is. */
export function expanded(s: Space, node: Node, by: Places): Node {
  return rebuild(s, node, by, new Map());
}

function rebuild(s: Space, n: Node, by: Places, done: Map<Node, Node>): Node {
  if (!n.free.some((i) => by.has(i))) return n;
  const known = done.get(n);
  if (known) return known;
  const result = rebuilt(s, n, by, (m) => rebuild(s, m, by, done));
  done.set(n, result);
  return result;
}

function rebuilt(s: Space, n: Node, by: Places, part: (n: Node) => Node): Node {
  switch (n.kind) {
    case 'at':
      return read(
        s,
        n.tensor,
        n.places.map((p) => replaced(p, by)),
      );
    case 'iota':
      return iota(s, replaced(n.place, by));
    case 'delta':
      return delta(s, replaced(n.left, by), replaced(n.right, by));
    case 'add':
      return combine(s, [[n.constant, s.num(1)], ...n.terms.map(([c, t]) => [c, part(t)] as const)]);
    case 'mul':
      return multiply(
        s,
        n.factors.map(([b, e]) => [part(b), e] as const),
        n.coefficient,
      );
    case 'call':
      return buildCall(s, n.name, n.args.map(part));
    case 'select':
      return select(s, part(n.condition), part(n.then), part(n.otherwise));
    case 'sum':
    case 'reduce':
      return s.node({ ...draftOf(n), body: part(n.body) } as never);
    case 'others':
      return s.node({
        kind: 'others',
        indices: n.indices,
        places: n.places.map((p) => replaced(p, by)),
        body: part(n.body),
      });
    default:
      return n;
  }
}

function draftOf(n: Node): object {
  if (n.kind === 'sum') return { kind: n.kind, indices: n.indices };
  return n.kind === 'reduce' ? { kind: n.kind, name: n.name, indices: n.indices } : n;
}

function iota(s: Space, place: Place): Node {
  if (place.base === undefined) return s.dim(place.start);
  return s.node({ kind: 'iota', place });
}

/** An element of a tensor; tensors that are made of others are looked through where the place decides it. */
export function read(s: Space, tensor: Tensor, places: readonly Place[]): Node {
  if (tensor.kind === 'lambda' && isSmall(tensor.body)) {
    return substitute(s, tensor.body, new Map(tensor.indices.map((i, k) => [i, places[k] as Place])));
  }
  if (tensor.kind === 'reshape' && tensor.part.kind === 'lambda' && tensor.part.body.free.length === 0)
    return tensor.part.body;
  if (tensor.kind === 'pad') return readPad(s, tensor, places) ?? s.node({ kind: 'at', tensor, places });
  if (tensor.kind === 'concat')
    return readConcat(s, tensor, places) ?? s.node({ kind: 'at', tensor, places });
  if (tensor.kind === 'const' && (places.every((p) => p.base === undefined) || uniform(tensor.data))) {
    return constantAt(s, tensor, places) ?? s.node({ kind: 'at', tensor, places });
  }
  return s.node({ kind: 'at', tensor, places });
}

const uniform = (data: readonly number[]) => data.every((x) => x === data[0]);

function constantAt(s: Space, t: Tensor & { kind: 'const' }, places: readonly Place[]): Node | undefined {
  if (uniform(t.data)) return s.num(t.data[0] ?? 0);
  let offset = 0;
  for (const [k, p] of places.entries()) {
    const [size, at] = [t.dims[k], p.start];
    if (typeof size !== 'number' || typeof at !== 'number') return undefined;
    offset = offset * size + at;
  }
  return s.num(t.data[offset] as number);
}

/** The adjoint of a slice: at known places it is an element or zero. */
function readPad(s: Space, t: Tensor & { kind: 'pad' }, places: readonly Place[]): Node | undefined {
  const inside: Place[] = [];
  for (const [k, p] of places.entries()) {
    const [start, step] = [t.starts[k] as Dim, t.steps[k] as number];
    const length = t.part.dims[k] as Dim;
    if (start === 0 && step === 1 && sameDim(length, t.dims[k] as Dim)) {
      inside.push(p);
      continue;
    }
    const distance = addDims(p.start, start, -1);
    if (p.base !== undefined || typeof distance !== 'number') return undefined;
    const at = distance / step;
    const beyond = addDims(length, -at, 1);
    if (!Number.isInteger(at) || at < 0 || (typeof beyond === 'number' && beyond <= 0)) return s.num(0);
    if (typeof beyond !== 'number') return undefined;
    inside.push(fixedPlace(at));
  }
  return read(s, t.part, inside);
}

/** A place that certainly lies in one of the parts. */
function readConcat(s: Space, t: Tensor & { kind: 'concat' }, places: readonly Place[]): Node | undefined {
  const place = places[t.axis] as Place;
  let offset: Dim = 0;
  for (const part of t.parts) {
    const length = part.dims[t.axis] as Dim;
    const start = addDims(place.start, offset, -1);
    const last = place.base ? addDims(start, addDims(place.base.dim, -1), place.step) : start;
    const [low, high] = place.step < 0 ? [last, start] : [start, last];
    if (certain(low) && certain(addDims(addDims(length, high, -1), -1))) {
      return read(s, part, places.map((p, k) => (k === t.axis ? { ...p, start } : p))); // biome-ignore format: one line
    }
    offset = addDims(offset, length);
  }
  return undefined;
}

/** Whether a length is at least 0 for certain. */
function certain(d: Dim): boolean {
  if (typeof d === 'number') return d >= 0;
  return d.constant >= 0 && d.terms.every(([, c]) => c > 0);
}
