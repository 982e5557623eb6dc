/**
 * What the interpreter sees on its way through a program at a point: operations at one of their kinks, and choices
 * whose condition stands exactly at its boundary. Whether a derivative passed through them is found out afterwards.
 */
import type { Tensor } from '../../core/tensor.js';
import { elementwise, reduce } from '../../ir/kernels.js';
import {
  type ArrayOp,
  type ElementwiseOp,
  type Func,
  type IfOp,
  type Op,
  type ReduceOp,
  type Region,
  regionsOf,
  type SelectOp,
  type Value,
} from '../../ir/types.js';
import type { ArrayRow } from '../../ops/array.js';
import type { Kink } from '../../ops/row.js';
import { arrayRow, elementwiseRow, reductionRow } from '../../ops/table.js';

interface Found {
  /** The operation of the main region that it is, or lies within. */
  readonly root: Op;
  /** Flat offsets of the elements of the result in question. */
  readonly elements: readonly number[];
}

/** Elements at a kink of the operation's row. */
export interface Kinked extends Found {
  readonly kind: 'kink';
  readonly op: ElementwiseOp | ReduceOp | ArrayOp;
  readonly kink: Pick<Kink, 'convention' | 'what'>;
  readonly operands: readonly Tensor[];
  /** What the convention makes of an adjoint of the result, where that may be nothing new. */
  readonly kept?: (adjoint: Float64Array) => Float64Array;
}

/** Elements of a choice whose condition compares equal numbers. */
export interface Undecided extends Found {
  readonly kind: 'choice';
  readonly op: SelectOp | IfOp;
  /** The comparisons of equal numbers that the condition rests on. */
  readonly comparisons: readonly Op[];
}

export type Suspect = Kinked | Undecided;

/** For every operation, nested ones included, the operation of the main region around it. */
export function rootsOf(func: Func): Map<Op, Op> {
  const roots = new Map<Op, Op>();
  const visit = (region: Region, root: Op | undefined): void => {
    for (const op of region.ops) {
      roots.set(op, root ?? op);
      for (const inner of regionsOf(op)) visit(inner, root ?? op);
    }
  };
  visit(func.body, undefined);
  return roots;
}

/** Which elements of a condition compare equal numbers that a variable may drive apart, and by which comparisons. */
interface Tie {
  readonly flags: Float64Array;
  readonly comparisons: readonly Op[];
}

const RELATIONS = new Set(['lt', 'le', 'gt', 'ge', 'eq', 'ne']);

export class Watch {
  readonly suspects: Suspect[] = [];
  private readonly ties = new Map<number, Tie>();
  private readonly roots: ReadonlyMap<Op, Op>;

  constructor(
    func: Func,
    private readonly active: ReadonlySet<number>,
  ) {
    this.roots = rootsOf(func);
  }

  readonly observe = (op: Op, operands: readonly Tensor[], results: readonly Tensor[]): void => {
    const [result] = op.results;
    // What functions compute is not tapped.
    if (!result || !this.roots.has(op)) return;
    const [value] = results as [Tensor];
    if (result.type.dtype === 'bool') this.condition(op, operands, value);
    else if (op.kind === 'select' || op.kind === 'if') this.choice(op, value);
    else if (!this.active.has(result.id)) return;
    else if (op.kind === 'elementwise' || op.kind === 'reduce') this.kinks(op, operands);
    else if (op.kind === 'array') this.arrayKinks(op, operands, value);
  };

  private add<S extends Suspect>(found: Omit<S, 'root'>): void {
    const root = this.roots.get((found as unknown as S).op) as Op;
    if (found.elements.length > 0) this.suspects.push({ ...found, root } as unknown as S);
  }

  private kinks(op: ElementwiseOp | ReduceOp, operands: readonly Tensor[]): void {
    const kinks = op.kind === 'elementwise' ? kinksOfRow(op, operands) : kinksOfReduction(op, operands);
    for (const { kink, elements } of kinks) this.add<Kinked>({ kind: 'kink', op, kink, elements, operands });
  }

  private arrayKinks(op: ArrayOp, operands: readonly Tensor[], { data }: Tensor): void {
    const row = arrayRow(op.name) as ArrayRow;
    const { kink } = row;
    if (!kink) return;
    const sizes = row.sizes(operands.map((t) => t.shape)) as readonly number[];
    const kept = (adjoint: Float64Array) => kink.kept(data, adjoint, sizes);
    this.add<Kinked>({ kind: 'kink', op, kink, elements: kink.at(data, sizes), operands, kept });
  }

  private choice(op: SelectOp | IfOp, value: Tensor): void {
    const tie = this.ties.get((op.operands[0] as Value).id);
    if (!tie) return;
    const elements = op.kind === 'if' ? [...value.data.keys()] : offsets(tie.flags);
    this.add<Undecided>({ kind: 'choice', op, elements, comparisons: tie.comparisons });
  }

  private condition(op: Op, operands: readonly Tensor[], value: Tensor): void {
    const tie = this.tieOf(op, operands, value.data.length);
    if (tie?.flags.some((f) => f !== 0)) this.ties.set((op.results[0] as Value).id, tie);
  }

  private tieOf(op: Op, operands: readonly Tensor[], size: number): Tie | undefined {
    if (op.kind === 'elementwise' && RELATIONS.has(op.name)) {
      if (!op.operands.some((v) => this.active.has(v.id))) return undefined;
      const [a, b] = operands.map((t) => t.data) as [Float64Array, Float64Array];
      return { flags: a.map((x, i) => (x === b[i] && Number.isFinite(x) ? 1 : 0)), comparisons: [op] };
    }
    const ties = op.operands.map((v) => this.ties.get(v.id));
    if (ties.every((t) => t === undefined)) return undefined;
    const comparisons = [...new Set(ties.flatMap((t) => t?.comparisons ?? []))];
    if (op.kind !== 'elementwise') return { flags: new Float64Array(size).fill(1), comparisons };
    const open = (k: number, i: number) => ties[k]?.flags[i] === 1;
    // What the other side of `and` or `or` decides alone is not undecided.
    const leaves = (k: number, i: number) =>
      op.name === 'not' || open(k, i) || (operands[k]?.data[i] === 1) === (op.name === 'and');
    const flags = Float64Array.from({ length: size }, (_, i) =>
      (open(0, i) && leaves(1, i)) || (open(1, i) && leaves(0, i)) ? 1 : 0,
    );
    return { flags, comparisons };
  }
}

function offsets(flags: ArrayLike<number>): number[] {
  const found: number[] = [];
  for (let i = 0; i < flags.length; i++) if (flags[i] !== 0) found.push(i);
  return found;
}

interface At {
  readonly kink: Pick<Kink, 'convention' | 'what'>;
  readonly elements: readonly number[];
}

function kinksOfRow(op: ElementwiseOp, operands: readonly Tensor[]): At[] {
  const row = elementwiseRow(op.name);
  if (!row?.kinks) return [];
  return row.kinks.map((kink) => {
    const flags = elementwise({ ...row, value: (a, b, c) => (kink.at(a, b, c) ? 1 : 0) }, operands);
    return { kink, elements: offsets(flags.data) };
  });
}

function kinksOfReduction(op: ReduceOp, operands: readonly Tensor[]): At[] {
  const row = reductionRow(op.name);
  const kink = row?.kink;
  if (!row || !kink) return [];
  const flags = reduce({ ...row, value: (e) => (kink.at(e) ? 1 : 0) }, operands[0] as Tensor, op.axes);
  return [{ kink, elements: offsets(flags.data) }];
}
