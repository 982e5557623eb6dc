/** `adc diff`: the symbolic derivative as a formula. */
import type { Json } from '../../check/json.js';
import { AdcError, type Diagnostic, diagnosticToJson } from '../../core/diagnostic.js';
import * as errors from '../../core/errors/check.js';
import { derivativeSource, freeVariables, symbolicDerivative } from '../../run/derive.js';
import { type Format, formatOf, notated } from '../formats.js';
import type { Command, Invocation } from '../invocation.js';
import { wholeNumber } from '../optionvalues.js';
import { type Given, onFormula, readGiven } from '../problem.js';
import { renderDiagnostics } from '../report.js';
import { stringify } from '../stringify.js';

export const diff: Command = async (invocation) => {
  const { output, options } = invocation;
  const given = readGiven(invocation);
  const order = options.order === undefined ? 1 : wholeNumber('--order', options.order, 1);
  const format = formatOf(invocation);
  const { diagnostics, ...found } = await onFormula(invocation, given, () =>
    derivatives(given, order, format),
  );
  const source = given.source.text;
  if (output.json) {
    const remarks = diagnostics.map((d) => diagnosticToJson(d, source) as Json);
    const written = typeof found.written === 'string' ? found.written : fields(found.written);
    const more = format === 'text' ? {} : { [format]: written };
    const derivative = fields(found.expressions);
    output.write(stringify({ formula: source, order, derivative, ...more, diagnostics: remarks }));
    return 0;
  }
  output.write(render(found, format, invocation));
  if (!output.quiet)
    output.writeError(renderDiagnostics(diagnostics, source, output.paint, given.source.file));
  return 0;
};

const fields = (texts: ReadonlyMap<string, string>) =>
  Object.assign(Object.create(null), Object.fromEntries(texts)) as Json;

interface Found {
  readonly expressions: ReadonlyMap<string, string>;
  /** In the format that is asked for: by variable, or all together. */
  readonly written: ReadonlyMap<string, string> | string;
}

function derivatives(
  given: Given,
  order: number,
  format: Format,
): Found & { readonly diagnostics: readonly Diagnostic[] } {
  let { text } = given.source;
  let diagnostics: readonly Diagnostic[] = [];
  for (let k = 1; ; k++) {
    const options = optionsAt(given, k === 1);
    const answer = symbolicDerivative(text, options);
    if ('unavailable' in answer.expressions)
      throw new AdcError(errors.modeUnavailable('symbolic', answer.expressions.unavailable));
    const { expressions } = answer;
    if (k === 1) diagnostics = answer.diagnostics;
    if (k === order) {
      if (format === 'text') return { expressions, written: expressions, diagnostics };
      if (format !== 'typescript')
        return { expressions, written: notated(format, { ...answer, order }), diagnostics };
      return { expressions, written: derivativeSource(text, options, 'ts'), diagnostics };
    }
    if (!answer.scalars) throw new AdcError(errors.orderOfVector(order));
    const [[name, formula], another] = [...expressions] as [[string, string], [string, string]?];
    if (another !== undefined) throw new AdcError(errors.oneVariable(order));
    text = functionOf(name, formula);
  }
}

/** A formula as a function of a variable, which may be gone from it. */
function functionOf(name: string, formula: string): string {
  const variables = freeVariables(formula);
  if (variables.some((v) => v.name === name)) return formula;
  return [`param ${name}`, ...variables.map((v) => `data ${v.name}`), formula].join('\n');
}

/** Options for the formula, or for a derivative of it, which may have lost some of its variables. */
function optionsAt({ wrt, of, values, shapes }: Given, first: boolean) {
  if (!first) return wrt === undefined ? {} : { wrt };
  return { values, shapes, ...(wrt && { wrt }), ...(of !== undefined && { of }) };
}

/** Each derivative behind the name of its variable; in mathematical notation, where it is part of it. */
function render({ written }: Found, format: Format, { output }: Invocation): string {
  if (typeof written === 'string') return written;
  const label = (name: string) =>
    format === 'text' && written.size > 1 ? `${output.paint.dim(`d/d${name}:`)} ` : '';
  return [...written].map(([name, text]) => `${label(name)}${text}\n`).join('');
}
