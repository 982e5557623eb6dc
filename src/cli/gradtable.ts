/** The answer of `grad` for people: a table of gradients by mode, a verdict in words, and the remarks. */
import type { GradAnswer } from '../check/answer.js';
import type { Check } from '../check/findings.js';
import { placeName } from '../core/errors/check.js';
import { indexOf, type Tensor } from '../core/tensor.js';
import type { Variable } from '../run/problem.js';
import { number, roughly, shownOffsets, tensorText } from './numbers.js';
import type { Output, Paint } from './output.js';
import { referenceError, renderReference } from './referencetable.js';
import { renderDiagnostics } from './report.js';
import { table } from './table.js';

/** Symbolic gradients longer than this are left to `adc diff`. */
const FORMULA_WIDTH = 72;

/** The whole report; `title` names the derivative. */
export function renderGrad(
  answer: GradAnswer,
  { paint, quiet }: Output,
  file?: string,
  title = 'gradient',
): string {
  const parts = [
    `${paint.bold('value')}  ${tensorText(answer.value)}\n`,
    `${gradientTable(answer, paint, title).join('\n')}\n`,
    retained(answer, paint),
    formulas(answer, paint),
    renderReference(answer, paint),
  ];
  if (answer.check) parts.push(`${verdictLine(answer, answer.check, paint, quiet)}\n`);
  const remarks = quiet ? [] : answer.diagnostics;
  parts.push(renderDiagnostics(remarks, answer.formula, paint, file));
  return parts.filter((p) => p !== '').join('\n');
}

function gradientTable(answer: GradAnswer, paint: Paint, title: string): string[] {
  const modes = [...answer.modes].flatMap(([mode, a]) =>
    'gradient' in a ? [{ mode, gradient: a.gradient }] : [],
  );
  const taken = answer.differences?.kind === 'coordinates' ? answer.differences : undefined;
  const head = [title, ...modes.map((m) => m.mode), ...(taken ? ['differences', ''] : [])];
  const rows = [head.map((cell) => paint.bold(cell))];
  for (const variable of answer.variables) {
    const columns = modes.map((m) => m.gradient.get(variable.name) as Tensor);
    const difference = taken?.gradient.get(variable.name);
    const error = taken?.error.get(variable.name);
    for (const i of shownOffsets(columns[0]?.data.length ?? 0)) {
      if (i < 0) rows.push([paint.dim('…')]);
      else
        rows.push([
          placeOf(variable, i),
          ...columns.map((t) => number(t.data[i] as number)),
          ...differenceCells(difference, error, i, paint),
        ]);
    }
  }
  return table(rows, ['left', ...modes.map(() => 'right' as const), 'right', 'left']);
}

/** The adjoints of intermediates that were asked for. */
function retained({ retained: adjoints }: GradAnswer, paint: Paint): string {
  if (!adjoints) return '';
  const rows = [[paint.bold('retained'), paint.bold('adjoint')]];
  for (const [name, t] of adjoints) rows.push([name, tensorText(t)]);
  return `${table(rows, ['left', 'left']).join('\n')}\n`;
}

function placeOf(variable: Variable, offset: number): string {
  return placeName(variable.name, indexOf(variable.shape, offset));
}

/** A difference and its error. */
export function differenceCells(
  difference: Tensor | undefined,
  error: Tensor | undefined,
  i: number,
  paint: Paint,
): string[] {
  if (difference === undefined || error === undefined) return [];
  const value = difference.data[i] as number;
  const estimate = error.data[i] as number;
  if (Number.isNaN(value)) return ['–', ''];
  return [number(value, digitsOf(value, estimate)), paint.dim(`± ${roughly(estimate)}`)];
}

/** As many digits as the error leaves certain, and one more. */
function digitsOf(value: number, error: number): number {
  if (!(error > 0) || value === 0) return 10;
  return Math.max(1, Math.min(10, Math.ceil(Math.log10(Math.abs(value) / error)) + 1));
}

/** The symbolic gradients, each on one line if it fits on one. */
function formulas(answer: GradAnswer, paint: Paint): string {
  const lines = [...(answer.expressions ?? [])].map(([name, text]) => {
    const line = text.replaceAll('\n', '; ');
    const shown = line.length <= FORMULA_WIDTH ? paint.cyan(line) : paint.dim('(long: adc diff prints it)');
    return `${paint.bold(`d/d${name}`)}  ${shown}\n`;
  });
  for (const [mode, a] of answer.modes)
    if ('unavailable' in a) lines.push(`${paint.dim(`${mode} is unavailable:`)} ${a.unavailable}\n`);
  return lines.join('');
}

export const marks = { agree: '✓', disagree: '✗', inconclusive: '?' } as const;

function verdictLine(answer: GradAnswer, check: Check, paint: Paint, quiet: boolean): string {
  const colour = { agree: paint.green, disagree: paint.red, inconclusive: paint.yellow }[check.verdict];
  return colour(`${marks[check.verdict]} ${verdictText(answer, check, quiet)}`);
}

function verdictText(answer: GradAnswer, check: Check, quiet: boolean): string {
  const names: string[] = [...answer.modes].filter(([, a]) => 'gradient' in a).map(([mode]) => mode);
  const settled = check.diagnostics.some((d) => d.code === 'reference-settled');
  if (answer.differences !== undefined && !settled) names.push('central differences');
  const reference = referenceError(answer);
  if (reference !== undefined) {
    if (check.diagnostics.some((d) => d.code === 'digits-lost'))
      return `digits are lost here, the largest error is ${reference} ulp${quiet ? '' : ': the reason is below'}`;
    names.push('the reference');
  }
  const last = names.pop() ?? '';
  const list = names.length === 0 ? last : `${names.join(', ')} and ${last}`;
  if (check.verdict === 'disagree')
    return `${list} disagree: largest difference ${roughly(check.maxAbsoluteError)}`;
  if (check.verdict === 'inconclusive')
    return `the check of ${list} is inconclusive here${quiet ? '' : ': the reason is below'}`;
  if (reference !== undefined) return `${list} agree: largest error ${reference} ulp`;
  return `${list} agree: largest difference ${roughly(check.maxAbsoluteError)}`;
}
