/**
 * The elements of a derivative by name: a flat list of rows and columns, as sweeps and checks have it, and tensors for
 * each variable or pair of variables, as people want it.
 */
import { placeName } from '../../core/errors/check.js';
import { indexOf, sizeOf, type Tensor } from '../../core/tensor.js';
import type { Variable } from '../../run/problem.js';
import type { FamilyKind } from './answer.js';
import type { Elements } from './elements.js';

/** A tensor of a derivative: by no variable (a tangent of the output), by one, or by two. */
export interface Entry {
  readonly path: readonly string[];
  readonly tensor: Tensor;
  /** How many leading axes belong to the output, or to the first of two variables. */
  readonly leading: number;
}

export class Layout {
  readonly outputs: number;

  constructor(
    readonly kind: FamilyKind,
    readonly variables: readonly Variable[],
    readonly outputShape: readonly number[],
  ) {
    this.outputs = sizeOf(outputShape);
  }

  /** Whether the elements are the columns of a matrix for each variable, or a single list. */
  get isMatrix(): boolean {
    return this.kind === 'jacobian' || this.kind === 'hessian';
  }

  /** What element k of the function stands for in messages; nothing where there is only one. */
  outputName(k: number): string | undefined {
    if (this.kind === 'jvp' || this.kind === 'jacobian')
      return this.outputShape.length === 0 ? undefined : placeName('output', indexOf(this.outputShape, k));
    const { variable, index } = this.coordinate(k);
    return placeName(`d/d${variable.name}`, index);
  }

  /** The variable and index of a coordinate, counted over all variables. */
  coordinate(k: number): { readonly variable: Variable; readonly index: readonly number[] } {
    let rest = k;
    for (const variable of this.variables) {
      const n = sizeOf(variable.shape);
      if (rest < n) return { variable, index: indexOf(variable.shape, rest) };
      rest -= n;
    }
    throw new RangeError(`no coordinate ${k}`);
  }

  entries(of: Elements): Entry[] {
    if (this.kind === 'jvp')
      return [
        { path: [], tensor: { shape: this.outputShape, data: of.list }, leading: this.outputShape.length },
      ];
    if (this.kind === 'jacobian')
      return this.variables.map((v) => ({
        path: [v.name],
        tensor: { shape: [...this.outputShape, ...v.shape], data: of.columns(v.name) },
        leading: this.outputShape.length,
      }));
    if (this.kind === 'hessian') return this.pairs(of);
    let offset = 0;
    return this.variables.map((v) => {
      const n = sizeOf(v.shape);
      const data = of.list.slice(offset, offset + n);
      offset += n;
      return { path: [v.name], tensor: { shape: v.shape, data }, leading: v.shape.length };
    });
  }

  /** Rows of the Hessian are the coordinates of the first variable. */
  private pairs(of: Elements): Entry[] {
    let first = 0;
    return this.variables.flatMap((x) => {
      const rows = sizeOf(x.shape);
      const block = this.variables.map((y): Entry => {
        const n = sizeOf(y.shape);
        const data = of.columns(y.name).slice(first * n, (first + rows) * n);
        return {
          path: [x.name, y.name],
          tensor: { shape: [...x.shape, ...y.shape], data },
          leading: x.shape.length,
        };
      });
      first += rows;
      return block;
    });
  }
}
