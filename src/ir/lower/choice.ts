/**
 * Choices: `if` and `? :`. Each branch becomes a region; the vars that a branch assigns are results of the choice. A
 * condition that is known when lowering leaves the other branch out before it is typed.
 */
import type { BlockNode, Expr, IfNode, TernaryNode } from '../../../grammar/ast.js';
import { printShape } from '../../core/affine.js';
import * as errors from '../../core/errors/programs.js';
import type { Span } from '../../core/span.js';
import { asFloat, materialise, poison, rankOf, type Term, valueTerm } from '../term.js';
import type { DType, Region, Value } from '../types.js';
import { assignedBy, assignedInBlock } from './assigned.js';
import { type Binding, type Context, guarded, Scope, shapeOf } from './context.js';
import { condition } from './operators.js';
import { statements } from './statements.js';
import { hold, varsAmong } from './vars.js';

/** What a branch computes; undefined where it has no value. */
type Branch = () => Term | undefined;

interface Path {
  readonly region: Region;
  readonly result: Term | undefined;
  /** What the carried vars hold at its end. */
  readonly ends: readonly Term[];
}

/** A condition that decides which statements run. @throws AdcError where it is a number or a tensor */
export function scalarCondition(cx: Context, test: Term, word: string): Value {
  const c = condition(cx, test, word);
  if (rankOf(test) > 0) throw errors.tensorCondition(test.span, word, printShape(shapeOf(cx, test)));
  return c;
}

/** One of two ways, by a condition that the run decides. */
export function fork(
  cx: Context,
  test: { readonly condition: Value; readonly span: Span; readonly word: string },
  assigned: Iterable<string>,
  branches: readonly [Branch, Branch],
  wanted: boolean,
): Term | undefined {
  const carried = varsAmong(cx, assigned);
  const before = carried.map(({ binding }) => binding.term);
  const restore = () => {
    for (const [k, { binding }] of carried.entries()) binding.term = before[k] as Term;
  };
  const path = (branch: Branch): Path => {
    restore();
    let result: Term | undefined;
    const region = cx.b.region([], () => {
      guarded(cx, () => {
        result = branch();
        return result ?? poison;
      });
      return [];
    });
    return { region, result, ends: carried.map(({ binding }) => binding.term) };
  };
  const paths = [path(branches[0]), path(branches[1])] as const;
  restore();
  const changed = carried.filter((_, k) => !sameTerm(paths[0].ends[k] as Term, paths[1].ends[k] as Term));
  for (const [k, { binding }] of carried.entries()) binding.term = paths[0].ends[k] as Term;
  const dtype = wanted ? commonType(cx, test, paths) : undefined;
  if (changed.length === 0 && !wanted) return undefined;
  const finished = paths.map(({ region, result, ends }) =>
    cx.b.region([], () => {
      for (const op of region.ops) cx.b.push(op);
      const value = result && dtype ? [as(cx, result, dtype)] : [];
      // Where an integer is used as a number, the choice is one of numbers.
      if (result && dtype === 'int') value.push(asFloat(cx.b, result));
      const lasts = changed.map((c) => endOf(cx, c.binding, ends[carried.indexOf(c)] as Term));
      return [...value, ...lasts];
    }),
  );
  cx.b.span = test.span;
  const results = cx.b.if(test.condition, finished[0] as Region, finished[1] as Region);
  const own = dtype === undefined ? 0 : dtype === 'int' ? 2 : 1;
  hold(cx, changed, results.slice(own));
  if (!wanted) return undefined;
  if (dtype === undefined) return poison;
  const term = valueTerm(results[0] as Value, test.span);
  return dtype === 'int' ? { ...term, number: results[1] as Value } : term;
}

const sameTerm = (a: Term, b: Term) =>
  a === b || (a.value !== undefined && a.value === b.value) || (a.poison === true && b.poison === true);

const as = (cx: Context, t: Term, dtype: DType) =>
  dtype === 'float' ? asFloat(cx.b, t) : materialise(cx.b, t);

function endOf(cx: Context, { type }: Binding, term: Term): Value {
  return term.poison ? cx.b.full(0, type.shape, type.dtype) : as(cx, term, type.dtype);
}

/** The type of the value of a choice; undefined where a branch failed. */
function commonType(
  cx: Context,
  { span, word }: { readonly span: Span; readonly word: string },
  [{ result: a }, { result: b }]: readonly [Path, Path],
): DType | undefined {
  if (!a || !b || a.poison || b.poison) return undefined;
  const [p, q] = [a.type.dtype, b.type.dtype];
  if ((p === 'bool') !== (q === 'bool')) throw errors.branchTypes(span, word);
  if (!cx.dims.unifyShapes(a.type.shape, b.type.shape)) {
    throw errors.branchShapes(span, word, printShape(shapeOf(cx, a)), printShape(shapeOf(cx, b)));
  }
  return p === 'bool' ? 'bool' : p === 'int' && q === 'int' ? 'int' : 'float';
}

/** A block of statements in a scope of its own. */
export function blockIn(
  cx: Context,
  { statements: list, span }: BlockNode,
  wanted: boolean,
): Term | undefined {
  const outer = cx.scope;
  cx.scope = new Scope(outer);
  try {
    return statements(cx, list, span, { top: false, wanted });
  } finally {
    cx.scope = outer;
  }
}

/** `c ? a : b`. */
export function ternary(cx: Context, node: TernaryNode): Term {
  const test = cx.expression(node.condition);
  if (test.poison) {
    cx.expression(node.then);
    cx.expression(node.otherwise);
    return poison;
  }
  const c = scalarCondition(cx, test, '?');
  if (test.truth !== undefined) return cx.expression(test.truth ? node.then : node.otherwise);
  const branch = (e: Expr) => () => cx.expression(e);
  const assigned = assignedBy(node.then, node.otherwise);
  const how = { condition: c, span: node.span, word: '? :' };
  return fork(cx, how, assigned, [branch(node.then), branch(node.otherwise)], true) ?? poison;
}

/** `if c { … } else { … }`, as a value or for what its blocks assign. */
export function choice(cx: Context, e: IfNode, wanted: boolean): Term | undefined {
  return from(cx, e, 0, wanted);
}

/** The branches from the k-th on. */
function from(cx: Context, e: IfNode, k: number, wanted: boolean): Term | undefined {
  const branch = e.branches[k];
  if (!branch) {
    if (e.otherwise) return blockIn(cx, e.otherwise, wanted);
    if (wanted) throw errors.missingElse(e.span);
    return undefined;
  }
  const test = cx.expression(branch.condition);
  const c = test.poison ? cx.b.constant([0], { dtype: 'bool', shape: [] }) : scalarCondition(cx, test, 'if');
  if (test.truth !== undefined)
    return test.truth ? blockIn(cx, branch.body, wanted) : from(cx, e, k + 1, wanted);
  const rest = e.branches.slice(k);
  const assigned = new Set([
    ...assignedBy(...rest.slice(1).map((b) => b.condition)),
    ...rest.flatMap((b) => [...assignedInBlock(b.body)]),
    ...(e.otherwise ? assignedInBlock(e.otherwise) : []),
  ]);
  const how = { condition: c, span: e.span, word: 'if' };
  return fork(
    cx,
    how,
    assigned,
    [() => blockIn(cx, branch.body, wanted), () => from(cx, e, k + 1, wanted)],
    wanted,
  );
}
