/**
 * Deep brackets without deep recursion. The parser descends some thirty stack frames for each bracket, so a formula
 * near the depth limit could exhaust a small stack. Operands that lie deep inside are therefore parsed first, on their
 * own, innermost before outermost, and stand in the outer text as a single token that carries its tree.
 */
import type { IToken } from 'chevrotain';
import type { Expr } from './ast.js';
import * as t from './tokens.js';

/** An operand whose last bracket closes at a multiple of this depth is parsed on its own. */
const STEP = 24;

const opening = new Set([t.LParen, t.LSquare, t.LCurly]);
const closing = new Set([t.RParen, t.RSquare, t.RCurly]);

/** The tokens with deep operands replaced; undefined once `parse` fails, which has reported why. */
export function foldDeep(
  tokens: IToken[],
  parse: (operand: IToken[]) => Expr | undefined,
): IToken[] | undefined {
  if (!reaches(tokens, STEP + 1)) return tokens;
  const folded: IToken[] = [];
  /** Where the current operand starts in `folded`, for each open bracket and outside. */
  const starts: number[] = [0];
  let previous: IToken | undefined;
  for (const token of tokens) {
    if (t.startsOperand(token) && !t.endsOperand(previous)) starts[starts.length - 1] = folded.length;
    folded.push(token);
    previous = token;
    if (opening.has(token.tokenType)) starts.push(folded.length);
    else if (closing.has(token.tokenType)) {
      starts.pop();
      const depth = starts.length - 1;
      if (depth === 0 || depth % STEP !== 0) continue;
      const operand = folded.splice(starts[depth] as number);
      const tree = parse(operand);
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
    if (opening.has(tokenType)) depth++;
    else if (closing.has(tokenType)) depth--;
    if (depth >= limit) return true;
  }
  return false;
}

function parsedToken(first: IToken, last: IToken, payload: Expr): IToken {
  const { start } = t.spanOf(first);
  return { ...t.makeToken(t.Parsed, '(…)', start, t.spanOf(last).end), payload };
}
