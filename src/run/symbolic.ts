/**
 * The symbolic mode at a point: the formula of the derivative is lowered and run like any other formula, which makes
 * its numbers independent of the other passes.
 */
import type { LetStatement, ProgramNode, Statement } from '../../grammar/ast.js';
import { printProgram } from '../../grammar/index.js';
import { sameShape } from '../core/affine.js';
import { AdcError, assert, type Diagnostic, InternalError } from '../core/diagnostic.js';
import { noSpan } from '../core/span.js';
import { namesOf } from '../ir/lower/free.js';
import { lower, type VariableType } from '../ir/lower/index.js';
import type { Func } from '../ir/types.js';
import { derive, prepare, valueDerivation } from '../passes/pipeline.js';
import { symbolicGradient } from '../passes/symbolic/index.js';
import type { Point } from './problem.js';
import type { Parsed } from './program.js';
import { typedByValues } from './shapes.js';

export type SymbolicAnswer =
  | { readonly unavailable: string }
  | {
      /** The formula of each gradient. */
      readonly texts: ReadonlyMap<string, string>;
      /** Each gradient as a function that is ready to be compiled. */
      readonly functions: ReadonlyMap<string, Func>;
      readonly cotangent: string;
    };

/** A name that no variable of the program has. */
function freshName(parsed: Parsed, wished: string): string {
  let name = wished;
  while (parsed.variables.some((v) => v.name === name)) name += '_';
  return name;
}

export function programOf(statements: readonly Statement[], expression: LetStatement['value']): ProgramNode {
  return { source: '', statements: [...statements, { kind: 'expression', value: expression, span: noSpan }] };
}

/** A derivative as a function. What is wrong with it is no fault of the text that was differentiated. */
export function lowered(program: ProgramNode, types: Parameters<typeof lower>[1]): Func {
  try {
    return lower(program, types).module.main;
  } catch (e) {
    const limits = (d: Diagnostic) => d.code === 'too-large' || d.code === 'time-limit';
    if (!(e instanceof AdcError) || e.diagnostics.some(limits)) throw e;
    throw new InternalError(
      `the symbolic derivative ${printProgram(program)} does not compile: ${e.message}`,
    );
  }
}

/** Differentiates symbolically for the sizes at a point. */
export function symbolicProgram(
  parsed: Parsed,
  func: Func,
  wrt: readonly string[],
  weighted: boolean,
  point: Point,
  outputShape: readonly number[],
): SymbolicAnswer {
  const cotangent = freshName(parsed, 'cotangent');
  const answer = symbolicGradient(func, wrt, weighted ? { cotangent } : {});
  if ('unavailable' in answer) return answer;
  const typed = typedByValues(parsed.variables, point);
  const weights: VariableType = {
    name: cotangent,
    role: 'data',
    dtype: 'float',
    shape: outputShape,
    span: noSpan,
  };
  const byName = new Map([...typed.variables, ...(weighted ? [weights] : [])].map((v) => [v.name, v]));
  const texts = new Map<string, string>();
  const functions = new Map<string, Func>();
  for (const [name, { statements, expression }] of answer.gradients) {
    const program = programOf(statements, expression);
    texts.set(name, printProgram(program));
    // Only what the formula mentions: of a thousand gradients of a thousand variables each may need but one.
    const variables = [...namesOf(program).free.keys()].flatMap((n) => byName.get(n) ?? []);
    const main = lowered(program, { dims: typed.dims, variables });
    assert(
      sameShape(main.body.results[0]?.type.shape ?? [], byName.get(name)?.shape ?? []),
      `the symbolic derivative with respect to ${name} has another shape than ${name}`,
    );
    functions.set(name, derive(prepare(main), valueDerivation));
  }
  return { texts, functions, cotangent };
}
