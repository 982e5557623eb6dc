/** Hessian times tangent by reverse over forward mode, at a point. */
import type { Tensor } from '../core/tensor.js';
import type { Func } from '../ir/types.js';
import { hvpDerivation, WEIGHTS, weigh } from '../passes/family.js';
import { runPasses } from '../passes/pass.js';
import { derive } from '../passes/pipeline.js';
import { type Compiled, compileFunc } from './compile.js';
import { countOperations } from './operations.js';
import type { Point, Problem } from './problem.js';

export class SecondOrder {
  readonly #func: Func;
  readonly #point: Point;
  readonly #wrt: readonly string[];
  #derived: Func | undefined;
  #compiled: Compiled | undefined;

  /** With a cotangent, of the output weighed by it, which an output that is no scalar needs. */
  constructor({ main, point, variables }: Problem, cotangent?: Tensor) {
    this.#func = runPasses(main, cotangent ? [weigh] : []);
    this.#point = cotangent ? new Map([...point, [WEIGHTS, cotangent]]) : point;
    this.#wrt = variables.filter((v) => v.wrt && !v.integer).map((v) => v.name);
  }

  #program(): Func {
    this.#derived ??= derive(this.#func, hvpDerivation({ func: this.#func, wrt: this.#wrt }));
    return this.#derived;
  }

  /** One sweep forward and one backward, without the Hessian. */
  product(direction: Point): Point {
    this.#compiled ??= compileFunc(this.#program());
    const { params } = this.#func;
    const tangents = params.filter((p) => this.#wrt.includes(p.name)).map((p) => direction.get(p.name));
    const args = [...params.map((p) => this.#point.get(p.name)), ...tangents] as Tensor[];
    const results = this.#compiled.run(args);
    return new Map(this.#wrt.map((name, k) => [name, results[1 + k] as Tensor]));
  }

  /** Element operations of the product, roughly. */
  get cost(): number {
    return countOperations(this.#program());
  }
}
