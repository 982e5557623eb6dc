/**
 * Adjoints of intermediates: the derivative of the output with respect to a named value, all that depends on it moving with it.
 * It is the gradient of the program in which the value is a variable (what PyTorch keeps with `retain_grad`).
 */
import { dimNames } from '../core/affine.js';
import { AdcError } from '../core/diagnostic.js';
import * as errors from '../core/errors/cli.js';
import { nearest } from '../core/suggest.js';
import type { Tensor } from '../core/tensor.js';
import { Builder } from '../ir/builder.js';
import { interpret } from '../ir/interpret.js';
import { dimsBoundBy, type Func, type Param, type Value } from '../ir/types.js';
import { derive, prepare, reverseDerivation } from '../passes/pipeline.js';
import type { Point } from './problem.js';

/** The values that have a name of the program, outside of its loops and functions: of a `var`, the last. */
function namedValues(func: Func): ReadonlyMap<string, Value> {
  const found = new Map<string, Value>();
  const bound = new Set(func.body.ops.flatMap(dimsBoundBy));
  for (const op of func.body.ops)
    for (const r of op.results)
      if (
        r.name !== undefined &&
        r.type.dtype === 'float' &&
        !r.type.shape.flatMap(dimNames).some((n) => bound.has(n))
      )
        found.set(r.name, r);
  return found;
}

/** The program with a value as a parameter: whatever computed it goes nowhere. */
function withParameter(func: Func, value: Value, name: string): Func {
  const b = new Builder(func.valueCount);
  const ops = func.body.ops.map((op) =>
    op.results.includes(value)
      ? { ...op, results: op.results.map((r) => (r === value ? b.fresh(r.type) : r)) }
      : op,
  );
  const param: Param = { value, name, role: 'param' };
  const body = { ...func.body, params: [...func.body.params, value], ops };
  return { ...func, params: [...func.params, param], body, valueCount: b.valueCount };
}

/**
 * The adjoints of named values.
 * @param func the program as lowered, with arguments at the point
 * @param cotangent the weights of the output's elements, in its shape
 * @throws AdcError usage for a name that no intermediate has
 */
export function adjointsOf(
  func: Func,
  args: readonly Tensor[],
  names: readonly string[],
  cotangent: Tensor,
): Point {
  const known = namedValues(func);
  const values = names.map((name) => {
    const value = known.get(name);
    if (value) return value;
    const isInput = func.params.some((p) => p.name === name);
    throw new AdcError(errors.noIntermediate(name, isInput ? undefined : nearest(name, [...known.keys()])));
  });
  const at = interpret({ ...func, body: { ...func.body, results: values }, resultNames: names }, args);
  return new Map(
    names.map((name, i) => {
      // No variable has a name with a space, so the parameter cannot be taken for one.
      const parameter = `retained ${name}`;
      const program = prepare(withParameter(func, values[i] as Value, parameter));
      const gradient = derive(program, reverseDerivation([parameter]));
      const weights = gradient.params.length > args.length + 1 ? [cotangent] : [];
      return [name, interpret(gradient, [...args, at[i] as Tensor, ...weights])[1] as Tensor] as const;
    }),
  );
}
