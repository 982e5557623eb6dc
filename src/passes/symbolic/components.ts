/**
 * What has no matrix form, as a comprehension: every element as a formula in counters. Parts that do have a matrix
 * form are read at the counters; they do not depend on them, so a `let` before computes them once.
 */
import { addDims, type Dim, sameDim } from '../../core/affine.js';
import { splitCoefficient } from './arithmetic.js';
import type { Matrices, Matrix, Operator } from './matrix.js';
import { type AtNode, type Factor, type Index, type Node, type Place, placeOf, type Tensor } from './node.js';
import { NAMES, OPERATORS, type Raiser } from './raise.js';
import * as r from './rational.js';
import { indicesOf, Unraisable } from './shaped.js';
import type { Space } from './space.js';
import { expanded, isSmall } from './substitute.js';

/** Nodes above this size would not be read by anybody. */
const READABLE = 400;
const LETTERS = 'i j k l m n p q r s u v'.split(' ');
/** Reductions that take a comprehension as they take a tensor. */
const REDUCTIONS: ReadonlySet<string> = new Set(['prod', 'max', 'min', 'any', 'all', 'norm', 'logsumexp']);

export class Components {
  private readonly counters = new Map<Index, string>();
  private readonly m: Matrices;
  private readonly taken: Set<string>;

  constructor(
    private readonly s: Space,
    private readonly raiser: Raiser,
    taken: ReadonlySet<string>,
  ) {
    this.m = raiser.fitter.matrices;
    this.taken = new Set(taken);
  }

  /**
   * The node for every value of the target indices.
   * @throws Unraisable where it cannot be written like this either
   */
  list(node: Node, target: readonly Index[]): Matrix {
    if (node.size > READABLE) throw new Unraisable('a formula for every element, which would be very long');
    return this.over(target, (ranges) => this.m.comprehension(this.scalar(node), ranges));
  }

  /** Names counters for indices while something is built. */
  private over(indices: readonly Index[], build: (ranges: [string, Matrix][]) => Matrix): Matrix {
    const ranges = indices.map((i): [string, Matrix] => {
      const name = LETTERS.find((l) => !this.taken.has(l));
      if (name === undefined) throw new Unraisable('more counters than there are letters');
      this.taken.add(name);
      this.counters.set(i, name);
      return [name, this.raiser.fitter.length(i.dim)];
    });
    const result = build(ranges);
    for (const [name] of ranges) this.taken.delete(name);
    return result;
  }

  private counter(i: Index): Matrix {
    return this.m.counter(this.counters.get(i) as string);
  }

  private position({ base, start, step }: Place): Matrix {
    if (base === undefined) return this.raiser.fitter.length(start);
    const counter = this.counter(base);
    const size = Math.abs(step);
    const scaled = size === 1 ? counter : this.m.binary('*', this.m.integer(size), counter);
    if (start === 0) return step < 0 ? this.m.negate(scaled) : scaled;
    const offset = this.raiser.fitter.length(start);
    if (step < 0) return this.m.binary('-', offset, scaled);
    if (typeof start === 'number' && start < 0) return this.m.binary('-', scaled, this.m.integer(-start));
    return this.m.binary('+', scaled, offset);
  }

  /** A part that has a matrix form of its own, read at the counters. */
  private whole(n: Node): Matrix | undefined {
    try {
      const raised = this.raiser.fitter.squeezed(this.raiser.raise(n));
      return this.m.element(raised.m, indicesOf(raised).map((i) => this.counter(i))); // biome-ignore format: one line
    } catch (e) {
      if (e instanceof Unraisable) return undefined;
      throw e;
    }
  }

  private scalar(n: Node): Matrix {
    switch (n.kind) {
      case 'num':
      case 'constant':
      case 'dim':
        return this.raiser.raise(n).m;
      case 'iota':
        return this.position(n.place);
      case 'at':
        return this.at(n);
      case 'add':
        return this.add(n);
      case 'mul':
        return this.product(n.coefficient, n.factors);
      case 'call':
        return this.call(n.name, n.args.map((a) => this.scalar(a))); // biome-ignore format: one line
      case 'select':
        return this.m.choice(this.scalar(n.condition), this.scalar(n.then), this.scalar(n.otherwise));
      case 'delta':
        return this.m.choice(this.equal(n), this.m.integer(1), this.m.integer(0));
      case 'sum':
        return this.whole(n) ?? this.reduction('sum', n);
      case 'reduce':
        return this.whole(n) ?? this.reduction(n.name, n);
      case 'others':
        return this.others(n);
    }
  }

  /** The counter that was named first stands first. */
  private equal({ left, right }: Node & { kind: 'delta' }): Matrix {
    const names = [...this.counters.keys()];
    const late = left.base && right.base && names.indexOf(right.base) < names.indexOf(left.base);
    const [a, b] = late ? [right, left] : [left, right];
    return this.m.binary('==', this.position(a), this.position(b));
  }

  /** An element of a large tensor, where that has a matrix form: written out, it would be long in every place. */
  private element(t: Tensor & { kind: 'lambda' }, places: readonly Place[]): Matrix | undefined {
    if (isSmall(t.body)) return undefined;
    try {
      const tensor = this.raiser.tensor(t);
      return this.m.element(tensor, places.map((p) => this.position(p))); // biome-ignore format: one line
    } catch (e) {
      if (e instanceof Unraisable) return undefined;
      throw e;
    }
  }

  private at(n: AtNode): Matrix {
    const t = n.tensor;
    const within = (part: Tensor, places: readonly Place[]) =>
      this.scalar(this.s.node({ kind: 'at', tensor: part, places }));
    if (t.kind === 'lambda') {
      const places = new Map(t.indices.map((i, k) => [i, n.places[k] as Place]));
      return this.element(t, n.places) ?? this.scalar(expanded(this.s, t.body, places));
    }
    if (t.kind === 'pad') return this.padded(t, n.places, within);
    if (t.kind === 'concat') return this.joined(t, n.places, within);
    return this.m.element(this.raiser.tensor(t), n.places.map((p) => this.position(p))); // biome-ignore format: one line
  }

  private padded(
    t: Tensor & { kind: 'pad' },
    places: readonly Place[],
    read: (part: Tensor, places: readonly Place[]) => Matrix,
  ): Matrix {
    const conditions: Matrix[] = [];
    const inner = places.map((p, k): Place => {
      const [start, step] = [t.starts[k] as Dim, t.steps[k] as number];
      const [length, whole] = [t.part.dims[k] as Dim, t.dims[k] as Dim];
      if (start === 0 && step === 1 && sameDim(length, whole)) return p;
      if (step !== 1) throw new Unraisable('the derivative of a slice with a step');
      const own = { ...p, start: addDims(p.start, start, -1) };
      if (start !== 0)
        conditions.push(this.m.binary('>=', this.position(p), this.raiser.fitter.length(start)));
      const end = addDims(start, length);
      if (!sameDim(end, whole))
        conditions.push(this.m.binary('<', this.position(p), this.raiser.fitter.length(end)));
      return own;
    });
    const value = read(t.part, inner);
    const [first, ...rest] = conditions;
    if (!first) return value;
    return this.m.choice(rest.reduce((a, b) => this.m.binary('and', a, b), first), value, this.m.integer(0)); // biome-ignore format: one line
  }

  private joined(
    t: Tensor & { kind: 'concat' },
    places: readonly Place[],
    read: (part: Tensor, places: readonly Place[]) => Matrix,
  ): Matrix {
    const own = places[t.axis] as Place;
    let offset: Dim = 0;
    const parts = t.parts.map((part) => {
      const start = addDims(own.start, offset, -1);
      offset = addDims(offset, part.dims[t.axis] as Dim);
      const value = read(part, places.map((p, k) => (k === t.axis ? { ...p, start } : p))); // biome-ignore format: one line
      return { value, end: offset };
    });
    const last = parts.pop();
    return parts.reduceRight(
      (rest, { value, end }) =>
        this.m.choice(this.m.binary('<', this.position(own), this.raiser.fitter.length(end)), value, rest),
      (last as { value: Matrix }).value,
    );
  }

  private add(n: Node & { kind: 'add' }): Matrix {
    const terms = n.terms.map(([c, t]) => {
      const [own, rest] = splitCoefficient(this.s, t);
      const size = r.size(r.times(c, own));
      const value =
        rest.kind === 'mul' ? this.product(size, rest.factors) : this.product(size, [[rest, r.one]]);
      return { negative: c.n < 0n !== own.n < 0n, value };
    });
    if (!r.isZero(n.constant)) {
      terms.push({
        negative: n.constant.n < 0n,
        value: this.raiser.raise(this.s.rational(r.size(n.constant))).m,
      });
    }
    const lead = terms.findIndex((t) => !t.negative);
    if (lead > 0) terms.unshift(...terms.splice(lead, 1));
    return terms
      .map(({ negative, value }) => ({ op: (negative ? '-' : '+') as Operator, value }))
      .reduce<Matrix | undefined>(
        (sum, { op, value }) =>
          sum ? this.m.binary(op, sum, value) : op === '-' ? this.m.negate(value) : value,
        undefined,
      ) as Matrix;
  }

  private product(coefficient: r.Rational, factors: readonly Factor[]): Matrix {
    const deltas = factors.flatMap(([b]) => (b.kind === 'delta' ? [b] : []));
    if (deltas.length > 0) {
      const rest = factors.filter(([b]) => b.kind !== 'delta');
      const value =
        rest.length > 0 ? this.product(coefficient, rest) : this.raiser.raise(this.s.rational(coefficient)).m;
      const [first, ...others] = deltas.map((d) => this.equal(d)) as [Matrix, ...Matrix[]];
      const all = others.reduce((a, b) => this.m.binary('and', a, b), first);
      return this.m.choice(all, value, this.m.integer(0));
    }
    const power = ([b, e]: Factor) => {
      const [base, size] = [this.scalar(b), r.size(e)];
      if (r.isOne(size)) return base;
      if (size.n === 1n && size.d === 2n) return this.m.call('sqrt', [base]);
      return this.m.binary('^', base, this.raiser.raise(this.s.rational(size)).m);
    };
    const times = (a: Matrix, b: Matrix) => this.m.binary('*', a, b);
    const above = factors.filter(([, e]) => e.n > 0n).map(power);
    const below = factors.filter(([, e]) => e.n < 0n).map(power);
    if (coefficient.d !== 1n) below.unshift(this.m.number(r.ratio(coefficient.d)));
    const size = r.ratio(coefficient.n < 0n ? -coefficient.n : coefficient.n);
    if (!r.isOne(size) || above.length === 0) above.unshift(this.m.number(size));
    const top = above.reduce(times);
    const value = below.length > 0 ? this.m.binary('/', top, below.reduce(times)) : top;
    return coefficient.n < 0n ? this.m.negate(value) : value;
  }

  private call(name: string, args: readonly Matrix[]): Matrix {
    const [a, b] = args as [Matrix, Matrix];
    if (name === 'value') return a;
    if (name === 'not') return this.m.not(a);
    if (name === 'rem') throw new Unraisable('a remainder with the sign of the dividend');
    const operator = OPERATORS[name];
    return operator ? this.m.binary(operator, a, b) : this.m.call(NAMES[name] ?? name, args);
  }

  private reduction(name: string, n: Node & { kind: 'sum' | 'reduce' }): Matrix {
    if (name !== 'sum' && !REDUCTIONS.has(name)) throw new Unraisable(`${name} over some of several axes`);
    return this.over(n.indices, (ranges) => this.m.comprehension(this.scalar(n.body), ranges, name));
  }

  private others(n: Node & { kind: 'others' }): Matrix {
    return this.over(n.indices, (ranges) => {
      const differ = n.indices.map((i, k) =>
        this.m.binary('!=', this.position(placeOf(i)), this.position(n.places[k] as Place)),
      );
      const condition = differ.reduce((a, b) => this.m.binary('or', a, b));
      return this.m.comprehension(this.scalar(n.body), ranges, 'prod', condition);
    });
  }
}
