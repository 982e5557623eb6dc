/** `adc trace`: the forward and reverse tables of a formula, one row for each elementary operation. */
import { openProblem } from '../../run/open.js';
import { traceProblem } from '../../run/trace.js';
import type { Command } from '../invocation.js';
import { onFormula, readGiven } from '../problem.js';
import { stringify } from '../stringify.js';
import { traceToJson } from '../tracejson.js';
import { renderTrace } from '../tracetable.js';
import { parseValue } from '../values.js';

export const trace: Command = async (invocation) => {
  const { output, options, within } = invocation;
  const given = readGiven(invocation);
  const weights =
    typeof options.cotangent === 'string'
      ? within(() => parseValue(options.cotangent as string, 'the cotangent'))
      : undefined;
  const answer = await onFormula(invocation, given, () =>
    traceProblem(openProblem(given.source.text, given), weights),
  );
  output.write(output.json ? stringify(traceToJson(answer)) : renderTrace(answer, output, given.source.file));
  return 0;
};
