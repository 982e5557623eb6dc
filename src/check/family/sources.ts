/**
 * What the elements of a derivative are checked against: the program moved along its coordinates or along one
 * direction, with values remembered, since each element of the output asks for the same ones.
 */
import { scalar, type Tensor } from '../../core/tensor.js';
import type { GradientMode, Insight, Loss, Point, Turn } from '../../run/problem.js';
import { costOf } from '../differences.js';
import { type Differentiable, wanted } from '../function.js';

/** The variable of a program that is moved along a direction, as messages name it. */
export const STEP = 'the step along the tangent';

/** Numbers of values that are remembered: all that the checks of a family ask for fit in. */
const REMEMBERED = 4e6;

/** Remembers the answers at points by the numbers of the variables that move. */
class Memory<T> {
  readonly #names: readonly string[];
  readonly #seen = new Map<string, T>();
  readonly #most: number;

  constructor(names: readonly string[], each: number) {
    this.#names = names;
    this.#most = REMEMBERED / Math.max(1, each);
  }

  at(point: Point, compute: () => T): T {
    const key = this.#names.map((name) => point.get(name)?.data.join()).join(';');
    const known = this.#seen.get(key);
    if (known !== undefined) return known;
    const made = compute();
    if (this.#seen.size >= this.#most) this.#seen.clear();
    this.#seen.set(key, made);
    return made;
  }
}

/** A problem whose values, paths and roundings are worked out once for all elements of its output. */
export class Remembered implements Differentiable {
  readonly #of: Differentiable;
  readonly #values: Memory<Tensor>;
  readonly #scatters: Memory<Float64Array>;
  readonly #turns: Memory<{ readonly turn: Turn | undefined }>;
  /** Paths do not depend on the weights of the output. */
  #paths: Insight | undefined;

  constructor(of: Differentiable) {
    const names = wanted(of).map((v) => v.name);
    const outputs = of.outputShape.reduce((n, d) => n * d, 1);
    this.#of = of;
    this.#values = new Memory(names, outputs);
    this.#scatters = new Memory(names, outputs);
    this.#turns = new Memory(names, 1);
  }

  get variables() {
    return this.#of.variables;
  }
  get point() {
    return this.#of.point;
  }
  get outputShape() {
    return this.#of.outputShape;
  }
  get main() {
    return this.#of.main;
  }
  get cost() {
    return costOf(this.#of);
  }

  frozenValue(at: Point): Tensor {
    return this.#values.at(at, () => this.#of.frozenValue(at));
  }

  insight(cotangent: Tensor): Insight | undefined {
    const own = this.#of.insight?.(cotangent);
    if (own === undefined) return undefined;
    this.#paths ??= own;
    const paths = this.#paths;
    const unit = unitOf(cotangent);
    const elements = unit === undefined ? undefined : own.elementScatter?.bind(own);
    return {
      decides: paths.decides,
      turn: (at) => this.#turns.at(at, () => ({ turn: paths.turn(at) })).turn,
      valueScatter: (at) =>
        elements === undefined || unit === undefined
          ? own.valueScatter(at)
          : (this.#scatters.at(at, () => elements(at))[unit] as number),
      gradientScatter: (mode, direction) => own.gradientScatter(mode, direction),
      valueLoss: (at) => own.valueLoss(at),
      gradientLoss: (mode, direction) => own.gradientLoss(mode, direction),
    };
  }
}

/** The place of the one element that counts, by 1. */
function unitOf({ data }: Tensor): number | undefined {
  const first = data.indexOf(1);
  const only = first >= 0 && data.every((w, i) => w === 0 || i === first);
  return only ? first : undefined;
}

/** A problem along a direction: the function of the one variable `STEP`, at 0. */
export class Along implements Differentiable {
  readonly variables = [
    { name: STEP, role: 'param', shape: [], integer: false, wrt: true } as const,
  ] as const;
  readonly point: Point = new Map([[STEP, scalar(0)]]);
  readonly #of: Differentiable;
  readonly #direction: Point;

  constructor(of: Differentiable, direction: Point) {
    this.#of = of;
    this.#direction = direction;
  }

  get outputShape() {
    return this.#of.outputShape;
  }
  get main() {
    return this.#of.main;
  }
  get cost() {
    return costOf(this.#of);
  }

  frozenValue(at: Point): Tensor {
    return this.#of.frozenValue(this.#moved(at));
  }

  insight(cotangent: Tensor): Insight | undefined {
    const own = this.#of.insight?.(cotangent);
    if (own === undefined) return undefined;
    return {
      decides: own.decides,
      turn: (at): Turn | undefined => own.turn(this.#moved(at)),
      valueScatter: (at) => own.valueScatter(this.#moved(at)),
      gradientScatter: (mode: GradientMode, by) => own.gradientScatter(mode, this.#scaled(stepOf(by))),
      valueLoss: (at): Loss | undefined => own.valueLoss(this.#moved(at)),
      gradientLoss: (mode: GradientMode, by) => own.gradientLoss(mode, this.#scaled(stepOf(by))),
    };
  }

  #scaled(t: number): Point {
    return new Map([...this.#direction].map(([name, v]) => [name, { ...v, data: v.data.map((d) => t * d) }]));
  }

  #moved(at: Point): Point {
    const t = stepOf(at);
    const moved = new Map(this.#of.point);
    for (const [name, { data }] of this.#direction) {
      const origin = moved.get(name) as Tensor;
      // What does not move keeps its bits, whatever the step.
      const at = (x: number, i: number) => (data[i] === 0 ? x : x + t * (data[i] as number));
      moved.set(name, { shape: origin.shape, data: origin.data.map(at) });
    }
    return moved;
  }
}

const stepOf = (at: Point) => at.get(STEP)?.data[0] as number;
