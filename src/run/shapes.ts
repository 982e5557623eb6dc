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
  const sizeOf = (v: ProgramVariable) => values.get(v.name) as Tensor;
  const types = variables.map((v): VariableType => {
    const value = sizeOf(v);
    if (v.shape && v.shape.length !== value.shape.length) throw wrongShape(v, value.shape);
    if (v.integer && !value.data.every(Number.isInteger)) throw notInteger(v.span, v.name);
    const dtype = v.integer ? 'int' : 'float';
    const known = v.known ? { known: value.data[0] as number } : {};
    return { name: v.name, role: v.role, dtype, shape: value.shape, span: v.span, ...known };
  });
  const dims = new Map<string, Dim>();
  for (const t of types) if (t.known !== undefined) dims.set(t.name, t.known);
  const axes = variables.flatMap((v) => (v.shape ?? []).map((dim, axis) => ({ v, dim, axis })));
  let waiting = axes;
  for (let before = -1; waiting.length !== before; ) {
    before = waiting.length;
    waiting = waiting.filter(({ v, dim, axis }) => !bindSize(v, dim, axis, sizeOf(v).shape, dims));
  }
  for (const { v } of waiting) throw wrongShape(v, sizeOf(v).shape);
  return { variables: types, dims };
}

const wrongShape = (v: ProgramVariable, actual: readonly number[]) =>
  badShape(v.span, v.name, printShape(v.shape as Shape), printShape(actual));

/** Binds the name of a declared size to the size of the value; false where more than one name is still open. */
function bindSize(
  v: ProgramVariable,
  dim: Dim,
  axis: number,
  actual: readonly number[],
  dims: Map<string, Dim>,
): boolean {
  const rest = addDims(substituteDim(dim, dims), actual[axis] as number, -1);
  if (typeof rest === 'number') {
    if (rest !== 0) throw wrongShape(v, actual);
    return true;
  }
  if (rest.terms.length > 1) return false;
  const [name, coefficient] = rest.terms[0] as readonly [string, number];
  const size = -rest.constant / coefficient + 0;
  if (!Number.isInteger(size) || size < 0) throw wrongShape(v, actual);
  dims.set(name, size);
  return true;
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
  const sizes = variables.filter((v) => v.known && !known.has(v.name)).map((v) => v.name);
  const declaredDims = new Set([...variables.flatMap((v) => v.shape?.flatMap(dimNames) ?? []), ...sizes]);
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
      ...(v.known && { known: value ?? namedDim(v.name) }),
    };
  });
  const resolved = flexible.size === 0 ? types : withSizes(program, types, inScope, flexible);
  const named = withNames(resolved, declaredDims, new Set(variables.map((v) => v.name)));
  const stated = new Set(variables.filter((v) => v.shape).map((v) => v.name));
  const open = named.filter((t) => !stated.has(t.name));
  const guessed = open.filter((t) => t.shape.length > 0);
  const scalars = open.filter((t) => t.shape.length === 0);
  const parts = [...guessed, ...scalars].map(
    (t) => `${t.name} ${t.shape.length > 0 ? printShape(t.shape) : 'a scalar'}`,
  );
  const assumed = guessed.length > 0 ? [shapesAssumed(parts)] : [];
  return { variables: named, dims: inScope, assumed };
}

/** Finds out which open sizes are equal, or known, by lowering the program. */
function withSizes(
  program: ProgramNode,
  types: readonly VariableType[],
  inScope: ReadonlyMap<string, Dim>,
  flexible: ReadonlySet<string>,
): VariableType[] {
  const { dims } = lower(program, { variables: types, dims: inScope, flexible });
  return types.map((t) => ({ ...t, shape: dims.resolveShape(t.shape) }));
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
