/** Gradients by each mode with the interpreter, compositions of the passes, and central differences to compare with. */
import { scalar, type Tensor, zerosLike } from '../../src/core/tensor.js';
import { Builder } from '../../src/ir/builder.js';
import { interpret } from '../../src/ir/interpret.js';
import type { Func, Param, Value } from '../../src/ir/types.js';
import { forward } from '../../src/passes/forward/index.js';
import { frozenValues } from '../../src/passes/freeze.js';
import {
  derive,
  forwardDerivation,
  frozenDerivation,
  reverseDerivation,
  valueDerivation,
} from '../../src/passes/pipeline.js';
import { reverse } from '../../src/passes/reverse/index.js';
import { withRequirements } from '../../src/passes/rewrite.js';
import type { Sample } from './lowered.js';

export type Evaluate = (func: Func, args: readonly Tensor[]) => Tensor[];
const interpreted: Evaluate = (func, args) => interpret(func, args);

export const ones = (t: Tensor): Tensor => ({ shape: t.shape, data: t.data.map(() => 1) });

function isScalar(func: Func): boolean {
  return func.body.results[0]?.type.shape.length === 0;
}

/** The gradient of the sum of the output's elements by reverse mode, in the order of `wrt`, flattened. */
export function reverseGradient({ func, args, wrt }: Sample, evaluate = interpreted): number[] {
  const gradient = derive(func, reverseDerivation(wrt));
  const output = evaluate(derive(func, valueDerivation), args)[0] as Tensor;
  const results = evaluate(gradient, isScalar(func) ? args : [...args, ones(output)]);
  return results.slice(1).flatMap((t) => [...t.data]);
}

/** The same by one forward sweep for each coordinate. */
export function forwardGradient(
  { func, args, wrt }: Sample,
  guarded = false,
  evaluate = interpreted,
): number[] {
  const tangent = derive(func, forwardDerivation(wrt, { guarded }));
  const sources = func.params.map((p, i) => [p.name, args[i] as Tensor] as const);
  const directions = sources
    .filter(([name]) => wrt.includes(name))
    .map(([name, t]) => [name, zerosLike(t)] as const);
  return wrt.flatMap((name) => {
    const seed = directions.find(([n]) => n === name)?.[1] as Tensor;
    return Array.from(seed.data, (_, i) => {
      seed.data[i] = 1;
      const result = evaluate(tangent, [...args, ...directions.map(([, t]) => t)])[1] as Tensor;
      const total = result.data.reduce((a, b) => a + b, 0);
      seed.data[i] = 0;
      return total;
    });
  });
}

/** Values of the detach operations of the frozen function at the point. */
function frozenAt({ func, args }: Sample): { readonly func: Func; readonly frozen: readonly Tensor[] } {
  const before = derive(func, { name: '', summary: '', passes: frozenDerivation.passes.slice(0, 3) });
  const frozen = frozenValues(before, args);
  return { func: derive(func, frozenDerivation), frozen };
}

export interface Difference {
  readonly value: number;
  /** How far two orders of extrapolation are apart. */
  readonly error: number;
}

/** Richardson extrapolation of central differences of `f` at 0. */
export function difference(f: (t: number) => number, step: number): Difference {
  const D = (h: number) => (f(h) - f(-h)) / (2 * h);
  const [a, b, c] = [D(step), D(step / 2), D(step / 4)] as const;
  const [ab, bc] = [(4 * b - a) / 3, (4 * c - b) / 3];
  const value = (16 * bc - ab) / 15;
  return { value, error: Math.max(Math.abs(value - bc), Math.abs(bc - ab) / 15) };
}

/** Differences of the sum of the output's elements, with what is detached held still. */
export function differenceGradient(sample: Sample, step = 1e-3): Difference[] {
  const { func, frozen } = frozenAt(sample);
  const { args, wrt } = sample;
  return wrt.flatMap((name) => {
    const at = func.params.findIndex((p) => p.name === name);
    const base = args[at] as Tensor;
    return Array.from(base.data, (x, i) =>
      difference((t) => {
        const moved = { shape: base.shape, data: Float64Array.from(base.data) };
        moved.data[i] = x + t;
        const all = [...args.slice(0, at), moved, ...args.slice(at + 1), ...frozen];
        return (interpret(func, all)[0] as Tensor).data.reduce((a, b) => a + b, 0);
      }, step),
    );
  });
}

/** A function with further data parameters and one output: the sum of some of its results, each weighed by one. */
export function weighed(func: Func, results: readonly number[], prefix: string): Func {
  const b = new Builder(func.valueCount);
  for (const op of func.body.ops) b.push(op);
  const weights: Param[] = [];
  const terms = results.map((i) => {
    const r = func.body.results[i] as Value;
    const w = b.param(`${prefix}${i}`, r.type, 'data');
    weights.push(w);
    const labels = r.type.shape.map((_, k) => k);
    return b.contract(r, labels, w.value, labels, []);
  });
  const output = terms.reduce((x, y) => b.elementwise('add', x, y), b.num(0));
  return withRequirements(func, b.finish(func.name, [...func.params, ...weights], [output], ['value']));
}

/** A deterministic direction. */
export function direction(t: Tensor, seed: number): Tensor {
  return { shape: t.shape, data: t.data.map((_, i) => Math.cos(1.3 * seed + 2.1 * i + 0.4)) };
}

const inner = (a: readonly Tensor[], b: readonly Tensor[]): number =>
  a.reduce((sum, t, k) => sum + t.data.reduce((s, x, i) => s + x * (b[k]?.data[i] as number), 0), 0);

/** Along two directions u and v the second derivative u'Hv of the sum of the output, by composing the passes. */
export function secondDerivatives({ func, args, wrt }: Sample): Record<string, number> {
  const total = weighed(func, [0], 'sum');
  const output = interpret(func, args)[0] as Tensor;
  const all = [...args, ones(output)];
  const ordered = total.params.filter((p) => wrt.includes(p.name)).map((p) => p.name);
  const sources = ordered.map((name) => args[func.params.findIndex((p) => p.name === name)] as Tensor);
  const u = sources.map((t, k) => direction(t, k));
  const v = sources.map((t, k) => direction(t, k + 7));
  const indices = ordered.map((_, i) => i + 1);
  const gradient = weighed(reverse(total, ordered), indices, 'u');
  const tangent = forward(total, ordered);
  const slope = weighed(tangent, [1], 'one');
  const run = (f: Func, values: readonly Tensor[]) => interpret(f, values);
  return {
    forwardOverReverse: (run(forward(gradient, ordered), [...all, ...u, ...v])[1] as Tensor)
      .data[0] as number,
    reverseOverReverse: inner(run(reverse(gradient, ordered), [...all, ...u]).slice(1), v),
    reverseOverForward: inner(run(reverse(slope, ordered), [...all, ...u, scalar(1)]).slice(1), v),
    forwardOverForward: (run(forward(slope, ordered), [...all, ...u, scalar(1), ...v])[1] as Tensor)
      .data[0] as number,
  };
}

/** The difference along v of the reverse gradient weighed by u, with what is detached held still: what the second derivatives are compared with. */
export function secondDifference(sample: Sample, step = 1e-3): Difference {
  const { args, wrt } = sample;
  const { func, frozen } = frozenAt(sample);
  const gradient = derive(func, reverseDerivation(wrt));
  const output = interpret(sample.func, args)[0] as Tensor;
  const at = wrt.map((name) => func.params.findIndex((p) => p.name === name));
  const order = func.params.filter((p) => wrt.includes(p.name)).map((p) => p.name);
  const u = wrt.map((name, k) => direction(args[at[k] as number] as Tensor, order.indexOf(name)));
  const v = wrt.map((name, k) => direction(args[at[k] as number] as Tensor, order.indexOf(name) + 7));
  return difference((t) => {
    const moved = args.map((a, i): Tensor => {
      const k = at.indexOf(i);
      return k < 0 ? a : { shape: a.shape, data: a.data.map((x, j) => x + t * (v[k]?.data[j] as number)) };
    });
    return inner(
      interpret(gradient, [...moved, ...frozen, ...(isScalar(func) ? [] : [ones(output)])]).slice(1),
      u,
    );
  }, step);
}

/** Whether two numbers agree within a relative tolerance, in the scale of the numbers around them. */
export function near(a: number, b: number, tolerance: number, scale = 1): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
  return a === b || Math.abs(a - b) <= tolerance * Math.max(scale, Math.abs(a), Math.abs(b));
}
