/** Statements of a program or block: declarations, lets, and the expression that is the result. */
import type { LetStatement, Statement } from '../../../grammar/ast.js';
import { MOST_TOLD } from '../../core/diagnostic.js';
import { unsupported } from '../../core/errors/statements.js';
import {
  declareFirst,
  noResult,
  notLast,
  redeclared,
  shadowedConstant,
  unusedLet,
} from '../../core/errors/types.js';
import type { Span } from '../../core/span.js';
import { materialise, poison, type Term } from '../term.js';
import { CONSTANTS } from './constants.js';
import { type Context, guarded } from './context.js';

const CONSTRUCTS = {
  var: 'A var (a name that is assigned again)',
  assign: 'An assignment',
  fn: 'The definition of a function (fn)',
  while: 'A while loop',
  for: 'A for loop',
  break: 'A loop with break',
  continue: 'A loop with continue',
} as const;

/** Lowers statements in the current scope; the term of the last expression is their result. */
export function statements(cx: Context, list: readonly Statement[], span: Span, top: boolean): Term {
  let result: Term | undefined;
  for (const [i, s] of list.entries()) {
    if (s.kind === 'let') bind(cx, s, top);
    else if (s.kind !== 'expression' && s.kind !== 'param' && s.kind !== 'data') {
      cx.errors.push(unsupported(s.span, CONSTRUCTS[s.kind]));
      if (i === list.length - 1) result = poison;
    } else if (s.kind === 'expression') {
      const term = cx.expression(s.value);
      if (i === list.length - 1) result = term;
      else cx.errors.push(...notLast(s.span).diagnostics);
    } else if (!top) cx.errors.push(...declareFirst(s.nameSpan, s.name).diagnostics);
  }
  for (const { name, span: at } of cx.scope.unused().slice(0, MOST_TOLD))
    cx.remarks.push(unusedLet(at, name));
  return result ?? guarded(cx, () => missing(list, span));
}

function missing(list: readonly Statement[], span: Span): never {
  throw noResult(list.at(-1)?.span ?? span);
}

function bind(cx: Context, s: LetStatement, top: boolean): void {
  const term = cx.expression(s.value);
  if (cx.scope.has(s.name)) {
    cx.errors.push(...redeclared(s.nameSpan, s.name).diagnostics);
    return;
  }
  if (term.poison) {
    cx.scope.declare(s.name, poison, s.nameSpan, false);
    return;
  }
  if (CONSTANTS.has(s.name)) cx.remarks.push(shadowedConstant(s.nameSpan, s.name));
  const value = term.value && cx.b.named(term.value, s.name);
  cx.scope.declare(s.name, value ? { ...term, value } : term, s.nameSpan, true);
  if (top) cx.named.set(s.name, value ?? materialise(cx.b, term));
}
