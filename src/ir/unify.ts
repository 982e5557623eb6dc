/**
 * Unification of dimensions. Names declared in a program are rigid; the sizes of names without shapes are flexible
 * (`length(x)`), and are bound as operations demand.
 */
import { addDims, type Dim, dimNames, type Shape, sameDim, substituteDim } from '../core/affine.js';

export class Unifier {
  private readonly bound = new Map<string, Dim>();

  constructor(private readonly flexible: ReadonlySet<string> = new Set()) {}

  resolve(dim: Dim): Dim {
    if (typeof dim === 'number' || this.bound.size === 0) return dim;
    const resolved = substituteDim(dim, this.bound);
    return sameDim(resolved, dim) ? dim : this.resolve(resolved);
  }

  resolveShape(shape: Shape): Shape {
    return this.bound.size === 0 ? shape : shape.map((d) => this.resolve(d));
  }

  /** Makes two dimensions equal if they can be. */
  unify(a: Dim, b: Dim): boolean {
    const difference = addDims(this.resolve(a), this.resolve(b), -1);
    if (typeof difference === 'number') return difference === 0;
    const term = difference.terms.find(([name, c]) => this.flexible.has(name) && Math.abs(c) === 1);
    if (!term) return false;
    const [name, coefficient] = term;
    const rest = addDims(difference, { constant: 0, terms: [[name, coefficient]] }, -1);
    const solution = addDims(0, rest, -coefficient);
    if (dimNames(solution).includes(name)) return false;
    this.bound.set(name, solution);
    return true;
  }

  unifyShapes(a: Shape, b: Shape): boolean {
    return a.length === b.length && a.every((d, k) => this.unify(d, b[k] as Dim));
  }
}
