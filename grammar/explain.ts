/**
 * Explaining: what Chevrotain reports as "this token does not fit this rule" becomes a diagnostic in the words of the
 * language, chosen by the two tokens at the place of failure and the brackets around them.
 */
import { EOF, type IRecognitionException, type IToken, type TokenType } from 'chevrotain';
import type { Diagnostic } from '../src/core/diagnostic.js';
import { foreignOperator } from '../src/core/errors/lexical.js';
import * as statements from '../src/core/errors/statements.js';
import * as errors from '../src/core/errors/syntax.js';
import type { Span } from '../src/core/span.js';
import * as t from './tokens.js';

interface Place {
  readonly tokens: readonly IToken[];
  readonly index: number;
  readonly found: IToken;
  readonly previous: IToken | undefined;
  readonly span: Span;
  /** The rule that failed, and the token type that it wanted where it wanted just one. */
  readonly rule: string;
  readonly wanted: string;
}

/** What was expected, by the one token type that would have fitted. */
const expectations = new Map<TokenType, string>([
  [t.Colon, '":" and the value for the other case'],
  [t.Range, '".." and the end of the range'],
  [t.Name, 'a name'],
  [t.Equals, '"=" and a value'],
  [t.NumberLiteral, 'a number'],
  [t.LParen, '"(" and the parameters'],
  [t.In, '"in" and a range'],
]);
const words = new Set([
  ...[t.Let, t.Fn, t.If, t.Else, t.While, t.For, t.In, t.Jump],
  ...[t.And, t.Or, t.Not, t.Truth],
]);
/** After these nothing has begun yet. */
const openings = new Set([t.LParen, t.LSquare, t.LCurly, t.Separator]);

function describe(token: IToken): string {
  if (token.tokenType === EOF) return 'the end';
  if (token.tokenType === t.Separator) return 'the end of the statement';
  return errors.quote(token.image);
}

/** Between the parentheses of a function that is being defined. */
function inSignature({ tokens, index }: Place): boolean {
  let i = index - 1;
  while (i >= 0 && !t.opens((tokens[i] as IToken).tokenType)) i--;
  return tokens[i]?.tokenType === t.LParen && tokens[i - 2]?.tokenType === t.Fn;
}

/** The innermost bracket that is open before a place, and whether it belongs to a call. */
function enclosing({ tokens, index }: Place): { bracket?: TokenType; separated: boolean } {
  let depth = 0;
  for (let i = index - 1; i >= 0; i--) {
    const type = tokens[i]?.tokenType;
    if (type === t.RParen || type === t.RSquare || type === t.RCurly) depth++;
    else if (type === t.LParen || type === t.LSquare || type === t.LCurly) {
      if (depth-- > 0) continue;
      const call = type === t.LParen && tokens[i - 1]?.tokenType === t.Name;
      return { bracket: type, separated: call || type === t.LSquare };
    }
  }
  return { separated: false };
}

/** The diagnostic for a failure to parse `tokens` that Chevrotain reports as `failure`. */
export function explain(failure: IRecognitionException, tokens: readonly IToken[]): Diagnostic {
  const found = failure.token;
  const at = found.tokenType === EOF ? tokens.length : tokens.indexOf(found);
  const index = at < 0 ? tokens.length : at;
  const previous = tokens[index - 1];
  const end = previous === undefined ? 0 : t.spanOf(previous).end;
  const span = found.tokenType === EOF ? { start: end, end } : t.spanOf(found);
  const rule = failure.context.ruleStack[failure.context.ruleStack.length - 1] ?? '';
  const place = { tokens, index, found, previous, span, rule, wanted: failure.message };
  const head = found.tokenType === t.Equals ? undefined : headBefore(place);
  if (head !== undefined) return statements.missingBlock(span, head, describe(found));
  return t.endsOperand(previous) ? afterOperand(place) : beforeOperand(place);
}

/** The token after a complete operand does not go on from it. */
function afterOperand(place: Place): Diagnostic {
  const { found, previous, span, rule, wanted } = place;
  const type = found.tokenType;
  if (rule === 'forClause' && wanted === t.In.name) return statements.loopWithoutIn(span, describe(found));
  if (type === t.Equals) return misplacedEquals(place);
  if (wanted === t.LParen.name) return errors.unexpected(span, describe(found), expected(place));
  if (type === t.Semicolon) {
    const { bracket } = enclosing(place);
    if (bracket === t.LSquare) return errors.rowsInList(span);
    return bracket === t.LParen ? errors.semicolonInCall(span) : errors.unexpected(span, '";"', undefined);
  }
  if (type === t.Tilde) return foreignOperator(span, '~', '! (or not)');
  if (rule === 'whereClause' && wanted === '') return errors.whereItem(span, describe(found));
  if (wanted === t.Equals.name && type === t.Colon) return statements.letWithType(span);
  if (wanted === t.Equals.name && type === t.LParen) {
    return statements.definitionWithoutFn(span, previous?.image ?? 'f');
  }
  if (rule === 'forClause' && wanted === t.Range.name) return statements.missingRange(span, describe(found));
  if (type === t.If) return statements.trailingIf(span);
  if (type === t.For) return statements.looseComprehension(span);
  if (type === t.Else) return statements.elseWithoutIf(span);
  if (wanted === t.Equals.name) return errors.unexpected(span, describe(found), expectations.get(t.Equals));
  if (t.startsOperand(found)) return missingOperator(place);
  if (type === t.Not && found.image === '!') return errors.factorial(span);
  if (type === t.Let || type === t.Fn || type === t.While) return statements.missingSeparator(span);
  if (type === t.Root) return missingOperator(place);
  if (type === t.Comma) return errors.strayComma(span);
  if (type === t.Colon || type === t.Range) return errors.strayColon(span, found.image);
  return errors.unexpected(span, describe(found), expected(place));
}

/** An operand, a name or a certain token was to come. */
function beforeOperand(place: Place): Diagnostic {
  const { found, previous, span, rule, wanted } = place;
  const type = found.tokenType;
  const mark = type === t.Prime || type === t.Superscript || type === t.Comma || type === t.Equals;
  const operator = mark || (t.isInfix(found) && !t.isPrefix(found));
  const opening = previous === undefined || openings.has(previous.tokenType);
  if (type === t.Else && opening) return statements.elseWithoutIf(span);
  if (rule === 'forClause' && wanted === t.Name.name) return statements.loopWithoutIn(span, describe(found));
  if (previous !== undefined && isIncrement(place)) {
    return statements.increment({ ...t.spanOf(previous), start: previous.startOffset - 1 }, previous.image);
  }
  if (wanted === t.Name.name && words.has(type)) return errors.reservedWord(span, found.image);
  if (rule === 'expectClause' && wanted === t.Name.name) return errors.unknownClaim(span, describe(found));
  if (expected(place) !== undefined) return errors.unexpected(span, describe(found), expected(place));
  if (inSignature(place)) return errors.unexpected(span, describe(found), 'the name of a parameter');
  if (type === t.RParen && previous?.tokenType === t.LParen) return errors.emptyParentheses(span);
  if (type === t.RSquare && previous?.tokenType === t.LSquare) return errors.emptyIndex(span);
  if (opening && operator) return errors.missingLeftOperand(span, found.image);
  if (!opening && !words.has(type)) {
    const next = type === EOF || type === t.Separator ? undefined : describe(found);
    return errors.missingOperand(t.spanOf(previous), previous.image, next);
  }
  return errors.unexpected(span, describe(found), 'a value');
}

function expected({ wanted }: Place): string | undefined {
  for (const [type, text] of expectations) if (type.name === wanted) return text;
  return undefined;
}

/** `x = 3` where no statement stands, `a == b = c`. */
function misplacedEquals({ tokens, index, span }: Place): Diagnostic {
  const first = tokens[0];
  if (first?.tokenType === t.Name && index === 1) return statements.assignmentWithoutLet(span, first.image);
  return errors.loneEquals(span);
}

/** `i++`, `i--`: a sign that ends the statement, directly after the same sign. */
function isIncrement({ tokens, index, found, previous }: Place): boolean {
  const before = tokens[index - 2];
  const ends = found.tokenType === EOF || found.tokenType === t.Separator || found.tokenType === t.RCurly;
  const sign = previous?.tokenType === t.Plus || previous?.tokenType === t.Minus;
  return (
    ends &&
    sign &&
    before?.image === previous?.image &&
    before?.endOffset === (previous?.startOffset ?? 0) - 1
  );
}

/** The word whose block should stand at the place: `if`, `else`, `while`, `for`, `fn`. */
function headBefore({ tokens, index, rule, previous }: Place): string | undefined {
  if (previous?.tokenType === t.Else && rule !== 'statement') return 'else';
  if (rule !== 'body' && !(rule === 'statement' && previous?.tokenType === t.RParen)) return undefined;
  let depth = 0;
  for (let i = index - 1; i >= 0; i--) {
    const { tokenType, image } = tokens[i] as IToken;
    if (t.closes(tokenType)) depth++;
    else if (t.opens(tokenType) && depth-- === 0) return undefined;
    else if (depth > 0) continue;
    else if (tokenType === t.Fn) return i === index - 1 ? undefined : image;
    else if (tokenType === t.Separator || tokenType === t.Equals) return undefined;
    else if (rule === 'body' && (tokenType === t.If || tokenType === t.While || tokenType === t.For))
      return image;
  }
  return undefined;
}

const shownPairs = new Map<TokenType, string>([
  [t.LParen, '(…)'],
  [t.RParen, '(…)'],
  [t.LSquare, '[…]'],
  [t.RSquare, '[…]'],
  [t.LCurly, '{…}'],
  [t.RCurly, '{…}'],
]);

function shown(token: IToken): string {
  return shownPairs.get(token.tokenType) ?? token.image;
}

function missingOperator(place: Place): Diagnostic {
  const { found, previous, tokens, index, span } = place;
  const left = previous as IToken;
  const next = tokens[index + 1];
  const start = tokens[index - 2]?.tokenType;
  if (previous?.tokenType === t.Name && (start === undefined || openings.has(start))) {
    const foreign = statements.foreignWord(t.spanOf(previous), previous.image);
    if (foreign !== undefined) return foreign;
  }
  if (found.image === 'mod' && t.startsOperand(next)) return errors.infixWord(span, 'mod', '%');
  const applied = previous?.tokenType === t.Prime || previous?.tokenType === t.Superscript;
  const before = applied ? shown(tokens[index - 2] ?? left) + left.image : shown(left);
  return errors.missingOperator(span, before, shown(found), enclosing(place).separated);
}
