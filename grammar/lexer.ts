/**
 * The lexer: text to tokens, in one pass over the code units, with every lexical error collected on the way.
 *
 * What LANGUAGE rules about adjacency is decided here: a number directly before a name or parenthesis gets an
 * `ImplicitTimes` between, `//` opens a comment only after white space, and a dot belongs to a number only before a
 * digit. Names are compared after normalisation (NFC): the image of a token is the normal form.
 */

import type { IToken, TokenType } from 'chevrotain';
import { tick } from '../src/core/deadline.js';
import { type Diagnostic, MOST_TOLD } from '../src/core/diagnostic.js';
import * as errors from '../src/core/errors/lexical.js';
import { scanNumber } from './numbers.js';
import * as t from './tokens.js';

export interface LexResult {
  readonly tokens: IToken[];
  readonly errors: Diagnostic[];
}

/** Brackets beyond any permitted depth end the lexing early; `nesting.ts` refuses what was read. */
const OPEN_LIMIT = 1000;

/** An operator; one without a type belongs to another language, and `here` is what is written instead. */
interface Operator {
  readonly text: string;
  readonly type?: TokenType;
  readonly here?: string;
}

/** By the code of their first character, longest first. */
const operators = new Map<number, Operator[]>();

function define(operator: Operator): void {
  const first = operator.text.charCodeAt(0);
  const list = operators.get(first) ?? [];
  list.push(operator);
  operators.set(first, list);
  list.sort((x, y) => y.text.length - x.text.length);
}

const table: readonly (readonly [TokenType, string])[] = [
  [t.Update, '**= += -= *= /= %= ^= @='],
  [t.Power, '** .^ ^'],
  [t.Times, '.* * × · ⋅ \u0387 ∙'],
  [t.Divide, './ / ÷'],
  [t.Plus, '+'],
  [t.Minus, '- −'],
  [t.Modulo, '%'],
  [t.At, '@'],
  [t.Compare, '<= >= == != ≤ ≥ ≠ < >'],
  [t.And, '&&'],
  [t.Or, '||'],
  [t.Not, '!'],
  [t.Root, '√'],
  [t.Superscript, '² ³'],
  [t.Prime, "'"],
  [t.LParen, '('],
  [t.RParen, ')'],
  [t.LSquare, '['],
  [t.RSquare, ']'],
  [t.LCurly, '{'],
  [t.RCurly, '}'],
  [t.Comma, ','],
  [t.Semicolon, ';'],
  [t.Range, '..'],
  [t.Colon, ':'],
  [t.Question, '?'],
  [t.Equals, '='],
  [t.Tilde, '~'],
];
for (const [type, texts] of table) for (const text of texts.split(' ')) define({ text, type });
const foreign = "=== == !== != <> != =< <= => >= := = -> = .' '".split(' ');
for (let i = 0; i < foreign.length; i += 2)
  define({ text: foreign[i] as string, here: foreign[i + 1] as string });

const asciiName = /[A-Za-z_][A-Za-z0-9_]*/y;
/** The middle dot may continue an identifier in Unicode; here it is a product. */
let unicodeName: RegExp | undefined;

function nameEnd(source: string, start: number): number {
  asciiName.lastIndex = start;
  const end = asciiName.test(source) ? asciiName.lastIndex : start;
  if (!(source.charCodeAt(end) >= 0x80)) return end;
  unicodeName ??= /[\p{XID_Start}_](?:(?![\u00b7\u0387])\p{XID_Continue})*/uy;
  unicodeName.lastIndex = start;
  return unicodeName.test(source) ? Math.max(end, unicodeName.lastIndex) : end;
}

function isSpace(code: number): boolean {
  return (
    code === 32 ||
    code === 9 ||
    code === 11 ||
    code === 12 ||
    (code >= 0xa0 &&
      (code === 0xa0 || code === 0x1680 || code === 0x202f || code === 0x205f || code === 0x3000)) ||
    (code >= 0x2000 && code <= 0x200a)
  );
}

function isLineEnd(code: number): boolean {
  return code === 10 || code === 13 || code === 0x2028 || code === 0x2029;
}

function lineEndAfter(source: string, from: number): number {
  let i = from;
  while (i < source.length && !isLineEnd(source.charCodeAt(i))) i++;
  return i;
}

class Lexer {
  readonly tokens: IToken[] = [];
  readonly errors: Diagnostic[] = [];
  private at = 0;
  private open = 0;

  constructor(private readonly source: string) {}

  run(labelled: boolean): LexResult {
    if (this.source.charCodeAt(0) === 0xfeff) this.at = 1;
    if (labelled) this.label();
    while (this.at < this.source.length && this.errors.length < MOST_TOLD && this.open <= OPEN_LIMIT)
      this.next();
    return { tokens: this.tokens, errors: this.errors };
  }

  private push(type: TokenType, start: number, end: number, image?: string): void {
    this.tokens.push(t.makeToken(type, image ?? this.source.slice(start, end), start, end));
    this.at = end;
  }

  /** `quadratic:` and white space, at the start of a line of a suite. */
  private label(): void {
    const match = /\s*([\w-]+):(?=\s|$)/y;
    match.lastIndex = this.at;
    const found = match.exec(this.source);
    if (found === null) return;
    const start = match.lastIndex - (found[1] as string).length - 1;
    this.push(t.Label, start, match.lastIndex, found[1]);
  }

  private next(): void {
    tick();
    const { source, at } = this;
    const code = source.charCodeAt(at);
    if (isSpace(code)) this.at++;
    else if (isLineEnd(code)) this.push(t.Newline, at, at + 1);
    else if ((code >= 48 && code <= 57) || (code === 46 && /\d/.test(source.charAt(at + 1)))) this.number();
    else if (code === 35) this.at = lineEndAfter(source, at);
    else if (code === 47 && source.charCodeAt(at + 1) === 42) this.comment();
    else if (code === 47 && source.charCodeAt(at + 1) === 47) this.slashes();
    else if (!this.name() && !this.operator()) this.bad();
  }

  private number(): void {
    const { end, error } = scanNumber(this.source, this.at);
    if (error !== undefined) this.errors.push(error);
    this.push(t.NumberLiteral, this.at, end);
  }

  private comment(): void {
    const end = this.source.indexOf('*/', this.at + 2);
    if (end < 0) this.errors.push(errors.unclosedComment({ start: this.at, end: this.at + 2 }));
    this.at = end < 0 ? this.source.length : end + 2;
  }

  private slashes(): void {
    const { source, at } = this;
    const before = source.charCodeAt(at - 1);
    const free =
      at === 0 || isSpace(before) || isLineEnd(before) || before === 0xfeff || source.endsWith('*/', at);
    if (!free) this.errors.push(errors.doubleSlash({ start: at, end: at + 2 }));
    this.at = lineEndAfter(source, at);
  }

  private name(): boolean {
    const { source, at } = this;
    const end = nameEnd(source, at);
    if (end === at) return false;
    const raw = source.slice(at, end);
    const image = /^\w+$/.test(raw) ? raw : raw.normalize('NFC');
    let type = t.keywords.get(image) ?? t.Name;
    if (image === 'var' && source.charAt(end) === '(') type = t.Name;
    if (type === t.Name) this.implicitTimes();
    this.push(type, at, end, image === 'π' ? 'pi' : image);
    if (source.charAt(end) === '.') this.dotAfterName(end);
    return true;
  }

  private dotAfterName(dot: number): void {
    const end = nameEnd(this.source, dot + 1);
    if (end === dot + 1) return;
    this.errors.push(errors.dottedName({ start: dot, end }, this.source.slice(dot + 1, end)));
    this.at = end;
  }

  private operator(): boolean {
    const { source, at } = this;
    for (const { text, type, here } of operators.get(source.charCodeAt(at)) ?? []) {
      if (text.length > 1 && !source.startsWith(text, at)) continue;
      const end = at + text.length;
      if (type === undefined) {
        this.errors.push(errors.foreignOperator({ start: at, end }, text, here ?? ''));
        this.at = end;
        return true;
      }
      if (type === t.LParen) this.implicitTimes();
      if (type === t.LParen || type === t.LSquare || type === t.LCurly) this.open++;
      else if (type === t.RParen || type === t.RSquare || type === t.RCurly) this.open--;
      this.push(type, at, end, text);
      return true;
    }
    return false;
  }

  private implicitTimes(): void {
    const last = this.tokens[this.tokens.length - 1];
    if (last?.tokenType !== t.NumberLiteral || last.endOffset !== this.at - 1) return;
    this.push(t.ImplicitTimes, this.at, this.at, '');
  }

  /** A run of one bad character is one error. */
  private bad(): void {
    const start = this.at;
    const codePoint = this.source.codePointAt(start) as number;
    const width = codePoint > 0xffff ? 2 : 1;
    this.at += width;
    while (this.at < this.source.length && this.source.codePointAt(this.at) === codePoint) this.at += width;
    this.errors.push(errors.badCharacter({ start, end: this.at }, codePoint));
  }
}

/** The tokens of a text; `labelled` lets it begin with the `name:` of a case. */
export function tokenize(source: string, labelled = false): LexResult {
  return new Lexer(source).run(labelled);
}
