/**
 * Symbolic derivatives as functions of the upper IR, for any sizes: their formulas are lowered like any others, and
 * what they share among themselves and with the value is computed once.
 */
import { AdcError } from '../core/diagnostic.js';
import { modeUnavailable } from '../core/errors/check.js';
import { noSpan } from '../core/span.js';
import { namesOf } from '../ir/lower/free.js';
import type { VariableType } from '../ir/lower/index.js';
import type { Func, Param, Value } from '../ir/types.js';
import { join, type Part } from '../passes/join.js';
import { prepare } from '../passes/pipeline.js';
import { COTANGENT } from '../passes/reverse/index.js';
import { type SymbolicFormula, symbolicGradient } from '../passes/symbolic/index.js';
import type { Typed } from './shapes.js';
import { lowered, programOf } from './symbolic.js';

/**
 * The function of the value and the gradient, with the parameters and results of the one that reverse mode makes.
 * @throws AdcError where there is no symbolic derivative
 */
export function symbolicCode(main: Func, typed: Typed, wrt: readonly string[]): Func {
  const output = main.body.results[0] as Value;
  const weighted = output.type.shape.length > 0;
  const weights: Param = {
    value: { ...output, id: main.valueCount, name: COTANGENT },
    name: COTANGENT,
    role: 'cotangent',
  };
  const gradients = gradientsOf(main, wrt, weighted ? COTANGENT : undefined);
  const params = weighted ? [...main.params, weights] : main.params;
  return join('gradient', params, [
    { func: main, resultNames: ['value'] },
    ...partsOf(gradients, typed, params),
  ]);
}

/**
 * The function of the gradient alone; the elements of an output that is no scalar are added up.
 * @throws AdcError where there is no symbolic derivative
 */
export function derivativeCode(main: Func, typed: Typed, wrt: readonly string[]): Func {
  return join('derivative', main.params, partsOf(gradientsOf(main, wrt), typed, main.params));
}

function gradientsOf(main: Func, wrt: readonly string[], cotangent?: string) {
  const answer = symbolicGradient(main, wrt, cotangent === undefined ? {} : { cotangent });
  if ('unavailable' in answer) throw new AdcError(modeUnavailable('symbolic', answer.unavailable));
  return answer.gradients;
}

function partsOf(
  gradients: ReadonlyMap<string, SymbolicFormula>,
  typed: Typed,
  params: readonly Param[],
): Part[] {
  const sizes = typed.variables.filter((v) => v.known !== undefined);
  const values = params.map(
    ({ name, value }): VariableType => ({
      name,
      role: 'data',
      dtype: value.type.dtype,
      shape: value.type.shape,
      span: noSpan,
    }),
  );
  const byName = new Map([...sizes, ...values].map((v) => [v.name, v]));
  return [...gradients].map(([name, { statements, expression }]) => {
    const program = programOf(statements, expression);
    const variables = [...namesOf(program).free.keys()].flatMap((n) => byName.get(n) ?? []);
    return { func: prepare(lowered(program, { dims: typed.dims, variables })), resultNames: [name] };
  });
}
