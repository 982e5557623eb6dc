/** Statements of a program or block, in order. The last expression is their value, where one is wanted. */
import type { AssignStatement, BinaryNode, LetStatement, Statement } from '../../../grammar/ast.js';
import { MOST_TOLD } from '../../core/diagnostic.js';
import * as errors from '../../core/errors/programs.js';
import {
  declareFirst,
  noResult,
  notLast,
  redeclared,
  shadowedConstant,
  unusedLet,
} from '../../core/errors/types.js';
import type { Span } from '../../core/span.js';
import { materialise, poison, type Term, valueTerm } from '../term.js';
import { boolScalar, type Value } from '../types.js';
import { assignedIn, LEFT, mayJump, SKIPPED } from './assigned.js';
import { choice, fork } from './choice.js';
import { CONSTANTS } from './constants.js';
import { type Context, guarded } from './context.js';
import { define } from './functions.js';
import { forLoop, whileLoop } from './loops.js';
import { binary } from './operators.js';
import { updatePart } from './update.js';
import { assign, declareVar, target } from './vars.js';

export interface Manner {
  /** At the top of a program. */
  readonly top: boolean;
  /** Whether the value of the last expression is wanted. */
  readonly wanted: boolean;
}

/** Lowers statements in the current scope, whose functions may call each other; the term of the last expression is their value, if one is wanted. */
export function statements(
  cx: Context,
  list: readonly Statement[],
  span: Span,
  manner: Manner,
): Term | undefined {
  for (const s of list) {
    if (s.kind !== 'fn') continue;
    guarded(cx, () => {
      define(cx, s);
      return poison;
    });
  }
  const result = from(cx, list, 0, span, manner);
  for (const { name, span: at } of cx.scope.unused().slice(0, MOST_TOLD))
    cx.remarks.push(unusedLet(at, name));
  return result;
}

/** The statements from the k-th on. After one that may jump, the others run only if it did not. */
function from(
  cx: Context,
  list: readonly Statement[],
  k: number,
  span: Span,
  manner: Manner,
): Term | undefined {
  for (let i = k; i < list.length; i++) {
    const s = list[i] as Statement;
    const last = i === list.length - 1;
    if (last && s.kind === 'expression' && manner.wanted) return valueOfLast(cx, s.value);
    guarded(cx, () => {
      statement(cx, s, last, manner);
      return poison;
    });
    if (!mayJump(s)) continue;
    if (manner.wanted && inLoop(cx)) cx.errors.push(...errors.jumpInValue(s.span).diagnostics);
    if (last) break;
    const { value, truth } = jumped(cx);
    if (truth === true) return undefined;
    if (truth === false) continue;
    const rest = list.slice(i + 1);
    const how = { condition: value, span: (rest[0] as Statement).span, word: 'if' };
    fork(cx, how, assignedIn(rest), [() => undefined, () => from(cx, list, i + 1, span, manner)], false);
    return undefined;
  }
  if (!manner.wanted) return undefined;
  return guarded(cx, () => {
    if (manner.top) throw noResult(list.at(-1)?.span ?? span);
    throw errors.missingBlockValue(list.at(-1)?.span ?? span);
  });
}

function valueOfLast(cx: Context, e: Extract<Statement, { kind: 'expression' }>['value']): Term {
  if (e.kind === 'if') return guarded(cx, () => choice(cx, e, true) ?? poison);
  return cx.expression(e);
}

const inLoop = (cx: Context) => [LEFT, SKIPPED].some((flag) => cx.scope.find(flag) !== undefined);

/** Whether the rest of the iteration is to be skipped: one of the flags is set. */
function jumped(cx: Context): { readonly value: Value; readonly truth?: boolean | undefined } {
  const flags = [LEFT, SKIPPED].flatMap((name) => cx.scope.find(name)?.binding.term ?? []);
  if (flags.some((f) => f.truth === true)) return { value: cx.b.constant([1], boolScalar), truth: true };
  const open = flags.filter((f) => f.truth === undefined).map((f) => materialise(cx.b, f));
  const [first, second] = open;
  if (!first) return { value: cx.b.constant([0], boolScalar), truth: false };
  return { value: second ? cx.b.elementwise('or', first, second) : first };
}

function statement(cx: Context, s: Statement, last: boolean, { top }: Manner): void {
  switch (s.kind) {
    case 'let':
    case 'var':
      bind(cx, s, top);
      break;
    case 'expression':
      if (s.value.kind === 'if') choice(cx, s.value, false);
      else throw last ? errors.unusedValue(s.span) : notLast(s.span);
      break;
    case 'assign':
      assignment(cx, s);
      break;
    case 'while':
      whileLoop(cx, s);
      break;
    case 'for':
      forLoop(cx, s);
      break;
    case 'break':
    case 'continue':
      jump(cx, s.kind === 'break' ? LEFT : SKIPPED, s.span, s.kind);
      break;
    case 'fn':
      break;
    default:
      if (!top) throw declareFirst(s.nameSpan, s.name);
  }
}

function jump(cx: Context, flag: string, span: Span, word: string): void {
  const found = cx.scope.find(flag);
  if (!found || found.walls.size > 0) throw errors.jumpOutside(span, word);
  cx.b.span = span;
  found.binding.term = { ...valueTerm(cx.b.constant([1], boolScalar), span), truth: true };
}

function bind(cx: Context, s: LetStatement, top: boolean): void {
  const term = cx.expression(s.value);
  if (cx.scope.has(s.name)) throw redeclared(s.nameSpan, s.name);
  if (term.poison) {
    cx.scope.declare(s.name, poison, s.nameSpan, false, s.kind === 'var' ? 'var' : 'value');
    return;
  }
  if (CONSTANTS.has(s.name)) cx.remarks.push(shadowedConstant(s.nameSpan, s.name));
  const value = term.value && cx.b.named(term.value, s.name);
  const named = value ? { ...term, value } : term;
  if (s.kind === 'var') declareVar(cx, s, named);
  else {
    cx.scope.declare(s.name, named, s.nameSpan, true);
    if (top) cx.named.set(s.name, value ?? materialise(cx.b, term));
  }
}

function assignment(cx: Context, s: AssignStatement): void {
  const { name, span } = s.target.kind === 'name' ? s.target : s.target.base;
  const binding = target(cx, name, span, s.operatorSpan, `${s.operator ?? ''}=`);
  if (s.target.kind === 'index') {
    const value = cx.expression(s.value);
    if (value.poison || binding.term.poison) binding.term = poison;
    else updatePart(cx, s, s.target, binding, name, value);
    return;
  }
  const { operator } = s;
  if (operator === undefined) {
    assign(cx, binding, name, renamed(cx, cx.expression(s.value), name), s.value.span);
    return;
  }
  binding.used = true;
  const node: BinaryNode = {
    kind: 'binary',
    operator,
    left: s.target,
    right: s.value,
    operatorSpan: s.operatorSpan,
    span: s.span,
  };
  const right = cx.expression(s.value);
  const term = binary(cx, node, { ...binding.term, span }, right);
  assign(cx, binding, name, renamed(cx, term, name), s.span);
}

/** Gives a value the name that it is assigned to, for readers. */
function renamed(cx: Context, term: Term, name: string): Term {
  return term.value ? { ...term, value: cx.b.named(term.value, name) } : term;
}
