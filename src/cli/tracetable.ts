/** A trace for people: the forward and the reverse table as a textbook writes them, the gradient, and the roles. */
import type { Contribution, ForwardRow, ReverseRow, Roles, Trace } from '../run/trace.js';
import { tensorText } from './numbers.js';
import type { Output, Paint } from './output.js';
import { renderDiagnostics } from './report.js';
import { type Align, table } from './table.js';

/** Columns of tangents beside the first. */
const FURTHER = 3;
const LISTED = 12;
const SHOWN_TERMS = 6;
const FORMULA_WIDTH = 48;

/** The whole report. */
export function renderTrace(trace: Trace, { paint, quiet }: Output, file?: string): string {
  const parts = [
    `${paint.bold('value')}  ${tensorText(trace.value)}\n`,
    lines(forwardTable(trace, paint)),
    lines(reverseTable(trace, paint)),
    lines(gradientLines(trace, paint)),
    ...(quiet ? [] : [lines(roleLines(trace.roles, paint))]),
    quiet ? '' : renderDiagnostics(trace.diagnostics, trace.formula, paint, file),
  ];
  return parts.filter((p) => p !== '').join('\n');
}

const lines = (all: readonly string[]) => `${all.join('\n')}\n`;

/** Three decimals; three digits of what is smaller than 1; whole numbers as they are. */
export function brief(x: number): string {
  if (!Number.isFinite(x) || Number.isInteger(x)) return Math.abs(x) < 1e15 ? String(x + 0) : long(x);
  const size = Math.abs(x);
  if (size >= 1e9) return long(x);
  return String(size >= 1 ? Number(x.toFixed(3)) : Number(x.toPrecision(3)));
}

const long = (x: number) => String(Number(x.toPrecision(6)));

/**
 * The marks of tangents and adjoints are two code points that take the room of one; tables are aligned with a single
 * private one in their place.
 */
const marks = [
  ['v̇', '\ue000'],
  ['v̄', '\ue001'],
] as const;

function aligned(rows: readonly (readonly string[])[], align: readonly Align[]): string[] {
  const narrow = (text: string) => marks.reduce((t, [mark, single]) => t.replaceAll(mark, single), text);
  const wide = (text: string) => marks.reduce((t, [mark, single]) => t.replaceAll(single, mark), text);
  return table(
    rows.map((row) => row.map(narrow)),
    align,
  ).map(wide);
}

function forwardTable({ forward, seeds }: Trace, paint: Paint): string[] {
  const [first, ...others] = seeds;
  const further = others.length <= FURTHER ? others : [];
  const noted = forward.some((r) => r.note !== undefined);
  const tangent = first === undefined ? '' : `tangent ∂/∂${first}`;
  const head = ['forward', '', tangent, ...further.map((name) => `∂/∂${name}`)].map(paint.bold);
  const rows = forward.map((row) => [
    cut([row.name, ...(row.source === undefined ? [] : [row.source]), ...formulaOf(row)].join(' = ')),
    `= ${brief(row.value)}`,
    first === undefined ? '' : tangentText(row, row.tangents.get(first) ?? 0),
    ...further.map((name) => brief(row.tangents.get(name) ?? 0)),
    ...(noted ? [paint.dim(row.note ?? '')] : []),
  ]);
  const align: Align[] = ['left', 'left', 'left', ...further.map(() => 'right' as const), 'left'];
  const rest =
    others.length > FURTHER ? [paint.dim(`(tangents of ${list(others)}: with --wrt or --json)`)] : [];
  return [...aligned([head, ...rows], align), ...rest];
}

/** A leaf's formula is its name. */
const formulaOf = (row: ForwardRow) => (row.formula === row.source ? [] : [row.formula]);

function cut(text: string): string {
  return text.length <= FORMULA_WIDTH ? text : `${text.slice(0, FORMULA_WIDTH - 8)} … ${text.slice(-5)}`;
}

function tangentText(row: ForwardRow, tangent: number): string {
  return equation(row.name.replace('v', 'v̇'), row.terms, tangent);
}

/** `v̇3 = v̇1 / v1 = 1/2 = 0.5`; a step that says nothing new is left out. */
function equation(name: string, terms: readonly Contribution[], value: number): string {
  const result = brief(value);
  const said = ['', result, bracketed(value)];
  const steps = [ruleText(terms), numbersText(terms)].filter((s) => !said.includes(s));
  return [name, ...steps, result].join(' = ');
}

/** The rule of a derivative with all its terms: `v̄4 * v1 + v̄5 * cos(v2)`. */
export function ruleText(terms: readonly Contribution[]): string {
  return joined(terms.map((t) => ({ negative: t.negative, text: t.rule })));
}

function numbersText(terms: readonly Contribution[]): string {
  return joined(terms.map((t) => ({ negative: t.negative, text: productOf(t) })));
}

function joined(terms: readonly { readonly negative: boolean; readonly text: string }[]): string {
  const texts = terms.map(({ negative, text }, i) =>
    i === 0 ? (negative ? `-${text}` : text) : `${negative ? '-' : '+'} ${text}`,
  );
  if (texts.length <= SHOWN_TERMS) return texts.join(' ');
  return [...texts.slice(0, 3), '+ …', texts.at(-1)].join(' ');
}

/**
 * `1*2`, `1/2`, `(-1)*0.284`; a factor of 1 that the rule does not show is not shown either, nor the partial of what
 * does not depend on the variable where that partial is infinite.
 */
function productOf({ factors, divisor, negative, rule, value }: Contribution): string {
  const [derivative, partial] = factors;
  if (value === 0 && !Number.isFinite(partial)) return '0';
  const lead = bracketed(derivative);
  if (divisor !== undefined) return `${lead}/${bracketed(divisor)}`;
  const size = negative ? -partial : partial;
  return size === 1 && !/[ */]/.test(rule) ? lead : `${lead}*${bracketed(size)}`;
}

const bracketed = (x: number) => (x < 0 ? `(${brief(x)})` : brief(x));

/** What the adjoints are derivatives of. */
function differentiated({ cotangent }: Trace): string {
  if (!cotangent) return 'f';
  return cotangent.data.every((g) => g === 1) ? 'sum(f)' : 'sum(g*f)';
}

function reverseTable(trace: Trace, paint: Paint): string[] {
  const { reverse, seeds } = trace;
  const of = differentiated(trace);
  const rows = reverse.map((row) => [adjointText(row), paint.dim(labelOf(row, seeds, of))]);
  return aligned([[paint.bold('reverse')], ...rows], ['left', 'left']);
}

function labelOf({ source }: ReverseRow, seeds: readonly string[], of: string): string {
  if (source === undefined) return '';
  return seeds.includes(source) ? `∂${of}/∂${source}` : source;
}

function adjointText(row: ReverseRow): string {
  return equation(row.name.replace('v', 'v̄'), row.contributions, row.adjoint);
}

function gradientLines({ gradient }: Trace, paint: Paint): string[] {
  const rows = [...gradient].map(([name, t]) => [name, tensorText(t)]);
  return table([[paint.bold('gradient')], ...rows], ['left', 'left']);
}

function roleLines(roles: Roles, paint: Paint): string[] {
  const rows = [
    ['leaves', roles.leaves],
    ['data', roles.data],
    ['intermediates', roles.intermediates],
    [roles.outputs.length === 1 ? 'output' : 'outputs', roles.outputs],
    ['gradients of', roles.gradients],
  ] as const;
  const shown = rows.filter(([, names]) => names.length > 0).map(([role, names]) => [role, list(names)]);
  return table([[paint.bold('roles')], ...shown], ['left', 'left']);
}

function list(names: readonly string[]): string {
  if (names.length <= LISTED) return names.join(', ');
  return `${names.slice(0, LISTED - 2).join(', ')}, …, ${names.at(-1)}`;
}
