/** `adc verify`: every case of suites, with a verdict for each. */
import { type Case, readJsonLines, readProgram, readSuite } from '../../check/cases.js';
import { type Compiler, compiler } from '../../check/compiler.js';
import { type CaseResult, runCase, type SuiteOptions, suiteDefaults } from '../../check/suite.js';
import { caseToJson, count, emptySummary, type Summary } from '../../check/verify.js';
import { AdcError, LimitError } from '../../core/diagnostic.js';
import * as errors from '../../core/errors/cli.js';
import { nearest } from '../../core/suggest.js';
import { version } from '../../core/version.js';
import { readText } from '../files.js';
import type { Command, ExitStatus, Invocation } from '../invocation.js';
import { positive, secondsOf } from '../optionvalues.js';
import { stringify } from '../stringify.js';
import { renderCase, renderSummary } from '../verifytable.js';
import { withinSeconds } from '../watchdog.js';
import { wholeNumber } from './grad.js';

export const verify: Command = async (invocation) => {
  const { operands, options, output } = invocation;
  const settings = settingsOf(invocation);
  const seconds = secondsOf(options.timeout);
  const limited = limitedCompiler(seconds);
  const cases = selected(
    operands.flatMap((file) => casesOf(file, limited)),
    options.only,
  );
  const started = performance.now();
  const report = output.json
    ? jsonReport(invocation, settings)
    : tableReport(invocation, cases.length, settings);
  const summary = emptySummary();
  report.begin();
  for (const [index, c] of cases.entries()) {
    const result = within(seconds, c, () => runCase(c, index, settings, compiler));
    count(summary, result);
    report.add(result, index);
  }
  report.end(summary, (performance.now() - started) / 1000);
  return statusOf(summary, options.strict === true);
};

function settingsOf({ options }: Invocation): SuiteOptions {
  const settings = { ...suiteDefaults };
  if (options.points !== undefined) settings.points = wholeNumber('--points', options.points, 1);
  if (options.seed !== undefined) settings.seed = wholeNumber('--seed', options.seed);
  if (options.tolerance !== undefined) settings.tolerance = positive('--tolerance', options.tolerance);
  return settings;
}

/** A compiler for reading suites: each value that a case gives has the time of a case. */
function limitedCompiler(seconds: number): Compiler {
  const constant: Compiler['constant'] = (expression, source) =>
    withinSeconds(seconds)(() => compiler.constant(expression, source));
  return { ...compiler, constant };
}

/** The result of a case, an error where its time or memory is up. */
function within(seconds: number, c: Case, run: () => CaseResult): CaseResult {
  try {
    return withinSeconds(seconds)(run);
  } catch (error) {
    if (!(error instanceof LimitError)) throw error;
    return { case: c, verdict: 'error', points: 0, claims: [], diagnostics: error.diagnostics };
  }
}

/** The cases, or those of the name that was asked for. @throws AdcError usage where there is none */
function selected(cases: readonly Case[], only: string | boolean | undefined): readonly Case[] {
  if (typeof only !== 'string') return cases;
  const found = cases.filter((c) => c.name === only);
  if (found.length > 0) return found;
  const names = cases.flatMap((c) => c.name ?? []);
  throw new AdcError(errors.noCase(only, nearest(only, names)));
}

/** JSON Lines by the file's name or its first character, a program by its name, suite text otherwise. */
function casesOf(argument: string, compiler: Compiler): Case[] {
  const file = argument === '-' ? '<stdin>' : argument;
  const text = readText(argument === '-' ? 0 : argument);
  if (argument.endsWith('.adc')) return readProgram(text, file);
  const json =
    /\.(jsonl|ndjson|json)$/.test(argument) || (!argument.endsWith('.suite') && /^\s*\{/.test(text));
  return json ? readJsonLines(text, file, compiler) : readSuite(text, file, compiler);
}

interface Report {
  readonly begin: () => void;
  readonly add: (result: CaseResult, index: number) => void;
  readonly end: (summary: Summary, seconds: number) => void;
}

/** The document of the contract, written as the cases finish. */
function jsonReport({ output }: Invocation, settings: SuiteOptions): Report {
  const { seed, ...options } = settings;
  const body = (value: Parameters<typeof stringify>[0]) =>
    stringify(value).trimEnd().replaceAll('\n', '\n  ');
  return {
    begin: () => {
      const head = stringify({ adc: version, node: process.version, seed, options });
      output.write(`${head.trimEnd().slice(0, -2)},\n  "cases": [`);
    },
    add: (result, index) =>
      output.write(`${index > 0 ? ',' : ''}\n    ${body(caseToJson(result)).replaceAll('\n', '\n  ')}`),
    end: (summary, seconds) => {
      const total = { ...summary, seconds: Number(seconds.toFixed(3)) };
      output.write(`\n  ],\n  "summary": ${body(total)}\n}\n`);
    },
  };
}

/** Beyond this many cases, those that agree are only counted. */
const LISTED = 200;

function tableReport({ output, options }: Invocation, total: number, settings: SuiteOptions): Report {
  const all = total <= LISTED && !output.quiet;
  const strict = options.strict === true;
  return {
    begin: () => {
      if (!output.quiet)
        output.write(output.paint.dim(`adc ${version}, node ${process.version}, seed ${settings.seed}\n`));
    },
    add: (result) => {
      if (all || result.verdict !== 'agree') output.write(renderCase(result, output));
    },
    end: (summary, seconds) => output.write(renderSummary(summary, seconds, strict, output.paint)),
  };
}

function statusOf(summary: Summary, strict: boolean): ExitStatus {
  if (summary.disagree > 0) return 1;
  if (summary.error > 0) return 2;
  return strict && summary.inconclusive > 0 ? 1 : 0;
}
