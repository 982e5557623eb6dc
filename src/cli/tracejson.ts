/** A trace as JSON: rows as data. */
import { type Json, numberToJson, pointToJson, tensorToJson } from '../check/json.js';
import { diagnosticToJson } from '../core/diagnostic.js';
import type { Contribution, ForwardRow, ReverseRow, Trace } from '../run/trace.js';
import { ruleText } from './tracetable.js';

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
    ...(t.cotangent && { cotangent: tensorToJson(t.cotangent) }),
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
