/** `adc jvp`, `hvp`, `jacobian` and `hessian`: products and matrices of derivatives, checked against differences. */
import {
  answerFamily,
  type FamilyAnswer,
  type FamilyKind,
  type FamilyMode,
  type FamilyOptions,
} from '../../check/family/answer.js';
import { familyToJson } from '../../check/family/json.js';
import { AdcError } from '../../core/diagnostic.js';
import * as errors from '../../core/errors/cli.js';
import type { Tensor } from '../../core/tensor.js';
import { freeVariables } from '../../run/derive.js';
import { renderFamily } from '../familytable.js';
import type { Command, ExitStatus, Invocation } from '../invocation.js';
import { wholeNumber } from '../optionvalues.js';
import { type Given, onFormula, readGiven } from '../problem.js';
import { documentPieces } from '../stringify.js';
import { parseValue } from '../values.js';

const command =
  (kindOf: (invocation: Invocation) => FamilyKind): Command =>
  async (invocation) => {
    const { output, options } = invocation;
    const given = readGiven(invocation);
    const asked = optionsOf(invocation);
    const answer = await onFormula(invocation, given, () => {
      const tangent = tangents(invocation, given);
      return answerFamily(kindOf(invocation), given.source.text, given, { ...asked, tangent });
    });
    if (!output.json) output.write(renderFamily(answer, output, given.source.file));
    else for (const piece of documentPieces(familyToJson(answer))) output.write(piece);
    return statusOf(answer, options.strict === true);
  };

export const jvp = command(() => 'jvp');
export const hvp = command(() => 'hvp');
export const jacobian = command(() => 'jacobian');
export const hessian = command(({ options }) => (options.diagonal === true ? 'diagonal' : 'hessian'));

function optionsOf({ options, within }: Invocation): FamilyOptions {
  return {
    mode: (options.mode ?? 'all') as FamilyMode,
    check: options.check !== false,
    ...(typeof options.cotangent === 'string' && {
      cotangent: within(() => parseValue(options.cotangent as string, 'the cotangent')),
    }),
    ...(options.seed !== undefined && { seed: wholeNumber('--seed', options.seed) }),
  };
}

/** The directions by variable. @throws AdcError usage where one names no variable and several are differentiated */
function tangents({ tangents: texts }: Invocation, given: Given): Map<string, Tensor> {
  const directions = new Map<string, Tensor>();
  for (const [name, text] of texts) {
    const target = name === '' ? onlyVariable(given) : name;
    if (directions.has(target)) throw new AdcError(errors.givenTwice(`the tangent of ${target}`));
    directions.set(target, parseValue(text, `the tangent of ${target}`));
  }
  return directions;
}

function onlyVariable({ source, values, wrt }: Given): string {
  const names =
    wrt ?? freeVariables(source.text, { values }).flatMap((v) => (v.role === 'param' ? v.name : []));
  const [name, ...others] = names;
  if (name !== undefined && others.length === 0) return name;
  throw new AdcError(
    errors.badOption(
      '--tangent names no variable, and several are differentiated',
      `for example: --tangent ${name ?? 'x'}=1`,
    ),
  );
}

function statusOf(answer: FamilyAnswer, strict: boolean): ExitStatus {
  const verdict = answer.check?.verdict;
  if (answer.diagnostics.some((d) => d.severity === 'error')) return 1;
  return verdict === 'disagree' || (strict && verdict === 'inconclusive') ? 1 : 0;
}
