/**
 * What holds of every text: there is an answer, or an `AdcError` whose diagnostics say something, have a documented
 * code, point into the text and can be shown. Work is stopped after a while, which is one such error.
 */
import { plain } from '../../src/cli/output.js';
import { renderDiagnostic } from '../../src/cli/report.js';
import { codes } from '../../src/core/codes.js';
import { withLimits } from '../../src/core/deadline.js';
import { AdcError, type Diagnostic, diagnosticToJson, MOST_TOLD } from '../../src/core/diagnostic.js';
import { LONGEST_TEXT } from '../../src/core/errors/text.js';

const SECONDS = 0.5;

/** How often answers and each code came, over all texts of a file. */
export const tally = new Map<string, number>();

export function count(what: string): void {
  tally.set(what, (tally.get(what) ?? 0) + 1);
}

/** Prints the tally of a run by hand. */
export function reportTally(): void {
  if (process.env.ADC_FUZZ_RUNS) console.log(Object.fromEntries([...tally].sort(([, a], [, b]) => b - a)));
}

/** The answer, or undefined after an error that is as errors must be. */
export function answered<T>(text: string, work: () => T): T | undefined {
  try {
    const result = withLimits({ seconds: SECONDS, end: performance.now() + 1000 * SECONDS }, work);
    count('answer');
    return result;
  } catch (error) {
    if (!(error instanceof AdcError)) throw error;
    expectDiagnostics(error.diagnostics, error.source ?? text);
    if (error.diagnostics.length < 1 || error.diagnostics.length > MOST_TOLD)
      throw new Error('no diagnostics, or too many');
    count(error.diagnostics[0].code);
    return undefined;
  }
}

/** Checks remarks as well as errors. */
export function expectDiagnostics(diagnostics: readonly Diagnostic[], source: string): void {
  for (const d of diagnostics) {
    const fault = faultOf(d, source);
    if (fault !== undefined) throw new Error(`${fault}: ${JSON.stringify(d)}`);
    const shown = renderDiagnostic(d, source, plain, 'a.adc');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of these may reach a terminal
    if (/[\0-\x09\x0b-\x1f\x7f-\x9f]|\p{Cs}/u.test(shown))
      throw new Error(`unprintable: ${JSON.stringify(shown)}`);
    JSON.stringify(diagnosticToJson(d, source));
  }
}

function faultOf({ code, message, hint, span }: Diagnostic, source: string): string | undefined {
  if (!(code in codes)) return 'an unknown code';
  if (code === 'internal') return 'an internal error';
  for (const text of hint === undefined ? [message] : [message, hint]) {
    if (text.trim() === '') return 'an empty message';
    if (text.length > LONGEST_TEXT) return 'a long message';
    if (/\n/.test(text)) return 'a message of several lines';
    if (/\b(?:undefined|NaN%|\[object)/.test(text)) return 'a message made by accident';
  }
  if (span === undefined) return undefined;
  const inside = span.start >= 0 && span.start <= span.end && span.end <= source.length;
  return inside ? undefined : 'a span outside of the text';
}
