/**
 * Lines: which newlines end a statement. A filter between lexer and parser.
 *
 * A newline is insignificant inside `( )` and `[ ]` (a `{` inside makes them significant again), after an operator,
 * a comma or an opening bracket, and before a line that starts with an operator which cannot start a statement. The
 * others, and semicolons outside `( )` and `[ ]`, become `Separator` tokens, never two in a row and never at the edge
 * of a block. So does the end of a block that ends an `if`, a loop or a function which opens its statement; before such
 * a block a newline ends nothing. The text is cut into its outermost statements on the way, and the words that are words only in a certain
 * place (`param`, `data`, `where`, `expect`) are recognised.
 */
import type { IToken, TokenType } from 'chevrotain';
import * as t from './tokens.js';

/** A stretch of tokens that is parsed on its own. */
export interface Piece {
  readonly tokens: IToken[];
  /** The separator after it was a newline. */
  endsLine: boolean;
}
export interface LineOptions {
  /** A line of a suite: outer newlines only fold it, and `where` and `expect` open its clauses. */
  readonly suite?: boolean;
  /** Values of the command line: outer newlines do not count, and outer semicolons separate rows. */
  readonly values?: boolean;
}

const continuesAfter = new Set<TokenType>([
  t.LParen,
  t.LSquare,
  t.LCurly,
  t.Comma,
  t.Colon,
  t.Question,
  t.Equals,
  t.Update,
  t.Range,
  t.Tilde,
  t.In,
  t.Let,
  t.Fn,
  t.If,
  t.While,
  t.For,
  t.Else,
  t.Label,
]);
const continuesBefore = new Set<TokenType>([
  t.Times,
  t.Divide,
  t.Modulo,
  t.At,
  t.Power,
  t.Superscript,
  t.Compare,
  t.And,
  t.Or,
  t.Question,
  t.Colon,
  t.Equals,
  t.Update,
  t.Range,
  t.Else,
  t.RParen,
  t.RSquare,
]);
const continuingWords = new Set(['adjoint', 'tangent']);

function canEnd(token: IToken): boolean {
  return !continuesAfter.has(token.tokenType) && !t.isInfix(token) && !t.isPrefix(token);
}

function canStart(token: IToken, next: IToken | undefined): boolean {
  if (continuesBefore.has(token.tokenType)) return false;
  const word = token.tokenType === t.Name && continuingWords.has(token.image);
  return !(word && (next?.tokenType === t.LParen || next?.tokenType === t.LCurly));
}

/** What opens a statement that ends with a block. */
const compound = new Set([t.If, t.While, t.For, t.Fn]);

/** The statement that is being read, at one depth of brackets. */
interface Reading {
  readonly bracket: TokenType | undefined;
  /** The word that opened the statement, if its last block ends it. */
  opener: TokenType | undefined;
  /** Its block is open, or just ended. */
  body: 'awaited' | 'open' | 'ended';
}

function reading(bracket: TokenType | undefined): Reading {
  return { bracket, opener: undefined, body: 'awaited' };
}

class Filter {
  readonly pieces: Piece[] = [];
  private tokens: IToken[] = [];
  private readonly outer: Reading[] = [];
  private now = reading(undefined);
  private newline: IToken | undefined;

  constructor(
    private readonly raw: readonly IToken[],
    private readonly options: LineOptions,
  ) {}

  run(): Piece[] {
    for (let i = 0; i < this.raw.length; i++) {
      const token = this.raw[i] as IToken;
      const type = token.tokenType;
      if (type === t.Newline) this.newline ??= token;
      else if (type === t.Semicolon && this.significant() && !this.rows()) this.separate(token);
      else this.take(token, this.following(i));
    }
    this.cut(true);
    return this.pieces;
  }

  private following(i: number): IToken | undefined {
    for (let j = i + 1; j < this.raw.length; j++) {
      if (this.raw[j]?.tokenType !== t.Newline) return this.raw[j];
    }
    return undefined;
  }

  private significant(): boolean {
    return this.now.bracket === undefined || this.now.bracket === t.LCurly;
  }

  private rows(): boolean {
    return this.options.values === true && this.outer.length === 0;
  }

  private last(): IToken | undefined {
    return this.tokens[this.tokens.length - 1];
  }

  private take(token: IToken, next: IToken | undefined): void {
    const line = this.newline;
    this.newline = undefined;
    const folded = this.rows() || (this.options.suite === true && this.outer.length === 0);
    const last = this.last();
    const ended = this.now.body === 'ended';
    if (ended) this.now.body = 'awaited';
    if (ended && !this.goesOn(token, next)) this.separate(line ?? token);
    else if (line !== undefined && !folded && last !== undefined && this.significant()) {
      const block = token.tokenType === t.LCurly && this.now.opener !== undefined;
      if (canEnd(last) && canStart(token, next) && !block) this.separate(line);
    }
    this.push(token, next);
  }

  private push(token: IToken, next: IToken | undefined): void {
    const { tokenType } = token;
    const before = this.last();
    if (t.closes(tokenType)) {
      if (before?.tokenType === t.Separator) this.tokens.pop();
      this.now = this.outer.pop() ?? reading(undefined);
      if (tokenType === t.RCurly && this.now.body === 'open') this.now.body = 'ended';
    } else if (compound.has(tokenType) && this.starts(before)) {
      this.now.opener = tokenType;
    } else if (tokenType === t.Equals && this.now.opener === t.Fn) {
      this.now.opener = undefined;
    } else if (tokenType === t.LCurly && this.now.opener !== undefined && t.opensBody(before)) {
      this.now.body = 'open';
    }
    // A word may begin a new piece.
    const word = tokenType === t.Name ? this.word(token, next) : token;
    this.tokens.push(word);
    if (t.opens(tokenType)) {
      this.outer.push(this.now);
      this.now = reading(tokenType);
    }
  }

  /** Whether a token continues a statement whose block just ended. */
  private goesOn(token: IToken, next: IToken | undefined): boolean {
    if (token.tokenType === t.Else) return this.now.opener === t.If;
    if (t.closes(token.tokenType)) return true;
    return this.now.opener === t.Fn && !canStart(token, next) && token.tokenType === t.Name;
  }

  private starts(last: IToken | undefined): boolean {
    const type = last?.tokenType;
    return type === undefined || type === t.Separator || type === t.LCurly || type === t.Label;
  }

  private separate(token: IToken): void {
    this.newline = undefined;
    this.now.opener = undefined;
    this.now.body = 'awaited';
    if (this.outer.length === 0) {
      this.cut(token.tokenType === t.Newline);
      return;
    }
    const last = this.last()?.tokenType;
    if (last === t.Separator || last === t.LCurly) return;
    this.tokens.push({ ...token, tokenType: t.Separator, tokenTypeIdx: t.Separator.tokenTypeIdx as number });
  }

  private cut(endsLine: boolean): void {
    const previous = this.pieces[this.pieces.length - 1];
    if (this.tokens.length > 0) this.pieces.push({ tokens: this.tokens, endsLine });
    else if (previous !== undefined && endsLine) previous.endsLine = true;
    this.tokens = [];
  }

  /** A name, or the contextual word that it is in this place. */
  private word(token: IToken, next: IToken | undefined): IToken {
    const last = this.last();
    const starts = this.starts(last);
    let type: TokenType | undefined;
    if ((token.image === 'param' || token.image === 'data') && next?.tokenType === t.Name) {
      if (starts) type = t.Declare;
    } else if (this.options.suite === true && this.outer.length === 0 && last !== undefined && !starts) {
      type = this.clause(token, last, next);
    }
    if (type === undefined) return token;
    if (type === t.Where || type === t.Expect) this.cut(false);
    return { ...token, tokenType: type, tokenTypeIdx: type.tokenTypeIdx as number };
  }

  private clause(token: IToken, last: IToken, next: IToken | undefined): TokenType | undefined {
    if (token.image !== 'where' && token.image !== 'expect') return undefined;
    // Before a name it can be nothing else, whatever is wrong before it.
    if (next?.tokenType === t.LParen) return undefined;
    if (next?.tokenType !== t.Name && !t.endsOperand(last)) return undefined;
    return token.image === 'where' ? t.Where : t.Expect;
  }
}

/** The statements (and clauses) of a text. */
export function splitStatements(tokens: readonly IToken[], options: LineOptions = {}): Piece[] {
  return new Filter(tokens, options).run();
}
