/**
 * From indices back to matrix notation. Every node becomes a shaped formula, bottom up with an explicit stack; what
 * has no matrix form is remembered as such and only fails where it is used.
 */
import { type Dim, sameDim } from '../../core/affine.js';
import { readAt } from './access.js';
import { add, factorsOf, mul, splitCoefficient } from './arithmetic.js';
import { collapsed, diagonalOf, ties } from './delta.js';
import { instances } from './elements.js';
import type { Matrices, Matrix, Operator } from './matrix.js';
import { type AtNode, type Factor, type Index, isPlain, type Node, type Place, partsOf, type Tensor } from './node.js'; // biome-ignore format: one line
import { type Item, ProductBuilder } from './product.js';
import * as r from './rational.js';
import { type Fitter, indicesOf, type Shaped, Unraisable } from './shaped.js';
import type { Space } from './space.js';
import { substitute } from './substitute.js';
import { hiddenArray } from './unavailable.js';
import { joined, padded, placed } from './zeros.js';

export const OPERATORS: Readonly<Record<string, Operator>> = {
  pow: '^', mod: '%', lt: '<', le: '<=', gt: '>', ge: '>=', eq: '==', ne: '!=', and: 'and', or: 'or',
}; // biome-ignore format: a table
export const NAMES: Readonly<Record<string, string>> = { maximum: 'max', minimum: 'min' };

const isFixed = (p: Place) => p.base === undefined;

/** Variables first, in the order in which the program names them; everything else as it comes. */
function byComplexity([a]: Factor, [b]: Factor): number {
  const isVariable = (n: Node) => n.kind === 'at' && n.tensor.kind === 'param';
  if (isVariable(a) && isVariable(b)) return (a as AtNode).tensor.id - (b as AtNode).tensor.id;
  return Number(isVariable(b)) - Number(isVariable(a));
}

export class Raiser {
  private readonly memo = new Map<Node, Shaped | Unraisable>();
  private readonly products: ProductBuilder;
  private readonly m: Matrices;

  constructor(
    private readonly s: Space,
    readonly fitter: Fitter,
  ) {
    this.m = fitter.matrices;
    this.products = new ProductBuilder(fitter);
  }

  /**
   * The formula of a node.
   * @throws Unraisable where it has no matrix form
   */
  raise(root: Node): Shaped {
    const stack = [root];
    for (let n = stack.at(-1); n !== undefined; n = stack.at(-1)) {
      const waiting = this.memo.has(n) ? [] : this.needs(n).filter((p) => !this.memo.has(p));
      if (waiting.length > 0) for (const w of waiting) stack.push(w);
      else {
        stack.pop();
        if (!this.memo.has(n)) this.memo.set(n, this.attempt(n));
      }
    }
    return this.get(root);
  }

  private attempt(n: Node): Shaped | Unraisable {
    try {
      return this.compute(n);
    } catch (e) {
      if (e instanceof Unraisable) return e;
      throw e;
    }
  }

  private get(n: Node): Shaped {
    const known = this.memo.get(n) ?? this.raise(n);
    if (known instanceof Unraisable) throw known;
    return known;
  }

  private needs(n: Node): readonly Node[] {
    if (n.kind === 'sum') return factorsOf(n.body).map(([b]) => b);
    if (n.kind === 'at') return this.bodies(n.tensor);
    return n.kind === 'others' ? [] : partsOf(n);
  }

  private bodies(t: Tensor): Node[] {
    if (t.kind === 'lambda') return [t.body];
    if ('parts' in t) return t.parts.flatMap((p) => this.bodies(p));
    return 'part' in t ? this.bodies(t.part) : [];
  }

  private compute(n: Node): Shaped {
    switch (n.kind) {
      case 'num':
        return { m: this.number(n.value), axes: [] };
      case 'constant':
        return { m: this.constant(n.name), axes: [] };
      case 'dim':
        return { m: this.fitter.length(n.dim), axes: [] };
      case 'at':
        return readAt(this.m, this.tensor(n.tensor), n.places, n.tensor.dims);
      case 'add':
        return this.add(n);
      case 'mul':
        return this.product(n.coefficient, n.factors, []);
      case 'sum':
        return this.sum(n);
      case 'call':
        return this.call(n.name, n.args);
      case 'select':
        return this.select(n);
      case 'reduce':
        return this.reduce(n);
      case 'delta':
        return this.product(r.one, [[n, r.one]], []);
      case 'iota':
        throw new Unraisable('an element that depends on its own position');
      case 'others':
        throw new Unraisable('for each element the product of all the others');
    }
  }

  private number(value: r.Rational): Matrix {
    if (r.isInteger(value) || r.isDecimal(value)) return this.m.number(value);
    return this.m.binary('/', this.m.number(r.ratio(value.n)), this.m.number(r.ratio(value.d)));
  }

  private constant(name: string): Matrix {
    if (name === '-inf') return this.m.negate(this.m.name('inf'));
    if (name === 'nan') return this.m.binary('-', this.m.name('inf'), this.m.name('inf'));
    return this.m.name(name);
  }

  /** A tensor with its axes in order. */
  tensor(t: Tensor): Matrix {
    switch (t.kind) {
      case 'param':
        return this.m.name(t.name);
      case 'lambda':
        return this.fitter.exact(this.get(t.body), t.indices);
      case 'const':
        return this.literal(t.data, t.dims);
      case 'softmax':
        return this.m.call('softmax', [this.tensor(t.part)]);
      case 'reshape':
        return this.m.call('reshape', [
          this.tensor(t.part),
          this.m.list(t.dims.map((d) => this.fitter.length(d))),
        ]);
      case 'array':
        if (hiddenArray(t.name)) throw new Unraisable(hiddenArray(t.name));
        return this.m.call(t.name, t.parts.map((p) => this.tensor(p))); // biome-ignore format: one line
      case 'concat':
        return joined(
          this.m,
          t.parts.map((p) => this.tensor(p)),
          t.parts.map((p) => p.dims),
          t.axis,
        );
      case 'pad':
        return padded(this.fitter, t, this.tensor(t.part));
    }
  }

  private literal(data: readonly number[], dims: readonly Dim[]): Matrix {
    const build = (axis: number, from: number, count: number): Matrix => {
      if (axis === dims.length) return this.raise(this.s.num(data[from] as number)).m;
      const size = dims[axis] as number;
      const step = count / size;
      return this.m.list(Array.from({ length: size }, (_, i) => build(axis + 1, from + i * step, step)));
    };
    return build(0, 0, data.length);
  }

  private add(n: Node & { kind: 'add' }): Shaped {
    const positions = this.atPositions(n);
    if (positions) return positions;
    const terms = [...n.terms].map(([c, t]) => ({ negative: c.n < 0n, node: this.scaled(r.size(c), t) }));
    if (!r.isZero(n.constant)) {
      const constant = {
        negative: n.constant.n < 0n,
        node: { m: this.number(r.size(n.constant)), axes: [] },
      };
      if (!constant.negative && terms.every((t) => t.negative)) terms.unshift(constant);
      else terms.push(constant);
    }
    const lead = terms.findIndex((t) => !t.negative);
    if (lead > 0) terms.unshift(...terms.splice(lead, 1));
    return this.fitter.together(
      terms.map((t) => t.node),
      (ms) => {
        const [first, ...rest] = ms as [Matrix, ...Matrix[]];
        const start = terms[0]?.negative ? this.m.negate(first) : first;
        return rest.reduce((sum, x, i) => this.m.binary(terms[i + 1]?.negative ? '-' : '+', sum, x), start);
      },
    );
  }

  private scaled(c: r.Rational, t: Node): Shaped {
    if (r.isOne(c)) return this.get(t);
    return this.product(c, factorsOf(t), []);
  }

  /** A sum in which elements of a vector are singled out by deltas: written by concatenation. */
  private atPositions(n: Node): Shaped | undefined {
    const [index] = n.free;
    if (n.free.length !== 1 || !index) return undefined;
    const single = (t: Node) =>
      factorsOf(t).find(([d]) => d.kind === 'delta' && isPlain(d.left) && isFixed(d.right))?.[0] as
        | (Node & { kind: 'delta' })
        | undefined;
    const terms: Node[] =
      n.kind === 'add' ? n.terms.map(([c, t]) => mul(this.s, this.s.rational(c), t)) : [n];
    if (n.kind === 'add' && !r.isZero(n.constant)) terms.push(this.s.rational(n.constant));
    if (!terms.some(single)) return undefined;
    const values = new Map<Dim, Node>();
    const dense: Node[] = [];
    for (const t of terms) {
      const d = single(t);
      if (!d) {
        dense.push(t);
        continue;
      }
      const start = d.right.start;
      const value = substitute(this.s, t, new Map([[index, d.right]]));
      const known = [...values.keys()].find((k) => sameDim(k, start)) ?? start;
      values.set(known, add(this.s, values.get(known) ?? this.s.num(0), value));
    }
    const raised = [...values].map(([at, v]) => ({ at, value: this.fitter.exact(this.raise(v), []) }));
    const sparse: Shaped = { m: placed(this.fitter, raised, index.dim), axes: [index] };
    if (dense.length === 0) return sparse;
    const rest = this.raise(add(this.s, ...dense));
    return this.fitter.together([rest, sparse], ([a, b]) => this.m.binary('+', a as Matrix, b as Matrix));
  }

  /** coefficient · Σ over `summed` of Π factors. */
  private product(coefficient: r.Rational, factors: readonly Factor[], summed: readonly Index[]): Shaped {
    const delta = factors.find(([b]) => b.kind === 'delta')?.[0];
    if (delta?.kind === 'delta') return this.withDelta(coefficient, factors, summed, delta);
    const averaged = summed.length === 0 ? this.mean(coefficient, factors) : undefined;
    if (averaged) return averaged;
    const inner =
      summed.length === 0 ? factors.find(([b, e]) => r.isOne(e) && this.isWeighted(b, factors)) : undefined;
    if (inner?.[0].kind === 'sum') {
      const all = [...factorsOf(inner[0].body), ...factors.filter((f) => f !== inner)];
      return this.product(
        r.times(coefficient, splitCoefficient(this.s, inner[0].body)[0]),
        all,
        inner[0].indices,
      );
    }
    const ordered = summed.length === 0 ? [...factors].sort(byComplexity) : factors;
    const items = ordered.map(([base, e]) => this.item(this.get(base), e));
    return this.products.build(coefficient, items, summed);
  }

  /** A plain sum over one index, divided by its length. */
  private mean(coefficient: r.Rational, factors: readonly Factor[]): Shaped | undefined {
    for (const sum of factors) {
      const [n, e] = sum;
      if (n.kind !== 'sum' || !r.isOne(e) || n.indices.length !== 1 || factorsOf(n.body).length !== 1)
        continue;
      const [[body, exponent]] = factorsOf(n.body) as [Factor];
      if (body.kind !== 'at' && r.same(exponent, r.ratio(2n))) continue;
      const { dim } = n.indices[0] as Index;
      const known = typeof dim === 'number' && dim > 1 && coefficient.d === BigInt(dim);
      const size = factors.find(
        ([d, k]) => d.kind === 'dim' && sameDim(d.dim, dim) && k.n < 0n && r.isInteger(k),
      );
      if (!known && !size) continue;
      const total = this.fitter.squeezed(this.get(n.body));
      const axis = total.axes.indexOf(n.indices[0] as Index);
      if (axis < 0) continue;
      const m = this.m.call('mean', [total.m], total.axes.length > 1 ? axis : undefined);
      const mean: Shaped = { m, axes: total.axes.filter((_, k) => k !== axis) };
      const left: Factor[] = factors.filter((f) => f !== sum && f !== size);
      if (size && !r.same(size[1], r.minusOne)) left.push([size[0], r.plus(size[1], r.one)]);
      const rest = left.map(([b, k]) => this.item(this.get(b), k));
      const scale = known ? r.ratio(coefficient.n) : coefficient;
      return this.products.build(scale, [{ r: mean, divides: false }, ...rest], []);
    }
    return undefined;
  }

  /** Σ of two matrices and a vector of weights, next to a vector: the weights then form an outer product. */
  private isWeighted(n: Node, factors: readonly Factor[]): boolean {
    if (n.kind !== 'sum' || n.indices.length !== 1 || !factors.some(([b]) => b !== n && b.free.length === 1))
      return false;
    const ranks = factorsOf(n.body).map(([b]) => b.free.length);
    return ranks.includes(1) && ranks.filter((k) => k === 2).length === 2;
  }

  private item(base: Shaped, exponent: r.Rational): Item {
    const divides = exponent.n < 0n;
    const size = r.size(exponent);
    if (r.isOne(size)) return { r: base, divides };
    const square = { ...(!divides && size.n === 2n && size.d === 1n && { square: base }) };
    if (size.n === 1n && size.d === 2n) return { r: { ...base, m: this.m.call('sqrt', [base.m]) }, divides };
    return { r: { ...base, m: this.m.binary('^', base.m, this.number(size)) }, divides, ...square };
  }

  private withDelta(
    coefficient: r.Rational,
    factors: readonly Factor[],
    summed: readonly Index[],
    d: Node & { kind: 'delta' },
  ): Shaped {
    const rest = factors.filter(([b]) => b !== d);
    const { left, right } = d;
    const sum = collapsed(summed, d);
    if (sum) {
      const at = rest.map(([b, e]): Factor => [substitute(this.s, b, new Map([[sum.index, sum.at]])), e]);
      return this.product(coefficient, at, summed.filter((i) => i !== sum.index)); // biome-ignore format: one line
    }
    if (!isPlain(left) || ties(d, summed)) throw new Unraisable('a shifted diagonal');
    if (isFixed(right)) {
      const moved = rest.map(([b, e]): Factor => [substitute(this.s, b, new Map([[left.base, right]])), e]);
      for (const [b] of moved) this.raise(b);
      const one: Shaped = {
        m: placed(this.fitter, [{ at: right.start, value: this.m.integer(1) }], left.base.dim),
        axes: [left.base],
      };
      const inner = this.product(coefficient, moved, summed);
      return this.products.build(
        r.one,
        [
          { r: one, divides: false },
          { r: inner, divides: false },
        ],
        [],
      );
    }
    if (!isPlain(right)) throw new Unraisable('a shifted diagonal');
    const [eye, short, long] = diagonalOf(this.fitter, left, right);
    const own = rest.map(([b, e]): Factor => [substitute(this.s, b, new Map([[long.base, short]])), e]);
    const inner = this.product(coefficient, own, summed);
    const vector = indicesOf(inner);
    const axes = [left.base, right.base];
    if (vector.length === 1 && vector[0] === left.base && sameDim(left.base.dim, right.base.dim))
      return { m: this.m.call('diag', [this.fitter.squeezed(inner).m]), axes };
    if (vector.length === 0) return { m: this.m.scale(this.fitter.squeezed(inner).m, eye), axes };
    return this.fitter.together([inner, { m: eye, axes }], ([a, b]) =>
      this.m.binary('*', a as Matrix, b as Matrix),
    );
  }

  private sum(n: Node & { kind: 'sum' }): Shaped {
    const [coefficient] = splitCoefficient(this.s, n.body);
    try {
      return this.product(coefficient, factorsOf(n.body), n.indices);
    } catch (e) {
      if (!(e instanceof Unraisable)) throw e;
      const all = instances(this.s, n.body, n.indices);
      if (!all) throw e;
      return this.raise(add(this.s, ...all));
    }
  }

  private call(name: string, args: readonly Node[]): Shaped {
    if (name === 'value') return this.get(args[0] as Node);
    if (name === 'rem') throw new Unraisable('a remainder with the sign of the dividend');
    return this.fitter.together(
      args.map((a) => this.get(a)),
      (ms) => {
        const [a, b] = ms as [Matrix, Matrix];
        if (name === 'not') return this.m.not(a);
        if ((name === 'lt' || name === 'le') && a.kind === 'number' && b.kind !== 'number') {
          return this.m.binary(name === 'lt' ? '>' : '>=', b, a);
        }
        const operator = OPERATORS[name];
        return operator ? this.m.binary(operator, a, b) : this.m.call(NAMES[name] ?? name, ms);
      },
    );
  }

  private select(n: Node & { kind: 'select' }): Shaped {
    const all = [n.condition, n.then, n.otherwise].map((p) => this.get(p));
    const scalar = all.every((p) => p.axes.length === 0);
    return this.fitter.together(all, ([c, a, b]) =>
      scalar
        ? this.m.choice(c as Matrix, a as Matrix, b as Matrix)
        : this.m.call('where', [c, a, b] as Matrix[]),
    );
  }

  private reduce(n: Node & { kind: 'reduce' }): Shaped {
    const known = this.fitter.squeezed(this.get(n.body));
    const missing = n.indices.filter((i) => !known.axes.includes(i));
    const body = missing.length === 0 ? known : this.stretched(known, missing);
    const rest = body.axes.filter((i) => !n.indices.includes(i as Index));
    if (rest.length === 0) return { m: this.m.call(n.name, [body.m]), axes: [] };
    if (n.indices.length > 1) throw new Unraisable(`${n.name} over some of several axes`);
    const axis = body.axes.indexOf(n.indices[0] as Index);
    return { m: this.m.call(n.name, [body.m], axis), axes: rest };
  }

  private stretched(r: Shaped, missing: readonly Index[]): Shaped {
    const target = [...indicesOf(r), ...missing];
    return { m: this.fitter.exact(r, target), axes: target };
  }
}
