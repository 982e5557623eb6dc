/** What stands before a sign of assignment: a name, or a part of one. */
import type { IToken } from 'chevrotain';
import type { Diagnostic } from '../src/core/diagnostic.js';
import * as statements from '../src/core/errors/statements.js';
import * as errors from '../src/core/errors/syntax.js';
import { cover } from '../src/core/span.js';
import type { AssignStatement, BinaryOperator, Expr, IndexNode, NameNode, Statement } from './ast.js';
import * as t from './tokens.js';

function operatorOf(sign: IToken): BinaryOperator | undefined {
  const text = sign.image.slice(0, -1);
  if (text === '') return undefined;
  return text === '**' ? '^' : (text as BinaryOperator);
}

const isPart = (e: Expr): e is IndexNode & { readonly base: NameNode } =>
  e.kind === 'index' && e.base.kind === 'name';

/** The statement `target = value`, or `target += value`; what cannot be assigned to goes to `problems`. */
export function assignment(target: Expr, sign: IToken, value: Expr, problems: Diagnostic[]): Statement {
  const span = cover(target.span, value.span);
  const operatorSpan = t.spanOf(sign);
  if (target.kind !== 'name' && !isPart(target)) {
    problems.push(notATarget(target, sign));
    return { kind: 'expression', value: target, span };
  }
  const operator = operatorOf(sign);
  const made = { kind: 'assign', target, operatorSpan, value, span } as const;
  return (operator === undefined ? made : { ...made, operator }) satisfies AssignStatement;
}

function notATarget(target: Expr, sign: IToken): Diagnostic {
  const span = t.spanOf(sign);
  if (target.kind === 'index' && target.base.kind === 'index') return statements.nestedTarget(target.span);
  if (sign.tokenType !== t.Equals) return statements.badTarget(target.span, sign.image);
  if (target.kind === 'call') return statements.definitionWithoutFn(target.span, target.callee);
  return errors.loneEquals(span);
}
