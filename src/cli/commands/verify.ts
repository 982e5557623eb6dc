/** `adc verify`: every case of suites, with a verdict for each. */
import { availableParallelism } from 'node:os';
import { suiteDefaults } from '../../check/suite.js';
import { count, emptySummary, type Summary } from '../../check/verify.js';
import { AdcError } from '../../core/diagnostic.js';
import * as errors from '../../core/errors/cli.js';
import { writeText } from '../files.js';
import { type Command, type ExitStatus, INTERRUPTED, type Invocation } from '../invocation.js';
import { iterationsOf, positive, secondsOf, wholeNumber } from '../optionvalues.js';
import { inOrder } from '../verify/pool.js';
import { progressOf } from '../verify/progress.js';
import { isFailure, type Report, type Tail } from '../verify/report.js';
import { githubReport } from '../verify/reports/github.js';
import { jsonLinesReport, jsonReport } from '../verify/reports/json.js';
import { junitReport } from '../verify/reports/junit.js';
import { sarifReport } from '../verify/reports/sarif.js';
import { tableReport } from '../verify/reports/table.js';
import { tapReport } from '../verify/reports/tap.js';
import { casesOf, countCases, filesOf, readFile, type Selection, type Shard } from '../verify/select.js';
import { watchFiles } from '../verify/watch.js';
import type { Settings } from '../verify/work.js';

export const verify: Command = async (invocation) => {
  if (invocation.options.watch !== true) return run(invocation);
  const names = await filesOf(invocation.operands);
  if (names.includes('-')) throw new AdcError(errors.badOption('--watch needs files, not standard input'));
  return watchFiles(names, invocation.output, () => run(invocation));
};

async function run(invocation: Invocation): Promise<ExitStatus> {
  const { operands, options, output } = invocation;
  const settings = settingsOf(invocation);
  const strict = options.strict === true;
  const jobs = options.jobs === undefined ? availableParallelism() : wholeNumber('--jobs', options.jobs, 1);
  const selection = selectionOf(invocation);
  const reports = reportsOf(invocation);
  const files = (await filesOf(operands)).map(readFile);
  const total = countCases(files, selection);
  const { seconds: _, maxIterations: __, ...shown } = settings;
  const progress = await progressOf(total, !output.quiet);
  const started = performance.now();
  const summary = emptySummary();
  let stopped: Tail['stopped'];
  const stop = new AbortController();
  const interrupt = () => {
    stopped = 'interrupted';
    stop.abort();
  };
  process.once('SIGINT', interrupt);
  for (const report of reports) report.begin({ total, settings: shown, strict });
  const pool = {
    jobs: Math.min(jobs, Math.max(1, total)),
    script: `${__dirname}/thread.cjs`,
    settings,
    signal: stop.signal,
  };
  let broken = false;
  for await (const result of inOrder(casesOf(files, selection), pool)) {
    count(summary, result);
    broken ||= result.diagnostics.some((d) => d.code === 'internal');
    progress.clear();
    for (const report of reports) report.add(result);
    progress.step();
    if (options.bail === true && isFailure(result, strict)) stopped = 'bail';
    if (stopped !== undefined) break;
  }
  progress.clear();
  process.removeListener('SIGINT', interrupt);
  const tail: Tail = { summary, seconds: (performance.now() - started) / 1000, ...(stopped && { stopped }) };
  for (const report of reports) report.end(tail);
  if (stopped === 'interrupted') return INTERRUPTED;
  return broken ? 3 : statusOf(summary, strict);
}

function settingsOf({ options }: Invocation): Settings {
  const limits = { seconds: secondsOf(options.timeout), maxIterations: iterationsOf(options.maxIterations) };
  const settings = { ...suiteDefaults, ...limits };
  if (options.points !== undefined) settings.points = wholeNumber('--points', options.points, 1);
  if (options.seed !== undefined) settings.seed = wholeNumber('--seed', options.seed);
  if (options.tolerance !== undefined) settings.tolerance = positive('--tolerance', options.tolerance);
  return settings;
}

function selectionOf({ options }: Invocation): Selection {
  return {
    ...(typeof options.only === 'string' && { only: options.only }),
    ...(typeof options.shard === 'string' && { shard: shardOf(options.shard) }),
  };
}

function shardOf(text: string): Shard {
  const [, part, of] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? [];
  const shard = { part: Number(part), of: Number(of) };
  if (part !== undefined && shard.part >= 1 && shard.part <= shard.of) return shard;
  throw new AdcError(
    errors.badOption(`--shard must be a part and a number of parts, as in 1/4, not ${text}`),
  );
}

/** One report on standard output, and those that go to files. */
function reportsOf({ output, options }: Invocation): Report[] {
  const chosen = [output.json, options.jsonl === true, options.tap === true].filter(Boolean).length;
  if (chosen > 1)
    throw new AdcError(errors.badOption('only one of --json, --jsonl and --tap can be written at a time'));
  const standard = output.json
    ? jsonReport(output.write)
    : options.jsonl === true
      ? jsonLinesReport(output.write)
      : options.tap === true
        ? tapReport(output.write)
        : tableReport(output);
  const reports = [standard];
  if (typeof options.junit === 'string') reports.push(toFile(options.junit, junitReport));
  if (typeof options.sarif === 'string') reports.push(toFile(options.sarif, sarifReport));
  const annotate = options.github === true || (chosen === 0 && process.env.GITHUB_ACTIONS === 'true');
  if (annotate && chosen > 0)
    throw new AdcError(errors.badOption('--github writes to standard output, beside the table only'));
  if (annotate) reports.push(githubReport(output.write));
  return reports;
}

/** A report that is written to a file at its end. @throws AdcError file-error, before anything is run */
function toFile(path: string, make: (write: (text: string) => void) => Report): Report {
  const parts: string[] = [];
  const report = make((text) => parts.push(text));
  writeText(path, '');
  return {
    ...report,
    end: (tail) => {
      report.end(tail);
      writeText(path, parts.join(''));
    },
  };
}

function statusOf(summary: Summary, strict: boolean): ExitStatus {
  if (summary.disagree > 0) return 1;
  if (summary.error > 0) return 2;
  return strict && summary.inconclusive > 0 ? 1 : 0;
}
