/** The space in which nodes are hash-consed, with the indices, tensors and leaves of the algebra. */
import { type Dim, printDim } from '../../core/affine.js';
import { tick } from '../../core/deadline.js';
import { type Index, type Node, type NodeDraft, nodeKey, type Place, partsOf, type Tensor, type TensorDraft, tensorKey } from './node.js'; // biome-ignore format: one line
import { fromNumber, isInteger, isUnit, type Rational } from './rational.js';

/** Functions that are finite wherever their arguments are. */
const TAME = new Set(
  (
    'sin cos tanh sigmoid atan atan2 abs sign relu softplus silu asinh maximum minimum clip floor ceil round hypot ' +
    'lt le gt ge eq ne and or not erf erfc'
  ).split(' '),
);

function placesOf(n: NodeDraft): readonly Place[] {
  if (n.kind === 'at' || n.kind === 'others') return n.places;
  if (n.kind === 'iota') return [n.place];
  return n.kind === 'delta' ? [n.left, n.right] : [];
}

const boundBy = (n: NodeDraft): readonly Index[] =>
  n.kind === 'sum' || n.kind === 'reduce' || n.kind === 'others' ? n.indices : [];

function freeOf(n: NodeDraft, parts: readonly Node[]): readonly Index[] {
  const bound = boundBy(n);
  const own = placesOf(n).flatMap((p) => (p.base ? [p.base] : []));
  const [first] = parts;
  if (
    bound.length === 0 &&
    own.length === 0 &&
    first &&
    parts.every((p) => p.free === first.free || p.free.length === 0)
  ) {
    return first.free.length > 0 ? first.free : (parts.find((p) => p.free.length > 0)?.free ?? first.free);
  }
  const all = new Set(parts.flatMap((p) => p.free));
  for (const b of bound) all.delete(b);
  for (const i of own) all.add(i);
  return [...all].sort((a, b) => a.id - b.id);
}

/** Symbols when written out: leaves, operators, functions. */
function sizeOf(n: NodeDraft, parts: readonly Node[]): number {
  let total = 0;
  for (const p of parts) total += p.size;
  if (n.kind === 'at') return n.tensor.kind === 'lambda' ? 1 + n.tensor.body.size : 1;
  if (n.kind === 'add') {
    for (const [c] of n.terms) if (!isUnit(c)) total += 2;
    return total + n.terms.length - (n.constant.n === 0n ? 1 : -1);
  }
  if (n.kind !== 'mul') return total + 1;
  for (const [, e] of n.factors) if (!isUnit(e)) total += e.d === 2n && isUnit({ n: e.n, d: 1n }) ? 1 : 2;
  if (!isUnit(n.coefficient) || n.factors.every(([, e]) => e.n < 0n)) total += 2;
  return total + n.factors.length - 1 + (n.coefficient.n < 0n ? 0.5 : 0);
}

function isSingular(n: NodeDraft, parts: readonly Node[]): boolean {
  if (n.kind === 'at') return n.tensor.singular;
  if (n.kind === 'call' && !TAME.has(n.name) && n.name !== 'value') return true;
  if (n.kind === 'mul' && n.factors.some(([, e]) => e.n < 0n || !isInteger(e))) return true;
  return parts.some((p) => p.singular);
}

function heightOf(t: TensorDraft): number {
  if (t.kind === 'lambda') return t.body.height;
  if ('parts' in t) return t.parts.reduce((most, p) => Math.max(most, p.height), 0);
  return 'part' in t ? t.part.height : 0;
}

export class Space {
  private nextId = 0;

  /** Products with more than `flat` factors are not merged into the one around them. */
  constructor(readonly flat = 12) {}

  /** How many nodes were asked for, known ones included: a measure of work. */
  asked = 0;
  private readonly nodes = new Map<string, Node>();
  private readonly tensors = new Map<string, Tensor>();
  private readonly indices = new Map<string, Index>();

  private index(key: string, dim: Dim, height: number): Index {
    let found = this.indices.get(key);
    if (!found) {
      found = { id: this.nextId++, dim, height };
      this.indices.set(key, found);
    }
    return found;
  }

  /** The free index that stands for axis `axis` of a result. */
  axis(axis: number, dim: Dim): Index {
    return this.index(`f${axis} ${printDim(dim)}`, dim, 0);
  }

  axes(shape: readonly Dim[]): Index[] {
    return shape.map((d, k) => this.axis(k, d));
  }

  /** The free index that stands for axis `axis` of the output, in a Jacobian. */
  outer(axis: number, dim: Dim): Index {
    return this.index(`o${axis} ${printDim(dim)}`, dim, 0);
  }

  /** The bound index number `slot` of a binder at a height. */
  bound(height: number, slot: number, dim: Dim): Index {
    return this.index(`b${height} ${slot} ${printDim(dim)}`, dim, height);
  }

  /** The node of a draft; equal drafts give one node. */
  node<D extends NodeDraft>(draft: D): Extract<Node, { kind: D['kind'] }> {
    type Result = Extract<Node, { kind: D['kind'] }>;
    this.asked++;
    const key = nodeKey(draft);
    const found = this.nodes.get(key);
    if (found) return found as Result;
    tick();
    const parts = partsOf(draft);
    let height = 0;
    for (const p of parts) height = Math.max(height, p.height);
    // What is read of a tensor may come to stand here itself, with the binders inside it.
    if (draft.kind === 'at') height = draft.tensor.height;
    const bound = boundBy(draft);
    if (bound.length > 0) height++;
    for (const i of bound) height = Math.max(height, i.height);
    const made = {
      ...draft,
      id: this.nextId++,
      free: freeOf(draft, parts),
      size: sizeOf(draft, parts),
      height,
      singular: isSingular(draft, parts),
    } as unknown as Result;
    this.nodes.set(key, made);
    return made;
  }

  tensor(draft: TensorDraft): Tensor {
    const key = tensorKey(draft);
    const found = this.tensors.get(key);
    if (found) return found;
    const singular =
      draft.kind === 'lambda'
        ? draft.body.singular
        : draft.kind === 'array' || 'parts' in draft
          ? draft.kind === 'array' || draft.parts.some((p) => p.singular)
          : 'part' in draft && draft.kind !== 'softmax' && draft.part.singular;
    const made = { ...draft, id: this.nextId++, singular, height: heightOf(draft) } as Tensor;
    this.tensors.set(key, made);
    return made;
  }

  rational(value: Rational): Node {
    return this.node({ kind: 'num', value });
  }

  /** A number; those that stand for π, e, log(2) and the like come back as what they stand for. */
  num(value: number): Node {
    if (value === Math.PI) return this.constant('pi');
    if (value === Math.E) return this.constant('e');
    if (value === 2 * Math.PI) return this.constant('tau');
    if (value === Math.LN2) return this.node({ kind: 'call', name: 'log', args: [this.num(2)] });
    if (value === Math.LN10) return this.node({ kind: 'call', name: 'log', args: [this.num(10)] });
    const exact = fromNumber(value);
    if (exact) return this.rational(exact);
    if (Number.isNaN(value)) return this.constant('nan');
    return value > 0 ? this.constant('inf') : this.constant('-inf');
  }

  constant(name: string): Node {
    return this.node({ kind: 'constant', name });
  }

  dim(dim: Dim): Node {
    return typeof dim === 'number' ? this.num(dim) : this.node({ kind: 'dim', dim });
  }
}

export function isNumber(n: Node, value: number): boolean {
  return n.kind === 'num' && n.value.d === 1n && n.value.n === BigInt(value);
}
