/**
 * Scalarising: a small program is run on tensors of atoms, so that every elementary operation on every element becomes
 * one node. Operations that only move elements run on the atoms' numbers as if these were data.
 */
import { InternalError } from '../../core/diagnostic.js';
import { traceTooLong, traceUnsupported } from '../../core/errors/trace.js';
import { indexOf, sizeOf, type Tensor } from '../../core/tensor.js';
import * as kernels from '../../ir/kernels.js';
import type {
  ContractOp,
  ElementwiseOp,
  Func,
  IfOp,
  Op,
  RecurOp,
  ReduceOp,
  Region,
  Value,
} from '../../ir/types.js';
import type { ElementwiseRow, ReductionRow } from '../../ops/row.js';
import { elementwiseRow, reductionRow } from '../../ops/table.js';
import {
  type Atom,
  branchAtom,
  constant,
  detachedAtom,
  elementwiseAtom,
  leaf,
  type Node,
  neededBy,
  reductionAtom,
  selectAtom,
} from './atoms.js';

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
 * @throws AdcError where there would be too many rows, or the program has loops
 */
export function scalarise(
  func: Func,
  args: readonly Tensor[],
  wrt: ReadonlySet<string>,
  source: string,
): Scalarised {
  return new Scalariser(source).run(func, args, wrt);
}

class Scalariser {
  /** Atom 0 is the constant 0, which padding puts in. */
  private readonly atoms: Atom[] = [constant(0)];
  private readonly values = new Map<number, Tensor>();
  private readonly ids = new Map<Atom, number>();
  private readonly applied = new Map<string, Atom>();
  private rows = 0;

  constructor(private readonly source: string) {}

  run(func: Func, args: readonly Tensor[], wrt: ReadonlySet<string>): Scalarised {
    const leaves = new Map<string, readonly Node[]>();
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

  private store(shape: readonly number[], atoms: readonly Atom[]): Tensor {
    const data = Float64Array.from(atoms, (a) => this.add(a));
    return { shape, data };
  }

  private add(atom: Atom): number {
    const known = this.ids.get(atom);
    if (known !== undefined) return known;
    const id = this.atoms.push(atom) - 1;
    this.ids.set(atom, id);
    if (atom.kind === 'node') this.rows++;
    return id;
  }

  private load(t: Tensor): Atom[] {
    return Array.from(t.data, (id) => this.atoms[id] as Atom);
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
    const shape = (op.results[0]?.type.shape ?? []) as readonly number[];
    if (sizeOf(shape) > MOST_MOVED) throw traceTooLong(op.span, MOST_ROWS);
    if (op.kind === 'if') return this.branch(op);
    return [this.moved(op, shape) ?? this.store(shape, this.computed(op, shape))];
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
        return kernels.slice(a, op.starts as readonly number[], op.steps, shape);
      case 'pad':
        return kernels.pad(a, op.starts as readonly number[], op.steps, shape);
      case 'concat':
        return kernels.concat(operands, op.axis, shape);
      case 'gather':
        return kernels.gather(
          a,
          { shape: b.shape, data: Float64Array.from(this.load(b), (i) => i.value) },
          shape,
        );
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
        return [constant(op.dim as number)];
      case 'iota':
        return Array.from({ length: op.dim as number }, (_, i) => constant(i));
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

  private elementwise(op: ElementwiseOp, args: readonly Atom[]): Atom {
    const row = elementwiseRow(op.name) as ElementwiseRow;
    const text = this.source.slice(op.span.start, op.span.end);
    const callee = /^[\p{XID_Start}_][\p{XID_Continue}]*(?=\s*\()/u.exec(text)?.[0];
    return this.apply(
      row,
      args,
      row.aliases?.find((a) => a === callee),
    );
  }

  /** A row applied to atoms, kept even when nothing but another operation uses it; the same twice is one node. */
  private apply(row: ElementwiseRow, args: readonly Atom[], alias?: string): Atom {
    const key = `${row.name} ${args.map((a) => (a.kind === 'constant' ? `#${a.value}` : this.add(a))).join(' ')}`;
    const known = this.applied.get(key);
    if (known) return known;
    const atom = elementwiseAtom(row, args, alias);
    this.add(atom);
    this.applied.set(key, atom);
    return atom;
  }

  private arithmetic(name: 'mul' | 'add', a: Atom, b: Atom): Atom {
    return this.apply(elementwiseRow(name) as ElementwiseRow, [a, b]);
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

  private times(a: Atom, b: Atom): Atom {
    if (a.kind === 'constant' && a.value === 1) return b;
    return b.kind === 'constant' && b.value === 1 ? a : this.arithmetic('mul', a, b);
  }

  private plus(a: Atom, b: Atom): Atom {
    if (a.kind === 'constant' && a.value === 0) return b;
    return b.kind === 'constant' && b.value === 0 ? a : this.arithmetic('add', a, b);
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
