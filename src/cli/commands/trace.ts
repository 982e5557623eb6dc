/** `adc trace`: the forward and reverse tables of a formula, one row for each elementary operation. */
import { type Json, numberToJson, pointToJson, tensorToJson } from '../../check/json.js';
import { diagnosticToJson } from '../../core/diagnostic.js';
import { openProblem } from '../../run/open.js';
import { type Contribution, type ForwardRow, type ReverseRow, type Trace, traceProblem } from '../../run/trace.js';
import type { Command } from '../invocation.js';
import { onFormula, readGiven } from '../problem.js';
import { stringify } from '../stringify.js';
import { renderTrace, ruleText } from '../tracetable.js';

export const trace: Command = async (invocation) => {
  const { output } = invocation;
  const given = readGiven(invocation);
  const answer = await onFormula(invocation, given, () => traceProblem(openProblem(given.source.text, given)));
  output.write(output.json ? stringify(traceToJson(answer)) : renderTrace(answer, output, given.source.file));
  return 0;
};

/** A trace as data. */
export function traceToJson(t: Trace): Json {
  const { leaves, data, intermediates, outputs, gradients } = t.roles;
  return {
    formula: t.formula,
    value: tensorToJson(t.value),
    variables: pointToJson(t.variables),
    seeds: t.seeds,
    forward: t.forward.map(forwardToJson),
    reverse: t.reverse.map(reverseToJson),
    gradient: pointToJson(t.gradient),
    roles: { leaves, data, intermediates, outputs, gradients },
    diagnostics: t.diagnostics.map((d) => diagnosticToJson(d, t.formula) as Json),
  };
}

function forwardToJson(row: ForwardRow): Json {
  const tangents: Record<string, Json> = Object.create(null);
  for (const [name, value] of row.tangents) tangents[name] = numberToJson(value);
  return {
    name: row.name,
    ...(row.source !== undefined && { source: row.source }),
    formula: row.formula,
    value: numberToJson(row.value),
    tangents,
    ...(row.terms.length > 0 && { rule: ruleText(row.terms) }),
    ...(row.note !== undefined && { note: row.note }),
  };
}

function reverseToJson(row: ReverseRow): Json {
  return {
    name: row.name,
    ...(row.source !== undefined && { source: row.source }),
    adjoint: numberToJson(row.adjoint),
    contributions: row.contributions.map(contributionToJson),
  };
}

function contributionToJson(c: Contribution): Json {
  return {
    from: c.from,
    rule: ruleText([c]),
    factors: c.factors.map(numberToJson),
    value: numberToJson(c.value),
  };
}
