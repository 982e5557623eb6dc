/** What the search for hard points is given: a program at a point, and ways to look at it from other sides. */
import type { ProgramNode } from '../../../grammar/ast.js';
import { placeName } from '../../core/errors/check.js';
import { derivativePlace, valuePlace } from '../../core/errors/hard.js';
import { indexOf, type Tensor } from '../../core/tensor.js';
import type { Func } from '../../ir/types.js';

export interface Site {
  readonly program: ProgramNode;
  /** The lowered program after constant folding. */
  readonly func: Func;
  /** The values of its parameters. */
  readonly args: readonly Tensor[];
  /** The names of those that are differentiated. */
  readonly wrt: readonly string[];
  /** Weights of the output's elements. */
  readonly cotangent: Tensor;
  /** The function of value and gradient, as it is run. */
  readonly gradient: () => Func;
  /** Lowers another program in the same variables. @throws AdcError where that is wrong */
  readonly lower: (program: ProgramNode) => Func;
}

/** Coordinates of the differentiated variables up to which questions are asked one coordinate at a time. */
export const FEW_COORDINATES = 16;

/** `x[2]`: element `offset` of parameter k. */
export function coordinateName({ func, args }: Site, k: number, offset: number): string {
  const name = func.params[k]?.name as string;
  return placeName(name, indexOf((args[k] as Tensor).shape, offset));
}

/** What element `offset` of output k of the gradient function is: the value for 0, then the derivatives by variable. */
export function outputName(site: Site, k: number, offset: number): string {
  if (k === 0) return valuePlace(indexOf(site.cotangent.shape, offset));
  const param = site.func.params.findIndex((p) => p.name === site.wrt[k - 1]);
  return derivativePlace(coordinateName(site, param, offset));
}

/** Arguments of a derivative of the program: its own, and the cotangent where the output is no scalar. */
export function derivativeArgs({ func, args, cotangent }: Site): readonly Tensor[] {
  const scalar = func.body.results[0]?.type.shape.length === 0;
  return scalar ? args : [...args, cotangent];
}
