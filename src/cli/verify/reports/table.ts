/** The report of `verify` for people: one line a case, failures in full, the count at the end. */
import { type CaseResult, suiteDefaults } from '../../../check/suite.js';
import { originOf, type Summary } from '../../../check/verify.js';
import { version } from '../../../core/version.js';
import { roughly } from '../../numbers.js';
import type { Output, Paint } from '../../output.js';
import { renderDiagnostics } from '../../report.js';
import type { Head, Report } from '../report.js';

const marks = { agree: '✓', disagree: '✗', inconclusive: '?', error: '!' } as const;
const NAME_WIDTH = 24;
const FORMULA_WIDTH = 50;

function painter(verdict: CaseResult['verdict'], paint: Paint): (text: string) => string {
  if (verdict === 'agree') return paint.green;
  return verdict === 'inconclusive' ? paint.yellow : paint.red;
}

/** One case: a line where it agrees, with its diagnostics where not. */
function renderCase(result: CaseResult, { paint }: Output): string {
  const { case: c, verdict } = result;
  const name = (c.name ?? `${c.file}:${c.line}`).padEnd(NAME_WIDTH);
  const formula = shorten(c.formula.replace(/\s+/g, ' ').trim()).padEnd(FORMULA_WIDTH);
  const mark = painter(verdict, paint)(`${marks[verdict]} ${verdict.padEnd(12)}`);
  const line = `${mark} ${paint.bold(name)} ${formula} ${paint.dim(detail(result))}`.trimEnd();
  if (verdict === 'agree') return `${line}\n`;
  const told = result.diagnostics.filter((d) => d.severity !== 'info');
  const text = renderDiagnostics(told, c.text, paint, c.quoted ? undefined : c.file, originOf(c).line);
  return `${line}\n${text.replace(/^(?=.)/gm, '    ')}`;
}

function shorten(text: string): string {
  const characters = [...text];
  return characters.length <= FORMULA_WIDTH ? text : `${characters.slice(0, FORMULA_WIDTH - 1).join('')}…`;
}

function detail({ answer, claims, points }: CaseResult): string {
  const parts: string[] = [];
  if (answer?.check) parts.push(`error ${roughly(answer.check.maxAbsoluteError)}`);
  if (claims.length > 0) parts.push(`${claims.length} claim${claims.length === 1 ? '' : 's'}`);
  if (points > 1) parts.push(`${points} points`);
  return parts.join(', ');
}

/** The last line. */
function renderSummary(summary: Summary, seconds: number, strict: boolean, paint: Paint): string {
  const counts = (['agree', 'disagree', 'inconclusive', 'error'] as const)
    .filter((v) => summary[v] > 0)
    .map((v) => painter(v, paint)(`${summary[v]} ${v}`));
  const cases = `${summary.cases} case${summary.cases === 1 ? '' : 's'}`;
  const note = strict && summary.inconclusive > 0 ? ' (inconclusive counts as failure)' : '';
  return `${cases}: ${counts.join(', ') || 'nothing to do'}${note} ${paint.dim(`in ${seconds.toFixed(2)} s`)}\n`;
}

/** Beyond this many cases, those that agree are only counted. */
const LISTED = 200;

const endings = { bail: 'stopped at the first failure', interrupted: 'interrupted' } as const;

export function tableReport(output: Output): Report {
  let all = true;
  let strict = false;
  return {
    begin: (head) => {
      strict = head.strict;
      all = head.total <= LISTED && !output.quiet;
      if (!output.quiet) output.write(output.paint.dim(`${headLine(head)}\n`));
    },
    add: (result) => {
      if (all || result.verdict !== 'agree') output.write(renderCase(result, output));
    },
    end: ({ summary, seconds, stopped }) => {
      if (stopped) output.write(output.paint.yellow(`${endings[stopped]}, the rest was not run\n`));
      output.write(renderSummary(summary, seconds, strict, output.paint));
    },
  };
}

/** Versions, seed, and the options that are not those of every day. */
function headLine({ settings }: Head): string {
  const { points, tolerance } = settings;
  const options = [
    ...(points === suiteDefaults.points ? [] : [`points ${points}`]),
    ...(tolerance === suiteDefaults.tolerance ? [] : [`tolerance ${tolerance}`]),
  ];
  return [`adc ${version}`, `node ${process.version}`, `seed ${settings.seed}`, ...options].join(', ');
}
