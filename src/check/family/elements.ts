/** The elements of a derivative as one mode computes them, and their comparison with differences. */
import type { Diagnostic } from '../../core/diagnostic.js';
import * as errors from '../../core/errors/family.js';
import { indexOf, scalar, sizeOf, type Tensor } from '../../core/tensor.js';
import type { Point } from '../../run/problem.js';
import type { Check, ModeName, Worst } from '../findings.js';
import type { Question } from './answer.js';
import { combinations, combinedRemark, type Judged, judge, merged, type Unit, unitWeights } from './judge.js';
import type { Entry } from './layout.js';
import { Along, Remembered, STEP } from './sources.js';

/** Either a list, or a matrix by variable: rows are elements of the function, columns those of the variable. */
export class Elements {
  private constructor(
    readonly list: Float64Array,
    private readonly matrix: Point,
  ) {}

  static ofList(list: Float64Array): Elements {
    return new Elements(list, new Map());
  }

  static ofPoint(point: Point): Elements {
    return Elements.ofList(Float64Array.from([...point.values()].flatMap((t) => [...t.data])));
  }

  static ofMatrix(matrix: Point): Elements {
    return new Elements(new Float64Array(0), matrix);
  }

  /** How many elements are not a number. */
  get unknown(): number {
    const all = [this.list, ...[...this.matrix.values()].map((t) => t.data)];
    return all.reduce((n, data) => data.reduce((m, x) => (Number.isNaN(x) ? m + 1 : m), n), 0);
  }

  columns(variable: string): Float64Array {
    return this.matrix.get(variable)?.data ?? new Float64Array(0);
  }
}

type Modes = ReadonlyMap<ModeName, Elements | { readonly unavailable: string }>;

/** Elements that are compared one by one. */
const ONE_BY_ONE = 1000;
const COMBINATIONS = 8;

export interface Checked {
  readonly check: Check;
  readonly differences?: { readonly result: readonly Entry[]; readonly error: readonly Entry[] };
}

/** Compares the elements with differences: one by one, or in random combinations where there are too many. */
export function checkElements(
  question: Question,
  modes: Modes,
  mode: ModeName,
  hardPoints: readonly Diagnostic[],
  seed?: number,
): Checked {
  const bench = new Bench(question, modes, mode);
  const each = bench.count <= ONE_BY_ONE;
  const rows = bench.scales(mode);
  const units = each
    ? Array.from({ length: bench.rows }, (_, k) => bench.unit(k))
    : bench.combined(rows, seed);
  const judged = units.map((unit) => judge(unit, hardPoints, seed));
  const { check, worst } = merged(judged);
  if (!each && question.kind === 'diagonal') {
    const remark = errors.someElements(units.length, bench.rows);
    return { check: { ...check, diagnostics: [...check.diagnostics, remark] } };
  }
  if (!each) {
    const remark = combinedRemark(bench.rows, judged, rows);
    const limit = remark.data?.limit as number;
    return { check: { ...check, detectionLimit: limit, diagnostics: [...check.diagnostics, remark] } };
  }
  const { worst: place, ...rest } = check;
  const placed = place && bench.place(place, worst);
  const differences = bench.differences(judged);
  return { check: { ...rest, ...(placed && { worst: placed }) }, ...(differences && { differences }) };
}

class Bench {
  readonly #question: Question;
  readonly #answers: readonly (readonly [ModeName, Elements])[];
  readonly #source: Remembered;
  readonly #value: Float64Array;
  readonly #interpreted: Float64Array;
  readonly #largest: number;

  constructor(question: Question, modes: Modes, mode: ModeName) {
    this.#question = question;
    this.#answers = [...modes].flatMap(([mode, m]) => ('unavailable' in m ? [] : [[mode, m] as const]));
    this.#source = new Remembered(question.of);
    this.#value = question.of.value().data;
    this.#interpreted = question.of.interpretedValue().data;
    this.#largest = this.scales(mode).reduce((m, x) => (Number.isFinite(x) ? Math.max(m, x) : m), 0);
  }

  /** Gradients that are compared: of each element of the function. */
  get rows(): number {
    return this.#value.length;
  }

  get count(): number {
    const { layout, sweeps } = this.#question;
    return this.rows * (layout.isMatrix ? sweeps.inputs : 1);
  }

  unit(k: number): Unit {
    const { layout, of } = this.#question;
    const output = layout.outputName(k);
    return {
      source: this.#sourceOf(k),
      cotangent: unitWeights(of.outputShape, k),
      ...(output !== undefined && { output }),
      modes: this.#modes((elements) => this.#gradient(elements, (row) => (row === k ? 1 : 0), [k])),
      value: this.#value[k] as number,
      interpreted: this.#interpreted[k] as number,
      largest: this.#largest,
    };
  }

  #sourceOf(k: number) {
    const { kind, direction, layout, of } = this.#question;
    if (direction) return new Along(this.#source, direction);
    if (kind !== 'diagonal') return this.#source;
    const { variable, index } = layout.coordinate(k);
    const zeros = new Map(
      layout.variables.map((v): [string, Tensor] => [
        v.name,
        { shape: v.shape, data: new Float64Array(sizeOf(v.shape)) },
      ]),
    );
    const { data } = zeros.get(variable.name) as Tensor;
    data[offsetOf(variable.shape, index)] = 1;
    return new Along(of, zeros);
  }

  #modes(of: (elements: Elements) => Point): ReadonlyMap<ModeName, Point> {
    return new Map(this.#answers.map(([mode, elements]) => [mode, of(elements)]));
  }

  /** Σ weight·row over the rows that count. */
  #gradient(elements: Elements, weight: (row: number) => number, rows: readonly number[]): Point {
    const { layout } = this.#question;
    if (!layout.isMatrix)
      return new Map([[STEP, scalar(sum(rows, (k) => weight(k) * (elements.list[k] as number)))]]);
    return new Map(
      layout.variables.map(({ name, shape }) => {
        const n = sizeOf(shape);
        const columns = elements.columns(name);
        const data = Float64Array.from({ length: n }, (_, i) =>
          sum(rows, (k) => weight(k) * (columns[k * n + i] as number)),
        );
        return [name, { shape, data }];
      }),
    );
  }

  /** The largest finite magnitude in each row. */
  scales(mode: ModeName): Float64Array {
    const elements = this.#answers.find(([name]) => name === mode)?.[1] as Elements;
    const { layout } = this.#question;
    return Float64Array.from({ length: this.rows }, (_, k) => {
      if (!layout.isMatrix) return Math.abs(elements.list[k] as number);
      let most = 0;
      for (const { name, shape } of layout.variables) {
        const n = sizeOf(shape);
        for (const x of elements.columns(name).subarray(k * n, (k + 1) * n))
          if (Math.abs(x) < Number.POSITIVE_INFINITY) most = Math.max(most, Math.abs(x));
      }
      return most;
    });
  }

  combined(scales: Float64Array, seed?: number): Unit[] {
    const { of, kind } = this.#question;
    const rows = Array.from(scales.keys());
    if (kind === 'diagonal') return sampled(rows, ONE_BY_ONE).map((k) => this.unit(k));
    return combinations(of.outputShape, scales, COMBINATIONS, seed).map((cotangent) => ({
      source: this.#sourceOf(0),
      cotangent,
      output: 'a random combination of outputs',
      modes: this.#modes((elements) => this.#gradient(elements, (k) => cotangent.data[k] as number, rows)),
      value: sum(rows, (k) => (cotangent.data[k] as number) * (this.#value[k] as number)),
      interpreted: sum(rows, (k) => (cotangent.data[k] as number) * (this.#interpreted[k] as number)),
      largest: 0,
    }));
  }

  /** Where the worst element of row k stands, in the names of the variables. */
  place(worst: Worst, k: number): Worst {
    const { kind, layout } = this.#question;
    const { mode } = worst;
    if (kind === 'jvp') return { mode, index: indexOf(layout.outputShape, k) };
    if (kind === 'jacobian') return { ...worst, output: indexOf(layout.outputShape, k) };
    const { variable, index } = layout.coordinate(k);
    const row = { variable: variable.name, index };
    return kind === 'hessian' ? { ...worst, of: row } : { mode, ...row };
  }

  /** The differences as elements, where all were taken one by one. */
  differences(judged: readonly Judged[]): Checked['differences'] {
    const { layout } = this.#question;
    const taken = judged.map((j) => (j.differences?.kind === 'coordinates' ? j.differences : undefined));
    if (taken.length === 0 || taken.some((d) => d === undefined)) return undefined;
    const gather = (of: 'gradient' | 'error'): Entry[] => {
      const row = (k: number, name: string) => taken[k]?.[of].get(name)?.data as Float64Array;
      if (!layout.isMatrix)
        return layout.entries(Elements.ofList(Float64Array.from(taken, (_, k) => row(k, STEP)[0] as number)));
      const matrix = layout.variables.map(({ name, shape }): [string, Tensor] => {
        const n = sizeOf(shape);
        const data = new Float64Array(taken.length * n);
        for (let k = 0; k < taken.length; k++) data.set(row(k, name), k * n);
        return [name, { shape: [taken.length, ...shape], data }];
      });
      return layout.entries(Elements.ofMatrix(new Map(matrix)));
    };
    return { result: gather('gradient'), error: gather('error') };
  }
}

function sum(rows: readonly number[], term: (k: number) => number): number {
  let total = 0;
  for (const k of rows) total += term(k);
  return total;
}

function offsetOf(shape: readonly number[], index: readonly number[]): number {
  return index.reduce((at, i, k) => at * (shape[k] as number) + i, 0);
}

/** Evenly spread ones of many. */
function sampled(all: readonly number[], most: number): number[] {
  return Array.from({ length: most }, (_, k) => all[Math.floor((k * all.length) / most)] as number);
}
