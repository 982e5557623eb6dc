/**
 * From a map to operations on whole tensors: every value of the body gets a leading axis for each counter that it
 * depends on. A counter itself is an iota, and an element at a counter is a slice. What depends on no counter stands
 * outside. A body for which that is impossible (loops over what depends on a counter, a choice between branches that may
 * fail) stays a map.
 */
import { addDims, type Dim, type Shape, sameDim, scaleDim } from '../../core/affine.js';
import type { Builder } from '../builder.js';
import { type IfOp, type Op, type Region, regionsOf, type Value } from '../types.js';
import { harmless } from './connective.js';
import { certain } from './loops.js';

/** A value of the body: `on` lists the counters (increasing) that its leading axes belong to. */
interface Spread {
  readonly value: Value;
  readonly on: readonly number[];
  /** An integer scalar that is `scale` times the only counter plus `offset`. */
  readonly line?: Line;
}

interface Line {
  readonly scale: number;
  readonly offset: Dim;
}

/** Thrown where an operation cannot be spread; the map stays. */
class Impossible extends Error {}

const union = (parts: readonly Spread[]) => [...new Set(parts.flatMap((p) => p.on))].sort((a, b) => a - b);
const range = (n: number) => Array.from({ length: n }, (_, k) => k);

/**
 * The results of a map over `dims` as operations on whole tensors, appended to the builder; undefined, and nothing
 * appended, where that is impossible.
 */
export function vectorise(b: Builder, dims: readonly Dim[], body: Region): readonly Value[] | undefined {
  let results: readonly Value[] = [];
  try {
    const spread = b.region([], () => {
      const v = new Vectoriser(b, dims);
      v.counters(body.params);
      v.ops(body.ops);
      results = body.results.map((r) => v.over(v.get(r), range(dims.length)));
      return [];
    });
    for (const op of spread.ops) b.push(op);
    return results;
  } catch (error) {
    if (!(error instanceof Impossible)) throw error;
    return undefined;
  }
}

class Vectoriser {
  private readonly values = new Map<number, Spread>();
  /** Integers that are sizes or literals. */
  private readonly known = new Map<number, Dim>();
  /** Within a branch that may not be taken, where nothing may fail. */
  private safely = false;

  constructor(
    private readonly b: Builder,
    private readonly dims: readonly Dim[],
  ) {}

  counters(params: readonly Value[]): void {
    for (const [k, p] of params.entries()) {
      const value = this.b.iota(this.dims[k] as Dim);
      this.values.set(p.id, { value, on: [k], line: { scale: 1, offset: 0 } });
    }
  }

  get(v: Value): Spread {
    return this.values.get(v.id) ?? { value: v, on: [] };
  }

  private sizes(on: readonly number[]): Shape {
    return on.map((k) => this.dims[k] as Dim);
  }

  /** A spread value with axes for further counters. */
  over({ value, on }: Spread, wanted: readonly number[]): Value {
    if (on.length === wanted.length) return value;
    const rest = value.type.shape.slice(on.length);
    const axes = [...on.map((k) => wanted.indexOf(k)), ...rest.map((_, k) => wanted.length + k)];
    return this.b.broadcast(value, [...this.sizes(wanted), ...rest], axes);
  }

  ops(ops: readonly Op[]): void {
    for (const op of ops) {
      this.b.span = op.span;
      const operands = op.operands.map((v) => this.get(v));
      const still = operands.every((o) => o.on.length === 0) && !this.reaches(op);
      if (still) this.hoist(op);
      else if (op.kind === 'if') this.choice(op, operands[0] as Spread);
      else {
        const result = this.spread(op, operands);
        const line = this.line(op, operands);
        const [to] = op.results;
        if (!to) continue;
        if (to.name !== undefined) this.b.named(result.value, to.name);
        this.values.set(to.id, line ? { ...result, line } : result);
      }
    }
  }

  /** An operation that depends on no counter. */
  private hoist(op: Op): void {
    if (this.safely && !harmless(op)) throw new Impossible();
    this.b.push(op);
    const [result] = op.results;
    if (result?.type.dtype !== 'int' || result.type.shape.length > 0) return;
    if (op.kind === 'const') this.known.set(result.id, op.data[0] as number);
    else if (op.kind === 'dim') this.known.set(result.id, op.dim);
  }

  /** Whether something inside of an operation depends on a counter. */
  private reaches(op: Op): boolean {
    return regionsOf(op).some(
      (r) =>
        r.results.some((v) => this.values.has(v.id)) ||
        r.ops.some((inner) => inner.operands.some((v) => this.values.has(v.id)) || this.reaches(inner)),
    );
  }

  /** What is known of an integer scalar: a counter times a number, plus a size. */
  private line(op: Op, operands: readonly Spread[]): Line | undefined {
    if (op.kind !== 'elementwise' || op.results[0]?.type.dtype !== 'int') return undefined;
    if (op.results[0].type.shape.length > 0) return undefined;
    const [p, q] = operands.map((o) => this.lineOf(o));
    if (op.name === 'neg' && p) return { scale: -p.scale, offset: scaleDim(p.offset, -1) };
    if (!p || !q) return undefined;
    if (op.name === 'add') return { scale: p.scale + q.scale, offset: addDims(p.offset, q.offset) };
    if (op.name === 'sub') return { scale: p.scale - q.scale, offset: addDims(p.offset, q.offset, -1) };
    if (op.name !== 'mul') return undefined;
    const [by, of] = p.scale === 0 ? [p, q] : [q, p];
    if (by.scale !== 0 || typeof by.offset !== 'number') return undefined;
    return { scale: of.scale * by.offset, offset: scaleDim(of.offset, by.offset) };
  }

  private lineOf(o: Spread): Line | undefined {
    if (o.line) return o.line;
    const offset = o.on.length === 0 ? this.known.get(o.value.id) : undefined;
    return offset === undefined ? undefined : { scale: 0, offset };
  }

  private spread(op: Op, operands: readonly Spread[]): Spread {
    const { b } = this;
    const on = union(operands);
    const m = on.length;
    const [x] = operands as [Spread];
    const all = () => operands.map((o) => this.over(o, on));
    const shape = op.results[0]?.type.shape ?? [];
    const lead = this.sizes(on);
    const front = range(m);
    const shifted = (axes: readonly number[]) => axes.map((k) => k + m);
    switch (op.kind) {
      case 'elementwise':
        return { value: b.elementwise(op.name, ...all()), on };
      case 'select': {
        const [c, p, q] = all() as [Value, Value, Value];
        return { value: b.select(c, p, q), on };
      }
      case 'cast':
        return { value: b.cast(x.value), on };
      case 'detach':
        return { value: b.detach(x.value), on };
      case 'broadcast':
        return { value: b.broadcast(x.value, [...lead, ...shape], [...front, ...shifted(op.axes)]), on };
      case 'reduce':
        return { value: b.reduce(op.name, x.value, shifted(op.axes)), on };
      case 'transpose':
        return { value: b.transpose(x.value, [...front, ...shifted(op.permutation)]), on };
      case 'reshape':
        return { value: b.reshape(x.value, [...lead, ...shape]), on };
      case 'slice':
      case 'pad': {
        const starts = [...front.map(() => 0), ...op.starts];
        const steps = [...front.map(() => 1), ...op.steps];
        return { value: b[op.kind](x.value, starts, steps, [...lead, ...shape]), on };
      }
      case 'concat':
        return { value: b.concat(all(), op.axis + m), on };
      case 'recur': {
        const [p, q] = all() as [Value, Value];
        return { value: b.recur(p, q, op.axis + m, op.init, op.reverse), on };
      }
      case 'contract':
        return { value: this.contract(op, operands as [Spread, Spread], on), on };
      case 'gather':
        return this.gather(operands as [Spread, Spread]);
      default:
        throw new Impossible();
    }
  }

  private contract(
    op: Extract<Op, { kind: 'contract' }>,
    [left, right]: readonly [Spread, Spread],
    on: readonly number[],
  ): Value {
    const first = Math.max(-1, ...op.left, ...op.right, ...op.out) + 1;
    const labels = (counters: readonly number[]) => counters.map((k) => first + k);
    return this.b.contract(
      left.value,
      [...labels(left.on), ...op.left],
      right.value,
      [...labels(right.on), ...op.right],
      [...labels(on), ...op.out],
    );
  }

  private gather([data, index]: readonly [Spread, Spread]): Spread {
    if (index.on.some((k) => data.on.includes(k))) throw new Impossible();
    const m = data.on.length;
    const inner = index.value.type.shape.length - index.on.length;
    const rest = data.value.type.shape.length - m - 1;
    const sliced = this.sliced(data, index);
    if (!sliced && this.safely) throw new Impossible();
    // Axes of what is taken: those of the index, then those of the data without the gathered one.
    const taken =
      sliced ??
      this.b.gather(
        this.b.transpose(data.value, [m, ...range(m), ...range(rest).map((k) => m + 1 + k)]),
        index.value,
      );
    const on = union([data, index]);
    const width = index.on.length + inner;
    const place = (k: number) => (index.on.includes(k) ? index.on.indexOf(k) : width + data.on.indexOf(k));
    const order = [
      ...on.map(place),
      ...range(inner).map((k) => index.on.length + k),
      ...range(rest).map((k) => width + m + k),
    ];
    return { value: this.b.transpose(taken, order), on };
  }

  /** Elements at a counter that is in range whatever the run brings, as a slice with the counter's axis in front. */
  private sliced(data: Spread, { line, on }: Spread): Value | undefined {
    if (!line || on.length !== 1 || line.scale === 0) return undefined;
    const count = this.dims[on[0] as number] as Dim;
    const m = data.on.length;
    const { shape } = data.value.type;
    const last = addDims(line.offset, scaleDim(addDims(count, -1), line.scale));
    const [low, high] = line.scale > 0 ? [line.offset, last] : [last, line.offset];
    if (!certain(low) || !certain(addDims(addDims(shape[m] as Dim, high, -1), -1))) return undefined;
    const starts = shape.map((_, k): Dim => (k === m ? line.offset : 0));
    const steps = shape.map((_, k) => (k === m ? line.scale : 1));
    const lengths = shape.map((d, k) => (k === m ? count : d));
    const whole = line.offset === 0 && line.scale === 1 && sameDim(count, shape[m] as Dim);
    const part = whole ? data.value : this.b.slice(data.value, starts, steps, lengths);
    const others = range(shape.length).filter((k) => k !== m);
    return this.b.transpose(part, [m, ...others]);
  }

  /** A choice by a condition that all elements share stays one; else both branches are computed, if nothing in them can fail. */
  private choice(op: IfOp, test: Spread): void {
    if (op.binds.length > 0) throw new Impossible();
    if (test.on.length === 0) {
      const full = range(this.dims.length);
      const branch = (r: Region) =>
        this.b.region([], () => {
          this.ops(r.ops);
          return r.results.map((v) => this.over(this.get(v), full));
        });
      const [then, otherwise] = [branch(op.then), branch(op.otherwise)];
      this.b.span = op.span;
      const results = this.b.if(test.value, then, otherwise);
      for (const [k, r] of op.results.entries())
        this.values.set(r.id, { value: results[k] as Value, on: full });
      return;
    }
    const outer = this.safely;
    this.safely = true;
    this.ops(op.then.ops);
    this.ops(op.otherwise.ops);
    this.safely = outer;
    this.b.span = op.span;
    for (const [k, r] of op.results.entries()) {
      const parts = [this.get(op.then.results[k] as Value), this.get(op.otherwise.results[k] as Value)];
      const on = union([test, ...parts]);
      const [p, q] = parts.map((part) => this.over(part, on)) as [Value, Value];
      const c = this.b.broadcast(this.over(test, on), p.type.shape, range(on.length));
      this.values.set(r.id, { value: this.b.select(c, p, q), on });
    }
  }
}
