/** What suites need of the compiler, so that a test or a worker can put something else in its place. */
import type { Expr } from '../../grammar/ast.js';
import type { Shape } from '../core/affine.js';
import type { Tensor } from '../core/tensor.js';
import { evaluateConstant } from '../run/constant.js';
import { freeVariables } from '../run/derive.js';
import { openProblem } from '../run/open.js';
import type { OpenOptions, Point, Problem } from '../run/problem.js';

export interface FreeVariable {
  readonly name: string;
  readonly role: 'param' | 'data';
  /** Serves as index or size: it cannot be drawn. */
  readonly known: boolean;
  readonly shape: Shape;
}

export interface Compiler {
  readonly open: (source: string, options: OpenOptions) => Problem;
  /** The variables with the shapes that the program demands of them, given the ranks of some values. */
  readonly free: (source: string, values: Point) => readonly FreeVariable[];
  readonly constant: (expression: Expr, source: string) => Tensor;
}

export const compiler: Compiler = {
  open: openProblem,
  free: (source, values) => freeVariables(source, { values }),
  constant: evaluateConstant,
};
