/**
 * Loops: `while` and `for` with the vars that their bodies assign carried along. `break` sets a flag that ends the loop,
 * `continue` one that skips the rest of the iteration; what follows either runs under the condition that none is set.
 */
import type { Expr, ForStatement, WhileStatement } from '../../../grammar/ast.js';
import { addDims, type Dim, namedDim } from '../../core/affine.js';
import * as errors from '../../core/errors/programs.js';
import type { Span } from '../../core/span.js';
import { dimTerm, formOf, materialise, rankOf, type Term, valueTerm } from '../term.js';
import { boolScalar, type Value } from '../types.js';
import { assignedBy, assignedInBlock, LEFT, SKIPPED } from './assigned.js';
import { scalarCondition } from './choice.js';
import { type Context, guarded, Scope } from './context.js';
import { statements } from './statements.js';
import { type Carried, contents, declareFlag, hold, varsAmong } from './vars.js';

/** Runs `work` in a scope around a loop, with the flag that leaves it where the loop is left by `break`. */
function around(cx: Context, assigned: ReadonlySet<string>, span: Span, work: () => void): void {
  const outer = cx.scope;
  cx.scope = new Scope(outer);
  try {
    if (assigned.has(LEFT)) declareFlag(cx, LEFT, span);
    work();
  } finally {
    cx.scope = outer;
  }
}

/** The body of a loop in a scope of its own; `declare` may add names to it. */
function iteration(cx: Context, s: WhileStatement | ForStatement, declare: () => void): void {
  const outer = cx.scope;
  cx.scope = new Scope(outer);
  try {
    declare();
    if (assignedInBlock(s.body).has(SKIPPED)) declareFlag(cx, SKIPPED, s.span);
    statements(cx, s.body.statements, s.body.span, { top: false, wanted: false });
  } finally {
    cx.scope = outer;
  }
}

const endsOf = (cx: Context, carried: readonly Carried[]) =>
  carried.map(({ binding }) => contents(cx, binding));

/** The flag that ends a loop, while it is carried. */
function flagOf(cx: Context): Value {
  return contents(cx, (cx.scope.find(LEFT) as NonNullable<ReturnType<Scope['find']>>).binding);
}

/** A body as a part of a region: a fault in it is noted, and the region is ended all the same. */
function contained(cx: Context, work: () => void): void {
  guarded(cx, () => {
    work();
    return dimTerm(0, { start: 0, end: 0 });
  });
}

export function whileLoop(cx: Context, s: WhileStatement): void {
  const head = { start: s.span.start, end: s.condition.span.end };
  const [stray] = assignedBy(s.condition);
  if (stray !== undefined) throw errors.assignedInCondition(s.condition.span, stray);
  const assigned = assignedInBlock(s.body);
  around(cx, assigned, s.span, () => {
    const carried = varsAmong(cx, assigned);
    const initial = endsOf(cx, carried);
    const before = carried.map(({ binding }) => binding.term);
    let truth: boolean | undefined;
    const test = (values: Value[]): Value => {
      hold(cx, carried, values);
      let holds = cx.b.constant([0], boolScalar);
      contained(cx, () => {
        const term = cx.expression(s.condition);
        truth = term.poison ? undefined : term.truth;
        if (!term.poison) holds = scalarCondition(cx, term, 'while');
      });
      return holds;
    };
    const guardedTest = (values: Value[]): Value => {
      if (!assigned.has(LEFT)) return test(values);
      hold(cx, carried, values);
      const then = cx.b.region([], () => [cx.b.constant([0], boolScalar)]);
      const otherwise = cx.b.region([], () => [test(values)]);
      cx.b.span = head;
      return cx.b.if(flagOf(cx), then, otherwise)[0] as Value;
    };
    const { results } = cx.b.while(initial, guardedTest, (values) => {
      hold(cx, carried, values);
      contained(cx, () => iteration(cx, s, () => undefined));
      const ends = endsOf(cx, carried);
      cx.b.span = head;
      return ends;
    });
    if (truth === true && !assigned.has(LEFT)) throw errors.endless(head);
    for (const [k, { binding }] of carried.entries()) binding.term = before[k] as Term;
    hold(cx, carried, results);
  });
}

/** An integer that bounds a range, or picks an element. @throws AdcError where it is none */
export function integer(cx: Context, e: Expr, what: string): Term | undefined {
  const t = cx.expression(e);
  if (t.poison) return undefined;
  if (t.dim !== undefined) return { ...t, dim: cx.dims.resolve(t.dim) };
  if (t.literal !== undefined && Number.isSafeInteger(t.literal)) return dimTerm(t.literal, e.span);
  const hint =
    e.kind === 'name' && t.type.dtype === 'float'
      ? `declare it with data ${e.name}: int, or as a var that is only given integers`
      : undefined;
  if (t.type.dtype !== 'int' || rankOf(t) > 0) throw errors.notAnInteger(e.span, what, hint);
  return t;
}

/** Whether a size is not negative, whatever its names stand for. */
export const certain = (dim: Dim): boolean =>
  typeof dim === 'number' ? dim >= 0 : dim.constant >= 0 && dim.terms.every(([, c]) => c > 0);

export interface Counting {
  readonly from: Term;
  /** The number of steps: a size, or one that only the run knows. */
  readonly count: Dim;
  /** Whether it is known without running. */
  readonly known: boolean;
}

/**
 * How a range is counted; an empty one has no steps. Where the count is to be a `shape`, sizes for which it would be
 * negative are refused; otherwise only the run knows it then.
 */
export function counting(cx: Context, from: Expr, to: Expr, shape = false): Counting | undefined {
  const [a, b] = [integer(cx, from, 'the start of a range'), integer(cx, to, 'the end of a range')];
  if (!a || !b) return undefined;
  const [p, q] = [formOf(a), formOf(b)];
  const length = p !== undefined && q !== undefined ? addDims(q, p, -1) : undefined;
  const known =
    length !== undefined && (typeof length === 'number' || length.terms.every(([n]) => !n.startsWith('%')));
  if (known && typeof length === 'number') return { from: a, count: Math.max(0, length), known };
  if (known && shape) cx.requires.push(length);
  if (known && (shape || certain(length))) return { from: a, count: length, known };
  cx.b.span = to.span;
  const size =
    known && length !== undefined
      ? cx.b.dim(length)
      : a.dim === 0
        ? materialise(cx.b, b)
        : cx.b.elementwise('sub', materialise(cx.b, b), materialise(cx.b, a));
  return { from: a, count: cx.b.extent(size, 'count').dim, known: false };
}

/** The counter of a loop: its start and the number of steps before. */
export function counterTerm(cx: Context, from: Term, step: Value, span: Span): Term {
  const start = formOf(from);
  const steps = namedDim(`%${step.id}`);
  const value = from.dim === 0 ? step : cx.b.elementwise('add', step, materialise(cx.b, from));
  return { ...valueTerm(value, span), ...(start !== undefined && { form: addDims(start, steps) }) };
}

export function forLoop(cx: Context, s: ForStatement): void {
  const head = s.clause.span;
  const range = counting(cx, s.clause.from, s.clause.to);
  const assigned = assignedInBlock(s.body);
  around(cx, assigned, s.span, () => {
    const carried = varsAmong(
      cx,
      [...assigned].filter((name) => name !== s.clause.name),
    );
    const initial = endsOf(cx, carried);
    const before = carried.map(({ binding }) => binding.term);
    const step = (counter: Value, values: readonly Value[]): Value[] => {
      hold(cx, carried, values);
      contained(cx, () =>
        iteration(cx, s, () => {
          cx.b.span = head;
          const i = counterTerm(cx, range?.from ?? dimTerm(0, head), counter, s.clause.nameSpan);
          if (i.value && i.value !== counter) cx.b.named(i.value, s.clause.name);
          cx.scope.declare(s.clause.name, i, s.clause.nameSpan, false, 'counter');
        }),
      );
      const ends = endsOf(cx, carried);
      cx.b.span = head;
      return ends;
    };
    const count = range?.count ?? 0;
    const results = assigned.has(LEFT)
      ? untilLeft(cx, count, initial, carried, step)
      : cx.b.for(count, initial, step);
    for (const [k, { binding }] of carried.entries()) binding.term = before[k] as Term;
    hold(cx, carried, results);
  });
}

/** A counted loop that may be left early: a while over a counter. */
function untilLeft(
  cx: Context,
  count: Dim,
  initial: readonly Value[],
  carried: readonly Carried[],
  step: (counter: Value, values: readonly Value[]) => Value[],
): readonly Value[] {
  const { span } = cx.b;
  const end = typeof count === 'number' ? cx.b.int(count) : cx.b.dim(count);
  const goes = ([k, ...values]: Value[]): Value => {
    hold(cx, carried, values);
    cx.b.span = span;
    const within = cx.b.elementwise('lt', cx.b.cast(k as Value), cx.b.cast(end));
    return cx.b.elementwise('and', within, cx.b.elementwise('not', flagOf(cx)));
  };
  const { results } = cx.b.while([cx.b.int(0), ...initial], goes, ([k, ...values]) => {
    const ends = step(k as Value, values);
    return [cx.b.elementwise('add', k as Value, cx.b.int(1)), ...ends];
  });
  return results.slice(1);
}
