/** `adc emit`: generated code for the value and the gradient of a formula. */
import type { Json } from '../../check/json.js';
import { diagnosticToJson } from '../../core/diagnostic.js';
import { emitSource } from '../../run/derive.js';
import { writeText } from '../files.js';
import type { Command } from '../invocation.js';
import { onFormula, readGiven } from '../problem.js';
import { renderDiagnostics } from '../report.js';
import { stringify } from '../stringify.js';

export const emit: Command = async (invocation) => {
  const { output, options } = invocation;
  const { source, values, shapes, wrt, of } = readGiven(invocation);
  const given = { source, values, shapes, ...(wrt && { wrt }), ...(of !== undefined && { of }) };
  const target = (options.target ?? 'ts') as 'ts' | 'js';
  const mode = (options.mode ?? 'reverse') as 'reverse' | 'symbolic';
  const { text, diagnostics } = await onFormula(invocation, given, () =>
    emitSource(source.text, { ...given, target, mode }),
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
