/** Constant expressions, as values of variables are written: `linspace(0, 1, 100)`, `[[1, 2], [3, 4]]`, `-1`. */
import type { Expr, ProgramNode } from '../../grammar/ast.js';
import { AdcError, LimitError } from '../core/diagnostic.js';
import { inConstant } from '../core/errors/values.js';
import type { Tensor } from '../core/tensor.js';
import { interpret } from '../ir/interpret.js';
import { lower } from '../ir/lower/index.js';
import { checkFeasible } from './cost.js';

/**
 * The value of an expression without variables.
 * @throws AdcError where it names a variable or does not type
 */
export function evaluateConstant(e: Expr, source = ''): Tensor {
  const program: ProgramNode = { source, statements: [{ kind: 'expression', value: e, span: e.span }] };
  try {
    const { module } = lower(program, { variables: [] });
    checkFeasible(module.main);
    return interpret(module.main, [])[0] as Tensor;
  } catch (error) {
    if (!(error instanceof AdcError) || error instanceof LimitError) throw error;
    throw AdcError.of(error.diagnostics.map((d) => (d.code === 'unknown-name' ? inConstant(d) : d)));
  }
}
