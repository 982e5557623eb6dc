/** From a formula with values to a function of the upper IR with its arguments: how most tests start. */
import { fromNested, type Nested, type Tensor } from '../../src/core/tensor.js';
import { interpret } from '../../src/ir/interpret.js';
import type { Func } from '../../src/ir/types.js';
import { lowerAt, parse, valuesOf, wrtOf } from '../../src/run/program.js';

export type Values = Readonly<Record<string, Nested>>;

export interface Sample {
  readonly func: Func;
  readonly args: readonly Tensor[];
  /** The names of the parameters that are differentiated. */
  readonly wrt: readonly string[];
}

export function tensorOf(nested: Nested): Tensor {
  const t = fromNested(nested);
  if (!t) throw new Error(`ragged ${JSON.stringify(nested)}`);
  return t;
}

/** Lowers a formula at the shapes of its values. */
export function sampleOf(source: string, values: Values): Sample {
  const given = new Map(Object.entries(values).map(([name, v]) => [name, tensorOf(v)]));
  const parsed = parse(source, given.keys());
  const point = valuesOf(parsed, given);
  const { module } = lowerAt(parsed, point);
  const args = module.main.params.map((p) => point.get(p.name) as Tensor);
  const names = new Set(module.main.params.map((p) => p.name));
  const params = parsed.variables.some((v) => v.role === 'param') ? wrtOf(parsed, undefined) : [];
  return { func: module.main, args, wrt: params.filter((name) => names.has(name)) };
}

/** The value of a formula, by the interpreter. */
export function evaluated(source: string, values: Values = {}): Tensor {
  const { func, args } = sampleOf(source, values);
  return interpret(func, args)[0] as Tensor;
}

/** The same values with the same bits; all NaNs are one. */
export function sameBits(a: Tensor, b: Tensor): boolean {
  return (
    a.shape.length === b.shape.length &&
    a.shape.every((d, k) => d === b.shape[k]) &&
    a.data.length === b.data.length &&
    a.data.every((x, i) => Object.is(x, b.data[i]))
  );
}
