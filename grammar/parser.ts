/**
 * The grammar. One flat rule reads a formula as a list of operands and operators, and `precedence.ts` makes the tree;
 * a ladder of one rule per level would overflow the stack at modest nesting.
 *
 * Every choice is made by one token (two places look one further, in a gate), so that the analysis at start-up stays
 * cheap; the parser is built when the first text is parsed. Its input is one statement or clause at a time, as
 * `lines.ts` cuts them. While the rules are being recorded at start-up, tokens and subtrees are placeholders: what
 * looks inside them stands in an `ACTION`.
 */

import { EmbeddedActionsParser, type IToken, type ParserMethod } from 'chevrotain';
import { tick } from '../src/core/deadline.js';
import type { Diagnostic } from '../src/core/diagnostic.js';
import * as errors from '../src/core/errors/syntax.js';
import { cover } from '../src/core/span.js';
import type { Argument, BlockNode, Expr, IndexItem, Statement } from './ast.js';
import { firstTokenLookahead } from './lookahead.js';
import { between, booleanNode, nameNode, numberNode, superscriptNode, withSpan } from './nodes.js';
import { type ChainItem, resolveChain } from './precedence.js';
import { checkBlock } from './statements.js';
import * as t from './tokens.js';

export type Rule<T> = ParserMethod<[], T>;
type Alternatives<T> = { ALT: () => T; GATE?: () => boolean }[];
type Draft<T> = { -readonly [K in keyof T]: T[K] };

export class Parser extends EmbeddedActionsParser {
  /** The text being parsed, for messages that quote it. */
  source = '';
  /** What the actions found wrong; parsing goes on. */
  problems: Diagnostic[] = [];

  private atoms: Alternatives<Expr> | undefined;

  readonly expression: Rule<Expr> = this.RULE('expression', () => {
    const items: ChainItem[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: t.Infix,
      DEF: () => {
        if (items.length > 0) items.push(this.LA(0));
        this.MANY(() => {
          items.push(this.CONSUME(t.Prefix));
        });
        items.push(this.operand());
      },
    });
    const condition = this.ACTION(() => resolveChain(items, this.source, this.problems));
    return (
      this.OPTION(() => {
        this.CONSUME(t.Question);
        const then = this.SUBRULE(this.expression);
        this.CONSUME(t.Colon);
        const otherwise = this.SUBRULE2(this.expression);
        return this.ACTION(
          (): Expr => ({
            kind: 'ternary',
            condition,
            then,
            otherwise,
            span: cover(condition.span, otherwise.span),
          }),
        );
      }) ?? condition
    );
  });

  /** Part of the rule `expression`: an atom and what is written after it. */
  private operand(): Expr {
    tick();
    this.atoms ??= [
      { ALT: () => this.named() },
      { ALT: () => numberNode(this.CONSUME(t.NumberLiteral)) },
      { ALT: () => booleanNode(this.CONSUME(t.Truth)) },
      { ALT: () => this.parentheses() },
      { ALT: () => this.list() },
      { ALT: () => this.SUBRULE(this.block) },
      { ALT: (): Expr => this.CONSUME(t.Parsed).payload },
    ];
    let node = this.OR(this.atoms);
    this.MANY2(() => {
      node = this.OR2([
        { ALT: () => this.index(node) },
        {
          ALT: (): Expr => {
            const prime = this.CONSUME(t.Prime);
            const base = node;
            return this.ACTION(() => ({
              kind: 'transpose',
              operand: base,
              span: cover(base.span, t.spanOf(prime)),
            }));
          },
        },
        {
          ALT: (): Expr => {
            const power = this.CONSUME(t.Superscript);
            return this.ACTION(() => {
              if (this.LA(1).tokenType === t.Superscript) {
                this.problems.push(errors.stackedSuperscripts(t.spanOf(this.LA(1))));
              }
              return superscriptNode(node, power);
            });
          },
        },
      ]);
    });
    return node;
  }

  private parentheses(): Expr {
    const open = this.CONSUME(t.LParen);
    const inner = this.SUBRULE3(this.expression);
    const close = this.CONSUME(t.RParen);
    return this.ACTION(() => withSpan(inner, between(open, close)));
  }

  private list(): Expr {
    const items: Expr[] = [];
    const open = this.CONSUME(t.LSquare);
    this.MANY_SEP({
      SEP: t.Comma,
      DEF: () => {
        items.push(this.SUBRULE4(this.expression));
      },
    });
    const close = this.CONSUME(t.RSquare);
    return { kind: 'list', items, span: between(open, close) };
  }

  /** A name, a call, or `detach { … }`. */
  private named(): Expr {
    const name = this.CONSUME(t.Name);
    const args: Argument[] = [];
    const end = this.OPTION2(() =>
      this.OR3([
        { ALT: () => this.argumentsInto(args) },
        {
          GATE: () => name.image === 'detach',
          ALT: () => {
            const value = this.SUBRULE2(this.block);
            args.push({ value, span: value.span });
            return this.LA(0);
          },
        },
      ]),
    );
    if (end === undefined) return nameNode(name);
    return { kind: 'call', callee: callee(name), calleeSpan: t.spanOf(name), args, span: between(name, end) };
  }

  private argumentsInto(args: Argument[]): IToken {
    this.CONSUME2(t.LParen);
    this.MANY_SEP2({
      SEP: t.Comma,
      DEF: () => {
        const name = this.OPTION3({
          GATE: () => this.LA(2).tokenType === t.Equals,
          DEF: () => {
            const word = this.CONSUME2(t.Name);
            this.CONSUME(t.Equals);
            return word;
          },
        });
        const value = this.SUBRULE5(this.expression);
        this.ACTION(() => {
          const span = name === undefined ? value.span : cover(t.spanOf(name), value.span);
          args.push({ ...(name !== undefined && { name: name.image }), value, span });
        });
      },
    });
    return this.CONSUME2(t.RParen);
  }

  private index(base: Expr): Expr {
    const items: IndexItem[] = [];
    const open = this.CONSUME2(t.LSquare);
    this.ACTION(() => {
      if (base.kind === 'list' && open.startOffset > base.span.end) {
        this.problems.push(errors.missingComma(t.spanOf(open)));
      }
    });
    this.AT_LEAST_ONE_SEP2({
      SEP: t.Comma,
      DEF: () => {
        items.push(this.SUBRULE(this.indexItem));
      },
    });
    const close = this.CONSUME2(t.RSquare);
    return this.ACTION(() => ({
      kind: 'index',
      base,
      items,
      span: { start: base.span.start, end: t.spanOf(close).end },
    }));
  }

  readonly indexItem: Rule<IndexItem> = this.RULE('indexItem', () => {
    const first = this.LA(1);
    const from = this.OPTION(() => this.SUBRULE(this.expression));
    const slice: Draft<Omit<Extract<IndexItem, { kind: 'slice' }>, 'span'>> = { kind: 'slice' };
    if (from !== undefined) slice.from = from;
    const isSlice = this.OPTION2(() => {
      this.CONSUME(t.Colon);
      this.OPTION3(() => {
        slice.to = this.SUBRULE2(this.expression);
      });
      this.OPTION4(() => {
        this.CONSUME2(t.Colon);
        this.OPTION5(() => {
          slice.step = this.SUBRULE3(this.expression);
        });
      });
      return true;
    });
    return this.ACTION((): IndexItem => {
      if (isSlice === true) return { ...slice, span: between(first, this.LA(0)) };
      if (from === undefined) {
        this.problems.push(errors.emptyIndex(t.spanOf(first)));
        return { kind: 'slice', span: t.spanOf(first) };
      }
      return { kind: 'at', index: from, span: from.span };
    });
  });

  readonly block: Rule<BlockNode> = this.RULE('block', () => {
    const open = this.CONSUME(t.LCurly);
    const statements: Statement[] = [];
    this.MANY_SEP({
      SEP: t.Separator,
      DEF: () => {
        statements.push(this.SUBRULE(this.statement));
      },
    });
    const close = this.CONSUME(t.RCurly);
    return this.ACTION(() => {
      const node: BlockNode = { kind: 'block', statements, span: between(open, close) };
      checkBlock(node, this.source, this.problems);
      return node;
    });
  });

  readonly statement: Rule<Statement> = this.RULE('statement', () =>
    this.OR([
      { ALT: () => this.binding() },
      { ALT: () => this.declaration() },
      {
        ALT: (): Statement => {
          const first = this.LA(1);
          if (first.tokenType === t.Plus) this.problems.push(errors.leadingPlus(t.spanOf(first)));
          const value = this.SUBRULE(this.expression);
          return { kind: 'expression', value, span: value.span };
        },
      },
    ]),
  );

  private binding(): Statement {
    const word = this.CONSUME(t.Let);
    const name = this.CONSUME(t.Name);
    this.CONSUME(t.Equals);
    const value = this.SUBRULE2(this.expression);
    return {
      kind: 'let',
      name: name.image,
      nameSpan: t.spanOf(name),
      value,
      span: between(word, this.LA(0)),
    };
  }

  private declaration(): Statement {
    const word = this.CONSUME(t.Declare);
    const name = this.CONSUME2(t.Name);
    let integer = false;
    let shape: Expr[] | undefined;
    this.OPTION(() => {
      this.CONSUME(t.Colon);
      this.OPTION2(() => {
        const type = this.CONSUME3(t.Name);
        integer = type.image === 'int';
        this.ACTION(() => {
          if (!integer) this.problems.push(errors.unknownType(t.spanOf(type), errors.quote(type.image)));
        });
      });
      this.OPTION3(() => {
        const sizes: Expr[] = [];
        this.CONSUME(t.LSquare);
        this.MANY_SEP({
          SEP: t.Comma,
          DEF: () => {
            sizes.push(this.SUBRULE3(this.expression));
          },
        });
        this.CONSUME(t.RSquare);
        shape = sizes;
      });
      this.ACTION(() => {
        const colon = this.LA(0);
        if (colon.tokenType === t.Colon) {
          this.problems.push(errors.unknownType(t.spanOf(colon), 'nothing'));
        }
      });
    });
    const value = this.OPTION4(() => {
      this.CONSUME2(t.Equals);
      return this.SUBRULE4(this.expression);
    });
    return {
      kind: word.image === 'data' ? 'data' : 'param',
      name: name.image,
      nameSpan: t.spanOf(name),
      integer,
      ...(shape !== undefined && { shape }),
      ...(value !== undefined && { value }),
      span: between(word, this.LA(0)),
    };
  }

  constructor(validate = false) {
    super(t.vocabulary, {
      skipValidations: !validate,
      recoveryEnabled: false,
      maxLookahead: 1,
      ...(!validate && { lookaheadStrategy: firstTokenLookahead }),
      errorMessageProvider: {
        buildMismatchTokenMessage: ({ expected }) => expected.name,
        buildNotAllInputParsedMessage: () => '',
        buildNoViableAltMessage: () => '',
        buildEarlyExitMessage: () => '',
      },
    });
  }

  /** Ends the definition of rules; a parser is of use only after this. */
  ready(): this {
    this.performSelfAnalysis();
    return this;
  }
}

/** `var(x)` is another name of the variance; `var` itself is reserved. */
function callee(name: IToken): string {
  return name.image === 'var' ? 'variance' : name.image;
}
