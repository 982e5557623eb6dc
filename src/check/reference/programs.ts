/**
 * The modes' own programs run on other numbers: on big ones, where nothing is lost and only the rules speak, and by the
 * interpreter on doubles, which tells what the generated code should compute.
 */
import * as why from '../../core/errors/reference.js';
import { sizeOf, type Tensor, zerosLike } from '../../core/tensor.js';
import { interpret } from '../../ir/interpret.js';
import type { ModePart, ModeRun } from '../../run/modes.js';
import type { Point, Variable } from '../../run/problem.js';
import { type BigOptions, interpretBig } from './interpret.js';
import type { Big, Bigs } from './numbers.js';
import { type Element, Undefined } from './rows.js';
import { type BigTensor, bigTensor } from './tensors.js';

/**
 * The gradient that a mode's runs compute on big numbers.
 * @throws Unavailable
 */
export function exactGradient(
  k: Bigs,
  runs: readonly ModeRun[],
  variables: readonly Variable[],
  options: BigOptions,
): Map<string, BigTensor> {
  const gradient = new Map(
    variables.map((v) => [v.name, Array.from({ length: sizeOf(v.shape) }, (): Element => k.zero)]),
  );
  for (const run of runs) {
    const results = exactResults(k, run, options);
    for (const part of run.parts) {
      const into = gradient.get(part.variable);
      if (into) place(k, part, results[part.result] as BigTensor, into);
    }
  }
  return new Map(variables.map((v) => [v.name, { shape: v.shape, data: gradient.get(v.name) as Element[] }]));
}

/** The results of one run on big numbers. */
export function exactResults(k: Bigs, { func, args }: ModeRun, options: BigOptions): readonly BigTensor[] {
  return interpretBig(
    k,
    func,
    args.map((t) => bigTensor(k, t, why.infiniteInput)),
    options,
  ).results;
}

function place(k: Bigs, part: ModePart, { data }: BigTensor, into: Element[]): void {
  const scale = k.num(part.scale);
  const scaled = (x: Element) => (x instanceof Undefined ? x : x.mul(scale));
  if (part.element === undefined) for (const [i, x] of data.entries()) into[i] = scaled(x);
  else into[part.element] = scaled(weighed(k, data, part.weights as Tensor));
}

function weighed(k: Bigs, data: readonly Element[], weights: Tensor): Element {
  let sum: Big = k.zero;
  for (const [i, x] of data.entries()) {
    const weight = weights.data[i] as number;
    if (weight === 0) continue;
    if (x instanceof Undefined) return x;
    sum = sum.add(x.mul(k.num(weight)));
  }
  return sum;
}

/** The gradient that the interpreter computes from a mode's runs, in doubles. */
export function interpretedGradient(runs: readonly ModeRun[], variables: readonly Variable[]): Point {
  const gradient = new Map(
    variables.map((v) => [v.name, zerosLike({ shape: v.shape, data: new Float64Array(sizeOf(v.shape)) })]),
  );
  for (const run of runs) {
    const results = interpret(run.func, run.args);
    for (const { variable, result, element, weights, scale } of run.parts) {
      const into = gradient.get(variable)?.data;
      const { data } = results[result] as Tensor;
      if (!into) continue;
      if (element === undefined) for (const [i, x] of data.entries()) into[i] = scale === 1 ? x : x * scale;
      else into[element] = inner(weights as Tensor, data);
    }
  }
  return gradient;
}

/** Σ weights·data, summed as a sweep of forward mode is. */
function inner(weights: Tensor, data: Float64Array): number {
  let sum = 0;
  for (const [i, w] of weights.data.entries()) if (w !== 0) sum += w * (data[i] as number);
  return sum;
}
