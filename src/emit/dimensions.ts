/**
 * Named dimensions of an emitted function: how each follows from the lengths of the arguments, and what is checked.
 *
 * An array of known total length but one unknown dimension gives that dimension; what no array gives becomes a
 * parameter. A *source* says where a dimension comes from.
 */
import { type Dim, dimNames, mulDims, printDim, type Shape } from '../core/affine.js';
import type { LoopFunction, LoopParam } from '../loops/types.js';

export type Source =
  /** (length / others - constant) / coefficient */
  | {
      readonly kind: 'array';
      readonly name: string;
      readonly param: LoopParam;
      readonly others: Shape;
      readonly constant: Dim;
      readonly coefficient: number;
    }
  | { readonly kind: 'parameter'; readonly name: string };

/** How to find every named dimension, in an order in which it works. */
export function dimensionSources(fn: LoopFunction): Source[] {
  const sources: Source[] = [];
  const known = new Set<string>();
  const wanted = fn.dims.map((d) => d.name);
  const arrays = fn.params.filter((p) => p.shape.length > 0);
  const add = (source: Source) => {
    known.add(source.name);
    sources.push(source);
  };
  while (known.size < wanted.length) {
    const next = firstSource(arrays, known);
    const missing = wanted.find((name) => !known.has(name)) as string;
    add(next ?? { kind: 'parameter', name: missing });
  }
  return sources;
}

function firstSource(arrays: readonly LoopParam[], known: ReadonlySet<string>): Source | undefined {
  const simplest = [...arrays].sort((a, b) => a.shape.length - b.shape.length);
  for (const param of simplest) {
    const open = param.shape.filter((d) => dimNames(d).some((n) => !known.has(n)));
    const [dim] = open;
    if (open.length !== 1 || dim === undefined || typeof dim === 'number') continue;
    const unknown = dim.terms.filter(([n]) => !known.has(n));
    const [term] = unknown;
    if (unknown.length !== 1 || !term) continue;
    const rest = dim.terms.filter((t) => t !== term);
    const constant: Dim = rest.length > 0 ? { constant: dim.constant, terms: rest } : dim.constant;
    const others = param.shape.filter((d) => d !== dim);
    return { kind: 'array', name: term[0], param, others, constant, coefficient: term[1] };
  }
  return undefined;
}

/** Factors of a number of elements, known numbers multiplied together. */
export function factors(shape: Shape): Dim[] {
  let known: Dim = 1;
  const rest: Dim[] = [];
  for (const d of shape) {
    const product = mulDims(known, d);
    if (product !== undefined && (typeof d === 'number' || known === 1)) known = product;
    else rest.push(d);
  }
  return known === 1 && rest.length > 0 ? rest : [known, ...rest];
}

/** A dimension in the names that code has for its names. */
export function dimText(dim: Dim, nameOf: (name: string) => string): string {
  return printDim(
    typeof dim === 'number' ? dim : { ...dim, terms: dim.terms.map(([n, c]) => [nameOf(n), c] as const) },
  )
    .replace(/(\S)([+-])/g, '$1 $2 ')
    .replace(/\*/g, ' * ');
}

export function needsParens(d: Dim): boolean {
  return typeof d !== 'number' && (d.terms.length > 1 || d.constant !== 0);
}

/** The number of elements of a shape. */
export function sizeText(shape: Shape, nameOf: (name: string) => string): string {
  const all = factors(shape);
  return all
    .map((f) => (all.length > 1 && needsParens(f) ? `(${dimText(f, nameOf)})` : dimText(f, nameOf)))
    .join(' * ');
}

/** A shape in words: `vector of length n`, `m×n matrix, row-major`. */
export function describe(shape: Shape): string {
  const dims = shape.map(printDim);
  if (shape.length === 0) return 'a number';
  if (shape.length === 1) return `vector of length ${dims[0]}`;
  return `${dims.map((d) => (/[+-]/.test(d) ? `(${d})` : d)).join('×')} ${shape.length === 2 ? 'matrix' : 'tensor'}, row-major`;
}
