/**
 * One element of a value at given indices, written where it belongs: virtual nodes unfold into the operations on the
 * elements of their operands, stored ones are looked up among the constants at hand or loaded.
 */
import { addDims, type Dim, type Shape, sameDim } from '../core/affine.js';
import { InternalError } from '../core/diagnostic.js';
import type { ConcatOp, ConstOp, Op, PadOp } from '../ir/types.js';
import { type Node, sameUnits } from './graph.js';
import { isUnrolled, type Loop } from './schedule.js';
import type { Atom, Buffer } from './types.js';
import { bool, int, keyOf, known, literal, type Writer } from './writer.js';

export type Index = readonly Atom[];

export class Elements {
  private readonly tables = new Map<Node, Buffer>();
  private readonly starts = new Map<ConcatOp, readonly Dim[]>();

  constructor(private readonly w: Writer) {}

  private key(node: Node, index: Index): string {
    return `v${node.id} ${index.map(keyOf).join()}`;
  }

  private levelOf(index: Index): number {
    return index.reduce((level, i) => Math.max(level, this.w.levelOf(i)), 0);
  }

  /** Says that an element has been computed and is the given constant. */
  set(node: Node, index: Index, value: Atom): void {
    this.w.remember(this.key(node, index), value);
  }

  /** The element of a node at an index. */
  at(node: Node, index: Index): Atom {
    if (node.atom) return node.atom;
    const key = this.key(node, index);
    const old = this.w.recall(key);
    if (old) return old;
    const value = node.stored || !node.op ? this.load(node, index) : this.unfold(node, node.op, index);
    this.w.remember(key, value);
    return value;
  }

  private load(node: Node, index: Index): Atom {
    if (!node.buffer)
      throw new InternalError(`value ${node.id} (${node.op?.kind ?? 'param'}) is not at hand`);
    return this.w.load(node.buffer, this.address(node, index), this.levelOf(index));
  }

  /** The position of an element in the node's buffer, which has no axes for the loops it shares with all readers. */
  address(node: Node, index: Index): Atom {
    const dropped = node.shape.length - (node.buffer as Buffer).shape.length;
    if (dropped === 0) return this.flat(index, node.shape);
    const gone = this.sharedAxes(node).slice(0, dropped);
    const keep = <T>(all: readonly T[]) => all.filter((_, k) => !gone.includes(k));
    return this.flat(keep(index), keep(node.shape));
  }

  /** The axes of the shared loops around a node, outermost first; loops that are written out keep theirs. */
  sharedAxes(node: Node): number[] {
    const shared = Number.isFinite(node.shared) ? node.shared : 0;
    const axes: number[] = [];
    for (const step of (node.places[0] ?? []).slice(0, shared)) {
      if (isUnrolled(step.block.items[step.position] as Loop)) break;
      axes.push(step.out);
    }
    return axes;
  }

  /** The row-major position of an index. */
  flat(index: Index, shape: Shape): Atom {
    let position: Atom = int(0);
    for (const [k, i] of index.entries()) {
      const scaled = this.w.op('mul', [position, this.w.dim(shape[k] as Dim)], 'int', 'row');
      position = this.w.op('add', [scaled, i], 'int', 'k');
    }
    return position;
  }

  /** The operation of a node at one index, whether it is stored or not. */
  unfold(node: Node, op: Op, index: Index): Atom {
    const { w } = this;
    const [a, b, c] = node.args as [Node, Node, Node];
    const { name } = node.value;
    switch (op.kind) {
      case 'const':
        return this.constant(node, op, index);
      case 'dim':
        return w.dim(op.dim);
      case 'iota':
        return index[0] as Atom;
      case 'elementwise':
        return w.op(op.name, node.args.map((x) => this.at(x, index)), node.dtype, 't', name); // biome-ignore format: short
      case 'select':
        return w.select(this.at(a, index), this.at(b, index), this.at(c, index), 't', name);
      case 'cast':
        return w.as(this.at(a, index), 'float');
      case 'detach':
        return this.at(a, index);
      case 'broadcast':
        return this.at(a, op.axes.map((x) => index[x] as Atom)); // biome-ignore format: short
      case 'transpose': {
        const source: Atom[] = [];
        for (const [k, p] of op.permutation.entries()) source[p] = index[k] as Atom;
        return this.at(a, source);
      }
      case 'reshape':
        return this.reshape(node, a, index);
      case 'slice':
        return this.at(a, index.map((i, k) => this.affine(i, op.starts[k] as Dim, op.steps[k] as number))); // biome-ignore format: short
      case 'pad':
        return this.pad(node, op, index);
      case 'concat':
        return this.concat(node, op, index);
      case 'gather': {
        const rank = b.shape.length;
        return this.at(a, [this.at(b, index.slice(0, rank)), ...index.slice(rank)]);
      }
      default:
        throw new InternalError(`${op.kind} has no elements of its own`);
    }
  }

  /** start + step·i */
  affine(i: Atom, start: Dim, step: number): Atom {
    const { w } = this;
    const from = w.dim(start);
    if (step === -1) return w.op('sub', [from, i], 'int', 'k');
    return w.op('add', [w.op('mul', [i, int(step)], 'int', 'k'), from], 'int', 'k');
  }

  private constant(node: Node, op: ConstOp, index: Index): Atom {
    const { data } = op;
    if (data.length > 0 && data.every((x) => Object.is(x, data[0])))
      return literal(data[0] as number, node.dtype);
    const position = this.flat(index, node.shape);
    const at = known(position);
    if (at !== undefined) return literal(data[at] as number, node.dtype);
    return this.w.load(this.table(node, data), position);
  }

  /** The literal data of a constant; not its own buffer, which it may be stored in as a result. */
  private table(node: Node, data: readonly number[]): Buffer {
    let table = this.tables.get(node);
    if (!table) {
      table = this.w.buffer('const', node.dtype, node.shape, node.value.name ?? 'table', data);
      this.tables.set(node, table);
    }
    return table;
  }

  private reshape(node: Node, from: Node, index: Index): Atom {
    if (sameUnits(node.shape, from.shape)) {
      const kept = index.filter((_, k) => node.shape[k] !== 1);
      let next = 0;
      return this.at(from, from.shape.map((d) => (d === 1 ? int(0) : (kept[next++] as Atom)))); // biome-ignore format: short
    }
    const position = this.flat(index, node.shape);
    const whole = from.buffer && from.buffer.shape.length === from.shape.length;
    if (whole && (from.stored || !from.op) && known(position) === undefined)
      return this.w.load(from.buffer as Buffer, position, this.levelOf(index));
    return this.at(from, this.split(position, from.shape));
  }

  /** The index that has a given row-major position. */
  private split(position: Atom, shape: Shape): Atom[] {
    const { w } = this;
    const index: Atom[] = [];
    let rest = position;
    for (let k = shape.length - 1; k >= 0; k--) {
      const dim = shape[k] as Dim;
      if (dim === 1) index[k] = int(0);
      else if (shape.slice(0, k).every((d) => d === 1)) index[k] = rest;
      else {
        index[k] = w.op('rem', [rest, w.dim(dim)], 'int', 'k');
        rest = this.quotient(rest, w.dim(dim));
      }
    }
    return index;
  }

  /** ⌊a / b⌋ of integers that are not negative. */
  private quotient(a: Atom, b: Atom): Atom {
    const [x, y] = [known(a), known(b)];
    if (x !== undefined && y !== undefined) return int(Math.floor(x / y));
    return this.w.op('floor', [this.w.op('div', [a, b], 'float', 'q')], 'int', 'q');
  }

  private pad(node: Node, op: PadOp, index: Index): Atom {
    const { w } = this;
    const arg = node.args[0] as Node;
    let inside: Atom = bool(true);
    const source = index.map((i, k) => {
      const [start, step] = [op.starts[k] as Dim, op.steps[k] as number];
      const length = arg.shape[k] as Dim;
      if (start === 0 && step === 1 && sameDim(length, node.shape[k] as Dim)) return i;
      const { at, holds } = this.unpad(i, start, step, length, node.shape[k] as Dim);
      inside = w.op('and', [inside, holds], 'bool');
      return at;
    });
    if (inside.kind === 'bool' && !inside.value) return literal(0, node.dtype);
    return w.select(inside, this.at(arg, source), literal(0, node.dtype), 'padded');
  }

  /** The operand's index that goes to index i, and the condition that there is one. */
  private unpad(i: Atom, start: Dim, step: number, length: Dim, whole: Dim): { at: Atom; holds: Atom } {
    const { w } = this;
    if (length === 1) return { at: int(0), holds: w.op('eq', [i, w.dim(start)], 'bool') };
    const size = Math.abs(step);
    const offset =
      step > 0 ? w.op('sub', [i, w.dim(start)], 'int', 'k') : w.op('sub', [w.dim(start), i], 'int', 'k');
    const reached = step === 1 && sameDim(addDims(start, length), whole);
    const low = start === 0 && step > 0 ? bool(true) : w.op('ge', [offset, int(0)], 'bool');
    const end = w.op('mul', [w.dim(length), int(size)], 'int', 'end');
    const high = reached ? bool(true) : w.op('lt', [offset, end], 'bool');
    const range = w.op('and', [low, high], 'bool');
    if (size === 1) return { at: offset, holds: range };
    const fits = w.op('eq', [w.op('rem', [offset, int(size)], 'int'), int(0)], 'bool');
    return { at: this.quotient(offset, int(size)), holds: w.op('and', [range, fits], 'bool') };
  }

  /** Where each operand of a concatenation starts along its axis, and at last where the last one ends. */
  partStarts(node: Node, op: ConcatOp): readonly Dim[] {
    const old = this.starts.get(op);
    if (old) return old;
    let end: Dim = 0;
    const starts: Dim[] = [end];
    for (const part of node.args) {
      end = addDims(end, part.shape[op.axis] as Dim);
      starts.push(end);
    }
    this.starts.set(op, starts);
    return starts;
  }

  private concat(node: Node, op: ConcatOp, index: Index): Atom {
    const { w } = this;
    const i = index[op.axis] as Atom;
    const starts = this.partStarts(node, op);
    const ends = node.args.map((part, k) => ({
      part,
      start: starts[k] as Dim,
      end: starts[k + 1] as Dim,
    }));
    const value = (p: (typeof ends)[number]) =>
      this.at(p.part, index.map((x, k) => (k === op.axis ? w.op('sub', [i, w.dim(p.start)], 'int', 'k') : x))); // biome-ignore format: short
    const at = known(i);
    const sure = ends.find((p) => at !== undefined && typeof p.end === 'number' && at < p.end);
    if (sure && ends.slice(0, ends.indexOf(sure) + 1).every((p) => typeof p.end === 'number'))
      return value(sure);
    let chosen = value(ends.pop() as (typeof ends)[number]);
    for (const p of ends.reverse())
      chosen = w.select(w.op('lt', [i, w.dim(p.end)], 'bool'), value(p), chosen);
    return chosen;
  }
}
