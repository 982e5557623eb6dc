/** What a run that failed says: the diagnostics of an AdcError (status 2), or that adc itself is at fault (status 3). */
import { AdcError } from '../core/diagnostic.js';
import { version } from '../core/version.js';
import type { ExitStatus } from './invocation.js';
import type { Output } from './output.js';
import { renderDiagnostics } from './report.js';
import { failureToJson, stringify } from './stringify.js';

const ADDRESS = 'the issue tracker of adc';

/** Reports an error on standard error, or as JSON on standard output. */
export function reportFailure(error: unknown, output: Output): ExitStatus {
  if (error instanceof AdcError) {
    const parts = 'parts' in error ? (error.parts as readonly AdcError[]) : [error];
    if (output.json) output.write(stringify(failureToJson(parts)));
    for (const part of output.json ? [] : parts)
      output.writeError(renderDiagnostics(part.diagnostics, part.source ?? '', output.paint));
    return 2;
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  if (output.json) {
    const diagnostic = { severity: 'error', code: 'internal', message } as const;
    output.write(stringify(failureToJson([{ diagnostics: [diagnostic] }])));
  }
  output.writeError(
    `adc is at fault: an internal error stopped it.\n  ${message}\n` +
      `Please report this to ${ADDRESS}, with the command line (adc ${version}, node ${process.version}).\n`,
  );
  if (process.env.ADC_DEBUG === '1' && error instanceof Error) output.writeError(`${error.stack}\n`);
  return 3;
}
