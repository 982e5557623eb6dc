/**
 * Terms: numbers together with how they are written. The rules of the table, evaluated over terms, give the text of a
 * rule and its value at once. A term that is a literal may be simplified away in what is shown (`1 * x`, `x^1`).
 */
import { type Expr, parseExpression, printExpr } from '../../../grammar/index.js';
import { noSpan } from '../../core/span.js';
import { type Algebra, makeAlgebra } from '../../ops/algebra.js';
import type { Args, ElementwiseRow, Partial, ReduceAlgebra, ReductionRow } from '../../ops/row.js';
import { elementwiseRow } from '../../ops/table.js';

export interface Term {
  readonly value: number;
  readonly text: Expr;
  /** A number that stands in the formula or in a rule. */
  readonly literal?: true;
  /** The denominator, where the term is 1 over something. */
  readonly divisor?: number;
}

export const nameText = (name: string): Expr => ({ kind: 'name', name, span: noSpan });

export const numberText = (value: number): Expr => ({
  kind: 'number',
  value,
  integer: Number.isInteger(value),
  span: noSpan,
});

export const callText = (callee: string, ...args: readonly Expr[]): Expr => ({
  kind: 'call',
  callee,
  calleeSpan: noSpan,
  args: args.map((value) => ({ value, span: noSpan })),
  span: noSpan,
});

export const listText = (items: readonly Expr[]): Expr => ({ kind: 'list', items, span: noSpan });

export const binaryText = (operator: '+' | '-' | '*' | '/', left: Expr, right: Expr): Expr => ({
  kind: 'binary',
  operator,
  left,
  right,
  operatorSpan: noSpan,
  span: noSpan,
});

export const literal = (value: number): Term => ({ value, text: numberText(value), literal: true });

/** How the language writes a row of the table: `a + b`, `max(a, b)`, `sin(x)`. */
export function notation(row: ElementwiseRow): string {
  const written = /\bwritten ((?:[^;,(]|\([^)]*\))+)/.exec(row.summary)?.[1];
  return written?.trim() ?? `${row.name}(${row.params.join(', ')})`;
}

const templates = new Map<string, Expr>();

function templateOf(row: ElementwiseRow): Expr {
  let template = templates.get(row.name);
  if (!template) {
    template = parseExpression(notation(row));
    templates.set(row.name, template);
  }
  return template;
}

/** A template with its names replaced; templates hold nothing but operators, calls and names. */
function filled(e: Expr, by: ReadonlyMap<string, Expr>): Expr {
  switch (e.kind) {
    case 'name':
      return by.get(e.name) ?? e;
    case 'unary':
      return { ...e, operand: filled(e.operand, by) };
    case 'binary':
      return { ...e, left: filled(e.left, by), right: filled(e.right, by) };
    case 'compare':
      return {
        ...e,
        first: filled(e.first, by),
        rest: e.rest.map((r) => ({ ...r, operand: filled(r.operand, by) })),
      };
    case 'call':
      return { ...e, args: e.args.map((a) => ({ ...a, value: filled(a.value, by) })) };
    default:
      return e;
  }
}

/** A row applied to texts; `alias` is the name that the formula used for it. */
export function rowText(row: ElementwiseRow, args: readonly Expr[], alias?: string): Expr {
  if (alias !== undefined) return callText(alias, ...args);
  return filled(templateOf(row), new Map(row.params.map((p, i) => [p, args[i] as Expr])));
}

export function rowValue(row: ElementwiseRow, [a = 0, b = 0, c = 0]: readonly number[]): number {
  return row.value(a, b, c);
}

const is = (t: Term | undefined, value: number) => t?.literal === true && t.value === value;

/** Neutral elements are not shown. */
function neutral(name: string, [a, b]: readonly Term[]): Term | undefined {
  if (name === 'mul') return is(a, 1) ? b : is(b, 1) ? a : undefined;
  if (name === 'div' || name === 'pow') return is(b, 1) ? a : undefined;
  if (name === 'add') return is(a, 0) ? b : is(b, 0) ? a : undefined;
  return name === 'sub' && is(b, 0) ? a : undefined;
}

function applied(name: string, args: readonly Term[]): Term {
  const row = elementwiseRow(name) as ElementwiseRow;
  const value = rowValue(
    row,
    args.map((a) => a.value),
  );
  if (args.every((a) => a.literal)) return literal(value);
  const shorter = neutral(name, args);
  if (shorter) return shorter;
  const text = rowText(
    row,
    args.map((a) => a.text),
  );
  const [a, b] = args;
  return name === 'div' && is(a, 1) && b ? { value, text, divisor: b.value } : { value, text };
}

/** The algebra of terms. A choice is the branch that its condition takes at the point. */
export const terms: Algebra<Term> = makeAlgebra<Term>(literal, applied, (c, a, b) => (c.value ? a : b));

/** The partial derivative of a row as a term. */
export function partialTerm(partial: Exclude<Partial, 'zero'>, args: readonly Term[], y: Term): Term {
  return partial(terms, args as unknown as Args<Term>, y);
}

const MOST_FACTORS = 8;

function joined(operator: '+' | '*', values: readonly Term[], value: number, call: string): Term {
  if (values.every((t) => t.literal)) return literal(value);
  const texts = values.map((t) => t.text);
  if (operator === '*' && texts.length > MOST_FACTORS)
    return { value, text: callText(call, listText(texts)) };
  return { value, text: texts.reduce((a, b) => binaryText(operator, a, b)) };
}

const sumOf = (values: readonly Term[]) =>
  joined(
    '+',
    values,
    values.reduce((s, t) => s + t.value, 0),
    'sum',
  );

function productOf(values: readonly Term[]): Term {
  if (values.length === 0) return literal(1);
  const value = values.reduce((p, t) => p * t.value, 1);
  return joined('*', values, value, 'prod');
}

/** A vector of terms, or one term that stands for all elements. */
type Terms = readonly Term[];

/** The algebra in which weights of reductions are written, over the elements that are reduced. */
function elements(length: number): ReduceAlgebra<Terms> {
  const each = (make: (i: number) => Term): Terms => Array.from({ length }, (_, i) => make(i));
  const at = (v: Terms, i: number) => v[i] as Term;
  const algebra = makeAlgebra<Terms>(
    (value) => each(() => literal(value)),
    (name, args) =>
      each((i) =>
        applied(
          name,
          args.map((a) => at(a, i)),
        ),
      ),
    (c, a, b) => each((i) => (at(c, i).value ? at(a, i) : at(b, i))),
  );
  return {
    ...algebra,
    total: (x) => each(() => sumOf(x)),
    others: (x) => each((i) => productOf(x.filter((_, j) => j !== i))),
  };
}

/** The weights of a reduction as terms, one for each element; undefined where it carries no derivative. */
export function weightTerms(row: ReductionRow, x: Terms, y: Term): Terms | undefined {
  if (row.weights === 'zero') return undefined;
  if (row.weights === 'ones') return x.map(() => literal(1));
  return row.weights(
    elements(x.length),
    x,
    x.map(() => y),
  );
}

/** How a reduction is written: a sum as a sum, everything else as a call on a list. */
export function reductionText(row: ReductionRow, items: readonly Expr[]): Expr {
  if (row.weights === 'ones') return items.reduce((a, b) => binaryText('+', a, b));
  return callText(row.name, listText(items));
}

/** A derivative times a partial, written as a person would: sign in front, quotients as quotients. */
export interface Product {
  readonly negative: boolean;
  /** Without its sign. */
  readonly text: string;
}

export function productText(lead: string, partial: Term): Product {
  let negative = false;
  const times = (left: Expr, e: Expr): Expr => {
    if (e.kind === 'unary' && e.operator === '-') {
      negative = !negative;
      return times(left, e.operand);
    }
    if (e.kind === 'number') {
      if (e.value < 0) negative = !negative;
      const size = Math.abs(e.value);
      return size === 1 ? left : binaryText('*', left, numberText(size));
    }
    if (e.kind !== 'binary' || (e.operator !== '*' && e.operator !== '/')) return binaryText('*', left, e);
    const first = times(left, e.left);
    return e.operator === '*' ? times(first, e.right) : binaryText('/', first, e.right);
  };
  const text = printExpr(times(nameText(lead), partial.text));
  return { negative, text };
}
