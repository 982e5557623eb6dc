/**
 * What the modes compute, as functions of the IR with their arguments, for whoever runs them on other numbers than
 * doubles, or otherwise than by generated code.
 */
import type { Tensor } from '../core/tensor.js';
import type { Func } from '../ir/types.js';

/** What one result of a run is to the gradient. */
export interface ModePart {
  readonly variable: string;
  readonly result: number;
  /** The element of the variable's gradient that the result gives, as Σ weights·result; all of them when left out. */
  readonly element?: number;
  readonly weights?: Tensor;
  /** A factor of the gradient. */
  readonly scale: number;
}

export interface ModeRun {
  readonly func: Func;
  readonly args: readonly Tensor[];
  readonly parts: readonly ModePart[];
}
