/**
 * What a comparison is given and what it gathers, and the sizes that errors are measured by.
 *
 * Errors are relative to the *scale* of a component, max(|gᵢ|, 10⁻³·max|g|): a component that is tiny beside the
 * others is not asked for more digits than the others' rounding leaves it.
 */
import type { Diagnostic } from '../core/diagnostic.js';
import { placeName } from '../core/errors/check.js';
import { indexOf, type Tensor } from '../core/tensor.js';
import type { Insight, ModeAnswer, Point, Variable } from '../run/problem.js';
import type { Differences } from './differences.js';

export type ModeName = 'forward' | 'reverse' | 'symbolic';
export type Verdict = 'agree' | 'disagree' | 'inconclusive';

export interface Worst {
  readonly mode: ModeName;
  readonly variable?: string;
  readonly index?: readonly number[];
  /** Of a Jacobian, the element of the output; of a Hessian, the coordinate of the other derivative. */
  readonly output?: readonly number[];
  readonly of?: { readonly variable: string; readonly index: readonly number[] };
  /** The number of a random direction, where coordinates were not compared one by one. */
  readonly direction?: number;
}

export interface Check {
  readonly verdict: Verdict;
  readonly maxAbsoluteError: number;
  readonly maxRelativeError: number;
  /** An error of one component, relative to its scale, that would have been found. */
  readonly detectionLimit: number;
  readonly worst?: Worst;
  readonly directions?: number;
  readonly diagnostics: readonly Diagnostic[];
}

export interface Comparison {
  /** The variables that were differentiated. */
  readonly variables: readonly Variable[];
  readonly point: Point;
  readonly value: Tensor;
  /** The value as the interpreter computes it. */
  readonly interpreted?: Tensor;
  readonly modes: ReadonlyMap<ModeName, ModeAnswer>;
  /** Left out where the value is not finite, or by `--no-check`. */
  readonly differences?: Differences;
  readonly hardPoints: readonly Diagnostic[];
  /** How the numbers come about. Asked only where something disagrees. */
  readonly insight?: Insight;
  /** Which of several outputs is differentiated, in words for messages. */
  readonly output?: string;
  /** The largest derivative of all outputs: what is tiny beside it need not be known to as many digits. */
  readonly largest?: number;
}

/** What a comparison gathers on its way to a verdict. */
export interface Findings {
  maxAbsoluteError: number;
  maxRelativeError: number;
  detectionLimit: number;
  worst?: Worst;
  directions?: number;
  /** Diagnostics that make the verdict `disagree`. */
  readonly wrong: Diagnostic[];
  /** Diagnostics that make it `inconclusive` otherwise. */
  readonly unsure: Diagnostic[];
  readonly remarks: Diagnostic[];
}

export interface Gradient {
  readonly mode: ModeName;
  readonly gradient: Point;
}

/** Keeps the largest errors, and where the largest relative one is. */
export function note(found: Findings, error: number, scale: number, worst: () => Worst): void {
  if (!Number.isFinite(error)) return;
  const relative = error === 0 ? 0 : error / (scale > 0 ? scale : 1);
  if (found.worst === undefined || relative > found.maxRelativeError) found.worst = worst();
  found.maxRelativeError = Math.max(found.maxRelativeError, relative);
  found.maxAbsoluteError = Math.max(found.maxAbsoluteError, error);
}

export function dataOf(point: Point, name: string): Float64Array {
  return point.get(name)?.data ?? new Float64Array(0);
}

/** The direction along one coordinate. */
export function unitDirection({ variables, point }: Comparison, variable: Variable, offset: number): Point {
  return new Map(
    variables.map(({ name }) => {
      const { shape, data } = point.get(name) as Tensor;
      const unit = new Float64Array(data.length);
      if (name === variable.name) unit[offset] = 1;
      return [name, { shape, data: unit }];
    }),
  );
}

export function placeOf(variable: Variable, offset: number): string {
  return placeName(variable.name, indexOf(variable.shape, offset));
}

/** The place in the words of a comparison, which may be one of several outputs. */
export function placeIn({ output }: Comparison, variable: Variable, offset: number): string {
  const place = placeOf(variable, offset);
  return output === undefined ? place : `${place} of ${output}`;
}

function largestOf(data: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < data.length; i++) {
    const size = Math.abs(data[i] as number);
    if (size > largest && size < Number.POSITIVE_INFINITY) largest = size;
  }
  return largest;
}

/** The scales of components and the rounding to be allowed for. */
export class Scales {
  readonly #input: Comparison;
  readonly #gradients: readonly Gradient[];
  readonly #columns = new Map<string, (i: number) => number>();
  /** The largest finite component of any mode. */
  readonly largest: number;
  /** The rounding of the value that a mode may pass on: measured, and at least that of the output. */
  readonly rounding: number;

  constructor(input: Comparison, gradients: readonly Gradient[]) {
    this.#input = input;
    this.#gradients = gradients;
    let largest = 0;
    for (const { gradient } of gradients)
      for (const { name } of input.variables) largest = Math.max(largest, largestOf(dataOf(gradient, name)));
    this.largest = largest;
    const { noise = 0, magnitude = 0 } = input.differences ?? {};
    this.rounding = Number.isFinite(magnitude) ? 8 * (noise + Number.EPSILON * magnitude) : 0;
  }

  /** max(|gᵢ|, 10⁻³·max|g|). */
  of(variable: Variable, i: number): number {
    return this.along(variable)(i);
  }

  /** The same for many components of one variable. */
  along(variable: Variable): (i: number) => number {
    const known = this.#columns.get(variable.name) ?? this.#column(variable);
    this.#columns.set(variable.name, known);
    return known;
  }

  #column(variable: Variable): (i: number) => number {
    const columns = this.#gradients.map(({ gradient }) => dataOf(gradient, variable.name));
    return (i) => {
      let size = 1e-3 * this.largest;
      for (const column of columns) {
        const g = Math.abs(column[i] as number);
        if (g > size && g < Infinity) size = g;
      }
      return size;
    };
  }

  /** The rounding of a mode's component. */
  roundingOf(variable: Variable, i: number, scale: number): number {
    return 1e-11 * scale + this.passedOn(variable, i);
  }

  /** The rounding of the value as it shows in a component: so far off is a mode whose terms cancel. */
  passedOn(variable: Variable, i: number): number {
    const x = Math.abs(dataOf(this.#input.point, variable.name)[i] as number);
    return this.rounding / Math.max(1, x);
  }

  /** How far two modes may lie apart without further enquiry: rounding, or what noisy differences could not tell apart. */
  betweenModes(variable: Variable, i: number): number {
    const scale = this.of(variable, i);
    const taken = this.#input.differences;
    const estimate = taken?.kind === 'coordinates' ? (dataOf(taken.error, variable.name)[i] as number) : 0;
    return 1e-9 * scale + Math.min(Math.max(estimate, this.passedOn(variable, i)), 5e-7 * scale);
  }

  /** Whether an estimate is too coarse to say anything. */
  useless(variable: Variable, i: number, scale: number, estimate: number): boolean {
    if (estimate <= 1e-2 * scale) return false;
    const x = Math.abs(dataOf(this.#input.point, variable.name)[i] as number);
    const { magnitude = 0, reach = 0, inherent = 0 } = this.#input.differences ?? {};
    // Where every mode says zero, terms that cancel tell what size a derivative could have.
    const terms = scale === 0 ? inherent / Number.EPSILON : 0;
    const natural = Math.max(magnitude, 1e-6 * reach, terms, this.#input.largest ?? 0) / Math.max(1, x);
    return !(estimate <= 1e-6 * natural);
  }
}

/** Everything a comparison with differences works on. */
export interface Bench<D extends Differences> {
  readonly input: Comparison;
  readonly differences: D;
  readonly gradients: readonly Gradient[];
  readonly scales: Scales;
  readonly found: Findings;
}
