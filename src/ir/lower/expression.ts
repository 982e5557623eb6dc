/** Expressions: one case for each kind of syntax node. Left-deep chains of operators are followed in a loop. */
import type { BinaryNode, BlockNode, Expr, NameNode } from '../../../grammar/ast.js';
import { tick } from '../../core/deadline.js';
import { MOST_TOLD, unreachable } from '../../core/diagnostic.js';
import { outsideBlock, outsideLoop, varInFunction } from '../../core/errors/programs.js';
import { functionAsValue, tooManyAxes, unknownName, usedBeforeDefinition } from '../../core/errors/types.js';
import { MOST_AXES } from '../../core/limits.js';
import { nearest } from '../../core/suggest.js';
import { numberTerm, poison, rankOf, type Term, valueTerm } from '../term.js';
import { boolScalar } from '../types.js';
import { call, isFunction } from './call.js';
import { blockIn, choice, ternary } from './choice.js';
import { comprehension } from './comprehension.js';
import { connective } from './connective.js';
import { CONSTANTS } from './constants.js';
import { type Context, guarded, termOf } from './context.js';
import { index } from './indexing.js';
import { integerTerm, listLiteral } from './list.js';
import { binary, compare, transposed, unary } from './operators.js';

export function lowerExpression(cx: Context, e: Expr): Term {
  tick();
  if (cx.errors.length >= MOST_TOLD) return poison;
  if (e.kind === 'binary') return chain(cx, e);
  return guarded(cx, () => {
    const term = plain(cx, e);
    if (rankOf(term) > MOST_AXES) throw tooManyAxes(e.span, rankOf(term), MOST_AXES);
    return term;
  });
}

function plain(cx: Context, e: Exclude<Expr, BinaryNode>): Term {
  switch (e.kind) {
    case 'number':
      return e.integer ? integerTerm(e.value, e.span) : numberTerm(e.value, e.span);
    case 'boolean':
      cx.b.span = e.span;
      return {
        ...valueTerm(cx.b.constant([e.value ? 1 : 0], boolScalar), e.span),
        truth: e.value,
      };
    case 'name':
      return name(cx, e);
    case 'unary':
      return unary(cx, e.operator, cx.expression(e.operand), e.span);
    case 'compare': {
      const operands = [e.first, ...e.rest.map((link) => link.operand)].map((o) => cx.expression(o));
      return compare(cx, e, operands);
    }
    case 'ternary':
      return ternary(cx, e);
    case 'call':
      return call(cx, e);
    case 'index':
      return index(cx, e);
    case 'transpose':
      return transposed(cx, cx.expression(e.operand), e.span);
    case 'list':
      return listLiteral(cx, e);
    case 'block':
      return block(cx, e);
    case 'if':
      return choice(cx, e, true) ?? poison;
    case 'comprehension':
      return comprehension(cx, e);
    default:
      return unreachable(e);
  }
}

function chain(cx: Context, e: BinaryNode): Term {
  const spine: BinaryNode[] = [];
  let first: Expr = e;
  for (; first.kind === 'binary'; first = first.left) spine.push(first);
  let result = cx.expression(first);
  for (let i = spine.length - 1; i >= 0; i--) {
    const node = spine[i] as BinaryNode;
    const left = result;
    if (node.operator === 'and' || node.operator === 'or') {
      result = guarded(cx, () => connective(cx, node, left));
      continue;
    }
    const right = cx.expression(node.right);
    result = guarded(cx, () => binary(cx, node, left, right));
  }
  return result;
}

function name(cx: Context, e: NameNode): Term {
  const found = cx.scope.find(e.name);
  if (found) {
    const { binding, walls } = found;
    if (binding.kind === 'var' && walls.has('function')) throw varInFunction(e.span, e.name);
    binding.used = true;
    const term = termOf(cx, found);
    return term.poison ? poison : { ...term, span: e.span };
  }
  const constant = CONSTANTS.get(e.name);
  if (constant !== undefined) return numberTerm(constant, e.span);
  if (cx.counters.has(e.name)) throw outsideLoop(e.span, e.name);
  const declared = cx.bound.get(e.name);
  if (declared !== undefined && declared < e.span.start) throw outsideBlock(e.span, e.name);
  if (declared !== undefined) throw usedBeforeDefinition(e.span, e.name);
  if (isFunction(e.name) || cx.scope.function(e.name)) throw functionAsValue(e.span, e.name);
  throw unknownName(e.span, e.name, nearest(e.name, [...cx.scope.all(), ...CONSTANTS.keys()]));
}

function block(cx: Context, e: BlockNode): Term {
  return blockIn(cx, e, true) ?? poison;
}
