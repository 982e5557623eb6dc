/** Shapes: fitted to the values that are given, or worked out from what the program does with its names. */
import type { ProgramNode } from '../../grammar/ast.js';
import {
  addDims,
  type Dim,
  dimNames,
  namedDim,
  printShape,
  type Shape,
  substituteDim,
} from '../core/affine.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { badShape, notInteger, shapesAssumed } from '../core/errors/values.js';
import type { Tensor } from '../core/tensor.js';
import { lower, type VariableType } from '../ir/lower/index.js';
import type { ProgramVariable } from './variables.js';

/** Variables with their types, and the dimensions that are in scope as integers. */
export interface Typed {
  readonly variables: readonly VariableType[];
  readonly dims: ReadonlyMap<string, Dim>;
}

/** Types from values: declared dimensions take the sizes of the values. */
export function typedByValues(
  variables: readonly ProgramVariable[],
  values: ReadonlyMap<string, Tensor>,
): Typed {
  const dims = new Map<string, Dim>();
  const types = variables.map((v): VariableType => {
    const value = values.get(v.name) as Tensor;
    if (v.shape) bindShape(v, v.shape, value.shape, dims);
    if (v.integer && !value.data.every(Number.isInteger)) throw notInteger(v.span, v.name);
    const dtype = v.integer ? 'int' : 'float';
    const known = v.known ? { known: value.data[0] as number } : {};
    return { name: v.name, role: v.role, dtype, shape: value.shape, span: v.span, ...known };
  });
  return { variables: types, dims };
}

/** Binds the names of a declared shape to the sizes of a value. */
function bindShape(
  v: ProgramVariable,
  declared: Shape,
  actual: readonly number[],
  dims: Map<string, Dim>,
): void {
  const wrong = () => badShape(v.span, v.name, printShape(declared), printShape(actual));
  if (declared.length !== actual.length) throw wrong();
  for (const [k, dim] of declared.entries()) {
    const rest = addDims(substituteDim(dim, dims), actual[k] as number, -1);
    if (typeof rest === 'number') {
      if (rest !== 0) throw wrong();
      continue;
    }
    const [name, coefficient] = rest.terms[0] as readonly [string, number];
    const size = -rest.constant / coefficient;
    if (rest.terms.length > 1 || !Number.isInteger(size) || size < 0) throw wrong();
    dims.set(name, size);
  }
}

const VECTOR_NAMES = ['n', 'm', 'k', 'p', 'q', 'r', 's', 't', 'u', 'v'];
const ROW_NAMES = ['m', 'n', 'k', 'p', 'q', 'r', 's', 't', 'u', 'v'];

/** A name for a dimension that nothing else has. */
function freshName(taken: Set<string>, wished: readonly string[]): string {
  let name = wished.find((n) => !taken.has(n));
  for (let i = 1; name === undefined; i++) if (!taken.has(`n${i}`)) name = `n${i}`;
  taken.add(name);
  return name;
}

/**
 * Types from the program alone: names without a shape take the rank that the syntax demands (else they are scalars),
 * and their sizes are made equal where operations demand it.
 */
export function typedByProgram(
  program: ProgramNode,
  variables: readonly ProgramVariable[],
  ranks: ReadonlyMap<string, number>,
  known: ReadonlyMap<string, number>,
): Typed & { readonly assumed: readonly Diagnostic[] } {
  const flexible = new Set<string>();
  const declaredDims = new Set(variables.flatMap((v) => v.shape?.flatMap(dimNames) ?? []));
  const inScope = new Map([...declaredDims].map((n): [string, Dim] => [n, namedDim(n)]));
  const types = variables.map((v): VariableType => {
    const rank = ranks.get(v.name) ?? v.rank ?? 0;
    const own = Array.from({ length: rank }, (_, k) =>
      k === 0 ? `length(${v.name})` : `shape(${v.name})[${k}]`,
    );
    if (!v.shape) for (const name of own) flexible.add(name);
    const value = known.get(v.name);
    return {
      name: v.name,
      role: v.role,
      dtype: v.integer ? 'int' : 'float',
      shape: v.shape ?? own.map(namedDim),
      span: v.span,
      ...(v.known && value !== undefined && { known: value }),
    };
  });
  const { dims } = lower(program, { variables: types, dims: inScope, flexible });
  const resolved = types.map((t) => ({ ...t, shape: dims.resolveShape(t.shape) }));
  const named = withNames(resolved, declaredDims, new Set(variables.map((v) => v.name)));
  const guessed = named.filter((t) => !variables.find((v) => v.name === t.name)?.shape && t.shape.length > 0);
  const scalars = named.filter(
    (t) => !variables.find((v) => v.name === t.name)?.shape && t.shape.length === 0,
  );
  const parts = [...guessed, ...scalars].map(
    (t) => `${t.name} ${t.shape.length > 0 ? printShape(t.shape) : 'a scalar'}`,
  );
  const assumed = guessed.length > 0 ? [shapesAssumed(parts.join(', '))] : [];
  return { variables: named, dims: inScope, assumed };
}

/** Gives the sizes that are still open the names people use: n for vectors, m by n for matrices. */
function withNames(
  types: readonly VariableType[],
  taken: Set<string>,
  variables: ReadonlySet<string>,
): VariableType[] {
  const used = new Set([...taken, ...variables]);
  const names = new Map<string, Dim>();
  return types.map((t) => {
    const shape = t.shape.map((dim, k) => {
      for (const open of dimNames(dim)) {
        if (taken.has(open) || names.has(open)) continue;
        names.set(open, namedDim(freshName(used, t.shape.length > 1 && k === 0 ? ROW_NAMES : VECTOR_NAMES)));
      }
      return substituteDim(dim, names);
    });
    return { ...t, shape };
  });
}
