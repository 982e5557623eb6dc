/**
 * Random small functions of the upper IR, built from a tape of numbers: every operation kind, symbolic and known
 * dimensions, conditions and integers, branches and loops.
 */
import { addDims, type Dim, namedDim, type Shape, sameDim, sameShape } from '../../src/core/affine.js';
import type { Tensor } from '../../src/core/tensor.js';
import { Builder } from '../../src/ir/builder.js';
import { type DType, type Func, type Region, tensor, type Value } from '../../src/ir/types.js';

/** Values of the named dimensions, and of the elements, come from the tape too. */
export interface Sample {
  readonly func: Func;
  readonly args: Tensor[];
}

const UNARY = ['sin', 'exp', 'neg', 'abs', 'tanh', 'sigmoid', 'relu', 'softplus', 'floor', 'round', 'sign'];
const BINARY = ['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'atan2', 'hypot', 'mod', 'pow'];
const COMPARE = ['lt', 'le', 'eq', 'ne', 'gt', 'ge'];
const LOGIC = ['and', 'or'];
const REDUCE = ['sum', 'prod', 'max', 'min', 'norm', 'logsumexp'];
const NUMBERS = [0, -0, 1, -1, 2, 0.5, -3, 1e-200, 1e200, 0.1, 7, -0.25];

class Maker {
  private at = 0;
  readonly b = new Builder();
  private readonly sizes: ReadonlyMap<string, number>;
  private pool: Value[] = [];
  readonly dims: Dim[];

  constructor(private readonly tape: readonly number[]) {
    this.sizes = new Map([
      ['n', this.pick([0, 1, 2, 3, 5, 11])],
      ['m', this.pick([1, 2, 4, 9])],
    ]);
    const [n, m] = [namedDim('n'), namedDim('m')];
    this.dims = [n, m, 1, 2, 3, addDims(m, 1), 9];
  }

  next(): number {
    return this.at < this.tape.length ? (this.tape[this.at++] as number) : 0;
  }

  pick<T>(all: readonly T[]): T {
    return all[this.next() % all.length] as T;
  }

  size(dim: Dim): number {
    if (typeof dim === 'number') return dim;
    return dim.terms.reduce((sum, [name, c]) => sum + c * (this.sizes.get(name) as number), dim.constant);
  }

  of(dtype: DType): Value | undefined {
    const fitting = this.pool.filter((v) => v.type.dtype === dtype);
    return fitting.length > 0 ? this.pick(fitting) : undefined;
  }

  like(v: Value, dtype = v.type.dtype): Value {
    const fitting = this.pool.filter((x) => x.type.dtype === dtype && sameShape(x.type.shape, v.type.shape));
    if (fitting.length > 0) return this.pick(fitting);
    const value = dtype === 'bool' ? this.next() % 2 : this.pick([1, 2, 3]);
    return this.b.broadcastTo(this.b.constant([value], tensor(dtype, [])), v.type.shape);
  }

  params() {
    const shapes: Shape[] = [[this.dims[0] as Dim], [this.dims[1] as Dim], []];
    for (let k = 0; k < 3; k++)
      shapes.push(Array.from({ length: this.next() % 4 }, () => this.pick(this.dims)));
    return shapes.map((shape, k) => {
      const p = this.b.param(`p${k}`, tensor('float', shape), 'param');
      this.pool.push(p.value);
      return p;
    });
  }

  step(depth: number): unknown {
    const { b } = this;
    const x = this.of('float');
    if (!x) return;
    const { shape } = x.type;
    const rank = shape.length;
    const add = (v: Value) => this.pool.push(v);
    switch (this.next() % 24) {
      case 0:
      case 1:
        return add(b.elementwise(this.pick(UNARY), x));
      case 2:
      case 3:
      case 4:
        return add(b.elementwise(this.pick(BINARY), x, this.like(x)));
      case 5:
        return add(b.elementwise(this.pick(COMPARE), x, this.like(x)));
      case 6: {
        const c = this.of('bool');
        if (!c) return;
        add(this.next() % 2 ? b.elementwise('not', c) : b.elementwise(this.pick(LOGIC), c, this.like(c)));
        return;
      }
      case 7:
        return add(b.select(this.like(x, 'bool'), x, this.like(x)));
      case 8: {
        if (rank > 3) return;
        const at = this.next() % (rank + 1);
        const d = this.pick(this.dims);
        const wide = [...shape.slice(0, at), d, ...shape.slice(at)];
        const axes = shape.map((_, k) => (k < at ? k : k + 1));
        return add(b.broadcast(x, wide, axes));
      }
      case 9:
      case 10: {
        const axes = shape.map((_, k) => k).filter(() => this.next() % 2);
        if (axes.length === 0 && rank > 0) axes.push(rank - 1);
        return axes.length > 0 ? add(b.reduce(this.pick(REDUCE), x, axes)) : undefined;
      }
      case 11: {
        const c = this.of('bool');
        if (!c || c.type.shape.length === 0) return;
        return add(b.reduce(this.pick(['any', 'all']), c, [this.next() % c.type.shape.length]));
      }
      case 12:
      case 13:
        return this.contraction(x);
      case 14: {
        const order = shape.map((_, k) => k);
        if (rank > 1) order.push(...order.splice(this.next() % rank, 1));
        return add(b.transpose(x, order));
      }
      case 15:
        return this.slicing(x);
      case 16:
        return this.padding(x);
      case 17: {
        if (rank === 0) return;
        const axis = this.next() % rank;
        const parts = [x, this.like(x)];
        if (this.next() % 2) parts.push(b.elementwise('sin', x));
        return add(b.concat(parts, axis));
      }
      case 18:
        return this.indexing(x);
      case 19:
        if (rank > 0)
          add(
            b.recur(
              b.elementwise('sin', x),
              this.like(x),
              this.next() % rank,
              this.pick([0, 1]),
              this.next() % 2 > 0,
            ),
          );
        return;
      case 20:
        return this.reshaping(x);
      case 21:
        return add(
          this.pick([
            () => b.num(this.pick(NUMBERS)),
            () => b.cast(b.dim(this.pick(this.dims))),
            () => b.cast(b.iota(this.pick(this.dims))),
          ])(),
        );
      case 22:
        return depth > 0 ? this.branch(depth) : undefined;
      default:
        return depth > 0 ? this.loop(depth) : undefined;
    }
  }

  private contraction(x: Value): void {
    const y = this.of('float') as Value;
    const left = x.type.shape.map((_, k) => k);
    const taken = new Set<number>();
    let fresh = left.length;
    const right = y.type.shape.map((d) => {
      const match = left.find((l) => !taken.has(l) && sameDim(x.type.shape[l] as Dim, d));
      const label = match !== undefined && this.next() % 4 > 0 ? match : fresh++;
      taken.add(label);
      return label;
    });
    const both = left.filter((l) => right.includes(l));
    const out = [...new Set([...left, ...right])].filter((l) => !both.includes(l) || this.next() % 3 === 0);
    if (out.length > 4) return;
    if (this.next() % 2) out.reverse();
    this.pool.push(this.b.contract(x, left, y, right, out));
  }

  /** Starts, steps and a shape within known axes; unknown axes stay whole. */
  private window(shape: Shape) {
    const starts: Dim[] = [];
    const steps: number[] = [];
    const inner = shape.map((d, k) => {
      starts[k] = 0;
      steps[k] = 1;
      if (typeof d !== 'number') {
        if (this.next() % 2 === 0 || this.size(d) === 0) return d;
        steps[k] = this.next() % 2 ? 1 : -1;
        starts[k] = steps[k] === 1 ? 1 : addDims(d, -1);
        return steps[k] === 1 ? addDims(d, -1) : d;
      }
      if (d < 2) return d;
      const step = this.pick([1, 2, -1, -2]);
      const length = 1 + (this.next() % Math.max(1, Math.floor(d / Math.abs(step))));
      const spare = d - 1 - (length - 1) * Math.abs(step);
      const start = spare > 0 ? this.next() % (spare + 1) : 0;
      steps[k] = step;
      starts[k] = step > 0 ? start : start + (length - 1) * -step;
      return length;
    });
    return { starts, steps, inner };
  }

  private slicing(x: Value): void {
    const { starts, steps, inner } = this.window(x.type.shape);
    this.pool.push(this.b.slice(x, starts, steps, inner));
  }

  private padding(x: Value): void {
    const whole = x.type.shape.map((d) => addDims(d, 2));
    const kind = this.next() % 3;
    const starts = x.type.shape.map((): Dim => kind);
    this.pool.push(this.b.pad(x, starts, starts.map(() => 1), whole)); // biome-ignore format: short
    const spread = x.type.shape.every((d) => typeof d === 'number');
    if (spread && kind === 2) {
      const shape = x.type.shape.map((d) => (d as number) * 2 + 1);
      this.pool.push(this.b.pad(x, starts.map(() => 1), starts.map(() => 2), shape)); // biome-ignore format: short
    }
  }

  private indexing(x: Value): void {
    const [d] = x.type.shape;
    if (d === undefined || this.size(d) === 0) return;
    const { b } = this;
    const length = this.pick(this.dims);
    const wide = b.broadcastTo(b.dim(d), [length]);
    const at = b.elementwise('mod', b.elementwise('mul', b.iota(length), this.intFull(2, [length])), wide);
    const picked = b.gather(x, at);
    this.pool.push(picked);
    if (this.next() % 2) this.pool.push(b.scatterAdd(picked, at, d));
  }

  private intFull(value: number, shape: Shape): Value {
    return this.b.broadcastTo(this.b.int(value), shape);
  }

  private reshaping(x: Value): void {
    const { shape } = x.type;
    const k = this.next() % 3;
    if (k === 0) this.pool.push(this.b.reshape(x, [1, ...shape]));
    else if (k === 1 && shape.every((d) => typeof d === 'number'))
      this.pool.push(this.b.reshape(x, [shape.reduce<number>((p, d) => p * (d as number), 1)]));
    else if (shape.length === 2 && shape.every((d) => typeof d === 'number'))
      this.pool.push(this.b.reshape(x, [...shape].reverse()));
  }

  private region(
    params: Parameters<Builder['region']>[0],
    depth: number,
    results: (params: Value[]) => Value[],
  ): Region {
    const before = this.pool;
    return this.b.region(params, (values) => {
      this.pool = [...before, ...values.filter((v) => v.type.dtype === 'float')];
      for (let k = this.next() % 4; k > 0; k--) this.step(depth - 1);
      const out = results(values);
      this.pool = before;
      return out;
    });
  }

  private branch(depth: number): void {
    const { b } = this;
    const x = this.of('float') as Value;
    const s = this.pool.find((v) => v.type.dtype === 'bool' && v.type.shape.length === 0);
    const c = s ?? b.elementwise('lt', b.num(this.pick([1, -1])), b.num(0));
    const two = this.next() % 2 > 0;
    const results = () => (two ? [this.like(x), this.like(x)] : [this.like(x)]);
    const then = this.region([], depth, results);
    const otherwise = this.region([], depth, results);
    this.pool.push(...b.if(c, then, otherwise));
  }

  private loop(depth: number): void {
    const { b } = this;
    const [x, y] = [this.of('float') as Value, this.of('float') as Value];
    const types = [x.type, y.type];
    const count = this.pick(this.dims);
    const kind = this.next() % 3;
    if (kind === 0) {
      const body = this.region([tensor('int', []), ...types], depth, ([i, p, q]) => [
        b.elementwise('sin', this.like(p as Value)),
        this.like(q as Value),
        b.elementwise(
          'add',
          b.elementwise('mul', p as Value, p as Value),
          b.broadcastTo(b.cast(i as Value), (p as Value).type.shape),
        ),
      ]);
      const saved = tensor('float', [count, ...x.type.shape]);
      if (saved.shape.length < 5)
        this.pool.push(
          ...b.append({ kind: 'for', operands: [x, y], count, body, saved: 1, binds: [] }, [...types, saved]),
        );
    } else if (kind === 1) {
      const body = this.region([tensor('int', [])], depth, ([i]) => [
        b.elementwise('mul', x, b.broadcastTo(b.cast(i as Value), x.type.shape)),
      ]);
      const shape = [count, ...x.type.shape];
      if (shape.length < 5)
        this.pool.push(
          ...b.append({ kind: 'map', operands: [], dims: [count], body }, [tensor('float', shape)]),
        );
    } else {
      const carried = [tensor('float', []), ...types];
      const condition = b.region(carried, ([c]) => [b.elementwise('lt', c as Value, b.num(3))]);
      const body = this.region(carried, depth, ([c, p, q]) => [
        b.elementwise('add', c as Value, b.num(1)),
        b.elementwise('tanh', this.like(q as Value)).type.shape.length === (p as Value).type.shape.length
          ? this.like(p as Value)
          : (p as Value),
        this.like(q as Value),
      ]);
      this.pool.push(
        ...b.append(
          {
            kind: 'while',
            operands: [b.num(0), x, y],
            condition,
            body,
            saved: 0,
            trips: b.freshDim('trips'),
            binds: [],
          },
          carried,
        ),
      );
    }
  }

  sample(): Sample {
    const params = this.params();
    for (let k = 4 + (this.next() % 14); k > 0; k--) this.step(2);
    const chosen = [...this.pool.slice(-2), this.pick(this.pool)].filter((v) => v.type.shape.length < 5);
    const func = this.b.finish('f', params, chosen, chosen.map((_, k) => `r${k}`)); // biome-ignore format: short
    const args = params.map((p) => {
      const shape = p.value.type.shape.map((d) => this.size(d));
      const length = shape.reduce((a, d) => a * d, 1);
      return { shape, data: Float64Array.from({ length }, () => this.pick(NUMBERS) * 0.5) };
    });
    return { func, args };
  }
}

export function randomFunc(tape: readonly number[]): Sample {
  return new Maker(tape).sample();
}
