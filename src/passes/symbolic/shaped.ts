/**
 * Shaped formulas: a formula together with the index that each of its axes stands for; `null` marks an axis of literal
 * length 1. Here they are made to fit each other under the language's broadcasting: only a literal 1 or a missing
 * leading axis stretches.
 */
import { type Dim, sameDim } from '../../core/affine.js';
import type { Item, Matrices, Matrix } from './matrix.js';
import type { Index } from './node.js';

export interface Shaped {
  readonly m: Matrix;
  readonly axes: readonly (Index | null)[];
}

/** Says that something has no form in matrix notation. */
export class Unraisable extends Error {
  override readonly name = 'Unraisable';
}

/** A parameter from which the sizes of dimensions can be read. */
export interface Sized {
  readonly name: string;
  readonly shape: readonly Dim[];
}

const CONDITIONS: ReadonlySet<string> = new Set([
  '<',
  '<=',
  '>',
  '>=',
  '==',
  '!=',
  'and',
  'or',
  'any',
  'all',
]);

/** Conditions are neither reshaped nor transposed in the language. */
function isCondition(m: Matrix): boolean {
  if (m.kind === 'binary') return CONDITIONS.has(m.op);
  return m.kind === 'not' || (m.kind === 'call' && CONDITIONS.has(m.name));
}

export const indicesOf = (r: Shaped): Index[] => r.axes.filter((i): i is Index => i !== null);

export class Fitter {
  constructor(
    readonly matrices: Matrices,
    private readonly params: readonly Sized[],
  ) {}

  /** The size of a dimension as a formula: a number, or read from a parameter. */
  length(dim: Dim): Matrix {
    const m = this.matrices;
    if (typeof dim === 'number') return m.integer(dim);
    const whole = this.lookUp(dim);
    if (whole) return whole;
    let total: Matrix | undefined;
    for (const [name, c] of dim.terms) {
      const size = this.lookUp({ constant: 0, terms: [[name, 1]] });
      if (!size) throw new Unraisable(`no variable tells the length ${name}`);
      const part = Math.abs(c) === 1 ? size : m.binary('*', m.integer(Math.abs(c)), size);
      if (!total) total = c < 0 ? m.negate(part) : part;
      else total = m.binary(c < 0 ? '-' : '+', total, part);
    }
    if (dim.constant === 0 || !total) return total ?? m.integer(dim.constant);
    return m.binary(dim.constant < 0 ? '-' : '+', total, m.integer(Math.abs(dim.constant)));
  }

  private lookUp(dim: Dim): Matrix | undefined {
    const m = this.matrices;
    const first = this.params.find((p) => p.shape.length > 0 && sameDim(p.shape[0] as Dim, dim));
    if (first) return m.call('length', [m.name(first.name)]);
    for (const p of this.params) {
      const k = p.shape.findIndex((d) => sameDim(d, dim));
      if (k >= 0) return m.index(m.call('shape', [m.name(p.name)]), [{ at: k }]);
    }
    return undefined;
  }

  private ends(axes: readonly (Index | null)[], target: readonly Index[]): boolean {
    const missing = target.length - axes.length;
    return missing >= 0 && axes.every((i, k) => i === null || i === target[k + missing]);
  }

  /** Without axes of length 1. */
  squeezed(r: Shaped): Shaped {
    if (!r.axes.includes(null)) return r;
    const last = r.axes.lastIndexOf(null);
    const items = r.axes.slice(0, last + 1).map((i): Item => (i === null ? { at: 0 } : {}));
    return { m: this.matrices.index(r.m, items), axes: indicesOf(r) };
  }

  /** The formula in a form that broadcasts to the target axes. */
  fit(r: Shaped, target: readonly Index[]): Matrix {
    const m = this.matrices;
    if (this.ends(r.axes, target)) return r.m;
    if (isCondition(r.m)) return this.again(this.fit(this.asNumber(r), target));
    if (r.axes.length === 2 && this.ends([...r.axes].reverse(), target)) return m.transpose(r.m);
    if (r.axes.includes(null)) return this.fit(this.squeezed(r), target);
    const order = r.axes.map((i) => target.indexOf(i as Index));
    if (order.includes(-1)) throw new Unraisable('an axis does not fit');
    const inOrder = order.every((p, k) => k === 0 || p > (order[k - 1] as number));
    if (!inOrder && order.length !== 2) throw new Unraisable('a permutation of more than two axes');
    const turned = inOrder ? r.m : m.transpose(r.m);
    const from = Math.min(...order);
    const sizes = target.slice(from).map((i) => (r.axes.includes(i) ? this.length(i.dim) : m.integer(1)));
    return m.call('reshape', [turned, m.list(sizes)]);
  }

  private asNumber(condition: Shaped): Shaped {
    const m = this.matrices;
    return { ...condition, m: m.call('where', [condition.m, m.integer(1), m.integer(0)]) };
  }

  /** The condition that became a number. */
  private again(number: Matrix): Matrix {
    return this.matrices.binary('>', number, this.matrices.integer(0));
  }

  /** The axes of an element-by-element combination. */
  common(all: readonly Shaped[]): Index[] {
    let target: Index[] = [];
    for (const r of all) if (indicesOf(r).length > target.length) target = indicesOf(r);
    for (const r of all) for (const i of indicesOf(r)) if (!target.includes(i)) target = [...target, i];
    return target;
  }

  /** Combines formulas element by element. */
  together(all: readonly Shaped[], build: (parts: Matrix[]) => Matrix): Shaped {
    const [first] = all.filter((r) => r.axes.length > 0);
    const alike = all.every(
      (r) =>
        r.axes.length === 0 ||
        (r.axes.length === first?.axes.length && r.axes.every((i, k) => i === first.axes[k])),
    );
    if (alike) return { m: build(all.map((r) => r.m)), axes: first?.axes ?? [] };
    const target = this.common(all);
    return { m: build(all.map((r) => this.fit(r, target))), axes: target };
  }

  filled(name: 'ones' | 'zeros', target: readonly Index[]): Matrix {
    if (target.length === 1 && target[0]?.dim === 1) {
      return this.matrices.list([this.matrices.integer(name === 'ones' ? 1 : 0)]);
    }
    return this.matrices.call(
      name,
      target.map((i) => this.length(i.dim)),
    );
  }

  /** The formula with exactly the target axes. */
  exact(r: Shaped, target: readonly Index[]): Matrix {
    const m = this.matrices;
    const own = indicesOf(r);
    if (r.axes.length === target.length) {
      const same = (axes: readonly (Index | null)[]) =>
        axes.every((i, k) => i === target[k] || (i === null && target[k]?.dim === 1));
      if (same(r.axes)) return r.m;
      if (target.length === 2 && same([...r.axes].reverse())) return m.transpose(r.m);
    }
    if (own.length === target.length) return this.fit(r, target);
    if (isCondition(r.m) && target.length > 0) return this.again(this.exact(this.asNumber(r), target));
    if (own.length === 0) return this.spread(r, target);
    if (target.every((i) => own.includes(i) || i.dim === 1)) {
      const turned = this.fit(r, target.filter((i) => own.includes(i))); // biome-ignore format: one line
      return m.call('reshape', [turned, m.list(target.map((i) => this.length(i.dim)))]);
    }
    const [v] = own;
    if (own.length === 1 && target.length === 2 && v) {
      const vector = this.squeezed(r).m;
      const ones = this.filled('ones', target.filter((i) => i !== v)); // biome-ignore format: one line
      return v === target[0] ? m.call('outer', [vector, ones]) : m.call('outer', [ones, vector]);
    }
    return m.binary('*', this.fit(r, target), this.filled('ones', target));
  }

  private spread(r: Shaped, target: readonly Index[]): Matrix {
    const m = this.matrices;
    const scalar = this.squeezed(r).m;
    if (target.length === 0) return scalar;
    if (scalar.kind === 'number' && scalar.value.n === 0n) return this.filled('zeros', target);
    if (target.length === 1 && target[0]?.dim === 1) return m.list([scalar]);
    const ones = this.filled('ones', target);
    if (scalar.kind !== 'binary' || scalar.op !== '/') return m.scale(scalar, ones);
    return m.binary('/', m.scale(scalar.a, ones), scalar.b);
  }
}
