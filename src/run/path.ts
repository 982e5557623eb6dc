/**
 * Path signatures: every decision that a run of a program took, in the order in which it took them. Branches chosen,
 * conditions of loops and so their trip counts, elements picked, and on which piece `abs`, `max` or `floor` was. Where
 * two points have one signature, one smooth formula computes both values; differences across a change of it tell
 * nothing about the derivative of either piece.
 *
 * A decision is recorded where it is used: comparisons that change nothing leave no trace.
 */
import { iterationLimit } from '../core/deadline.js';
import { orElse } from '../core/diagnostic.js';
import type { Tensor } from '../core/tensor.js';
import { interpret } from '../ir/interpret.js';
import { stridesOf } from '../ir/kernels.js';
import { type Func, type Op, type Region, regionsOf, type Value } from '../ir/types.js';
import type { Args, ElementwiseRow, ReductionRow } from '../ops/row.js';
import { elementwiseRow, reductionRow } from '../ops/table.js';
import { hasPieces, picksElements, pieceAt } from './pieces.js';

/** So many iterations of a loop are recorded: enough to tell paths apart. */
const MOST_ITERATIONS = 1e5;

/** One decision, or those of all elements of a tensor. */
interface Decision {
  readonly op: Op;
  readonly made: ArrayLike<number>;
}

export type Path = readonly Decision[];

/** The first decision in which two paths differ. */
export interface PathChange {
  readonly op: Op;
  /** Which of the decisions of its elements; undefined where another operation was reached. */
  readonly element?: number;
}

/** What an operation decides between, as far as its operands tell; undefined where it decides nothing. */
function decisionsOf(op: Op, operands: readonly Tensor[]): ArrayLike<number> | undefined {
  const [a, b] = operands;
  switch (op.kind) {
    case 'elementwise': {
      const row = elementwiseRow(op.name) as ElementwiseRow;
      return hasPieces(row) ? pieces(row, operands) : undefined;
    }
    case 'reduce':
      return picksElements(reductionRow(op.name) as ReductionRow)
        ? picked(op.name, a as Tensor, op.axes)
        : undefined;
    case 'if':
    case 'select':
    case 'cast':
      return a?.data;
    case 'gather':
    case 'scatterAdd':
      return b?.data;
    case 'extent':
      return a?.data;
    case 'update':
      return operands.slice(2).map((t) => t.data[0] as number);
    default:
      return undefined;
  }
}

/** Whether an operation of this kind may decide otherwise at another point. */
function mayDecide(op: Op): boolean {
  switch (op.kind) {
    case 'elementwise':
      return hasPieces(elementwiseRow(op.name) as ElementwiseRow);
    case 'reduce':
      return picksElements(reductionRow(op.name) as ReductionRow);
    default:
      return ['if', 'select', 'while', 'gather', 'scatterAdd', 'update', 'extent'].includes(op.kind);
  }
}

function pieces(row: ElementwiseRow, operands: readonly Tensor[]): number[] {
  const made: number[] = [];
  const length = operands[0]?.data.length ?? 0;
  for (let i = 0; i < length; i++)
    made.push(...pieceAt(row, operands.map((t) => t.data[i] as number) as unknown as Args<number>));
  return made;
}

/** For each element of the operand whether it equals what its row of reduced elements yields. */
function picked(name: string, operand: Tensor, axes: readonly number[]): Uint8Array {
  const { value } = reductionRow(name) as ReductionRow;
  const strides = stridesOf(operand.shape);
  const groups = new Map<number, number[]>();
  for (let i = 0; i < operand.data.length; i++) {
    let group = i;
    for (const k of axes) {
      const stride = strides[k] as number;
      group -= (Math.floor(i / stride) % (operand.shape[k] as number)) * stride;
    }
    const members = groups.get(group);
    if (members) members.push(i);
    else groups.set(group, [i]);
  }
  const made = new Uint8Array(operand.data.length);
  for (const members of groups.values()) {
    const chosen = value(members.map((i) => operand.data[i] as number));
    for (const i of members) if (operand.data[i] === chosen) made[i] = 1;
  }
  return made;
}

/** The operations that announce a decision of another one before that one has run. */
interface Announcements {
  /** By the first operation of a loop's body, the loop: another iteration begins. */
  readonly iterations: ReadonlyMap<Op, Op>;
  /** By a condition, the branch that is about to be chosen by it. */
  readonly branches: ReadonlyMap<Value, Op>;
}

/** What a function does, and what those that it calls do. */
function bodiesOf(func: Func): readonly Region[] {
  return [func, ...(func.functions?.values() ?? [])].map((f) => f.body);
}

function announcementsOf(func: Func): Announcements {
  const iterations = new Map<Op, Op>();
  const branches = new Map<Value, Op>();
  const visit = (region: Region): void => {
    for (const op of region.ops) {
      const first = op.kind === 'while' ? op.body.ops[0] : undefined;
      if (first !== undefined) iterations.set(first, op);
      if (op.kind === 'if' && op.operands[0]) branches.set(op.operands[0], op);
      for (const inner of regionsOf(op)) visit(inner);
    }
  };
  for (const body of bodiesOf(func)) visit(body);
  return { iterations, branches };
}

/** Records the paths of one function. */
export class PathRecorder {
  readonly #func: Func;
  readonly #announced: Announcements;

  /** @param func without detached values: those do not move when the variables do, so they are inputs here */
  constructor(func: Func) {
    this.#func = func;
    this.#announced = announcementsOf(func);
  }

  /** Whether the function takes any decision. */
  get decides(): boolean {
    const decides = (region: Region): boolean =>
      region.ops.some((op) => mayDecide(op) || regionsOf(op).some(decides));
    return bodiesOf(this.#func).some(decides);
  }

  /** The path at a point, as far as the program goes there, and as long as its loops take no more than so many iterations. */
  at(args: readonly Tensor[]): Path {
    const path: Decision[] = [];
    const record = (op: Op, made: ArrayLike<number> | undefined) => {
      if (made !== undefined) path.push({ op, made });
    };
    const { iterations, branches } = this.#announced;
    const maxIterations = Math.min(MOST_ITERATIONS, iterationLimit());
    const observe = (op: Op, operands: readonly Tensor[], results: readonly Tensor[]) => {
      const loop = iterations.get(op);
      if (loop !== undefined) record(loop, []);
      record(op, decisionsOf(op, operands));
      for (const [i, r] of op.results.entries()) {
        const branch = branches.get(r);
        if (branch !== undefined) record(branch, results[i]?.data);
      }
    };
    orElse(
      () => interpret(this.#func, args, { observe, maxIterations }),
      () => undefined,
    );
    return path;
  }
}

/** Where two paths of one function part, or undefined where they are the same. */
export function firstChange(a: Path, b: Path): PathChange | undefined {
  const length = Math.max(a.length, b.length);
  for (let k = 0; k < length; k++) {
    const [p, q] = [a[k], b[k]];
    if (p === undefined || q === undefined || p.op !== q.op) {
      const loop = [p, q].find((d) => d?.op.kind === 'while') ?? p ?? (q as Decision);
      return { op: loop.op };
    }
    for (let i = 0; i < p.made.length; i++)
      if (p.made[i] !== q.made[i] && !(Number.isNaN(p.made[i]) && Number.isNaN(q.made[i])))
        return { op: p.op, element: i };
  }
  return undefined;
}
