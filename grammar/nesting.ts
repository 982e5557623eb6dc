/**
 * Brackets must match, and nothing may nest deeper than the limit: both are counted over the tokens, before parsing,
 * so that neither the parser nor anybody who walks the tree can run out of stack.
 *
 * The depth of a token is the number of steps down to it in the tree, where a step along `left` of a binary operator
 * is free: one for each open bracket, and one for each operator whose right operand the token belongs to. A postfix
 * operator moves everything that it applies to one step down, so the deepest point of each operand is remembered.
 */
import type { IToken } from 'chevrotain';
import type { Diagnostic } from '../src/core/diagnostic.js';
import * as errors from '../src/core/errors/syntax.js';
import { infixLevel, levels, prefixLevel, rightAssociative } from './precedence.js';
import * as t from './tokens.js';

export const DEPTH_LIMIT = 256;

interface Group {
  readonly bracket: IToken;
  /** Depth of the group itself. */
  readonly base: number;
  /** How many `else if` stand in the current statement: every one is a choice within the one before. */
  chained: number;
  /** Levels of the operators that wait for their right operand. */
  readonly pending: number[];
  /** How many operators wait outside of the condition that is being read. */
  held: number;
  /** Deepest point so far of the group, and of its current operand. */
  reach: number;
  operand: number;
}

const closes = new Map([
  [t.RParen, t.LParen],
  [t.RSquare, t.LSquare],
  [t.RCurly, t.LCurly],
]);
const opens = new Set(closes.values());
/** What begins a formula anew within its brackets. */
const restarts = new Set([
  t.Comma,
  t.Semicolon,
  t.Separator,
  t.Equals,
  t.Update,
  t.For,
  t.In,
  t.Range,
  t.While,
]);

function group(bracket: IToken, base: number): Group {
  return { bracket, base, chained: 0, held: 0, pending: [], reach: base, operand: base };
}

function depth(g: Group): number {
  return g.base + g.chained + g.pending.length;
}

function endOperand(g: Group): void {
  g.reach = Math.max(g.reach, g.operand);
}

function infix(g: Group, token: IToken): void {
  const level = infixLevel(token);
  const keep = rightAssociative(level);
  let top = g.pending[g.pending.length - 1];
  while (top !== undefined && (top > level || (top === level && !keep))) {
    g.pending.pop();
    top = g.pending[g.pending.length - 1];
  }
  g.pending.push(level);
}

/** The operators of a condition wait no longer once its block begins. */
function endCondition(g: Group): void {
  endOperand(g);
  g.pending.length = Math.min(g.pending.length, g.held);
}

function restart(g: Group): void {
  endOperand(g);
  g.pending.length = 0;
  g.held = 0;
  g.operand = depth(g);
}

/** The first bracket of a statement that does not match, or the first place that is too deep. */
export function checkNesting(tokens: readonly IToken[], eof: number): Diagnostic | undefined {
  let current = group(t.makeToken(t.Separator, '', eof, eof), 0);
  const outer: Group[] = [];
  let previous: IToken | undefined;
  for (const token of tokens) {
    const type = token.tokenType;
    const span = t.spanOf(token);
    if (opens.has(type)) {
      if (type === t.LCurly && t.opensBody(previous)) endCondition(current);
      else if (t.endsOperand(previous)) current.operand++;
      outer.push(current);
      current = group(token, depth(current) + 1);
    } else if (closes.has(type)) {
      const inner = current;
      const next = outer.pop();
      if (next === undefined) return errors.unopenedBracket(span, token.image);
      if (inner.bracket.tokenType !== closes.get(type)) {
        return errors.wrongBracket(span, token.image, inner.bracket.image);
      }
      endOperand(inner);
      current = next;
      current.operand = Math.max(current.operand, inner.reach);
    } else if (type === t.Prime || type === t.Superscript) {
      current.operand++;
    } else if (t.isInfix(token) && t.endsOperand(previous)) {
      endOperand(current);
      infix(current, token);
      current.operand = depth(current);
    } else if (t.isPrefix(token)) {
      current.pending.push(prefixLevel(token));
      current.operand = depth(current);
    } else if (type === t.Question) {
      endOperand(current);
      while ((current.pending[current.pending.length - 1] ?? 0) > levels.ternary) current.pending.pop();
      current.pending.push(levels.ternary);
      current.operand = depth(current);
    } else if (restarts.has(type)) {
      restart(current);
      if (type === t.Separator || type === t.Comma) current.chained = 0;
    } else if (type === t.If) {
      if (previous?.tokenType === t.Else) current.chained++;
      else if (t.endsOperand(previous)) restart(current);
      else current.held = current.pending.length;
    }
    if (Math.max(depth(current), current.operand) > DEPTH_LIMIT) return errors.tooDeep(span, DEPTH_LIMIT);
    previous = token;
  }
  if (outer.length === 0) return undefined;
  return errors.unclosedBracket(t.spanOf(current.bracket), current.bracket.image);
}
