/** `adc trace`: the forward and reverse tables of a formula, one row for each elementary operation. */
import { openProblem } from '../../run/open.js';
import { traceProblem } from '../../run/trace.js';
import type { Command } from '../invocation.js';
import { onFormula, readGiven } from '../problem.js';
import { stringify } from '../stringify.js';
import { traceToJson } from '../tracejson.js';
import { renderTrace } from '../tracetable.js';

export const trace: Command = async (invocation) => {
  const { output } = invocation;
  const given = readGiven(invocation);
  const answer = await onFormula(invocation, given, () =>
    traceProblem(openProblem(given.source.text, given)),
  );
  output.write(output.json ? stringify(traceToJson(answer)) : renderTrace(answer, output, given.source.file));
  return 0;
};
