/**
 * Products with the Jacobian of a program at a point, several in one sweep: tangents pushed forward, cotangents pulled
 * back. What a sweep needs is compiled when it is first asked for.
 */
import { sizeOf, type Tensor, zerosLike } from '../core/tensor.js';
import type { Func } from '../ir/types.js';
import { cotangentsDerivation, tangentsDerivation, transposedDerivation } from '../passes/family.js';
import { type Derivation, derive, forwardDerivation, reverseDerivation } from '../passes/pipeline.js';
import { type Compiled, compileFunc } from './compile.js';
import { countOperations } from './operations.js';
import type { Point, Problem } from './problem.js';

/** Elements that the tangents of one sweep may have, seeds included: more are sent in several sweeps. */
const SWEEP = 1 << 20;

interface Made {
  readonly func: Func;
  readonly compiled: Compiled;
}

export class Sweeps {
  readonly #func: Func;
  readonly #point: Point;
  readonly #wrt: readonly string[];
  readonly #made = new Map<string, Made>();
  readonly outputShape: readonly number[];
  /** Coordinates of all variables, and elements of the output. */
  readonly inputs: number;
  readonly outputs: number;

  /** `wrt` in the order in which gradients are listed. */
  constructor({ main, point, variables, outputShape }: Problem) {
    this.#func = main;
    this.#point = point;
    this.#wrt = variables.filter((v) => v.wrt && !v.integer).map((v) => v.name);
    this.outputShape = outputShape;
    this.inputs = this.#wrt.reduce((n, name) => n + this.#tensor(name).data.length, 0);
    this.outputs = sizeOf(outputShape);
  }

  #tensor(name: string, at: Point = this.#point): Tensor {
    return at.get(name) as Tensor;
  }

  #run(by: Derivation, key: string, more: readonly Tensor[]): Tensor[] {
    return this.#prepared(by, key).compiled.run([...this.#args(), ...more]);
  }

  #prepared(by: Derivation, key: string): Made {
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const func = derive(this.#func, by);
    const made = { func, compiled: compileFunc(func) };
    this.#made.set(key, made);
    return made;
  }

  #args(): Tensor[] {
    return this.#func.params.map((p) => this.#tensor(p.name));
  }

  /** The variables that are differentiated in the order of the program's parameters, as forward mode wants them. */
  #moving(): string[] {
    return this.#func.params.filter((p) => this.#wrt.includes(p.name)).map((p) => p.name);
  }

  /** Jacobian times tangent in one forward sweep; once more with structural zeros where that is not finite. */
  tangent(direction: Point): Tensor {
    const seeds = this.#moving().map((name) => this.#tensor(name, direction));
    const sweep = (guarded: boolean) =>
      this.#run(
        forwardDerivation(this.#wrt, { guarded }),
        guarded ? 'guarded' : 'forward',
        seeds,
      )[1] as Tensor;
    const fast = sweep(false);
    return fast.data.every(Number.isFinite) ? fast : sweep(true);
  }

  /** Cotangent times Jacobian in one reverse sweep. */
  cotangent(weights: Tensor): Point {
    if (this.outputShape.length > 0)
      return this.#gradients(this.#run(reverseDerivation(this.#wrt), 'reverse', [weights]).slice(1));
    const scale = weights.data[0] as number;
    const gradients = this.#run(reverseDerivation(this.#wrt), 'reverse', []).slice(1);
    return this.#gradients(gradients.map((t) => ({ ...t, data: t.data.map((x) => x * scale) })));
  }

  #gradients(results: readonly Tensor[]): Point {
    return new Map(this.#wrt.map((name, k) => [name, results[k] as Tensor]));
  }

  /** Jacobian times tangent in two reverse sweeps. */
  transposedTangent(direction: Point): Tensor {
    const tangents = this.#wrt.map((name) => this.#tensor(name, direction));
    const { length } = this.outputShape;
    // The first reverse sweep is linear in its cotangent, so any value of that will do.
    const more = length > 0 ? [zerosOf(this.outputShape), ...tangents] : tangents;
    const results = this.#run(transposedDerivation(this.#subject()), 'transposed', more);
    return results.at(-1) as Tensor;
  }

  #subject() {
    return { func: this.#func, wrt: this.#wrt };
  }

  /** The Jacobian by variable, output indices first, from tangents of all coordinates. */
  jacobianForward(): Point {
    const jacobian = this.#emptyJacobian();
    const count = this.#perSweep(this.inputs);
    for (let first = 0; first < this.inputs; first += count) {
      const fast = this.#tangents(first, count, false);
      const finite = fast.data.every(Number.isFinite);
      this.#writeColumns(jacobian, finite ? fast : this.#tangents(first, count, true), first);
    }
    return jacobian;
  }

  /** The diagonal of a square Jacobian from tangents of all coordinates, none of them kept. */
  diagonalForward(): Float64Array {
    const diagonal = new Float64Array(this.inputs);
    const count = this.#perSweep(this.inputs);
    for (let first = 0; first < this.inputs; first += count) {
      const fast = this.#tangents(first, count, false);
      const { data } = fast.data.every(Number.isFinite) ? fast : this.#tangents(first, count, true);
      for (let row = 0; row < count && first + row < this.inputs; row++)
        diagonal[first + row] = data[row * this.outputs + first + row] as number;
    }
    return diagonal;
  }

  /** The same from cotangents. */
  diagonalReverse(): Float64Array {
    const jacobian = this.jacobianReverse();
    let offset = 0;
    return Float64Array.from(
      this.#wrt.flatMap((name) => {
        const n = this.#tensor(name).data.length;
        const { data } = this.#tensor(name, jacobian);
        const own = Array.from({ length: n }, (_, i) => data[(offset + i) * n + i] as number);
        offset += n;
        return own;
      }),
    );
  }

  /** How many tangents, or cotangents, travel in one sweep. */
  #perSweep(all: number): number {
    const most = Math.max(1, Math.floor(SWEEP / Math.max(1, this.inputs, this.outputs)));
    return Math.max(1, Math.min(most, all));
  }

  /** Tangents of the unit directions from `first` on. */
  #tangents(first: number, count: number, guarded: boolean): Tensor {
    const seeds = new Map<string, Tensor>();
    let offset = 0;
    for (const name of this.#wrt) {
      const { shape, data } = this.#tensor(name);
      const n = data.length;
      const units = new Float64Array(count * n);
      for (let row = 0; row < count; row++) {
        const i = first + row - offset;
        if (i >= 0 && i < n) units[row * n + i] = 1;
      }
      seeds.set(name, { shape: [count, ...shape], data: units });
      offset += n;
    }
    const more = this.#moving().map((name) => seeds.get(name) as Tensor);
    if (count > 1) {
      const by = tangentsDerivation(this.#subject(), count, { guarded });
      return this.#run(by, `tangents ${guarded}`, more)[0] as Tensor;
    }
    const key = guarded ? 'guarded' : 'forward';
    return this.#run(forwardDerivation(this.#wrt, { guarded }), key, more.map(single))[1] as Tensor;
  }

  #emptyJacobian(): Map<string, Tensor> {
    return new Map(
      this.#wrt.map((name) => [name, zerosOf([...this.outputShape, ...this.#tensor(name).shape])]),
    );
  }

  #writeColumns(jacobian: Point, { data }: Tensor, first: number): void {
    const m = this.outputs;
    const rows = m === 0 ? 0 : data.length / m;
    let offset = 0;
    for (const name of this.#wrt) {
      const n = this.#tensor(name).data.length;
      const into = this.#tensor(name, jacobian).data;
      for (let row = 0; row < rows; row++) {
        const i = first + row - offset;
        if (i < 0 || i >= n) continue;
        for (let k = 0; k < m; k++) into[k * n + i] = data[row * m + k] as number;
      }
      offset += n;
    }
  }

  /** The Jacobian by variable, output indices first, from cotangents of all elements of the output. */
  jacobianReverse(): Point {
    if (this.outputShape.length === 0) return this.cotangent({ shape: [], data: Float64Array.of(1) });
    const jacobian = this.#emptyJacobian();
    const m = this.outputs;
    const count = this.#perSweep(m);
    for (let first = 0; first < m; first += count) {
      const units = zerosOf([count, ...this.outputShape]);
      for (let row = 0; row < count && first + row < m; row++) units.data[row * m + first + row] = 1;
      const results =
        count > 1
          ? this.#run(cotangentsDerivation(this.#subject(), count), 'cotangents', [units])
          : [...this.cotangent(single(units)).values()];
      for (const [k, name] of this.#wrt.entries()) {
        const n = this.#tensor(name).data.length;
        const rows = Math.min(count, m - first);
        const { data } = results[k] as Tensor;
        this.#tensor(name, jacobian).data.set(data.subarray(0, rows * n), first * n);
      }
    }
    return jacobian;
  }

  /** Element operations that the ways to a derivative take, roughly; each is derived to be counted. */
  cost(of: 'value' | 'tangent' | 'cotangent' | 'transposed' | 'jacobianForward' | 'jacobianReverse'): number {
    const count = (by: Derivation) => countOperations(derive(this.#func, by));
    const subject = this.#subject();
    switch (of) {
      case 'value':
        return countOperations(this.#func);
      case 'tangent':
        return count(forwardDerivation(this.#wrt));
      case 'cotangent':
        return count(reverseDerivation(this.#wrt));
      case 'transposed':
        return count(transposedDerivation(subject));
      case 'jacobianForward': {
        const each = this.#perSweep(this.inputs);
        if (each <= 1) return this.inputs * count(forwardDerivation(this.#wrt));
        return Math.ceil(this.inputs / each) * count(tangentsDerivation(subject, each));
      }
      case 'jacobianReverse': {
        const each = this.outputShape.length === 0 ? 1 : this.#perSweep(this.outputs);
        if (each <= 1) return this.outputs * count(reverseDerivation(this.#wrt));
        return Math.ceil(this.outputs / each) * count(cotangentsDerivation(subject, each));
      }
    }
  }
}

/** A batch of one without its axis. */
function single({ shape, data }: Tensor): Tensor {
  return { shape: shape.slice(1), data };
}

function zerosOf(shape: readonly number[]): Tensor {
  return zerosLike({ shape, data: new Float64Array(sizeOf(shape)) });
}
