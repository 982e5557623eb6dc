/**
 * Comprehensions: `[e for i in a..b]`, and `sum(e for i in a..b if c)` in reductions. They become a map over the
 * counters, which `vectorise.ts` turns into operations on whole tensors where that is possible.
 */
import type { CallNode, ComprehensionNode, ForClause } from '../../../grammar/ast.js';
import * as errors from '../../core/errors/programs.js';
import { badArgument, redeclared } from '../../core/errors/types.js';
import type { Span } from '../../core/span.js';
import { reductionRow } from '../../ops/table.js';
import { asFloat, materialise, poison, type Term, valueTerm } from '../term.js';
import { intScalar, tensor, type Value } from '../types.js';
import { mentions } from './assigned.js';
import { fork, scalarCondition } from './choice.js';
import { type Context, guarded, Scope, shapeOf } from './context.js';
import { type Counting, counterTerm, counting } from './loops.js';
import { condition, numeric } from './operators.js';
import { vectorise } from './vectorise.js';

/** What a reduction makes of nothing; where a filter lets an element out, this stands in its place. */
const NEUTRAL: Readonly<Record<string, number>> = {
  sum: 0,
  prod: 1,
  max: Number.NEGATIVE_INFINITY,
  min: Number.POSITIVE_INFINITY,
  any: 0,
  all: 1,
  count: 0,
  norm: 0,
  logsumexp: Number.NEGATIVE_INFINITY,
};
/** Reductions that may be made in parts: where a range depends on another counter, the inner part comes first. */
const NESTING: ReadonlySet<string> = new Set([
  'sum',
  'prod',
  'max',
  'min',
  'any',
  'all',
  'norm',
  'logsumexp',
]);

/** `[e for i in a..b]`. */
export function comprehension(cx: Context, e: ComprehensionNode): Term {
  if (!e.list) throw errors.looseComprehension(e.span);
  const ranges: Counting[] = [];
  const counters = new Set<string>();
  for (const clause of e.clauses) {
    if ([clause.from, clause.to].some((x) => mentions(x, counters))) throw errors.ragged(clause.span);
    const range = counting(cx, clause.from, clause.to, true);
    if (!range) return poison;
    if (!range.known) throw errors.shapeOfRun(clause.span, 'the length of this list');
    ranges.push(range);
    counters.add(clause.name);
  }
  const mapped = mapOver(cx, e.clauses, ranges, e.span, () => {
    const t = cx.expression(e.value);
    return t.poison ? undefined : materialise(cx.b, t);
  });
  return mapped ? valueTerm(mapped, e.span) : poison;
}

/** A map over counters; undefined where its body is wrong, which has been noted. */
function mapOver(
  cx: Context,
  clauses: readonly ForClause[],
  ranges: readonly Counting[],
  span: Span,
  compute: () => Value | undefined,
): Value | undefined {
  const outer = cx.scope;
  cx.scope = new Scope(outer, 'comprehension');
  let element: Value | undefined;
  cx.mapping++;
  try {
    const body = cx.b.region(
      ranges.map(() => intScalar),
      (counters) => {
        guarded(cx, () => {
          for (const [k, { name, nameSpan }] of clauses.entries()) {
            if (cx.scope.has(name)) throw redeclared(nameSpan, name);
            cx.b.span = nameSpan;
            const i = counterTerm(cx, (ranges[k] as Counting).from, counters[k] as Value, nameSpan);
            cx.scope.declare(name, i, nameSpan, false, 'counter');
          }
          element = compute();
          return poison;
        });
        return [element ?? cx.b.num(0)];
      },
    );
    if (!element) return undefined;
    const dims = ranges.map((r) => r.count);
    const [spread] = vectorise(cx.b, dims, body) ?? [];
    if (spread) return spread;
    const { dtype, shape } = element.type;
    cx.b.span = span;
    return cx.b.append({ kind: 'map', operands: [], dims, body }, [tensor(dtype, [...dims, ...shape])])[0];
  } finally {
    cx.mapping--;
    cx.scope = outer;
  }
}

/** `sum(e for i in a..b if c)`. */
export function reduceOver(cx: Context, node: CallNode, e: ComprehensionNode, name: string): Term {
  const [filter] = e.filters;
  if (filter && NEUTRAL[name] === undefined) {
    throw errors.filterNotTaken(filter.span, node.callee, Object.keys(NEUTRAL));
  }
  const value = reduced(cx, node, e, name, 0);
  return value ? valueTerm(value, node.span) : poison;
}

/** Functions of the library that reduce the elements of a list. */
const OF_LISTS: ReadonlySet<string> = new Set(['mean', 'variance', 'std', 'count', 'argmax', 'argmin']);

/** The comprehension that is the only argument of a call, without brackets of its own. */
export function onlyComprehension({ args }: CallNode): ComprehensionNode | undefined {
  const [only, second] = args;
  if (second || only?.name !== undefined || only?.value.kind !== 'comprehension') return undefined;
  return only.value.list ? undefined : only.value;
}

/** `mean(e for …)`, `argmax(e for …)`: of the list; a mean with filters is a quotient of sums. */
export function overList(cx: Context, node: CallNode, e: ComprehensionNode): Term | undefined {
  if (!OF_LISTS.has(node.callee)) return undefined;
  const [filter] = e.filters;
  if (!filter) {
    const value: ComprehensionNode = { ...e, list: true };
    return cx.expression({ ...node, args: [{ value, span: e.span }] });
  }
  if (node.callee !== 'mean') throw errors.filterNotTaken(filter.span, node.callee, Object.keys(NEUTRAL));
  const one: ComprehensionNode = {
    ...e,
    value: { kind: 'number', value: 1, integer: true, span: e.value.span },
  };
  const [total, size] = [e, one].map((x) => reduced(cx, { ...node, callee: 'sum' }, x, 'sum', 0));
  if (!total || !size) return poison;
  cx.b.span = node.span;
  return valueTerm(cx.b.algebra.div(total, size), node.span);
}

/** The reduction over the clauses from the k-th on. */
function reduced(
  cx: Context,
  node: CallNode,
  e: ComprehensionNode,
  name: string,
  k: number,
): Value | undefined {
  const end = independent(e.clauses, k);
  const rest = e.clauses[end];
  if (rest && !NESTING.has(name)) throw errors.dependentRange(rest.span, node.callee);
  const clauses = e.clauses.slice(k, end);
  const ranges: Counting[] = [];
  for (const clause of clauses) {
    const range = counting(cx, clause.from, clause.to, true);
    if (!range) return undefined;
    ranges.push(range);
  }
  const mapped = mapOver(cx, clauses, ranges, e.span, () =>
    rest ? reduced(cx, node, e, name, end) : element(cx, node, e, name),
  );
  if (!mapped) return undefined;
  if (reductionRow(name)?.empty === undefined && ranges.some((r) => r.count === 0)) {
    throw badArgument(node.span, `${node.callee} of nothing: the range is empty`);
  }
  cx.b.span = node.span;
  return cx.b.reduce(
    name,
    mapped,
    ranges.map((_, i) => i),
  );
}

/** How far the clauses from the k-th on have ranges that mention none of the counters among them. */
function independent(clauses: readonly ForClause[], k: number): number {
  const counters = new Set<string>();
  let end = k;
  for (; end < clauses.length; end++) {
    const { name, from, to } = clauses[end] as ForClause;
    if (mentions(from, counters) || mentions(to, counters)) break;
    counters.add(name);
  }
  return end;
}

/** One element, or what stands for one that the filters let out. */
function element(cx: Context, node: CallNode, e: ComprehensionNode, name: string): Value | undefined {
  const t = filtered(cx, node, e, name, 0);
  return t.poison ? undefined : t.type.dtype === 'bool' ? materialise(cx.b, t) : asFloat(cx.b, t);
}

function filtered(cx: Context, node: CallNode, e: ComprehensionNode, name: string, k: number): Term {
  const filter = e.filters[k];
  const logical = reductionRow(name)?.result === 'bool';
  if (!filter) {
    const t = cx.expression(e.value);
    if (t.poison) return t;
    if (logical) return valueTerm(condition(cx, t, node.callee), t.span);
    numeric(t, node.callee);
    return t;
  }
  const test = cx.expression(filter);
  if (test.poison) {
    filtered(cx, node, e, name, k + 1);
    return poison;
  }
  const c = scalarCondition(cx, test, 'if');
  let inner: Term = poison;
  const neutral = (): Term => {
    const { dtype, shape } = {
      dtype: logical ? ('bool' as const) : ('float' as const),
      shape: shapeOf(cx, inner),
    };
    return valueTerm(cx.b.full(NEUTRAL[name] as number, shape, dtype), filter.span);
  };
  if (test.truth === true) return filtered(cx, node, e, name, k + 1);
  const taken = () => {
    inner = filtered(cx, node, e, name, k + 1);
    return inner;
  };
  if (test.truth === false) {
    taken();
    return inner.poison ? poison : neutral();
  }
  const how = { condition: c, span: filter.span, word: 'if' };
  return fork(cx, how, [], [taken, () => (inner.poison ? poison : neutral())], true) ?? poison;
}
