/** Answers of the derivative family for people: matrices as matrices, a table of elements by mode, and the verdict. */
import type { FamilyAnswer } from '../check/family/answer.js';
import type { Entry } from '../check/family/layout.js';
import type { Check } from '../check/findings.js';
import { placeName } from '../core/errors/check.js';
import { indexOf, type Tensor } from '../core/tensor.js';
import { differenceCells, marks } from './gradtable.js';
import { number, roughly, shownOffsets, tensorText } from './numbers.js';
import type { Output, Paint } from './output.js';
import { renderDiagnostics } from './report.js';
import { table } from './table.js';

/** Matrices wider than this are left to the table and to JSON. */
const WIDEST = 12;

/** The whole report. */
export function renderFamily(answer: FamilyAnswer, { paint, quiet }: Output, file?: string): string {
  const parts = [
    `${paint.bold('value')}  ${tensorText(answer.value)}\n`,
    matrices(answer, paint),
    `${elementTable(answer, paint).join('\n')}\n`,
    refusals(answer, paint),
  ];
  if (answer.check) parts.push(`${verdictLine(answer, answer.check, paint, quiet)}\n`);
  parts.push(renderDiagnostics(quiet ? [] : answer.diagnostics, answer.formula, paint, file));
  return parts.filter((p) => p !== '').join('\n');
}

/** Each matrix of the answer by itself; what is no matrix is in the table. */
function matrices({ result, kind }: FamilyAnswer, paint: Paint): string {
  const found = result.filter(({ tensor, leading }) => {
    const [rows, columns] = tensor.shape;
    const square = tensor.shape.length === 2 && leading === 1;
    return square && (rows as number) <= WIDEST && (columns as number) <= WIDEST;
  });
  return found
    .map(({ path, tensor }) => {
      const title = kind === 'jacobian' ? `d/d${path[0]}` : `d²/d${path.join(' d')}`;
      return `${paint.dim(title)}\n${rowsOf(tensor).join('\n')}\n`;
    })
    .join('\n');
}

function rowsOf({ shape, data }: Tensor): string[] {
  const [rows, columns] = shape as [number, number];
  const cells = Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) => number(data[i * columns + j] as number)),
  );
  const lines = table(
    cells,
    Array.from({ length: columns }, () => 'right' as const),
  );
  return lines.map((line) => `  ${line}`);
}

function elementTable(answer: FamilyAnswer, paint: Paint): string[] {
  const { kind, result, differences } = answer;
  const modes = [...answer.modes].flatMap(([mode, m]) => ('unavailable' in m ? [] : [{ mode, entries: m }]));
  const head = [kind, ...modes.map((m) => m.mode), ...(differences ? ['differences', ''] : [])];
  const rows = [head.map((cell) => paint.bold(cell))];
  for (const [k, entry] of result.entries()) {
    const columns = modes.map((m) => (m.entries[k] as Entry).tensor);
    const difference = differences?.result[k]?.tensor;
    const error = differences?.error[k]?.tensor;
    for (const i of shownOffsets(entry.tensor.data.length)) {
      if (i < 0) rows.push([paint.dim('…')]);
      else
        rows.push([
          placeOf(kind, entry, i),
          ...columns.map((t) => number(t.data[i] as number)),
          ...differenceCells(difference, error, i, paint),
        ]);
    }
  }
  return table(rows, ['left', ...modes.map(() => 'right' as const), 'right', 'left']);
}

/** `[1]` of a tangent, `x[0]`, `[1] by x[0]`, `x[0], y[1]`. */
function placeOf(kind: FamilyAnswer['kind'], { path, tensor, leading }: Entry, offset: number): string {
  const index = indexOf(tensor.shape, offset);
  const [name, other] = path;
  if (name === undefined) return index.length === 0 ? 'output' : placeName('', index);
  if (other !== undefined)
    return `${placeName(name, index.slice(0, leading))}, ${placeName(other, index.slice(leading))}`;
  if (kind !== 'jacobian') return placeName(name, index);
  const input = placeName(name, index.slice(leading));
  return leading === 0 ? input : `${placeName('', index.slice(0, leading))} by ${input}`;
}

function refusals(answer: FamilyAnswer, paint: Paint): string {
  return [...answer.modes]
    .flatMap(([mode, m]) =>
      'unavailable' in m ? [`${paint.dim(`${mode} is unavailable:`)} ${m.unavailable}\n`] : [],
    )
    .join('');
}

function verdictLine(answer: FamilyAnswer, check: Check, paint: Paint, quiet: boolean): string {
  const colour = { agree: paint.green, disagree: paint.red, inconclusive: paint.yellow }[check.verdict];
  return colour(`${marks[check.verdict]} ${verdictText(answer, check, quiet)}`);
}

function verdictText({ kind, modes }: FamilyAnswer, check: Check, quiet: boolean): string {
  const second = kind === 'hvp' || kind === 'hessian' || kind === 'diagonal';
  const names: string[] = [...modes].filter(([, m]) => !('unavailable' in m)).map(([mode]) => mode);
  const list = `${names.join(', ')} and central differences${second ? ' of the gradient' : ''}`;
  if (check.verdict === 'inconclusive')
    return `the check of ${list} is inconclusive here${quiet ? '' : ': the reason is below'}`;
  return `${list} ${check.verdict}: largest difference ${roughly(check.maxAbsoluteError)}`;
}
