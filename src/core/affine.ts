/**
 * Dimensions: integer-affine forms in named dimensions (`n`, `n-1`, `2*n+3`), equal by normal form.
 *
 * A known dimension is a plain number; an `Affine` always has at least one term, terms are sorted by name and have
 * non-zero integer coefficients, so two forms are equal exactly when they print alike.
 */
import { InternalError } from './diagnostic.js';

export interface Affine {
  readonly constant: number;
  readonly terms: readonly (readonly [name: string, coefficient: number])[];
}
export type Dim = number | Affine;
export type Shape = readonly Dim[];

export function namedDim(name: string): Dim {
  return { constant: 0, terms: [[name, 1]] };
}

function normal(constant: number, coefficients: Map<string, number>): Dim {
  const terms = [...coefficients].filter(([, c]) => c !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
  return terms.length === 0 ? constant : { constant, terms };
}

/** a + scale·b. */
export function addDims(a: Dim, b: Dim, scale = 1): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a + scale * b;
  const all = new Map<string, number>(typeof a === 'number' ? [] : a.terms);
  if (typeof b !== 'number') for (const [n, c] of b.terms) all.set(n, (all.get(n) ?? 0) + scale * c);
  const constant = (d: Dim) => (typeof d === 'number' ? d : d.constant);
  return normal(constant(a) + scale * constant(b), all);
}

export function scaleDim(a: Dim, factor: number): Dim {
  return addDims(0, a, factor);
}

/** The product, where it is affine (one of the two is known); otherwise undefined. */
export function mulDims(a: Dim, b: Dim): Dim | undefined {
  if (typeof b === 'number') return scaleDim(a, b);
  return typeof a === 'number' ? scaleDim(b, a) : undefined;
}

export function sameDim(a: Dim, b: Dim): boolean {
  if (typeof a === 'number' || typeof b === 'number') return a === b;
  return (
    a.constant === b.constant &&
    a.terms.length === b.terms.length &&
    a.terms.every(([n, c], i) => b.terms[i]?.[0] === n && b.terms[i]?.[1] === c)
  );
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a === b || (a.length === b.length && a.every((d, i) => sameDim(d, b[i] as Dim)));
}

export function dimNames(dim: Dim): string[] {
  return typeof dim === 'number' ? [] : dim.terms.map(([n]) => n);
}

/** The value of a dimension once its names are known. */
export function evaluateDim(dim: Dim, values: ReadonlyMap<string, number>): number {
  if (typeof dim === 'number') return dim;
  let total = dim.constant;
  for (const [name, coefficient] of dim.terms) {
    const value = values.get(name);
    if (value === undefined) throw new InternalError(`dimension ${name} has no value`);
    total += coefficient * value;
  }
  return total;
}

/** A dimension with names replaced by other dimensions. */
export function substituteDim(dim: Dim, by: ReadonlyMap<string, Dim>): Dim {
  if (typeof dim === 'number') return dim;
  let result: Dim = dim.constant;
  for (const [name, coefficient] of dim.terms)
    result = addDims(result, by.get(name) ?? namedDim(name), coefficient);
  return result;
}

export function printDim(dim: Dim): string {
  if (typeof dim === 'number') return String(dim);
  let text = '';
  for (const [name, c] of dim.terms) {
    const size = Math.abs(c) === 1 ? name : `${Math.abs(c)}*${name}`;
    text += text === '' ? (c < 0 ? `-${size}` : size) : c < 0 ? `-${size}` : `+${size}`;
  }
  if (dim.constant !== 0) text += dim.constant > 0 ? `+${dim.constant}` : String(dim.constant);
  return text;
}

export function printShape(shape: Shape): string {
  return `[${shape.map(printDim).join(', ')}]`;
}

/** The number of elements, where every dimension is known. */
export function knownSize(shape: Shape): number | undefined {
  let size = 1;
  for (const dim of shape) {
    if (typeof dim !== 'number') return undefined;
    size *= dim;
  }
  return size;
}
