/** `adc emit`: generated code for the value and derivatives of a formula. */
import type { Json } from '../../check/json.js';
import { AdcError, diagnosticToJson } from '../../core/diagnostic.js';
import * as errors from '../../core/errors/cli.js';
import { nearest } from '../../core/suggest.js';
import { type Member, members } from '../../passes/members.js';
import { emitSource } from '../../run/derive.js';
import { writeText } from '../files.js';
import type { Command } from '../invocation.js';
import { iterationsOf } from '../optionvalues.js';
import { onFormula, readGiven } from '../problem.js';
import { renderDiagnostics } from '../report.js';
import { stringify } from '../stringify.js';

export const emit: Command = async (invocation) => {
  const { output, options } = invocation;
  const { source, values, shapes, wrt, of } = readGiven(invocation);
  const given = { source, values, shapes, ...(wrt && { wrt }), ...(of !== undefined && { of }) };
  const target = (options.target ?? 'ts') as 'ts' | 'js';
  const mode = (options.mode ?? 'reverse') as 'reverse' | 'symbolic';
  const derivatives = membersOf(options.derivative);
  const guard = options.guard === false ? false : iterationsOf(options.maxIterations);
  const { text, diagnostics } = await onFormula(invocation, given, () =>
    emitSource(source.text, { ...given, target, mode, guard, ...(derivatives && { derivatives }) }),
  );
  if (typeof options.output === 'string') writeText(options.output, text);
  if (output.json) {
    const remarks = diagnostics.map((d) => diagnosticToJson(d, source.text) as Json);
    output.write(stringify({ formula: source.text, target, mode, code: text, diagnostics: remarks }));
    return 0;
  }
  if (options.output === undefined) output.write(text);
  if (!output.quiet)
    output.writeError(renderDiagnostics(diagnostics, source.text, output.paint, source.file));
  return 0;
};

/** `value,gradient,hvp`. @throws AdcError usage */
function membersOf(list: string | boolean | undefined): Member[] | undefined {
  if (typeof list !== 'string') return undefined;
  const names = list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const known: readonly string[] = members;
  const wrong = names.find((name) => !known.includes(name));
  if (wrong !== undefined || names.length === 0) {
    const meant = wrong === undefined ? undefined : nearest(wrong, known);
    throw new AdcError(
      errors.badOption(
        wrong === undefined ? '--derivative names nothing' : `--derivative does not know ${wrong}`,
        meant === undefined ? `one or several of ${known.join(', ')}` : `did you mean ${meant}?`,
      ),
    );
  }
  return members.filter((m) => names.includes(m));
}
