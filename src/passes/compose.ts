/**
 * What stands between two differentiations: which results of a derivative are kept, how they become one value that can
 * be differentiated again, and names for the parameters that a derivative has added.
 */
import { addDims, type Dim, mulDims, type Shape } from '../core/affine.js';
import { unknownSize } from '../core/errors/passes.js';
import { noSpan } from '../core/span.js';
import type { Builder } from '../ir/builder.js';
import { type Func, type Param, type Region, type Role, regionsOf, type Value } from '../ir/types.js';
import type { Pass } from './pass.js';
import { Copier, withParts, withRequirements } from './rewrite.js';

/** A function with more operations at its end, other results, and more parameters. */
function extended(
  func: Func,
  more: (b: Builder, results: readonly Value[]) => { results: readonly Value[]; params?: readonly Param[] },
  names: readonly string[],
): Func {
  const copier = new Copier(func, () => undefined);
  copier.ops(func.body.ops);
  const { results, params = [] } = more(copier.b, func.body.results.map(copier.resolve));
  return withRequirements(func, copier.b.finish(func.name, [...func.params, ...params], results, names));
}

/** Keeps the results at some positions, in that order. */
export function keep(positions: readonly number[]): Pass {
  const of = <T>(all: readonly T[]) => positions.map((k) => all[k] as T);
  return {
    name: 'keep',
    summary: 'only some results of a derivative',
    run: (func) => ({
      ...func,
      resultNames: of(func.resultNames),
      body: { ...func.body, results: of(func.body.results) },
    }),
  };
}

/** No name of a program, nor of what differentiating it adds, begins like this. */
const INNER = '%';

/** The name of a parameter after `setAside`. */
export const aside = (name: string) => `${INNER}${name}`;

/**
 * Names the parameters from a position on as no variable of a program is named, so that another differentiation adds
 * its own beside them.
 */
export function setAside(from: number): Pass {
  return {
    name: 'setAside',
    summary: 'other names for the parameters of a derivative',
    run: (func) => ({
      ...func,
      params: func.params.map((p, k) => (k < from ? p : { ...p, name: aside(p.name) })),
    }),
  };
}

/** The number of elements of a shape. @throws AdcError unsupported where it is no affine form */
export function flatSize(shape: Shape): Dim {
  return shape.reduce<Dim>((product, d) => {
    const next = mulDims(product, d);
    if (next === undefined) throw unknownSize(noSpan, 'the derivative with respect to a matrix');
    return next;
  }, 1);
}

/** All results as one vector, one behind the other. */
export const flatten: Pass = {
  name: 'flatten',
  summary: 'the gradients as one vector',
  run: (func) =>
    extended(
      func,
      (b, results) => {
        const rows = results.map((v) => b.reshape(v, [flatSize(v.type.shape)]));
        const length = rows.reduce<Dim>((sum, v) => addDims(sum, v.type.shape[0] as Dim), 0);
        const [only] = rows;
        const vector = rows.length === 1 && only ? only : b.concat(rows, 0);
        return { results: [b.reshape(vector, [length])] };
      },
      ['gradient'],
    ),
};

/** The sum of all results, each weighed element by element by a new parameter. */
export function pair(names: readonly string[], role: Role): Pass {
  return {
    name: 'pair',
    summary: 'the results weighed and added up',
    run: (func) =>
      extended(
        func,
        (b, results) => {
          const params = results.map((v, k) => b.param(names[k] as string, v.type, role));
          const terms = results.map((v, k) => inner(b, v, (params[k] as Param).value));
          return { results: [terms.reduce((x, y) => b.elementwise('add', x, y))], params };
        },
        ['value'],
      ),
  };
}

function inner(b: Builder, x: Value, y: Value): Value {
  const axes = x.type.shape.map((_, k) => k);
  return axes.length === 0 ? b.elementwise('mul', x, y) : b.contract(x, axes, y, axes, []);
}

/** Names as in the program again, tangents before cotangents, and functions that no other derivative carries. */
export function present(derivative: string): Pass {
  return {
    name: 'present',
    summary: 'the names that a caller sees',
    run: (func) => {
      const shown = func.params.map((p) => (p.name.startsWith(INNER) ? { ...p, name: p.name.slice(1) } : p));
      const last = shown.filter((p) => p.role === 'cotangent');
      const params = [...shown.filter((p) => p.role !== 'cotangent'), ...last];
      const body = { ...func.body, params: params.map((p) => p.value) };
      return withOwnFunctions({ ...func, params, body }, derivative);
    },
  };
}

/** The function with those that it calls under names of its own. */
function withOwnFunctions(func: Func, derivative: string): Func {
  if (func.functions === undefined) return func;
  const named = (name: string) => `${name}@${derivative}`;
  const renamed = (region: Region): Region => ({
    ...region,
    ops: region.ops.map((op) => {
      if (op.kind === 'call') return { ...op, callee: named(op.callee) };
      const regions = regionsOf(op);
      return regions.length > 0 ? withParts(op, op.operands, op.results, regions.map(renamed)) : op;
    }),
  });
  const own = (f: Func): Func => ({ ...f, body: renamed(f.body) });
  const functions = new Map(
    [...func.functions].map(([name, f]) => [named(name), { ...own(f), name: named(name) }] as const),
  );
  return { ...own(func), functions };
}
