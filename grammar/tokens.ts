/**
 * The vocabulary: the token types that the lexer makes and the parser reads, and the words that are reserved.
 *
 * `Infix` and `Prefix` are categories: the one flat rule for formulas asks only whether a token is one of them, and
 * `precedence.ts` knows the rest. Offsets are UTF-16 units, `endOffset` inclusive as usual in Chevrotain.
 */
import { createToken, type IToken, type TokenType } from 'chevrotain';
import type { Span } from '../src/core/span.js';

export const vocabulary: TokenType[] = [];

function token(name: string, ...categories: TokenType[]): TokenType {
  const type = createToken({ name, categories });
  vocabulary.push(type);
  return type;
}

export const Infix = token('Infix');
export const Prefix = token('Prefix');

export const Plus = token('Plus', Infix, Prefix);
export const Minus = token('Minus', Infix, Prefix);
export const Root = token('Root', Prefix);
export const Not = token('Not', Prefix);
export const Times = token('Times', Infix);
export const Divide = token('Divide', Infix);
export const Modulo = token('Modulo', Infix);
export const At = token('At', Infix);
export const Power = token('Power', Infix);
/** Of no width: stands between a number and the name or parenthesis directly after it. */
export const ImplicitTimes = token('ImplicitTimes', Infix);
export const Compare = token('Compare', Infix);
export const And = token('And', Infix);
export const Or = token('Or', Infix);

export const NumberLiteral = token('NumberLiteral');
export const Name = token('Name');
/** `true` and `false`. */
export const Truth = token('Truth');

/** An operand that has been parsed before its surroundings; `payload` is its tree. */
export const Parsed = token('Parsed');

export const LParen = token('LParen');
export const RParen = token('RParen');
export const LSquare = token('LSquare');
export const RSquare = token('RSquare');
export const LCurly = token('LCurly');
export const RCurly = token('RCurly');

export const Comma = token('Comma');
export const Semicolon = token('Semicolon');
export const Colon = token('Colon');
export const Question = token('Question');
/** `=` and the signs of `Update`, which assign after an operand. */
export const Assign = token('Assign');
export const Equals = token('Equals', Assign);
export const Prime = token('Prime');
/** `²` and `³`. */
export const Superscript = token('Superscript');
export const Range = token('Range');
export const Tilde = token('Tilde');
/** `+=`, `-=`, … */
export const Update = token('Update', Assign);

/** A raw end of line; `lines.ts` turns those that end a statement, and semicolons, into `Separator`. */
export const Newline = token('Newline');
export const Separator = token('Separator');

/** `let` and `var`. */
export const Let = token('Let');
export const Else = token('Else');
export const In = token('In');
export const Fn = token('Fn');
export const If = token('If');
export const While = token('While');
export const For = token('For');
/** `break` and `continue`. */
export const Jump = token('Jump');

/** Contextual words, made from a `Name` by `lines.ts` where they are meant; this one is `param` or `data`. */
export const Declare = token('Declare');
export const Where = token('Where');
export const Expect = token('Expect');
/** `quadratic:` at the start of a line of a suite. */
export const Label = token('Label');

const reserved: readonly (readonly [TokenType, string])[] = [
  [Let, 'let var'],
  [Else, 'else'],
  [In, 'in'],
  [And, 'and'],
  [Or, 'or'],
  [Not, 'not'],
  [Truth, 'true false'],
  [Fn, 'fn'],
  [If, 'if'],
  [While, 'while'],
  [For, 'for'],
  [Jump, 'break continue'],
];

/** Reserved words and their token types. */
export const keywords: ReadonlyMap<string, TokenType> = new Map(
  reserved.flatMap(([type, words]) => words.split(' ').map((word) => [word, type] as const)),
);

/** What ends an operand, so that an operator may follow. */
const operandEnds = new Set([
  NumberLiteral,
  Name,
  Truth,
  Parsed,
  RParen,
  RSquare,
  RCurly,
  Prime,
  Superscript,
]);
/** What an operand may start with, apart from prefix operators. */
const operandStarts = new Set([NumberLiteral, Name, Truth, Parsed, LParen, LSquare, LCurly]);

export function endsOperand(token: IToken | undefined): boolean {
  return token !== undefined && operandEnds.has(token.tokenType);
}

export function startsOperand(token: IToken | undefined): boolean {
  return token !== undefined && operandStarts.has(token.tokenType);
}

/**
 * Whether a `{` opens the body of a statement or branch rather than an operand: it stands after a complete condition,
 * range or list of parameters, or after `else`.
 */
export function opensBody(previous: IToken | undefined): boolean {
  if (previous?.tokenType === Else) return true;
  return endsOperand(previous) && !(previous?.tokenType === Name && previous.image === 'detach');
}

export function isInfix(token: IToken): boolean {
  return token.tokenType.CATEGORIES?.includes(Infix) ?? false;
}

export function isPrefix(token: IToken): boolean {
  return token.tokenType.CATEGORIES?.includes(Prefix) ?? false;
}

export function makeToken(tokenType: TokenType, image: string, start: number, end: number): IToken {
  return {
    image,
    startOffset: start,
    endOffset: end - 1,
    tokenTypeIdx: tokenType.tokenTypeIdx as number,
    tokenType,
  };
}

export function spanOf(token: IToken): Span {
  return { start: token.startOffset, end: (token.endOffset as number) + 1 };
}

const openingBrackets = new Set([LParen, LSquare, LCurly]);
const closingBrackets = new Set([RParen, RSquare, RCurly]);

export function opens(type: TokenType): boolean {
  return openingBrackets.has(type);
}

export function closes(type: TokenType): boolean {
  return closingBrackets.has(type);
}
