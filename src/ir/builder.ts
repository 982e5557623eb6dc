/**
 * The builder: the only way IR comes into being. Each method appends one operation to the current region, works out
 * its type, and returns its result. It never simplifies; that is for named passes. Methods that state an identity
 * (`broadcastTo` to the shape a value already has) return the value itself.
 */
import { addDims, type Dim, namedDim, type Shape, sameShape } from '../core/affine.js';
import { assert, InternalError } from '../core/diagnostic.js';
import { noSpan, type Span } from '../core/span.js';
import type { Algebra } from '../ops/algebra.js';
import { makeAlgebra } from '../ops/algebra.js';
import { arrayRow, elementwiseRow, reductionRow } from '../ops/table.js';
import {
  type DType, type Func, floatScalar, intScalar, type Op, type Param, type Place, type Region, type Role, type TensorType, tensor, type Value,
} from './types.js'; // biome-ignore format: one line

/** `Omit` that keeps a union a union. */
type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
type Draft = Without<Op, 'results' | 'span'>;

const stacked = (type: TensorType, count: Dim) => tensor(type.dtype, [count, ...type.shape]);

export class Builder {
  private nextId: number;
  private ops: Op[] = [];
  private readonly outer: Op[][] = [];
  /** The span given to the operations that follow. */
  span: Span = noSpan;
  /** Whether the indices of the operations that follow are known to be inside their axes. */
  trusted = false;
  /** Scalar algebra over values: operands are broadcast to each other's shape where one is a scalar. */
  readonly algebra: Algebra<Value>;

  constructor(nextId = 0) {
    this.nextId = nextId;
    this.algebra = makeAlgebra<Value>(
      (n) => this.num(n),
      (name, args) => this.elementwise(name, ...this.aligned(args)),
      (c, a, b) => {
        const [x, y, z] = this.aligned([c, a, b]) as [Value, Value, Value];
        return this.select(x, y, z);
      },
    );
  }

  get valueCount(): number {
    return this.nextId;
  }

  /** Leaves out the numbers below one: values of functions of one module never share a number. */
  skip(to: number): void {
    this.nextId = Math.max(this.nextId, to);
  }

  fresh(type: TensorType, name?: string): Value {
    return name === undefined ? { id: this.nextId++, type } : { id: this.nextId++, type, name };
  }

  /** Appends an operation with the given result types and returns its results. */
  append(draft: Draft, types: readonly TensorType[]): readonly Value[] {
    const results = types.map((t) => this.fresh(t));
    this.ops.push({ ...draft, results, span: this.span } as Op);
    return results;
  }

  /** Appends an operation that already has results (a copy from elsewhere). */
  push(op: Op): void {
    this.ops.push(this.looked(op));
  }

  /** With indices that need not be looked at again, while `trusted` says so. */
  private looked<T extends Draft | Op>(op: T): T {
    const indexed = op.kind === 'gather' || op.kind === 'scatterAdd' || op.kind === 'update';
    return this.trusted && indexed ? { ...op, trusted: true } : op;
  }

  private one(draft: Draft, type: TensorType): Value {
    const result = this.fresh(type);
    // The draft is a literal of the caller's: completing it in place spares a copy of every operation.
    const op = draft as { results?: readonly Value[]; span?: Span };
    op.results = [result];
    op.span = this.span;
    this.ops.push(draft as Op);
    return result;
  }

  /** Builds a nested region; `body` gets its parameters and returns its results. */
  region(paramTypes: readonly TensorType[], body: (params: Value[]) => readonly Value[]): Region {
    const params = paramTypes.map((t) => this.fresh(t));
    this.outer.push(this.ops);
    const ops: Op[] = [];
    this.ops = ops;
    let results: readonly Value[];
    try {
      results = body(params);
    } finally {
      // A body that fails leaves nothing behind.
      this.ops = this.outer.pop() as Op[];
    }
    return { params, ops, results };
  }

  /** The function made of everything appended so far. */
  finish(
    name: string,
    params: readonly Param[],
    results: readonly Value[],
    resultNames: readonly string[],
  ): Func {
    assert(this.outer.length === 0, 'a region is still open');
    const body: Region = { params: params.map((p) => p.value), ops: this.ops, results };
    return { name, params, resultNames, body, valueCount: this.nextId };
  }

  param(name: string, type: TensorType, role: Role): Param {
    return { value: this.fresh(type, name), name, role };
  }

  num(value: number): Value {
    return this.one({ kind: 'const', operands: [], data: [value] }, floatScalar);
  }

  int(value: number): Value {
    return this.one({ kind: 'const', operands: [], data: [value] }, intScalar);
  }

  constant(data: readonly number[], type: TensorType): Value {
    return this.one({ kind: 'const', operands: [], data }, type);
  }

  /** Sizes as an integer vector. */
  constantDims(dims: Shape): Value {
    if (dims.every((d) => typeof d === 'number')) return this.constant(dims, tensor('int', [dims.length]));
    const parts = dims.map((d) => this.reshape(typeof d === 'number' ? this.int(d) : this.dim(d), [1]));
    return this.concat(parts, 0);
  }

  /** Gives a value the name of the program, unless it has one. */
  named(value: Value, name: string): Value {
    if (value.name === undefined) (value as { name?: string }).name = name;
    return value;
  }

  dim(dim: Dim): Value {
    return this.one({ kind: 'dim', operands: [], dim }, intScalar);
  }

  iota(dim: Dim): Value {
    return this.one({ kind: 'iota', operands: [], dim }, tensor('int', [dim]));
  }

  /** A tensor that holds one number everywhere. */
  full(value: number, shape: Shape, dtype: DType = 'float'): Value {
    return this.broadcastTo(this.constant([value], tensor(dtype, [])), shape);
  }

  elementwise(name: string, ...operands: Value[]): Value {
    const row = elementwiseRow(name);
    if (!row) throw new InternalError(`no elementwise row ${name}`);
    const first = operands[0] as Value;
    let dtype: DType = 'float';
    if (row.result === 'bool') dtype = 'bool';
    else if (row.result === 'same' && operands.every((o) => o.type.dtype === 'int')) dtype = 'int';
    return this.one({ kind: 'elementwise', name, operands }, tensor(dtype, first.type.shape));
  }

  cast(operand: Value): Value {
    if (operand.type.dtype !== 'int') return operand;
    return this.one({ kind: 'cast', operands: [operand] }, tensor('float', operand.type.shape));
  }

  select(condition: Value, a: Value, b: Value): Value {
    return this.one({ kind: 'select', operands: [condition, a, b] }, a.type);
  }

  detach(operand: Value): Value {
    return this.one({ kind: 'detach', operands: [operand] }, operand.type);
  }

  broadcast(operand: Value, shape: Shape, axes: readonly number[]): Value {
    if (axes.length === shape.length) return operand;
    return this.one({ kind: 'broadcast', operands: [operand], axes }, tensor(operand.type.dtype, shape));
  }

  /** Broadcasts a scalar, or a value whose shape ends like `shape`, along the missing leading axes. */
  broadcastTo(operand: Value, shape: Shape): Value {
    const missing = shape.length - operand.type.shape.length;
    return this.broadcast(
      operand,
      shape,
      operand.type.shape.map((_, k) => k + missing),
    );
  }

  reduce(name: string, operand: Value, axes: readonly number[]): Value {
    const row = reductionRow(name);
    if (!row) throw new InternalError(`no reduction row ${name}`);
    const shape = operand.type.shape.filter((_, k) => !axes.includes(k));
    return this.one({ kind: 'reduce', name, operands: [operand], axes }, tensor(row.result, shape));
  }

  /** The sum over axes; over no axes the value itself. */
  sum(operand: Value, axes: readonly number[] = operand.type.shape.map((_, k) => k)): Value {
    return axes.length === 0 ? operand : this.reduce('sum', operand, axes);
  }

  contract(
    a: Value,
    left: readonly number[],
    b: Value,
    right: readonly number[],
    out: readonly number[],
  ): Value {
    const sizes = new Map<number, Dim>();
    for (const [k, label] of left.entries()) sizes.set(label, a.type.shape[k] as Dim);
    for (const [k, label] of right.entries()) sizes.set(label, b.type.shape[k] as Dim);
    const shape = out.map((l) => sizes.get(l) as Dim);
    return this.one({ kind: 'contract', operands: [a, b], left, right, out }, tensor('float', shape));
  }

  transpose(operand: Value, permutation: readonly number[]): Value {
    if (permutation.every((p, k) => p === k)) return operand;
    const shape = permutation.map((p) => operand.type.shape[p] as Dim);
    return this.one(
      { kind: 'transpose', operands: [operand], permutation },
      tensor(operand.type.dtype, shape),
    );
  }

  reshape(operand: Value, shape: Shape): Value {
    if (sameShape(shape, operand.type.shape)) return operand;
    return this.one({ kind: 'reshape', operands: [operand] }, tensor(operand.type.dtype, shape));
  }

  slice(operand: Value, starts: readonly Dim[], steps: readonly number[], shape: Shape): Value {
    return this.one({ kind: 'slice', operands: [operand], starts, steps }, tensor(operand.type.dtype, shape));
  }

  pad(operand: Value, starts: readonly Dim[], steps: readonly number[], shape: Shape): Value {
    return this.one({ kind: 'pad', operands: [operand], starts, steps }, tensor(operand.type.dtype, shape));
  }

  concat(operands: readonly Value[], axis: number): Value {
    const first = operands[0] as Value;
    const length = operands.reduce<Dim>((sum, o) => addDims(sum, o.type.shape[axis] as Dim), 0);
    const shape = first.type.shape.map((d, k) => (k === axis ? length : d));
    return this.one({ kind: 'concat', operands, axis }, tensor(first.type.dtype, shape));
  }

  gather(data: Value, index: Value): Value {
    const shape = [...index.type.shape, ...data.type.shape.slice(1)];
    return this.one(this.looked({ kind: 'gather', operands: [data, index] }), tensor(data.type.dtype, shape));
  }

  scatterAdd(updates: Value, index: Value, length: Dim): Value {
    const shape = [length, ...updates.type.shape.slice(index.type.shape.length)];
    return this.one(this.looked({ kind: 'scatterAdd', operands: [updates, index] }), tensor('float', shape));
  }

  recur(a: Value, b: Value, axis: number, init: 0 | 1, reverse: boolean): Value {
    return this.one({ kind: 'recur', operands: [a, b], axis, init, reverse }, a.type);
  }

  array(name: string, ...operands: Value[]): Value {
    const row = arrayRow(name);
    if (!row) throw new InternalError(`no array row ${name}`);
    const shape = row.shape(operands.map((o) => o.type.shape));
    return this.one({ kind: 'array', name, operands }, tensor(row.result, shape));
  }

  /** `types` are those of the results, where they are not those of what the branches yield. */
  if(
    condition: Value,
    then: Region,
    otherwise: Region,
    types: readonly TensorType[] = then.results.map((r) => r.type),
    binds: readonly string[] = [],
  ): readonly Value[] {
    return this.append({ kind: 'if', operands: [condition], then, otherwise, binds }, types);
  }

  /** A name for a dimension that an operation binds; it cannot be written in the language. */
  freshDim(hint: string): string {
    return `${hint}%${this.nextId++}`;
  }

  /** Binds a dimension to an integer scalar; returns the dimension and its size. */
  extent(size: Value, hint = 'length'): { readonly dim: Dim; readonly name: string; readonly size: Value } {
    const name = this.freshDim(hint);
    const result = this.one({ kind: 'extent', operands: [size], dim: name }, intScalar);
    return { dim: namedDim(name), name, size: result };
  }

  /** `axes` has one place for each axis of `x`; `indices` holds those that are picked. */
  update(x: Value, value: Value, axes: readonly Place[], indices: readonly Value[], add = false): Value {
    const operands = [x, value, ...indices];
    return this.one(this.looked({ kind: 'update', operands, axes, add }), x.type);
  }

  /** `body` gets the carried values and returns the next ones, followed by what is saved (stacked) of each iteration. */
  while(
    initial: readonly Value[],
    condition: (carried: Value[]) => Value,
    body: (carried: Value[]) => readonly Value[],
  ): { readonly results: readonly Value[]; readonly trips: Dim } {
    const types = initial.map((v) => v.type);
    const trips = this.freshDim('trips');
    const test = this.region(types, (carried) => [condition(carried)]);
    const inner = this.region(types, body);
    const kept = inner.results.slice(initial.length).map((v) => stacked(v.type, namedDim(trips)));
    const op = {
      kind: 'while',
      operands: initial,
      condition: test,
      body: inner,
      saved: kept.length,
      trips,
      binds: [],
    };
    return { results: this.append(op as Draft, [...types, ...kept]), trips: namedDim(trips) };
  }

  /** `body` gets the counter and the carried values and returns the next ones, followed by what is saved (stacked). */
  for(
    count: Dim,
    initial: readonly Value[],
    body: (counter: Value, carried: Value[]) => readonly Value[],
  ): readonly Value[] {
    const types = initial.map((v) => v.type);
    const inner = this.region([intScalar, ...types], ([counter, ...carried]) =>
      body(counter as Value, carried),
    );
    const kept = inner.results.slice(initial.length).map((v) => stacked(v.type, count));
    const op = { kind: 'for', operands: initial, count, body: inner, saved: kept.length, binds: [] };
    return this.append(op as Draft, [...types, ...kept]);
  }

  /** `body` gets a counter for each dimension and returns an element of each result. */
  map(dims: readonly Dim[], body: (counters: Value[]) => readonly Value[]): readonly Value[] {
    const inner = this.region(
      dims.map(() => intScalar),
      body,
    );
    const types = inner.results.map((v) => tensor(v.type.dtype, [...dims, ...v.type.shape]));
    return this.append({ kind: 'map', operands: [], dims, body: inner }, types);
  }

  call(callee: string, args: readonly Value[], types: readonly TensorType[], binds: readonly string[] = []) {
    return this.append({ kind: 'call', operands: args, callee, binds }, types);
  }

  /** Scalars among the arguments are broadcast to the shape of the others. */
  private aligned(args: readonly Value[]): Value[] {
    const shape = args.find((a) => a.type.shape.length > 0)?.type.shape ?? [];
    return args.map((a) => (a.type.shape.length === shape.length ? a : this.broadcastTo(a, shape)));
  }
}
