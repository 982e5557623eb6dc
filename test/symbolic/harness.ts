/** Formulas to gradients as text, and to numbers: what the tests of the symbolic derivative share. */
import { parseProgram, printProgram } from '../../grammar/index.js';
import { type Dim, evaluateDim, namedDim } from '../../src/core/affine.js';
import { noSpan } from '../../src/core/span.js';
import { sizeOf, type Tensor } from '../../src/core/tensor.js';
import { interpret } from '../../src/ir/interpret.js';
import { lower } from '../../src/ir/lower/index.js';
import type { Func } from '../../src/ir/types.js';
import { type SymbolicFormula, symbolicGradient } from '../../src/passes/symbolic/index.js';

/** `x: 4`, `A: m n`, `s:` for a scalar: names with the sizes of their axes. */
export type Shapes = Readonly<Record<string, readonly (number | string)[]>>;
export type Values = Readonly<Record<string, Tensor>>;

/** Names are variables in order of mention, those of `shapes` with their shapes, the others scalars. */
export function lowered(source: string, shapes: Shapes): Func {
  const dims = new Map<string, Dim>();
  const variables = Object.entries(shapes).map(([name, sizes]) => ({
    name,
    role: 'param' as const,
    dtype: 'float' as const,
    shape: sizes.map((d) => {
      if (typeof d === 'number') return d;
      dims.set(d, namedDim(d));
      return namedDim(d);
    }),
    span: noSpan,
  }));
  return lower(parseProgram(source).program, { variables, dims }).module.main;
}

export function textOf({ statements, expression }: SymbolicFormula): string {
  const last = { kind: 'expression' as const, value: expression, span: noSpan };
  return printProgram({ source: '', statements: [...statements, last] }).replaceAll('\n', '; ');
}

/** The printed gradients by variable, or why there are none. */
export function gradients(
  source: string,
  shapes: Shapes,
  wrt: readonly string[] = Object.keys(shapes),
  cotangent?: string,
): Record<string, string> | string {
  const result = symbolicGradient(lowered(source, shapes), wrt, cotangent === undefined ? {} : { cotangent });
  if ('unavailable' in result) return result.unavailable;
  return Object.fromEntries([...result.gradients].map(([name, formula]) => [name, textOf(formula)]));
}

const SIZES = new Map([
  ['n', 3],
  ['m', 2],
  ['k', 4],
  ['d', 5],
  ['h', 2],
]);

/** Numbers between low and high from a seed (a linear congruence: repeatable, and good enough here). */
export function randomValues(shapes: Shapes, seed: number, low = 0.3, high = 1.7): Values {
  let state = seed;
  const next = () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return low + ((high - low) * state) / 4294967296;
  };
  const tensors = Object.entries(shapes).map(([name, sizes]): [string, Tensor] => {
    const shape = sizes.map((d) => evaluateDim(typeof d === 'number' ? d : namedDim(d), SIZES));
    return [name, { shape, data: Float64Array.from({ length: sizeOf(shape) }, next) }];
  });
  return Object.fromEntries(tensors);
}

export function evaluate(source: string, shapes: Shapes, values: Values): Tensor {
  const func = lowered(source, shapes);
  return interpret(
    func,
    func.params.map((p) => values[p.name] as Tensor),
  )[0] as Tensor;
}

const total = (t: Tensor) => t.data.reduce((a, b) => a + b, 0);

/** Central differences, extrapolated once (Richardson), of the sum of a formula's elements. */
export function differences(source: string, shapes: Shapes, values: Values, name: string): number[] {
  const func = lowered(source, shapes);
  const at = (values[name] as Tensor).data;
  const shifted = (i: number, by: number) => {
    const data = Float64Array.from(at);
    data[i] = (data[i] as number) + by;
    const args = func.params.map((p) =>
      p.name === name ? { ...(values[name] as Tensor), data } : (values[p.name] as Tensor),
    );
    return total(interpret(func, args)[0] as Tensor);
  };
  return Array.from(at, (_, i) => {
    const slope = (h: number) => (shifted(i, h) - shifted(i, -h)) / (2 * h);
    return (4 * slope(0.0005) - slope(0.001)) / 3;
  });
}
