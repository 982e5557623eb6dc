/**
 * Deep brackets without deep recursion. The parser descends some thirty stack frames for each bracket, so a formula
 * near the depth limit could exhaust a small stack. Operands and bodies that lie deep inside are therefore parsed first,
 * on their own, innermost before outermost, and stand in the outer text as a single token that carries its tree.
 */
import type { IToken } from 'chevrotain';
import type { Expr } from './ast.js';
import * as t from './tokens.js';

/** An operand whose last bracket closes at a multiple of this depth is parsed on its own. */
const STEP = 24;

/** The tokens with deep operands and bodies replaced; undefined once `parse` fails, which has reported why. */
export function foldDeep(
  tokens: IToken[],
  parse: (operand: IToken[], body: boolean) => Expr | undefined,
): IToken[] | undefined {
  if (!reaches(tokens, STEP + 1)) return tokens;
  const folded: IToken[] = [];
  /** Where the current operand starts in `folded`, for each open bracket and outside. */
  const starts: number[] = [0];
  /** Where the body that a bracket opens starts; undefined for brackets of operands. */
  const bodies: (number | undefined)[] = [];
  /** The depth at which the parameters of a function stand, while they are read. They are no operands. */
  let signature: number | undefined;
  let previous: IToken | undefined;
  for (const token of tokens) {
    if (t.startsOperand(token) && !t.endsOperand(previous)) starts[starts.length - 1] = folded.length;
    if (token.tokenType === t.Fn) signature ??= starts.length;
    if (t.opens(token.tokenType)) {
      const body = token.tokenType === t.LCurly && t.opensBody(previous);
      bodies.push(body ? folded.length : undefined);
    }
    folded.push(token);
    previous = token;
    if (t.opens(token.tokenType)) starts.push(folded.length);
    else if (t.closes(token.tokenType)) {
      starts.pop();
      const body = bodies.pop();
      const depth = starts.length - 1;
      if (signature !== undefined) {
        if (signature === starts.length) signature = undefined;
        continue;
      }
      if (depth === 0 || depth % STEP !== 0) continue;
      const operand = folded.splice(body ?? (starts[depth] as number));
      const tree = parse(operand, body !== undefined);
      if (tree === undefined) return undefined;
      previous = parsedToken(operand[0] as IToken, token, tree);
      folded.push(previous);
    }
  }
  return folded;
}

function reaches(tokens: readonly IToken[], limit: number): boolean {
  let depth = 0;
  for (const { tokenType } of tokens) {
    if (t.opens(tokenType)) depth++;
    else if (t.closes(tokenType)) depth--;
    if (depth >= limit) return true;
  }
  return false;
}

function parsedToken(first: IToken, last: IToken, payload: Expr): IToken {
  const { start } = t.spanOf(first);
  return { ...t.makeToken(t.Parsed, '(…)', start, t.spanOf(last).end), payload };
}
