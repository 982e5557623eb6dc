/** Atoms by number: tensors hold the numbers, so that what moves elements moves atoms. The same operation twice is one node. */
import type { Tensor } from '../../core/tensor.js';
import type { ElementwiseOp } from '../../ir/types.js';
import type { ElementwiseRow } from '../../ops/row.js';
import { elementwiseRow } from '../../ops/table.js';
import { type Atom, constant, elementwiseAtom } from './atoms.js';

export class AtomStore {
  /** Atom 0 is the constant 0, which padding puts in. */
  protected readonly atoms: Atom[] = [constant(0)];
  private readonly ids = new Map<Atom, number>();
  private readonly applied = new Map<string, Atom>();
  protected rows = 0;

  constructor(private readonly source: string) {}

  protected store(shape: readonly number[], atoms: readonly Atom[]): Tensor {
    const data = Float64Array.from(atoms, (a) => this.add(a));
    return { shape, data };
  }

  protected add(atom: Atom): number {
    const known = this.ids.get(atom);
    if (known !== undefined) return known;
    const id = this.atoms.push(atom) - 1;
    this.ids.set(atom, id);
    if (atom.kind === 'node') this.rows++;
    return id;
  }

  protected load(t: Tensor): Atom[] {
    return Array.from(t.data, (id) => this.atoms[id] as Atom);
  }

  protected elementwise(op: ElementwiseOp, args: readonly Atom[]): Atom {
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
  protected apply(row: ElementwiseRow, args: readonly Atom[], alias?: string): Atom {
    const key = `${row.name} ${args.map((a) => (a.kind === 'constant' ? `#${a.value}` : this.add(a))).join(' ')}`;
    const known = this.applied.get(key);
    if (known) return known;
    const atom = elementwiseAtom(row, args, alias);
    this.add(atom);
    this.applied.set(key, atom);
    return atom;
  }

  protected arithmetic(name: 'mul' | 'add', a: Atom, b: Atom): Atom {
    return this.apply(elementwiseRow(name) as ElementwiseRow, [a, b]);
  }

  protected times(a: Atom, b: Atom): Atom {
    if (a.kind === 'constant' && a.value === 1) return b;
    return b.kind === 'constant' && b.value === 1 ? a : this.arithmetic('mul', a, b);
  }

  protected plus(a: Atom, b: Atom): Atom {
    if (a.kind === 'constant' && a.value === 0) return b;
    return b.kind === 'constant' && b.value === 0 ? a : this.arithmetic('add', a, b);
  }
}
