/**
 * Adjoints while they are summed. Contributions to one value are kept apart until the value's own turn comes, and are
 * added up once. Inside loops, what reaches only some places of a tensor is added there, in place of a whole tensor of zeros.
 */
import { addDims, type Dim, type Shape, scaleDim } from '../../core/affine.js';
import type { Builder } from '../../ir/builder.js';
import type { GatherOp, Op, Place, SliceOp, TransposeOp, Value } from '../../ir/types.js';
import { both, closed, type Guarded, total } from '../guard.js';
import { readAt } from '../places.js';

/** A derivative with its guard; or with a flag, one condition for all of it: the value is zero where that does not hold. */
export interface Sum extends Guarded {
  readonly flag?: Value;
}

/** What reaches the elements at some places only. */
export interface Placed extends Sum {
  readonly axes: readonly Place[];
  readonly indices: readonly Value[];
}

/** What reaches rows that a vector of integers names. */
interface Rows extends Sum {
  readonly index: Value;
}

/** How far a sum may be relied on: nothing at all, everywhere, as its one flag tells, or as its guard tells. */
export type State = 'none' | 'open' | 'flagged' | 'guarded';

export function stateOf(sum: Sum | undefined): State {
  if (!sum) return 'none';
  return sum.guard ? 'guarded' : sum.flag ? 'flagged' : 'open';
}

/** The state of a value that has one state or the other, depending on the way that the program took. */
export function either(a: State, b: State): State {
  if (a === b) return a;
  return a === 'guarded' || b === 'guarded' ? 'guarded' : 'flagged';
}

/** The state of a sum. */
export function together(a: State, b: State): State {
  if (a === 'none' || b === 'none') return a === 'none' ? b : a;
  if (a === 'open' || b === 'open') return 'open';
  return a === 'flagged' && b === 'flagged' ? 'flagged' : 'guarded';
}

const conditionOf = (b: Builder, holds: boolean, shape: Shape) => b.full(holds ? 1 : 0, shape, 'bool');

/** The sum with its flag as a guard. */
export function asGuarded(b: Builder, sum: Sum): Guarded {
  if (!sum.flag) return sum;
  return { value: sum.value, guard: b.broadcastTo(sum.flag, sum.value.type.shape) };
}

/** The value, zero where it does not count. */
export function closedSum(b: Builder, sum: Sum): Value {
  return sum.flag ? sum.value : closed(b, sum);
}

/** The condition of a whole sum: whether any of it counts. */
function flagOf(b: Builder, sum: Sum): Value {
  if (sum.flag) return sum.flag;
  if (!sum.guard) return conditionOf(b, true, []);
  const axes = sum.guard.type.shape.map((_, k) => k);
  return axes.length > 0 ? b.reduce('any', sum.guard, axes) : sum.guard;
}

/** What is carried for a sum in this state: the value, and its flag or guard. */
export function pack(b: Builder, sum: Sum | undefined, state: State, shape: Shape): Value[] {
  const zeros = () => b.full(0, shape);
  if (state === 'open') return [sum ? closedSum(b, sum) : zeros()];
  if (state === 'flagged')
    return sum ? [closedSum(b, sum), flagOf(b, sum)] : [zeros(), conditionOf(b, false, [])];
  if (!sum) return [zeros(), conditionOf(b, false, shape)];
  const { value, guard } = asGuarded(b, sum);
  return [value, guard ?? conditionOf(b, true, shape)];
}

/** The sum out of what was carried for it. */
export function unpack(state: State, [value, condition]: readonly Value[]): Sum {
  if (state === 'open') return { value: value as Value };
  if (state === 'flagged') return { value: value as Value, flag: condition as Value };
  return { value: value as Value, guard: condition as Value };
}

/** How many values are carried. */
export const width = (state: State) => (state === 'open' ? 1 : 2);

interface Entry {
  readonly to: Value;
  readonly sums: Sum[];
  readonly placed: Placed[];
  readonly rows: Rows[];
}

export class Adjoints {
  private readonly entries = new Map<number, Entry>();

  constructor(private readonly b: Builder) {}

  private entry(to: Value): Entry {
    let entry = this.entries.get(to.id);
    if (!entry) {
      entry = { to, sums: [], placed: [], rows: [] };
      this.entries.set(to.id, entry);
    }
    return entry;
  }

  add(to: Value, sum: Sum): void {
    this.entry(to).sums.push(sum);
  }

  addAt(to: Value, placed: Placed): void {
    this.entry(to).placed.push(placed);
  }

  addRows(to: Value, rows: Rows): void {
    this.entry(to).rows.push(rows);
  }

  has(v: Value): boolean {
    return this.entries.has(v.id);
  }

  /** The values that have contributions. */
  targets(): Value[] {
    return [...this.entries.values()].map((e) => e.to);
  }

  /** Takes contributions to single places, where there are no others. */
  takePlaced(v: Value): readonly Placed[] | undefined {
    const entry = this.entries.get(v.id);
    if (!entry || entry.sums.length > 0 || entry.rows.length > 0) return undefined;
    this.entries.delete(v.id);
    return entry.placed;
  }

  /** The sum of what was contributed to a value, which is then done with. */
  take(v: Value): Sum | undefined {
    const entry = this.entries.get(v.id);
    if (!entry) return undefined;
    this.entries.delete(v.id);
    const { b } = this;
    let sum = entry.sums.length > 0 ? totalSum(b, entry.sums) : undefined;
    const places = [...entry.placed, ...entry.rows];
    if (places.length === 0) return sum;
    if (!sum) {
      const { shape } = v.type;
      const state = places.map(stateOf).reduce(together);
      sum = unpack(state, pack(b, undefined, state, shape));
    }
    for (const p of entry.placed) sum = addPlaced(b, sum, p);
    for (const r of entry.rows) sum = addRows(b, sum, r);
    return sum;
  }
}

function totalSum(b: Builder, sums: readonly Sum[]): Sum {
  if (sums.length === 1) return sums[0] as Sum;
  if (sums.every((s) => !s.flag)) return total(b, sums);
  if (sums.some((s) => !s.flag && !s.guard)) {
    const value = sums.map((s) => closedSum(b, s)).reduce((x, y) => b.elementwise('add', x, y));
    return { value };
  }
  if (sums.some((s) => s.guard))
    return total(
      b,
      sums.map((s) => asGuarded(b, s)),
    );
  const value = sums.map((s) => s.value).reduce((x, y) => b.elementwise('add', x, y));
  return { value, flag: sums.map((s) => s.flag as Value).reduce((x, y) => b.elementwise('or', x, y)) };
}

/** Adds in place, so to speak: a chain of updates of one tensor is what the back end makes no copies for. */
function addPlaced(b: Builder, base: Sum, p: Placed): Sum {
  const value = b.update(closedSum(b, base), closedSum(b, p), p.axes, p.indices, true);
  if (base.flag) {
    return stateOf(p) === 'open' ? { value } : { value, flag: b.elementwise('or', base.flag, flagOf(b, p)) };
  }
  if (!base.guard) return { value };
  const { shape } = p.value.type;
  const { guard } = asGuarded(b, p);
  const there = guard
    ? b.elementwise('or', readAt(b, base.guard, p.axes, p.indices, shape), guard)
    : conditionOf(b, true, shape);
  return { value, guard: b.update(base.guard, there, p.axes, p.indices) };
}

const whole = { start: 0, step: 1 };

/** Row by row. */
function addRows(b: Builder, base: Sum, rows: Rows): Sum {
  const state = stateOf(base);
  const { shape } = base.value.type;
  const axes = shape.map((_, k): Place => (k === 0 ? null : whole));
  const results = b.for(rows.index.type.shape[0] as Dim, pack(b, base, state, shape), (j, carried) => {
    const index = b.gather(rows.index, j);
    const row = changed(rows, (v) => b.gather(v, j));
    const sum = addPlaced(b, unpack(state, carried), { ...row, axes, indices: [index] });
    return pack(b, sum, state, shape);
  });
  return unpack(state, results);
}

/** Applies a shape operation to value and guard alike; a flag stays. */
function changed({ value, guard, flag }: Sum, change: (v: Value) => Value): Sum {
  return { value: change(value), ...(guard && { guard: change(guard) }), ...(flag && { flag }) };
}

/** The operations that take a part of a tensor. */
export type Part = GatherOp | SliceOp | TransposeOp;

export function isPart(op: Op): op is Part {
  return (
    op.kind === 'slice' ||
    op.kind === 'transpose' ||
    (op.kind === 'gather' && op.operands[1]?.type.shape.length === 0)
  );
}

/** All of a part that an operation takes, as places of its operand. */
export function wholeOf(g: Sum): Placed {
  return { ...g, axes: g.value.type.shape.map(() => whole), indices: [] };
}

/** Places of a part as places of the tensor that it is a part of. */
export function placedIn(b: Builder, op: Part, index: Value | undefined, p: Placed): Placed {
  if (op.kind === 'gather') return { ...p, axes: [null, ...p.axes], indices: [index as Value, ...p.indices] };
  if (op.kind === 'transpose') return transposed(b, op, p);
  const indices = [...p.indices];
  let at = 0;
  const axes = p.axes.map((place, k): Place => {
    const [start, step] = [op.starts[k] as Dim, op.steps[k] as number];
    if (place) return { start: addDims(start, scaleDim(place.start, step)), step: step * place.step };
    const scaled =
      step === 1 ? (indices[at] as Value) : b.elementwise('mul', b.int(step), indices[at] as Value);
    const from = typeof start === 'number' ? b.int(start) : b.dim(start);
    indices[at++] = start === 0 ? scaled : b.elementwise('add', from, scaled);
    return null;
  });
  return { ...p, axes, indices };
}

function transposed(b: Builder, op: TransposeOp, p: Placed): Placed {
  const axes: Place[] = [];
  const own: (Value | undefined)[] = [];
  const windows: number[] = [];
  let at = 0;
  for (const [k, to] of op.permutation.entries()) {
    axes[to] = p.axes[k] as Place;
    if (p.axes[k] === null) own[to] = p.indices[at++];
    else windows.push(to);
  }
  // The windows of the value come in the order of the operand's axes.
  const order = windows.map((_, k) => k).sort((x, y) => (windows[x] as number) - (windows[y] as number));
  const indices = own.filter((v): v is Value => v !== undefined);
  return { ...changed(p, (v) => b.transpose(v, order)), axes, indices };
}

/** Adds a condition for the whole of a sum. */
export function under(b: Builder, sum: Sum, condition: Value | undefined): Sum {
  if (!condition) return sum;
  if (!sum.guard) return { value: sum.value, flag: both(b, sum.flag, condition) as Value };
  return {
    value: sum.value,
    guard: b.elementwise('and', sum.guard, b.broadcastTo(condition, sum.value.type.shape)),
  };
}

/** Whether what an operation hands back is zero wherever the adjoint is, whatever the operands. */
export function isLinear(op: Op): boolean {
  switch (op.kind) {
    case 'elementwise':
      return op.name === 'add' || op.name === 'sub' || op.name === 'neg';
    case 'reduce':
      return op.name === 'sum';
    case 'contract':
    case 'array':
    case 'recur':
      return false;
    default:
      return true;
  }
}

/** A contribution of an operation whose adjoint counts under a flag. */
export function flagged(b: Builder, term: Guarded, flag: Value | undefined, linear: boolean): Sum {
  if (!flag) return term;
  const { shape } = term.value.type;
  if (term.guard)
    return { value: term.value, guard: both(b, term.guard, b.broadcastTo(flag, shape)) as Value };
  if (linear) return { value: term.value, flag };
  return { value: b.select(b.broadcastTo(flag, shape), term.value, b.full(0, shape)), flag };
}
