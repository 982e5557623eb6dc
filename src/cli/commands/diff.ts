/** `adc diff`: the symbolic derivative as a formula. */
import type { Json } from '../../check/json.js';
import { AdcError, type Diagnostic, diagnosticToJson } from '../../core/diagnostic.js';
import * as errors from '../../core/errors/check.js';
import { derivativeSource, freeVariables } from '../../run/derive.js';
import { type DerivativeFormula, symbolicDerivatives } from '../../run/orders.js';
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
  const { formulas, written, diagnostics } = await onFormula(invocation, given, () =>
    derivatives(given, order, format),
  );
  const source = given.source.text;
  if (output.json) {
    const remarks = diagnostics.map((d) => diagnosticToJson(d, source) as Json);
    const own = typeof written === 'string' ? written : nested(formulas, written);
    const more = format === 'text' ? {} : { [format]: own };
    const derivative = nested(
      formulas,
      formulas.map((f) => f.text),
    );
    output.write(stringify({ formula: source, order, derivative, ...more, diagnostics: remarks }));
    return 0;
  }
  output.write(typeof written === 'string' ? written : render(formulas, written, format, invocation));
  if (!output.quiet)
    output.writeError(renderDiagnostics(diagnostics, source, output.paint, given.source.file));
  return 0;
};

interface Found {
  readonly formulas: readonly DerivativeFormula[];
  /** In the format that is asked for: for each formula, or all together. */
  readonly written: readonly string[] | string;
  readonly diagnostics: readonly Diagnostic[];
}

function optionsOf({ wrt, of, values, shapes }: Given) {
  return { values, shapes, ...(wrt && { wrt }), ...(of !== undefined && { of }) };
}

/** The formulas of an order. */
function formulasOf(given: Given, order: number) {
  const { formulas, ...rest } = symbolicDerivatives(given.source.text, optionsOf(given), order);
  if ('unavailable' in formulas) throw new AdcError(errors.modeUnavailable('symbolic', formulas.unavailable));
  return { formulas, ...rest };
}

function derivatives(given: Given, order: number, format: Format): Found {
  const { formulas, ranks, diagnostics } = formulasOf(given, order);
  if (format === 'text') return { formulas, written: formulas.map((f) => f.text), diagnostics };
  if (format !== 'typescript')
    return { formulas, written: notated(format, { formulas, ranks }), diagnostics };
  const written =
    order === 1
      ? derivativeSource(given.source.text, optionsOf(given), 'ts')
      : derivativeSource(before(given, order), given.wrt ? { wrt: given.wrt } : {}, 'ts');
  return { formulas, written, diagnostics };
}

/** The derivative of the order before, as a program: code is generated for one scalar variable. */
function before(given: Given, order: number): string {
  const { formulas, ranks } = formulasOf(given, order - 1);
  const [{ wrt, text }, another] = formulas as [DerivativeFormula, DerivativeFormula?];
  const name = wrt[0] as string;
  if (another !== undefined) throw new AdcError(errors.oneVariable(order));
  if (ranks.get(name) !== 0) throw new AdcError(errors.orderOfVector(order));
  return functionOf(name, text);
}

/** A formula as a function of a variable, which may be gone from it. */
function functionOf(name: string, formula: string): string {
  const variables = freeVariables(formula);
  if (variables.some((v) => v.name === name)) return formula;
  return [`param ${name}`, ...variables.map((v) => `data ${v.name}`), formula].join('\n');
}

/** Texts by variable; of one variable alone whatever the order, of several by the variables in turn. */
function nested(formulas: readonly DerivativeFormula[], texts: readonly string[]): Json {
  const root: Record<string, Json> = Object.create(null);
  for (const [k, { wrt }] of formulas.entries()) {
    const path = formulas.length === 1 ? wrt.slice(0, 1) : wrt;
    let at = root;
    for (const name of path.slice(0, -1)) {
      at[name] ??= Object.create(null) as Json;
      at = at[name] as Record<string, Json>;
    }
    at[path.at(-1) as string] = texts[k] as string;
  }
  return root;
}

/** `d/dx`, `d²/dx²`, `d²/dx dy`. */
function label(wrt: readonly string[]): string {
  const power = (n: number) => (n === 1 ? '' : [...String(n)].map((d) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(d)]).join(''));
  const runs: [string, number][] = [];
  for (const name of wrt) {
    const last = runs.at(-1);
    if (last?.[0] === name) last[1]++;
    else runs.push([name, 1]);
  }
  return `d${power(wrt.length)}/${runs.map(([name, n]) => `d${name}${power(n)}`).join(' ')}`;
}

/** Each derivative behind its label; in mathematical notation, where that is part of it. */
function render(
  formulas: readonly DerivativeFormula[],
  texts: readonly string[],
  format: Format,
  { output }: Invocation,
): string {
  // Of mixed derivatives one order of the variables is enough for readers.
  const names = [...new Set(formulas.map(({ wrt }) => wrt[0]))];
  const inOrder = ({ wrt }: DerivativeFormula) =>
    wrt.every((name, k) => k === 0 || names.indexOf(name) >= names.indexOf(wrt[k - 1]));
  const labelled = format === 'text' && formulas.length > 1;
  return formulas
    .map((f, k) => [f, texts[k]] as const)
    .filter(([f]) => inOrder(f))
    .map(([f, text]) => `${labelled ? `${output.paint.dim(`${label(f.wrt)}:`)} ` : ''}${text}\n`)
    .join('');
}
