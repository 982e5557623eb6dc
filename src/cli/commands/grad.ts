/** `adc grad` and `adc vjp`: value and gradient by all modes, checked against central differences. */
import { answerGrad, type GradAnswer, type GradOptions, type ModeChoice } from '../../check/answer.js';
import { gradToJson } from '../../check/json.js';
import { openProblem } from '../../run/open.js';
import type { Problem } from '../../run/problem.js';
import { renderGrad } from '../gradtable.js';
import type { Command, ExitStatus, Invocation } from '../invocation.js';
import { wholeNumber } from '../optionvalues.js';
import { onFormula, readGiven } from '../problem.js';
import { documentPieces } from '../stringify.js';
import { parseValue } from '../values.js';

/** The same answer under two names: with a cotangent, a gradient is a product with the Jacobian. */
const command =
  (name: 'gradient' | 'vjp'): Command =>
  async (invocation) => {
    const { output, options } = invocation;
    const given = readGiven(invocation);
    const gradOptions = optionsOf(invocation);
    const { problem, doubles } = await onFormula(invocation, given, () => {
      const opened = openProblem(given.source.text, given);
      return { problem: opened, doubles: answerGrad(opened, gradOptions) };
    });
    const answer = options.reference === true ? await referenced(problem, doubles) : doubles;
    if (!output.json) output.write(renderGrad(answer, output, given.source.file, name));
    else for (const piece of documentPieces(gradToJson(answer, name))) output.write(piece);
    return statusOf(answer, options.strict === true);
  };

export const grad = command('gradient');
export const vjp = command('vjp');

/** Big numbers are loaded only here. */
async function referenced(problem: Problem, answer: GradAnswer): Promise<GradAnswer> {
  const { withReference } = await import('../../check/reference/index.js');
  return withReference(problem, answer);
}

/** Names between commas. */
function namesIn(text: string): string[] {
  return text.split(',').map((name) => name.trim().normalize('NFC'));
}

function optionsOf({ options, within }: Invocation): GradOptions {
  return {
    mode: (options.mode ?? 'all') as ModeChoice,
    check: options.check !== false,
    ...(typeof options.retain === 'string' && { retain: namesIn(options.retain) }),
    ...(typeof options.cotangent === 'string' && {
      cotangent: within(() => parseValue(options.cotangent as string, 'the cotangent')),
    }),
    ...(options.seed !== undefined && { seed: wholeNumber('--seed', options.seed) }),
  };
}

function statusOf(answer: GradAnswer, strict: boolean): ExitStatus {
  const verdict = answer.check?.verdict;
  if (answer.diagnostics.some((d) => d.severity === 'error')) return 1;
  return verdict === 'disagree' || (strict && verdict === 'inconclusive') ? 1 : 0;
}
