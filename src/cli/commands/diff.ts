/** `adc diff`: the symbolic derivative as a formula. */
import type { Json } from '../../check/json.js';
import { AdcError, type Diagnostic, diagnosticToJson } from '../../core/diagnostic.js';
import * as errors from '../../core/errors/check.js';
import { freeVariables, symbolicDerivative } from '../../run/derive.js';
import type { Command, Invocation } from '../invocation.js';
import { wholeNumber } from '../optionvalues.js';
import { type Given, onFormula, readGiven } from '../problem.js';
import { renderDiagnostics } from '../report.js';
import { stringify } from '../stringify.js';

export const diff: Command = async (invocation) => {
  const { output, options } = invocation;
  const given = readGiven(invocation);
  const order = options.order === undefined ? 1 : wholeNumber('--order', options.order, 1);
  const { expressions, diagnostics } = await onFormula(invocation, given, () => derivatives(given, order));
  const source = given.source.text;
  if (output.json) {
    const derivative = Object.assign(Object.create(null), Object.fromEntries(expressions)) as Json;
    const remarks = diagnostics.map((d) => diagnosticToJson(d, source) as Json);
    output.write(stringify({ formula: source, order, derivative, diagnostics: remarks }));
    return 0;
  }
  output.write(render(expressions, invocation));
  if (!output.quiet)
    output.writeError(renderDiagnostics(diagnostics, source, output.paint, given.source.file));
  return 0;
};

function derivatives(given: Given, order: number) {
  let expressions: ReadonlyMap<string, string> = new Map();
  let diagnostics: readonly Diagnostic[] = [];
  let { text } = given.source;
  for (let k = 1; k <= order; k++) {
    const first = k === 1;
    const answer = symbolicDerivative(text, optionsAt(given, first));
    if ('unavailable' in answer.expressions)
      throw new AdcError(errors.modeUnavailable('symbolic', answer.expressions.unavailable));
    expressions = answer.expressions;
    if (first) diagnostics = answer.diagnostics;
    if (k === order) break;
    if (!answer.scalars) throw new AdcError(errors.orderOfVector(order));
    const [, another] = expressions.values();
    if (another !== undefined) throw new AdcError(errors.oneVariable(order));
    const [[name, formula]] = [...expressions] as [[string, string]];
    // A derivative that its variable is gone from is a constant: everything after it is zero.
    if (!freeVariables(formula).some((v) => v.name === name))
      return { expressions: new Map([[name, '0']]), diagnostics };
    text = formula;
  }
  return { expressions, diagnostics };
}

/** Options for the formula, or for a derivative of it, which may have lost some of its variables. */
function optionsAt({ wrt, of, values, shapes }: Given, first: boolean) {
  if (!first) return wrt === undefined ? {} : { wrt };
  return { values, shapes, ...(wrt && { wrt }), ...(of !== undefined && { of }) };
}

function render(expressions: ReadonlyMap<string, string>, { output }: Invocation): string {
  if (expressions.size === 1) return `${[...expressions.values()][0]}\n`;
  return [...expressions].map(([name, text]) => `${output.paint.dim(`d/d${name}:`)} ${text}\n`).join('');
}
