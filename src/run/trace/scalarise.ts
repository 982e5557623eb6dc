/**
 * Scalarising: a small program is run on tensors of atoms, so that every elementary operation on every element becomes
 * one node. Operations that only move elements run on the atoms' numbers as if these were data.
 */
import { dimNames, evaluateDim, type Shape } from '../../core/affine.js';
import { InternalError } from '../../core/diagnostic.js';
import { indexOutside } from '../../core/errors/run.js';
import { traceTooLong, traceUnsupported } from '../../core/errors/trace.js';
import { indexOf, sizeOf, type Tensor } from '../../core/tensor.js';
import { bindDims } from '../../ir/dims.js';
import * as kernels from '../../ir/kernels.js';
import type {
  CallOp, ContractOp, ForOp, Func, IfOp, MapOp, Op, RecurOp, ReduceOp, Region, UpdateOp, Value, WhileOp,
} from '../../ir/types.js'; // biome-ignore format: one line
import type { ReductionRow } from '../../ops/row.js';
import { reductionRow } from '../../ops/table.js';
import {
  type Atom,
  branchAtom,
  constant,
  detachedAtom,
  leaf,
  type Node,
  neededBy,
  reductionAtom,
  selectAtom,
} from './atoms.js';

import { AtomStore } from './store.js';

/** The most elements that the variables of a traced program have together, and the most rows of a trace. */
export const MOST_ELEMENTS = 64;
const MOST_ROWS = 500;
const MOST_MOVED = 10_000;

export interface Scalarised {
  /** Nodes in order of level, then of the text, with names. */
  readonly nodes: readonly Node[];
  /** The elements of the output. */
  readonly outputs: readonly Atom[];
  /** The leaves of each parameter. */
  readonly leaves: ReadonlyMap<string, readonly Node[]>;
}

/** `x`, `x[2]`, `A[0, 1]`. */
export function elementName(name: string, shape: readonly number[], offset: number): string {
  return shape.length === 0 ? name : `${name}[${indexOf(shape, offset).join(', ')}]`;
}

/**
 * Runs a function on atoms.
 * @param func the lowered program, all of whose dimensions are known
 * @throws AdcError where there would be too many rows, or an operation has no rows
 */
export function scalarise(
  func: Func,
  args: readonly Tensor[],
  wrt: ReadonlySet<string>,
  source: string,
): Scalarised {
  return new Scalariser(source).run(func, args, wrt);
}

class Scalariser extends AtomStore {
  private values = new Map<number, Tensor>();
  /** The sizes of dimensions that the run has bound. */
  private dims = new Map<string, number>();
  private functions: ReadonlyMap<string, Func> = new Map();

  run(func: Func, args: readonly Tensor[], wrt: ReadonlySet<string>): Scalarised {
    const leaves = new Map<string, readonly Node[]>();
    this.functions = func.functions ?? new Map();
    for (const [i, p] of func.params.entries()) {
      const t = args[i] as Tensor;
      const nodes = [...t.data].map((x, k) => leaf(x, elementName(p.name, t.shape, k), wrt.has(p.name)));
      leaves.set(p.name, nodes);
      this.values.set(p.value.id, this.store(t.shape, nodes));
    }
    const [output] = this.region(func.body);
    const outputs = this.load(output as Tensor);
    return { nodes: this.numbered(neededBy(outputs)), outputs, leaves };
  }

  /** Leaves and what is needed, in order and with names. */
  private numbered(needed: ReadonlySet<Atom>): Node[] {
    const nodes = this.atoms.filter((a) => a.kind === 'node');
    const rows = nodes.filter((n) => n.leaf || needed.has(n)).sort((a, b) => a.level - b.level);
    for (const [i, n] of rows.entries()) n.name = `v${i + 1}`;
    return rows;
  }

  private get(v: Value): Tensor {
    const t = this.values.get(v.id);
    if (!t) throw new InternalError(`value ${v.id} is used before it is computed`);
    return t;
  }

  private region(region: Region): Tensor[] {
    for (const op of region.ops) {
      const results = this.results(op);
      for (const [i, v] of op.results.entries()) {
        this.values.set(v.id, results[i] as Tensor);
        if (v.name !== undefined) this.label(v.name, results[i] as Tensor);
      }
      if (this.rows > MOST_ROWS) throw traceTooLong(op.span, MOST_ROWS);
    }
    return region.results.map((v) => this.get(v));
  }

  /** The name of the program for elements that have none yet. */
  private label(name: string, t: Tensor): void {
    for (const [i, atom] of this.load(t).entries()) {
      if (atom.kind === 'node') atom.label ??= elementName(name, t.shape, i);
    }
  }

  private results(op: Op): Tensor[] {
    switch (op.kind) {
      case 'if':
        return this.bound(op, op.binds, this.branch(op));
      case 'while':
      case 'for':
        return this.bound(op, op.binds, this.loop(op));
      case 'map':
        return this.map(op);
      case 'call':
        return this.bound(op, op.binds, this.call(op));
      default: {
        if (op.kind === 'extent') this.dims.set(op.dim, Math.max(0, this.number(op.operands[0] as Value)));
        const shape = this.sizes(op.results[0]?.type.shape ?? []);
        if (sizeOf(shape) > MOST_MOVED) throw traceTooLong(op.span, MOST_ROWS);
        return [this.moved(op, shape) ?? this.store(shape, this.computed(op, shape))];
      }
    }
  }

  private sizes(shape: Shape): number[] {
    return shape.map((d) => evaluateDim(d, this.dims));
  }

  /** The number that an integer scalar is. */
  private number(v: Value): number {
    return (this.load(this.get(v))[0] as Atom).value;
  }

  /** Notes the lengths of results that only the operation knows. */
  private bound(op: Op, names: readonly string[], results: Tensor[]): Tensor[] {
    for (const [k, r] of op.results.entries())
      for (const name of dimNames(r.type.shape[0] ?? 0))
        if (names.includes(name)) this.dims.set(name, results[k]?.shape[0] as number);
    return results;
  }

  private inside(region: Region, args: readonly Tensor[]): Tensor[] {
    for (const [i, p] of region.params.entries()) this.values.set(p.id, args[i] as Tensor);
    return this.region(region);
  }

  private loop(op: ForOp | WhileOp): Tensor[] {
    let carried = op.operands.map((v) => this.get(v));
    const logs: Tensor[][] = [];
    const goesOn = (n: number) =>
      op.kind === 'for'
        ? n < evaluateDim(op.count, this.dims)
        : (this.load(this.inside(op.condition, carried)[0] as Tensor)[0] as Atom).value !== 0;
    let n = 0;
    for (; goesOn(n); n++) {
      if (n > MOST_MOVED) throw traceTooLong(op.span, MOST_ROWS);
      const counter = op.kind === 'for' ? [this.store([], [constant(n)])] : [];
      const results = this.inside(op.body, [...counter, ...carried]);
      carried = results.slice(0, carried.length);
      logs.push(results.slice(carried.length));
    }
    if (op.kind === 'while') this.dims.set(op.trips, n);
    const saved = op.results.slice(carried.length).map(({ type }, j): Tensor => {
      const parts = logs.map((log) => log[j] as Tensor);
      const joined = dimNames(type.shape[0] ?? 0).some((name) => op.binds.includes(name));
      const length = joined ? parts.reduce((sum, t) => sum + (t.shape[0] as number), 0) : n;
      const data = Float64Array.from(parts.flatMap((t) => [...t.data]));
      return { shape: [length, ...this.sizes(type.shape.slice(1))], data };
    });
    return [...carried, ...saved];
  }

  private map(op: MapOp): Tensor[] {
    const counts = this.sizes(op.dims);
    if (sizeOf(counts) > MOST_MOVED) throw traceTooLong(op.span, MOST_ROWS);
    const parts = Array.from({ length: sizeOf(counts) }, (_, n) =>
      this.inside(
        op.body,
        indexOf(counts, n).map((i) => this.store([], [constant(i)])),
      ),
    );
    return op.results.map(({ type }, j) => ({
      shape: this.sizes(type.shape),
      data: Float64Array.from(parts.flatMap((p) => [...(p[j] as Tensor).data])),
    }));
  }

  /** The values and dimensions of a function are its own. */
  private call(op: CallOp): Tensor[] {
    const callee = this.functions.get(op.callee);
    if (!callee) throw new InternalError(`no function ${op.callee}`);
    const args = op.operands.map((v) => this.get(v));
    const around = [this.values, this.dims] as const;
    this.values = new Map();
    this.dims = bindDims(
      callee.params.map((p) => p.value.type.shape),
      args.map((a) => a.shape),
    );
    const results = this.inside(callee.body, args);
    [this.values, this.dims] = around;
    return results;
  }

  /** @throws AdcError index-out-of-range */
  private indices(op: Op, v: Value, length: number, axis: number): Float64Array {
    const t = this.get(v);
    const numbers = Float64Array.from(this.load(t), (a) => a.value);
    for (const [k, i] of numbers.entries())
      if (!(i >= 0 && i < length)) throw indexOutside(op.span, i, length, axis, indexOf(t.shape, k));
    return numbers;
  }

  private update(op: UpdateOp): Tensor {
    const [x, value] = op.operands.map((v) => this.get(v)) as [Tensor, Tensor];
    const picked = op.operands.slice(2);
    const at = op.axes.map((place, axis) => {
      if (place) return { start: evaluateDim(place.start, this.dims), step: place.step };
      return this.indices(op, picked.shift() as Value, x.shape[axis] as number, axis)[0] as number;
    });
    if (!op.add) return kernels.update(x, value, at, false);
    // Which element of the value goes to each element, counted from 1; 0 where none does.
    const counted = { shape: value.shape, data: value.data.map((_, i) => i + 1) };
    const from = kernels.update({ shape: x.shape, data: x.data.map(() => 0) }, counted, at, false);
    const added = this.load(value);
    const atoms = this.load(x).map((a, i) => {
      const k = from.data[i] as number;
      return k > 0 ? this.plus(a, added[k - 1] as Atom) : a;
    });
    return this.store(x.shape, atoms);
  }

  /** Operations that only move elements. */
  private moved(op: Op, shape: readonly number[]): Tensor | undefined {
    const operands = op.operands.map((v) => this.get(v));
    const [a, b] = operands as [Tensor, Tensor];
    switch (op.kind) {
      case 'cast':
        return a;
      case 'reshape':
        return { shape, data: a.data };
      case 'broadcast':
        return kernels.broadcast(a, shape, op.axes);
      case 'transpose':
        return kernels.transpose(a, op.permutation);
      case 'slice':
        return kernels.slice(a, this.sizes(op.starts), op.steps, shape);
      case 'pad':
        return kernels.pad(a, this.sizes(op.starts), op.steps, shape);
      case 'concat':
        return kernels.concat(operands, op.axis, shape);
      case 'gather': {
        const data = this.indices(op, op.operands[1] as Value, a.shape[0] as number, 0);
        return kernels.gather(a, { shape: b.shape, data }, shape);
      }
      case 'update':
        return this.update(op);
      default:
        return undefined;
    }
  }

  private computed(op: Op, shape: readonly number[]): Atom[] {
    const operands = op.operands.map((v) => this.load(this.get(v)));
    const each = (make: (...atoms: Atom[]) => Atom) =>
      Array.from({ length: sizeOf(shape) }, (_, i) => make(...operands.map((o) => o[i] as Atom)));
    switch (op.kind) {
      case 'const':
        return op.data.map(constant);
      case 'dim':
        return [constant(evaluateDim(op.dim, this.dims))];
      case 'extent':
        return [constant(this.dims.get(op.dim) as number)];
      case 'iota':
        return Array.from({ length: shape[0] as number }, (_, i) => constant(i));
      case 'elementwise':
        return each((...args) => this.elementwise(op, args));
      case 'select':
        return each((c, a, b) => selectAtom(c as Atom, a as Atom, b as Atom));
      case 'detach':
        return each((a) => detachedAtom(a as Atom));
      case 'reduce':
        return this.reduce(op, shape);
      case 'contract':
        return this.contract(op, shape);
      case 'recur':
        return this.recur(op, shape);
      default:
        throw traceUnsupported(op.span, op.kind);
    }
  }

  private reduce(op: ReduceOp, shape: readonly number[]): Atom[] {
    const operand = this.get(op.operands[0] as Value);
    const kept = operand.shape.map((_, k) => k).filter((k) => !op.axes.includes(k));
    const sorted = this.load(kernels.transpose(operand, [...kept, ...op.axes]));
    const length = sizeOf(op.axes.map((k) => operand.shape[k] as number));
    const row = reductionRow(op.name) as ReductionRow;
    return Array.from({ length: sizeOf(shape) }, (_, i) =>
      reductionAtom(row, sorted.slice(i * length, (i + 1) * length)),
    );
  }

  /** The products of a contraction are nodes of their own, and then their sum. */
  private contract(op: ContractOp, shape: readonly number[]): Atom[] {
    const [a, b] = op.operands.map((v) => this.get(v)) as [Tensor, Tensor];
    const summed = [...new Set([...op.left, ...op.right])].filter((l) => !op.out.includes(l));
    const size = (l: number) => (a.shape[op.left.indexOf(l)] ?? b.shape[op.right.indexOf(l)]) as number;
    const strides = (labels: readonly number[]) => [
      labels.map((l) => kernels.stridesOf(a.shape)[op.left.indexOf(l)] ?? 0),
      labels.map((l) => kernels.stridesOf(b.shape)[op.right.indexOf(l)] ?? 0),
    ];
    const inner = summed.map(size);
    if (sizeOf(shape) * sizeOf(inner) > MOST_MOVED) throw traceTooLong(op.span, MOST_ROWS);
    const sums: Atom[] = [];
    const at = (t: Tensor, offset: number | undefined) =>
      this.atoms[t.data[offset as number] as number] as Atom;
    kernels.walk(shape, strides(op.out), [0, 0], (start) => {
      const products: Atom[] = [];
      kernels.walk(inner, strides(summed), start, ([p, q]) => {
        products.push(this.arithmetic('mul', at(a, p), at(b, q)));
      });
      sums.push(reductionAtom(reductionRow('sum') as ReductionRow, products));
    });
    return sums;
  }

  /** s₀ = init, sᵢ₊₁ = aᵢ·sᵢ + bᵢ, without the products and sums that change nothing. */
  private recur(op: RecurOp, shape: readonly number[]): Atom[] {
    const [a, b] = op.operands.map((v) => this.load(this.get(v))) as [Atom[], Atom[]];
    const result: Atom[] = [];
    const strides = kernels.stridesOf(shape);
    const length = shape[op.axis] as number;
    const others = shape.map((d, k) => (k === op.axis ? Math.min(1, d) : d));
    kernels.walk(others, [strides], [0], ([from]) => {
      let s: Atom = constant(op.init);
      for (let i = 0; i < length; i++) {
        const at = (from as number) + (op.reverse ? length - 1 - i : i) * (strides[op.axis] as number);
        result[at] = s;
        if (i < length - 1) s = this.plus(this.times(a[at] as Atom, s), b[at] as Atom);
      }
    });
    return result;
  }

  /** Of a choice only the branch that is taken is run. */
  private branch(op: IfOp): Tensor[] {
    const [c] = this.load(this.get(op.operands[0] as Value)) as [Atom];
    const taken = this.region(c.value ? op.then : op.otherwise);
    return taken.map((t) =>
      this.store(
        t.shape,
        this.load(t).map((a) => branchAtom(c, a)),
      ),
    );
  }
}
