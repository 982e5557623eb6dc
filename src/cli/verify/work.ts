/** What a worker of `adc verify` does: reads and runs cases, each within its limits. */
import { readCase, type Source } from '../../check/cases.js';
import { compiler } from '../../check/compiler.js';
import { type CaseHead, type CaseResult, runCase, type SuiteOptions } from '../../check/suite.js';
import { LimitError } from '../../core/diagnostic.js';
import { defect } from '../../core/errors/check.js';
import { withinLimits } from '../watchdog.js';

/** A case and its place in the whole run, from which its random numbers follow. */
export interface Numbered {
  readonly index: number;
  readonly source: Source;
}

export interface Settings extends SuiteOptions {
  /** The time that a case may take. */
  readonly seconds: number;
  /** The iterations that a loop may run. */
  readonly maxIterations: number;
}

/** Runs cases one after the other. The results hold only what reports tell, so that they travel cheaply. */
export function runBatch(cases: readonly Numbered[], settings: Settings): CaseResult[] {
  return cases.map(({ index, source }) => light(runOne(index, source, settings)));
}

/** The result of a case, an error where its time or memory is up. */
function runOne(index: number, source: Source, settings: Settings): CaseResult {
  const within = withinLimits(settings.seconds, settings.maxIterations);
  let head = headOf(source);
  try {
    return within(() => {
      const c = readCase(source, compiler);
      head = c;
      return runCase(c, index, settings, compiler);
    });
  } catch (error) {
    if (error instanceof LimitError) return failed(head, error.diagnostics);
    return failed(head, [defect(error instanceof Error ? `${error.name}: ${error.message}` : String(error))]);
  }
}

/** A case as far as its text tells without being read. */
export function headOf({ form, ...place }: Source): CaseHead {
  const name = form === 'suite' ? /^([\w-]+):\s/.exec(place.text)?.[1] : undefined;
  return { ...place, formula: place.text.trim(), ...(name !== undefined && { name }) };
}

/** The result of a case that could not be run. */
export function failed(head: CaseHead, diagnostics: CaseResult['diagnostics']): CaseResult {
  return { case: head, verdict: 'error', points: 0, claims: [], diagnostics };
}

function light({ case: c, answer, ...result }: CaseResult): CaseResult {
  const { name, file, line, formula, text, start, quoted } = c;
  const { value, gradient, check } = answer ?? {};
  return {
    case: {
      file,
      line,
      formula,
      text,
      start,
      ...(name !== undefined && { name }),
      ...(quoted && { quoted }),
    },
    ...result,
    ...(value && gradient && { answer: { value, gradient, ...(check && { check }) } }),
  };
}

/** Waits for batches in a worker. */
export async function serve(): Promise<void> {
  const { worker } = await import('workerpool');
  worker({ runBatch });
}
