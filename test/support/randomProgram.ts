/**
 * Random small programs with variables, built as lowering builds them: assignments, updates of elements and windows, old
 * values that are used later, choices, counted loops and others, lengths that only the run knows, values saved by loops,
 * comprehensions, calls. A tape of numbers decides, so that a shorter tape is a simpler program. All that is computed
 * is smooth where it is computed, and bounded.
 */
import { addDims, type Dim, namedDim } from '../../src/core/affine.js';
import type { Tensor } from '../../src/core/tensor.js';
import { type Func, floatScalar, intScalar, tensor, type Value } from '../../src/ir/types.js';
import type { Sample } from './lowered.js';
import { Programmer, scalarFunction } from './programs.js';

const [n, m] = [namedDim('n'), namedDim('m')];
const whole = { start: 0, step: 1 };

/** What a program may assign to, by rank, and what it may read. */
interface State {
  scalars: Value[];
  vectors: Value[];
  matrices: Value[];
  readonly ints: readonly Value[];
  /** Old values that were given names. */
  readonly kept: { scalars: Value[]; vectors: Value[] };
}

const carriedOf = (s: State) => [...s.scalars, ...s.vectors, ...s.matrices];

/** A function of a vector: its elements after a loop of updates, and their sum. */
function sweep(): Func {
  const b = new Programmer();
  const x = b.param('x', tensor('float', [n]), 'param');
  const c = b.param('c', floatScalar, 'param');
  const [y] = b.for(n, [x.value], (i, [y]) => [
    b.set(y as Value, b.sin(b.mul(b.at(y as Value, i), c.value)), i),
  ]);
  return b.finish('sweep', [x, c], [y as Value, b.sum(y as Value)], ['y', 'sum']);
}

/** A function whose result has a length that only it knows. */
function head(): Func {
  const b = new Programmer();
  const x = b.param('x', tensor('float', [n]), 'param');
  const k = b.param('k', intScalar, 'data');
  const { dim } = b.extent(k.value);
  const part = b.sin(b.gather(x.value, b.elementwise('mod', b.iota(dim), b.broadcastTo(b.dim(n), [dim]))));
  return b.finish('head', [x, k], [part, b.sum(part)], ['part', 'sum']);
}

function functions(): Map<string, Func> {
  const inner = scalarFunction('inner', 2, (b, [x, y]) => b.mul(b.sin(x as Value), b.sin(y as Value)));
  const outer = scalarFunction('outer', 2, (b, [x, y]) => {
    const [p] = b.call('inner', [x as Value, y as Value], [floatScalar]);
    return b.sin(b.add(p as Value, b.call('inner', [y as Value, p as Value], [floatScalar])[0] as Value));
  });
  return new Map([inner, outer, sweep(), head()].map((f) => [f.name, f]));
}

class Maker {
  private at = 0;
  private readonly b = new Programmer();
  private readonly sizes: readonly [n: number, m: number];

  constructor(private readonly tape: readonly number[]) {
    this.sizes = [this.pick([3, 1, 2, 4]), this.pick([2, 3, 1])];
  }

  private next(): number {
    return this.at < this.tape.length ? (this.tape[this.at++] as number) : 0;
  }

  private pick<T>(all: readonly T[]): T {
    return all[this.next() % all.length] as T;
  }

  private replace(list: Value[], value: Value): Value[] {
    const at = this.next() % list.length;
    return list.map((v, k) => (k === at ? value : v));
  }

  // Expressions

  private index(s: State, dim: Dim): Value {
    const { b } = this;
    const from = s.ints.length > 0 ? this.pick([...s.ints, b.int(1)]) : b.int(this.next() % 5);
    return b.elementwise('mod', from, b.dim(dim));
  }

  private scalar(s: State): Value {
    const { b } = this;
    const any = () => this.pick([...s.scalars, ...s.kept.scalars]);
    switch (this.next() % 8) {
      case 0:
        return b.sin(b.add(any(), b.num(0.5)));
      case 1:
        return b.at(this.vector(s), this.index(s, n));
      case 2:
        return b.sin(b.mul(any(), any()));
      case 3:
        return b.mul(b.num(0.5), b.add(any(), any()));
      case 4:
        return b.at(this.pick(s.matrices), this.index(s, m), this.index(s, n));
      case 5:
        return b.sin(b.sum(this.vector(s)));
      case 6:
        return b.call('outer', [any(), any()], [floatScalar])[0] as Value;
      default:
        return any();
    }
  }

  private vector(s: State): Value {
    const { b } = this;
    const any = () => this.pick([...s.vectors, ...s.kept.vectors]);
    switch (this.next() % 9) {
      case 0:
        return b.sin(any());
      case 1:
        return b.mul(any(), b.broadcastTo(this.pick(s.scalars), [n]));
      case 2:
        return b.at(this.pick(s.matrices), this.index(s, m));
      case 3:
        return b.sin(b.add(any(), any()));
      case 4:
        return b.slice(any(), [addDims(n, -1)], [-1], [n]);
      case 5:
        return b.sin(
          b.contract(b.broadcastTo(this.pick(s.scalars), [m]), [0], this.pick(s.matrices), [0, 1], [1]),
        );
      case 6:
        return b.call(
          'sweep',
          [any(), this.pick(s.scalars)],
          [tensor('float', [n]), floatScalar],
        )[0] as Value;
      default:
        return any();
    }
  }

  // Statements

  private statement(s: State, depth: number): void {
    const { b } = this;
    switch (this.next() % 22) {
      case 0:
        s.scalars = this.replace(s.scalars, this.scalar(s));
        return;
      case 1:
        s.vectors = this.replace(s.vectors, this.vector(s));
        return;
      case 2:
      case 3:
        this.element(s);
        return;
      case 4:
        this.row(s);
        return;
      case 5:
        this.window(s);
        return;
      case 6:
        s.kept.scalars.push(b.at(this.pick(s.vectors), this.index(s, n)));
        return;
      case 7:
        s.kept.vectors.push(
          this.pick([() => this.pick(s.vectors), () => b.at(this.pick(s.matrices), this.index(s, m))])(),
        );
        return;
      case 8:
        s.scalars = this.replace(s.scalars, this.ragged(s));
        return;
      case 9:
      case 10:
        if (depth > 0) this.choice(s, depth);
        return;
      case 11:
      case 12:
        if (depth > 0) this.counted(s, depth);
        return;
      case 13:
        if (depth > 0) this.loop(s, depth);
        return;
      case 14:
        if (depth > 0) this.comprehension(s, depth);
        return;
      case 15:
        if (depth > 0) this.saving(s, depth);
        return;
      case 16:
        this.exchange(s);
        return;
      case 17:
      case 18:
        this.late(s, depth);
        return;
      case 19:
        this.element(s);
        this.element(s);
        return;
      case 20:
        this.window(s);
        this.element(s);
        return;
      default:
        s.matrices = this.replace(s.matrices, b.sin(this.pick(s.matrices)));
    }
  }

  private element(s: State): void {
    const { b } = this;
    const add = this.next() % 2 > 0;
    if (this.next() % 3 > 0) {
      const [value, at] = [this.scalar(s), this.index(s, n)];
      const k = this.next() % s.vectors.length;
      s.vectors = s.vectors.map((v, j) => (j === k ? b.update(v, value, [null], [at], add) : v));
      return;
    }
    const [value, i, j] = [this.scalar(s), this.index(s, m), this.index(s, n)];
    const k = this.next() % s.matrices.length;
    s.matrices = s.matrices.map((v, q) => (q === k ? b.update(v, value, [null, null], [i, j], add) : v));
  }

  private row(s: State): void {
    const { b } = this;
    const add = this.next() % 2 > 0;
    const k = this.next() % s.matrices.length;
    const column = this.next() % 3 === 0;
    const value = column ? b.broadcastTo(this.scalar(s), [m]) : this.vector(s);
    const at = this.index(s, column ? n : m);
    const places = column ? [whole, null] : [null, whole];
    s.matrices = s.matrices.map((v, q) => (q === k ? b.update(v, value, places, [at], add) : v));
  }

  /** `v[1:] = v[:-1]` and the like, also of the same vector. */
  private window(s: State): void {
    const { b } = this;
    const length = addDims(n, -1);
    const [from, to] = [this.next() % 2, this.next() % 2];
    const k = this.next() % s.vectors.length;
    const part = b.slice(this.pick(s.vectors), [from], [1], [length]);
    const value = this.next() % 2 > 0 ? b.sin(part) : part;
    const places = [{ start: to, step: 1 }];
    s.vectors = s.vectors.map((v, q) => (q === k ? b.update(v, value, places, [], this.next() % 2 > 0) : v));
  }

  /** Old values, whole or in part, that are used only after the variables have changed. */
  private late(s: State, depth: number): void {
    const { b } = this;
    const [v, A] = [this.pick(s.vectors), this.pick(s.matrices)];
    const old = [
      () => b.sum(b.sin(v)),
      () => b.sum(b.sin(b.contract(A, [0, 1], v, [1], [0]))),
      () => b.sum(b.at(A, this.index(s, m))),
      () => b.sum(b.slice(v, [1], [1], [addDims(n, -1)])),
    ];
    const part = this.pick([b.at(A, this.index(s, m)), b.mul(v, v), b.slice(v, [addDims(n, -1)], [-1], [n])]);
    if (this.next() % 3 === 0 && depth > 0) this.choice(s, depth);
    else this.element(s);
    if (this.next() % 2 > 0) this.row(s);
    s.scalars = this.replace(s.scalars, b.sin(this.next() % 2 > 0 ? b.sum(b.sin(part)) : this.pick(old)()));
  }

  private exchange(s: State): void {
    if (this.next() % 2 > 0) s.vectors = [...s.vectors].reverse();
    else s.scalars = [...s.scalars].reverse();
  }

  /** The sum of a vector whose length depends on an integer. */
  private ragged(s: State): Value {
    const { b } = this;
    const size = b.elementwise('mod', this.pick([...s.ints, b.int(2)]), b.int(4));
    if (this.next() % 2 > 0) {
      const length = b.freshDim('length');
      const [part, sum] = b.call(
        'head',
        [this.pick(s.vectors), size],
        [tensor('float', [namedDim(length)]), floatScalar],
        [length],
      );
      return b.sin(b.add(b.sum(b.mul(part as Value, part as Value)), sum as Value));
    }
    const { dim } = b.extent(size);
    const i = b.elementwise('mod', b.iota(dim), b.broadcastTo(b.dim(n), [dim]));
    const part = b.mul(b.gather(this.vector(s), i), b.broadcastTo(this.scalar(s), [dim]));
    return b.sin(b.sum(b.mul(part, b.sin(part))));
  }

  /** The state of a nested region: its own list of names, the same values. */
  private inside(s: State, values: readonly Value[], ints: readonly Value[]): State {
    const [p, q] = [s.scalars.length, s.scalars.length + s.vectors.length];
    return {
      scalars: values.slice(0, p),
      vectors: values.slice(p, q),
      matrices: values.slice(q),
      ints: [...s.ints, ...ints],
      kept: { scalars: [...s.kept.scalars], vectors: [...s.kept.vectors] },
    };
  }

  private block(s: State, values: readonly Value[], ints: readonly Value[], depth: number): State {
    const inner = this.inside(s, values, ints);
    for (let k = 1 + (this.next() % 3); k > 0; k--) this.statement(inner, depth - 1);
    return inner;
  }

  private take(s: State, values: readonly Value[]): void {
    const after = this.inside(s, values, []);
    s.scalars = after.scalars;
    s.vectors = after.vectors;
    s.matrices = after.matrices;
  }

  private choice(s: State, depth: number): void {
    const { b } = this;
    const condition = b.lt(this.scalar(s), b.num(this.pick([0.1, -0.3, 0.6])));
    const side = () => carriedOf(this.block(s, carriedOf(s), [], depth));
    this.take(s, b.choose(condition, side, side));
  }

  private counted(s: State, depth: number): void {
    const count = this.pick<Dim>([n, m, 2, 0, 1]);
    this.take(
      s,
      this.b.for(count, carriedOf(s), (i, values) => carriedOf(this.block(s, values, [i], depth))),
    );
  }

  private loop(s: State, depth: number): void {
    const { b } = this;
    const [most, bound] = [1 + (this.next() % 4), this.pick([5, 0.4, 0.05])];
    const { results, trips } = b.while(
      [...carriedOf(s), b.int(0)],
      (values) => {
        const inner = this.inside(s, values.slice(0, -1), []);
        const small = b.lt(this.pick(inner.scalars), b.num(bound));
        return b.elementwise('and', b.lt(values.at(-1) as Value, b.int(most)), small);
      },
      (values) => {
        const count = values.at(-1) as Value;
        const inner = this.block(s, values.slice(0, -1), [count], depth);
        return [...carriedOf(inner), b.elementwise('add', count, b.int(1)), b.sin(this.pick(inner.scalars))];
      },
    );
    this.take(s, results.slice(0, carriedOf(s).length));
    const [saved] = results.slice(-1) as [Value];
    const total = b.sin(b.add(b.sum(saved), b.mul(b.num(0.1), b.cast(b.dim(trips)))));
    s.scalars = this.replace(s.scalars, total);
  }

  private comprehension(s: State, depth: number): void {
    const { b } = this;
    const [v] = b.map([n], ([i]) => {
      const inner = this.block(s, carriedOf(s), [i as Value], depth);
      return [this.scalar(inner)];
    });
    s.vectors = this.replace(s.vectors, b.sin(v as Value));
  }

  /** A loop whose values of all iterations are used after it, stacked and joined. */
  private saving(s: State, depth: number): void {
    const { b } = this;
    const count = this.pick<Dim>([n, m, 3]);
    const all = b.freshDim('all');
    const carried = carriedOf(s);
    const body = b.region([intScalar, ...carried.map((v) => v.type)], ([i, ...values]) => {
      const inner = this.block(s, values, [i as Value], depth);
      const { dim } = b.extent(b.elementwise('mod', i as Value, b.int(3)));
      const at = b.elementwise('mod', b.iota(dim), b.broadcastTo(b.dim(n), [dim]));
      const early = this.pick([...(values.slice(s.scalars.length) as Value[]), this.pick(inner.vectors)]);
      return [...carriedOf(inner), early, b.gather(this.pick(inner.vectors), at)];
    });
    const stacked = body.results[carried.length] as Value;
    const types = [
      ...carried.map((v) => v.type),
      tensor('float', [count, ...stacked.type.shape]),
      tensor('float', [namedDim(all)]),
    ];
    const results = b.append({ kind: 'for', operands: carried, count, body, saved: 2, binds: [all] }, types);
    this.take(s, results.slice(0, carried.length));
    const [rows, joined] = results.slice(-2) as [Value, Value];
    s.scalars = this.replace(s.scalars, b.sin(b.sum(b.mul(rows, rows))));
    s.scalars = this.replace(s.scalars, b.sin(b.add(this.pick(s.scalars), b.sum(b.sin(joined)))));
  }

  sample(): Sample {
    const { b } = this;
    const shapes: readonly (readonly Dim[])[] = [[], [], [n], [n], [m, n]];
    const params = shapes.map((shape, k) => b.param(`p${k}`, tensor('float', shape), 'param'));
    const k = b.param('k', intScalar, 'data');
    const [p, q, v, w, A] = params.map((x) => x.value) as [Value, Value, Value, Value, Value];
    const s: State = {
      scalars: [p, q],
      vectors: [v, w],
      matrices: [A],
      ints: [k.value],
      kept: { scalars: [], vectors: [] },
    };
    for (let count = 2 + (this.next() % 6); count > 0; count--) this.statement(s, 3);
    const weighted = carriedOf(s).map((x, i) => b.mul(b.num(1 + 0.3 * i), b.sum(b.sin(x))));
    const output = weighted.reduce((total, x) => b.add(total, x));
    const func = { ...b.finish('value', [...params, k], [output], ['value']), functions: functions() };
    const [sizeN, sizeM] = this.sizes;
    const known = new Map([['n', sizeN], ['m', sizeM]]); // biome-ignore format: short
    const args = shapes.map((shape, i): Tensor => {
      const actual = shape.map(
        (d) => known.get(typeof d === 'number' ? '' : (d.terms[0]?.[0] as string)) as number,
      );
      const length = actual.reduce((a, d) => a * d, 1);
      return {
        shape: actual,
        data: Float64Array.from({ length }, (_, j) => Math.sin(1 + 2.3 * i + 1.7 * j)),
      };
    });
    args.push({ shape: [], data: Float64Array.of(this.next() % 5) });
    return { func, args, wrt: params.map((x) => x.name) };
  }
}

/** The program that a tape makes, with its arguments. */
export function randomProgram(tape: readonly number[]): Sample {
  return new Maker(tape).sample();
}
