/**
 * The pipeline of every entry point: tokens, pieces, brackets and depth, one run of the parser per piece.
 *
 * Pieces are independent: what is wrong in one does not keep the others from being checked. A piece that already has
 * a lexical error is not parsed, since what the parser would say of it follows from that.
 */
import type { IToken } from 'chevrotain';
import { during, tick } from '../src/core/deadline.js';
import { AdcError, type Diagnostic, MOST_TOLD } from '../src/core/diagnostic.js';
import { textTooLong } from '../src/core/errors/run.js';
import * as errors from '../src/core/errors/syntax.js';
import { TEXT_LIMIT } from '../src/core/limits.js';
import type { Expr } from './ast.js';
import { SuiteParser } from './clauses.js';
import { foldDeep } from './deep.js';
import { explain } from './explain.js';
import type { Rule } from './formulas.js';
import { tokenize } from './lexer.js';
import { type LineOptions, type Piece, splitStatements } from './lines.js';
import { checkNesting } from './nesting.js';
import { Parser } from './parser.js';
import { firstUnsupported } from './unsupported.js';

let programs: Parser | undefined;
let suites: SuiteParser | undefined;

export class Input {
  readonly source: string;
  readonly pieces: readonly Piece[];
  /** Errors and warnings so far. */
  readonly problems: Diagnostic[];
  private readonly suite: boolean;
  private readonly broken = new Set<Piece>();
  /** So many of the problems have been looked at for errors, and so many were. */
  private seen = 0;
  private failures = 0;

  constructor(source: string, options: LineOptions) {
    during('reading the text');
    if (source.length > TEXT_LIMIT) throw textTooLong(source.length, TEXT_LIMIT);
    this.source = source;
    this.suite = options.suite === true;
    const { tokens, errors: lexical } = tokenize(source, this.suite);
    const unsupported = firstUnsupported(tokens);
    this.pieces = splitStatements(tokens, options);
    this.problems = [...lexical];
    if (unsupported !== undefined) {
      this.problems.push(unsupported);
      for (const piece of this.pieces) this.broken.add(piece);
    } else {
      this.breakAt(lexical);
    }
    if (this.pieces.length === 0 && lexical.length === 0) {
      this.problems.push(
        errors.emptyText({ start: 0, end: source.length > 0 ? 1 : 0 }, options.values === true),
      );
    }
  }

  /** Marks the pieces in which something already went wrong. */
  private breakAt(lexical: readonly Diagnostic[]): void {
    if (lexical.length === 0) return;
    const starts = this.pieces.map((piece) => piece.tokens[0]?.startOffset ?? 0);
    for (const { span } of lexical) {
      const at = span?.start ?? 0;
      const next = starts.findIndex((start) => start > at);
      const index = next < 0 ? this.pieces.length - 1 : Math.max(0, next - 1);
      // A bad character between two statements may belong to either.
      for (const piece of this.pieces.slice(index, next < 0 ? index + 1 : next + 1)) this.broken.add(piece);
    }
  }

  /** Parses one piece by a rule; undefined if it is wrong. */
  parse<T>(piece: Piece, rule: (parser: Parser) => Rule<T>): T | undefined {
    if (this.suite) return this.parseClause(piece, rule);
    return this.run(piece, rule, () => (programs ??= suites ?? new Parser().ready()));
  }

  /** The same for a clause of a suite. */
  parseClause<T>(piece: Piece, rule: (parser: SuiteParser) => Rule<T>): T | undefined {
    return this.run(piece, rule, () => (suites ??= new SuiteParser().ready()));
  }

  private run<P extends Parser, T>(
    piece: Piece,
    rule: (parser: P) => Rule<T>,
    given: () => P,
  ): T | undefined {
    if (this.broken.has(piece) || this.hasEnough()) return undefined;
    tick();
    const nesting = checkNesting(piece.tokens, this.source.length);
    if (nesting !== undefined) {
      this.problems.push(nesting);
      return undefined;
    }
    const parser = given();
    const tokens = foldDeep(piece.tokens, (part, body) =>
      this.apply<Expr>(parser, part, body ? parser.body : parser.expression),
    );
    return tokens && this.apply(parser, tokens, rule(parser));
  }

  private apply<T>(parser: Parser, tokens: IToken[], rule: Rule<T>): T | undefined {
    parser.source = this.source;
    parser.problems = this.problems;
    parser.input = tokens;
    const result = rule.call(parser);
    const [failure] = parser.errors;
    if (failure === undefined) return result;
    this.problems.push(explain(failure, tokens));
    return undefined;
  }

  /** Whether there are as many errors as are told. Warnings end nothing. */
  private hasEnough(): boolean {
    for (; this.seen < this.problems.length; this.seen++)
      if (this.problems[this.seen]?.severity === 'error') this.failures++;
    return this.failures >= MOST_TOLD;
  }

  /** Whether there is any error so far. */
  failed(): boolean {
    return this.problems.some((problem) => problem.severity === 'error');
  }

  /** A part of a piece, which shares its fate. */
  part(piece: Piece, tokens: IToken[]): Piece {
    const part = { ...piece, tokens };
    if (this.broken.has(piece)) this.broken.add(part);
    return part;
  }

  /** The warnings, or every error thrown. Only after this returns are all parsed pieces there. */
  finish(): Diagnostic[] {
    this.problems.sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0));
    const failures = this.problems.filter((problem) => problem.severity === 'error');
    if (failures.length === 0) return this.problems.slice(0, MOST_TOLD);
    throw AdcError.of(failures);
  }
}
