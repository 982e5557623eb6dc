/**
 * Products of tensors with indices, some of them summed over, as formulas in matrix notation.
 *
 * Factors over the same indices form a *cluster*, multiplied element by element. Indices are summed one after the
 * other, each by the operation that fits: sum, dot, matrix times vector, matrix times matrix; the smallest result
 * first. What remains is multiplied element by element, or as an outer product.
 */
import type { Matrix } from './matrix.js';
import type { Index } from './node.js';
import * as r from './rational.js';
import { type Fitter, indicesOf, type Shaped, Unraisable } from './shaped.js';

/** A factor, or a divisor. */
export interface Item {
  readonly r: Shaped;
  readonly divides: boolean;
  /** Times the factor occurs; only sums of squares look at it. */
  readonly square?: Shaped;
}

interface Cluster {
  readonly indices: readonly Index[];
  readonly items: readonly Item[];
}

export class ProductBuilder {
  constructor(private readonly fitter: Fitter) {}

  private get m() {
    return this.fitter.matrices;
  }

  /** coefficient · Σ over `summed` of Π items. */
  build(coefficient: r.Rational, items: readonly Item[], summed: readonly Index[]): Shaped {
    let clusters = this.clusters(items);
    let left = [...summed];
    while (left.length > 0) {
      const s = this.cheapest(clusters, left);
      const touched = clusters.filter((c) => c.indices.includes(s));
      if (touched.length === 0) {
        // Nothing depends on the index after all: a sum of equal terms.
        const times: Item = { r: { m: this.fitter.length(s.dim), axes: [] }, divides: false };
        left = left.filter((i) => i !== s);
        clusters = this.clusters([...clusters.flatMap((c) => c.items), times]);
        continue;
      }
      const gone =
        touched.length === 1
          ? left.filter((i) => this.only(clusters, i) && touched[0]?.indices.includes(i))
          : [s];
      const { result, absorbed } = this.eliminate(touched, s, gone, clusters);
      left = left.filter((i) => !gone.includes(i));
      const rest = clusters.filter((c) => !touched.includes(c) && c !== absorbed);
      clusters = this.clusters([...rest.flatMap((c) => c.items), { r: result, divides: false }]);
    }
    return this.assemble(coefficient, clusters);
  }

  private clusters(items: readonly Item[]): Cluster[] {
    const byKey = new Map<string, { indices: readonly Index[]; items: Item[] }>();
    for (const item of items) {
      const indices = indicesOf(item.r);
      const key = indices.map((i) => i.id).sort((a, b) => a - b).join(','); // biome-ignore format: one line
      const known = byKey.get(key);
      if (known) known.items.push(item);
      else byKey.set(key, { indices, items: [item] });
    }
    return [...byKey.values()];
  }

  private only(clusters: readonly Cluster[], i: Index): boolean {
    return clusters.filter((c) => c.indices.includes(i)).length === 1;
  }

  private cheapest(clusters: readonly Cluster[], left: readonly Index[]): Index {
    let best = left[0] as Index;
    let least = Number.POSITIVE_INFINITY;
    for (const s of left) {
      const touched = clusters.filter((c) => c.indices.includes(s));
      const result = new Set(touched.flatMap((c) => c.indices));
      const rank = result.size + touched.length / 100;
      if (rank < least) [best, least] = [s, rank];
    }
    return best;
  }

  /** The items of a cluster multiplied and divided, element by element. */
  private value(items: readonly Item[]): Shaped {
    const above = items.filter((i) => !i.divides);
    const below = items.filter((i) => i.divides);
    return this.fitter.together(
      [...above, ...below].map((i) => i.r),
      (parts) => {
        const over = parts.slice(0, above.length);
        const under = parts.slice(above.length);
        const numerator = over.length > 0 ? this.chain(over) : this.m.integer(1);
        return under.length > 0 ? this.m.binary('/', numerator, this.chain(under)) : numerator;
      },
    );
  }

  private chain(parts: readonly Matrix[]): Matrix {
    return parts.reduce((a, b) => this.m.binary('*', a, b));
  }

  private eliminate(
    touched: readonly Cluster[],
    s: Index,
    gone: readonly Index[],
    all: readonly Cluster[],
  ): { result: Shaped; absorbed?: Cluster | undefined } {
    if (touched.length === 1) return { result: this.total(touched[0] as Cluster, gone) };
    const vector = touched.find((c) => c.indices.length === 1);
    const others = touched.filter((c) => c !== vector);
    if (others.some((c) => c.indices.length > 2) || others.length > 2) {
      throw new Unraisable('a sum over an index that more than two matrices share');
    }
    const [a, b] = others as [Cluster, Cluster | undefined];
    if (!b) return { result: this.timesVector(a, vector as Cluster, s) };
    return this.timesMatrix(a, b, vector, s, all);
  }

  private total(c: Cluster, gone: readonly Index[]): Shaped {
    const rest = c.indices.filter((i) => !gone.includes(i));
    if (rest.length === 0 && c.indices.length === 1) {
      const dot = this.dot(c);
      if (dot) return { m: dot, axes: [] };
    }
    const value = this.fitter.squeezed(this.value(c.items));
    let { m, axes } = value;
    if (rest.length === 0) return { m: this.m.call('sum', [m]), axes: [] };
    for (const i of gone) {
      const k = axes.indexOf(i);
      m = this.m.call('sum', [m], k);
      axes = axes.filter((a) => a !== i);
    }
    return { m, axes };
  }

  /** Σ of a product of two or more vectors. */
  private dot(c: Cluster): Matrix | undefined {
    const above = c.items.filter((i) => !i.divides);
    const [first] = above;
    if (!first) return undefined;
    if (above.length === 1) {
      if (!first.square || c.items.length > 1) return undefined;
      const v = this.fitter.squeezed(first.square).m;
      return this.m.call('dot', [v, v]);
    }
    const rest = this.fitter.squeezed(this.value(c.items.filter((i) => i !== first))).m;
    return this.m.call('dot', [this.fitter.squeezed(first.r).m, rest]);
  }

  private timesVector(c: Cluster, vector: Cluster, s: Index): Shaped {
    const matrix = this.fitter.squeezed(this.value(c.items));
    const v = this.fitter.squeezed(this.value(vector.items)).m;
    const rest = c.indices.filter((i) => i !== s);
    if (matrix.axes[1] === s) return { m: this.m.binary('@', matrix.m, v), axes: rest };
    const simple = matrix.m.kind === 'name' || matrix.m.kind === 'transpose';
    if (simple) return { m: this.m.binary('@', this.m.transpose(matrix.m), v), axes: rest };
    return { m: this.m.binary('@', v, matrix.m), axes: rest };
  }

  private timesMatrix(
    a: Cluster,
    b: Cluster,
    vector: Cluster | undefined,
    s: Index,
    all: readonly Cluster[],
  ): { result: Shaped; absorbed?: Cluster | undefined } {
    const other = (c: Cluster) => c.indices.find((i) => i !== s) as Index;
    const [i, j] = [other(a), other(b)];
    const [first, second] = [this.value(a.items), this.value(b.items)];
    const inOrder = this.prefers(first, second, s, i, j);
    const [left, right] = inOrder ? [a, b] : [b, a];
    const [p, q] = inOrder ? [i, j] : [j, i];
    const partner = (k: Index) => all.find((c) => c.indices.length === 1 && c.indices[0] === k);
    let [x, y] = inOrder ? [first, second] : [second, first];
    let absorbed: Cluster | undefined;
    if (vector) {
      const v = this.value(vector.items);
      const [u, w] = [partner(p), partner(q)];
      absorbed = u ?? w;
      if (u) x = this.weighted(x, left.items, this.outer(this.value(u.items), v));
      else if (w) y = this.weighted(y, right.items, this.outer(v, this.value(w.items)));
      else {
        const diagonal = this.m.call('diag', [this.fitter.squeezed(v).m]);
        x = { m: this.m.binary('@', this.fitter.fit(x, [p, s]), diagonal, true), axes: [p, s] };
      }
    }
    const product = this.m.binary('@', this.fitter.fit(x, [p, s]), this.fitter.fit(y, [s, q]), true);
    return { result: { m: product, axes: [p, q] }, absorbed };
  }

  /** Whether a·b takes fewer transposes than b'·a'; between equals the order of the result decides. */
  private prefers(a: Shaped, b: Shaped, s: Index, i: Index, j: Index): boolean {
    const turns = (x: Shaped, last: boolean) =>
      (x.axes[1] === s) === last ? 0 : x.m.kind === 'transpose' ? -1 : 1;
    const straight = turns(a, true) + turns(b, false);
    const reversed = turns(b, true) + turns(a, false);
    return straight < reversed || (straight === reversed && i.id < j.id);
  }

  private weighted(value: Shaped, items: readonly Item[], by: Shaped): Shaped {
    const onlyDivides = items.every((i) => i.divides);
    if (onlyDivides) return this.value([{ r: by, divides: false }, ...items]);
    return this.fitter.together([by, value], (parts) => this.chain(parts));
  }

  private outer(a: Shaped, b: Shaped): Shaped {
    const [x, y] = [this.fitter.squeezed(a), this.fitter.squeezed(b)];
    return { m: this.m.call('outer', [x.m, y.m]), axes: [...x.axes, ...y.axes] };
  }

  private assemble(coefficient: r.Rational, clusters: readonly Cluster[]): Shaped {
    const scalars = clusters.filter((c) => c.indices.length === 0).flatMap((c) => c.items);
    let tensors = clusters.filter((c) => c.indices.length > 0);
    const weighted = this.rowsWeighted(coefficient, scalars, tensors);
    if (weighted) return weighted;
    tensors = this.withOuter(tensors);
    const items = tensors.flatMap((c) => c.items);
    if (items.length === 0) return this.scalar(coefficient, scalars);
    const parts = [...items.filter((i) => !i.divides), ...items.filter((i) => i.divides)];
    const count = items.filter((i) => !i.divides).length;
    return this.fitter.together(
      parts.map((i) => i.r),
      (ms) => this.quotient(coefficient, scalars, ms.slice(0, count), ms.slice(count)),
    );
  }

  /** A matrix whose rows are multiplied by the elements of a vector: diag(v) @ A. */
  private rowsWeighted(
    coefficient: r.Rational,
    scalars: readonly Item[],
    tensors: readonly Cluster[],
  ): Shaped | undefined {
    const [vector, matrix] = [...tensors].sort((a, b) => a.indices.length - b.indices.length);
    if (tensors.length !== 2 || vector?.indices.length !== 1 || matrix?.indices.length !== 2)
      return undefined;
    const value = this.value(matrix.items);
    if (value.axes.length !== 2 || value.axes[0] !== vector.indices[0]) return undefined;
    const diagonal = this.m.call('diag', [this.fitter.squeezed(this.value(vector.items)).m]);
    const product = this.m.binary('@', diagonal, value.m, true);
    return { m: this.quotient(coefficient, scalars, [product], []), axes: value.axes };
  }

  /** Two vectors over different indices and no matrix to weigh: an outer product. */
  private withOuter(tensors: readonly Cluster[]): Cluster[] {
    const vectors = tensors.filter((c) => c.indices.length === 1);
    if (vectors.length !== 2) return [...tensors];
    const [a, b] = [...vectors].sort((x, y) => (x.indices[0] as Index).id - (y.indices[0] as Index).id) as [
      Cluster,
      Cluster,
    ];
    const result = this.outer(this.value(a.items), this.value(b.items));
    const rest = tensors.filter((c) => !vectors.includes(c));
    return [{ indices: indicesOf(result), items: [{ r: result, divides: false }] }, ...rest];
  }

  private scalar(coefficient: r.Rational, items: readonly Item[]): Shaped {
    return { m: this.quotient(coefficient, items, [], []), axes: [] };
  }

  private quotient(
    coefficient: r.Rational,
    scalars: readonly Item[],
    above: readonly Matrix[],
    below: readonly Matrix[],
  ): Matrix {
    const plain = (i: Item) => this.fitter.squeezed(i.r).m;
    const numerators = scalars.filter((i) => !i.divides).map(plain);
    const denominators = [...scalars.filter((i) => i.divides).map(plain), ...below];
    const { n, d } = splitNumber(coefficient, denominators.length > 0);
    if (!r.isOne(d)) denominators.unshift(this.m.number(d));
    let top: Matrix | undefined = above.length > 0 ? this.chain(above) : undefined;
    for (const x of [...numerators].reverse()) top = top ? this.m.scale(x, top) : x;
    const sign = n.n < 0n;
    const size = r.size(n);
    if (!r.isOne(size) || !top) top = top ? this.m.scale(this.m.number(size), top) : this.m.number(size);
    if (denominators.length > 0) top = this.m.binary('/', top, this.chain(denominators));
    return sign ? this.m.negate(top) : top;
  }
}

/** A coefficient as a number before the product and one below it: 1/2 goes below, 0.3 stays before. */
function splitNumber(c: r.Rational, hasDenominator: boolean): { n: r.Rational; d: r.Rational } {
  if (r.isInteger(c)) return { n: c, d: r.one };
  const unit = c.n === 1n || c.n === -1n;
  const small = unit && (hasDenominator || c.d === 2n || c.d === 4n || c.d === 8n) && c.d < 1000000n;
  if (small || !r.isDecimal(c)) return { n: r.ratio(c.n), d: r.ratio(c.d) };
  return { n: c, d: r.one };
}
