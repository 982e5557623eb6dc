/**
 * The interpreter: the meaning of the upper IR. It runs one operation after the other on dense tensors, tells an
 * observer what each computed (which is how kinks, first NaNs and paths are found), and serves where no code may be
 * generated.
 */
import { type Dim, dimNames, evaluateDim, type Shape, sameDim } from '../core/affine.js';
import { checkTime, during, iterationLimit } from '../core/deadline.js';
import { assert, InternalError, unreachable } from '../core/diagnostic.js';
import { indexOutside, tooLargeAt, tooManyIterations } from '../core/errors/run.js';
import { BUFFER_LIMIT, TOTAL_LIMIT } from '../core/limits.js';
import { scalar, sizeOf, type Tensor } from '../core/tensor.js';
import type { ArrayRow } from '../ops/array.js';
import type { ElementwiseRow, ReductionRow } from '../ops/row.js';
import { arrayRow, elementwiseRow, reductionRow } from '../ops/table.js';
import { bindDims } from './dims.js';
import * as kernels from './kernels.js';
import {
  type CallOp,
  dimsBoundBy,
  type ExtentOp,
  type ForOp,
  type Func,
  type IfOp,
  type MapOp,
  type Op,
  type Region,
  regionsOf,
  type UpdateOp,
  type Value,
  type WhileOp,
} from './types.js';

export interface InterpretOptions {
  /** Functions that `call` operations name, where the function does not carry them. */
  readonly functions?: ReadonlyMap<string, Func>;
  /** Puts other results in the place of those computed: what another rounding, or another machine, would have. */
  readonly amend?: (op: Op, operands: readonly Tensor[], results: readonly Tensor[]) => readonly Tensor[];
  /** Told after every operation. */
  readonly observe?: (op: Op, operands: readonly Tensor[], results: readonly Tensor[]) => void;
  /** Iterations after which a loop is given up. */
  readonly maxIterations?: number;
}

/**
 * Runs a function on tensors, one for each parameter.
 * @throws InternalError when shapes do not fit the parameters
 */
export function interpret(func: Func, args: readonly Tensor[], options: InterpretOptions = {}): Tensor[] {
  const functions = options.functions ?? func.functions;
  return new Interpreter(func, args, functions ? { ...options, functions } : options).run();
}

/** For each operation of a region the values that nothing after it uses, so that their memory can go. */
function lastUses(region: Region): Map<number, number[]> {
  const last = new Map<number, number>();
  const visit = (op: Op, i: number): void => {
    for (const v of op.operands) last.set(v.id, i);
    for (const inner of regionsOf(op)) {
      for (const v of inner.results) last.set(v.id, i);
      for (const nested of inner.ops) visit(nested, i);
    }
  };
  for (const [i, op] of region.ops.entries()) visit(op, i);
  for (const v of region.results) last.delete(v.id);
  const done = new Map<number, number[]>();
  for (const [id, i] of last) {
    const list = done.get(i);
    if (list) list.push(id);
    else done.set(i, [id]);
  }
  return done;
}

/** The index of element number k. */
function placeIn(k: number, shape: readonly number[]): number[] {
  return kernels.stridesOf(shape).map((stride, axis) => Math.floor(k / stride) % (shape[axis] as number));
}

/** Operations whose result shares the memory of their operand. */
const SHARING: ReadonlySet<Op['kind']> = new Set(['cast', 'detach', 'reshape']);

class Interpreter {
  private readonly values: (Tensor | undefined)[] = [];
  private readonly dims: Map<string, number>;
  /** The bytes of values that are alive, and of all of them together. */
  private readonly bytes: (number | undefined)[] = [];
  private held = 0;

  constructor(
    private readonly func: Func,
    args: readonly Tensor[],
    private readonly options: InterpretOptions,
  ) {
    assert(args.length === func.params.length, `${func.name} takes ${func.params.length} arguments`);
    this.dims = bindDims(
      func.params.map((p) => p.value.type.shape),
      args.map((a) => a.shape),
    );
    for (const [i, p] of func.params.entries()) this.values[p.value.id] = args[i] as Tensor;
  }

  run(): Tensor[] {
    during('interpreting the formula');
    const { body } = this.func;
    const done = lastUses(body);
    for (const [i, op] of body.ops.entries()) {
      this.step(op);
      for (const id of done.get(i) ?? []) this.release(id);
    }
    return body.results.map((v) => this.get(v));
  }

  private step(op: Op): void {
    checkTime();
    const bound = dimsBoundBy(op);
    if (bound.length === 0) this.reserve(op);
    const operands = op.operands.map((v) => this.get(v));
    const computed = this.op(op, operands);
    if (bound.length > 0) {
      this.bind(op, bound, computed);
      this.reserve(op);
    }
    const results = this.options.amend?.(op, operands, computed) ?? computed;
    for (const [i, r] of op.results.entries()) this.values[r.id] = results[i] as Tensor;
    this.options.observe?.(op, operands, results);
  }

  /** Dimensions that an operation binds, as it computed them. */
  private bind(op: Op, bound: readonly string[], results: readonly Tensor[]): void {
    for (const [i, r] of op.results.entries()) {
      const lead = r.type.shape[0];
      const [name] = lead === undefined ? [] : dimNames(lead);
      if (name === undefined || !bound.includes(name)) continue;
      const { shape } = results[i] as Tensor;
      const known = this.dims.get(name);
      if (
        i > 0 &&
        known !== shape[0] &&
        op.results.slice(0, i).some((o) => sameDim(o.type.shape[0] ?? -1, lead as Dim))
      )
        throw new InternalError(`${name} is both ${known} and ${shape[0]}`);
      this.dims.set(name, shape[0] as number);
    }
  }

  /** Memory for the results of an operation, before they are computed where their sizes are known. */
  private reserve(op: Op): void {
    if (SHARING.has(op.kind)) return;
    for (const r of op.results) {
      const bytes = 8 * sizeOf(this.shape(r.type.shape));
      if (!(bytes <= BUFFER_LIMIT)) throw tooLargeAt(op.span, 'this', bytes, BUFFER_LIMIT);
      this.held += bytes - (this.bytes[r.id] ?? 0);
      this.bytes[r.id] = bytes;
      if (this.held > TOTAL_LIMIT)
        throw tooLargeAt(op.span, 'this, with what is still needed,', this.held, TOTAL_LIMIT);
    }
  }

  private release(id: number): void {
    this.values[id] = undefined;
    this.held -= this.bytes[id] ?? 0;
    this.bytes[id] = undefined;
  }

  private region(region: Region, args?: readonly Tensor[]): Tensor[] {
    if (args) for (const [i, p] of region.params.entries()) this.values[p.id] = args[i] as Tensor;
    for (const op of region.ops) this.step(op);
    return region.results.map((v) => this.get(v));
  }

  private get(v: Value): Tensor {
    const value = this.values[v.id];
    if (!value) throw new InternalError(`value ${v.id} is used before it is computed`);
    return value;
  }

  private shape(shape: Shape): number[] {
    return shape.map((d) => evaluateDim(d, this.dims));
  }

  private op(op: Op, operands: readonly Tensor[]): Tensor[] {
    switch (op.kind) {
      case 'extent':
        return this.extent(op, operands);
      case 'if':
        return this.branch(op, operands);
      case 'while':
        return this.while(op, operands);
      case 'for':
        return this.for(op, operands);
      case 'map':
        return this.map(op);
      case 'call':
        return this.call(op, operands);
      default:
        return [this.tensorOp(op, operands)];
    }
  }

  private tensorOp(
    op: Exclude<Op, IfOp | WhileOp | ForOp | MapOp | CallOp | ExtentOp>,
    operands: readonly Tensor[],
  ): Tensor {
    const [a, b, c] = operands as [Tensor, Tensor, Tensor];
    const shape = this.shape((op.results[0] as Value).type.shape);
    switch (op.kind) {
      case 'const':
        return { shape, data: Float64Array.from(op.data) };
      case 'dim':
        return scalar(evaluateDim(op.dim, this.dims));
      case 'iota':
        return kernels.iota(shape[0] as number);
      case 'elementwise':
        return kernels.elementwise(elementwiseRow(op.name) as ElementwiseRow, operands);
      case 'cast':
      case 'detach':
        return a;
      case 'select':
        return kernels.select(a, b, c);
      case 'broadcast':
        return kernels.broadcast(a, shape, op.axes);
      case 'reduce':
        return kernels.reduce(reductionRow(op.name) as ReductionRow, a, op.axes);
      case 'contract':
        return kernels.contract(a, op.left, b, op.right, op.out);
      case 'transpose':
        return kernels.transpose(a, op.permutation);
      case 'reshape':
        return { shape, data: a.data };
      case 'slice':
        return kernels.slice(a, this.shape(op.starts), op.steps, shape);
      case 'pad':
        return kernels.pad(a, this.shape(op.starts), op.steps, shape);
      case 'concat':
        return kernels.concat(operands, op.axis, shape);
      case 'gather':
        this.inRange(op, [[b, a.shape[0] as number, 0]]);
        return kernels.gather(a, b, shape);
      case 'scatterAdd':
        this.inRange(op, [[b, shape[0] as number, 0]]);
        return kernels.scatterAdd(a, b, shape);
      case 'update':
        return this.update(op, operands);
      case 'recur':
        return kernels.recur(a, b, op.axis, op.init, op.reverse);
      case 'array':
        return kernels.array(arrayRow(op.name) as ArrayRow, operands, shape);
      default:
        return unreachable(op);
    }
  }

  private branch(op: IfOp, [condition]: readonly Tensor[]): Tensor[] {
    return this.region(condition?.data[0] ? op.then : op.otherwise);
  }

  private extent(op: ExtentOp, [size]: readonly Tensor[]): Tensor[] {
    const length = Math.max(0, size?.data[0] as number);
    this.dims.set(op.dim, length);
    return [scalar(length)];
  }

  /** @throws AdcError index-out-of-range when an index is outside its axis */
  private inRange(
    op: Op,
    indices: readonly (readonly [index: Tensor, length: number, axis: number])[],
  ): void {
    for (const [index, length, axis] of indices)
      for (const [k, i] of index.data.entries())
        if (!(i >= 0 && i < length)) throw indexOutside(op.span, i, length, axis, placeIn(k, index.shape));
  }

  private update(op: UpdateOp, [x, value, ...picked]: readonly Tensor[]): Tensor {
    const indices = [...picked];
    const places = op.axes.map((place) => {
      if (place) return { start: evaluateDim(place.start, this.dims), step: place.step };
      return { index: indices.shift() as Tensor };
    });
    const checked = places.flatMap((p, axis) =>
      'index' in p ? [[p.index, (x as Tensor).shape[axis] as number, axis] as const] : [],
    );
    this.inRange(op, checked);
    const at = places.map((p) => ('index' in p ? (p.index?.data[0] as number) : p));
    return kernels.update(x as Tensor, value as Tensor, at, op.add);
  }

  private while(op: WhileOp, initial: readonly Tensor[]): Tensor[] {
    const limit = this.options.maxIterations ?? iterationLimit();
    let carried = [...initial];
    const logs: Tensor[][] = [];
    let trips = 0;
    for (; this.region(op.condition, carried)[0]?.data[0]; trips++) {
      if (trips >= limit) throw tooManyIterations(op.span, limit);
      const results = this.region(op.body, carried);
      carried = results.slice(0, initial.length);
      logs.push(results.slice(initial.length));
    }
    this.dims.set(op.trips, trips);
    return [...carried, ...this.saved(op, initial.length, logs)];
  }

  private for(op: ForOp, initial: readonly Tensor[]): Tensor[] {
    const count = evaluateDim(op.count, this.dims);
    const limit = this.options.maxIterations ?? iterationLimit();
    if (count > limit) throw tooManyIterations(op.span, limit);
    let carried = [...initial];
    const logs: Tensor[][] = [];
    for (let n = 0; n < count; n++) {
      const results = this.region(op.body, [scalar(n), ...carried]);
      carried = results.slice(0, initial.length);
      if (op.saved > 0) logs.push(results.slice(initial.length));
    }
    return [...carried, ...this.saved(op, initial.length, logs)];
  }

  /** What a loop saved in its iterations: stacked, or joined where the leading dimension is bound by the loop. */
  private saved(op: ForOp | WhileOp, from: number, logs: readonly (readonly Tensor[])[]): Tensor[] {
    return op.results.slice(from).map(({ type }, j) => {
      const parts = logs.map((log) => log[j] as Tensor);
      const lead = type.shape[0] as Dim;
      const joined = dimNames(lead).some((name) => op.binds.includes(name));
      const length = joined ? parts.reduce((sum, t) => sum + (t.shape[0] as number), 0) : parts.length;
      const rest = this.shape(type.shape.slice(1));
      const bytes = 8 * length * sizeOf(rest);
      if (!(bytes <= BUFFER_LIMIT)) throw tooLargeAt(op.span, 'what the loop saves', bytes, BUFFER_LIMIT);
      const data = new Float64Array(length * sizeOf(rest));
      let at = 0;
      for (const t of parts) {
        data.set(t.data, at);
        at += t.data.length;
      }
      return { shape: [length, ...rest], data };
    });
  }

  private map(op: MapOp): Tensor[] {
    const counts = this.shape(op.dims);
    const outs = op.results.map((v) => {
      const shape = this.shape(v.type.shape);
      return { shape, data: new Float64Array(sizeOf(shape)) };
    });
    const strides = kernels.stridesOf(counts);
    for (let n = 0; n < sizeOf(counts); n++) {
      const index = counts.map((d, k) => scalar(Math.floor(n / (strides[k] as number)) % d));
      const results = this.region(op.body, index);
      for (const [j, t] of results.entries()) outs[j]?.data.set(t.data, n * t.data.length);
    }
    return outs;
  }

  private call(op: CallOp, operands: readonly Tensor[]): Tensor[] {
    const callee = this.options.functions?.get(op.callee);
    if (!callee) throw new InternalError(`no function ${op.callee}`);
    return new Interpreter(callee, operands, this.options).run();
  }
}
