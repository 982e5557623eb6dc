/**
 * The grammar of formulas. One flat rule reads a formula as a list of operands and operators, and `precedence.ts` makes the tree;
 * a ladder of one rule per level would overflow the stack at modest nesting.
 *
 * Every choice is made by one token (two places look one further, in a gate), so that the analysis at start-up stays
 * cheap; the parser is built when the first text is parsed. Its input is one statement or clause at a time, as
 * `lines.ts` cuts them; the rules for statements stand in `parser.ts`. While the rules are being recorded at start-up, tokens and subtrees are placeholders: what
 * looks inside them stands in an `ACTION`.
 */

import { EmbeddedActionsParser, type IToken, type ParserMethod } from 'chevrotain';
import { tick } from '../src/core/deadline.js';
import type { Diagnostic } from '../src/core/diagnostic.js';
import * as errors from '../src/core/errors/syntax.js';
import { cover } from '../src/core/span.js';
import type { Argument, BlockNode, Expr, ForClause, IfNode, IndexItem, Statement } from './ast.js';
import { firstTokenLookahead } from './lookahead.js';
import {
  between,
  booleanNode,
  listNode,
  nameNode,
  numberNode,
  spanTo,
  superscriptNode,
  withSpan,
} from './nodes.js';
import { type ChainItem, resolveChain } from './precedence.js';
import { checkBlock, checkBranch } from './statements.js';
import * as t from './tokens.js';

export type Rule<T> = ParserMethod<[], T>;
type Alternatives<T> = { ALT: () => T; GATE?: () => boolean }[];
type Draft<T> = { -readonly [K in keyof T]: T[K] };

export abstract class FormulaParser extends EmbeddedActionsParser {
  /** The text being parsed, for messages that quote it. */
  source = '';
  /** What the actions found wrong; parsing goes on. */
  problems: Diagnostic[] = [];

  /** Any statement; defined with the rules for statements. */
  abstract readonly statement: Rule<Statement>;

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
      {
        ALT: () => {
          const block = this.SUBRULE(this.block);
          this.ACTION(() => checkBlock(block, this.source, this.problems));
          return block;
        },
      },
      { ALT: (): Expr => this.CONSUME(t.Parsed).payload },
      { ALT: () => this.SUBRULE(this.choice) },
    ];
    const first = this.LA(1);
    let node = this.OR(this.atoms);
    this.MANY2({
      // What follows the last block of an if is not written after an operand.
      GATE: () => first.tokenType !== t.If,
      DEF: () => {
        node = this.postfix(node);
      },
    });
    return node;
  }

  private postfix(base: Expr): Expr {
    return this.OR2([
      { ALT: () => this.index(base) },
      {
        ALT: (): Expr => {
          const prime = this.CONSUME(t.Prime);
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
            return superscriptNode(base, power);
          });
        },
      },
    ]);
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
        items.push(this.SUBRULE4(this.comprehension));
      },
    });
    const close = this.CONSUME(t.RSquare);
    return this.ACTION(() => listNode(items, between(open, close), this.problems));
  }

  /** An expression, which `for … in …` may follow. */
  readonly comprehension: Rule<Expr> = this.RULE('comprehension', () => {
    const value = this.SUBRULE(this.expression);
    const clauses: ForClause[] = [];
    const filters: Expr[] = [];
    this.MANY(() => {
      clauses.push(this.SUBRULE(this.forClause));
      this.MANY2(() => {
        this.CONSUME(t.If);
        filters.push(this.SUBRULE2(this.expression));
      });
    });
    return this.ACTION(
      (): Expr =>
        clauses.length === 0
          ? value
          : { kind: 'comprehension', list: false, value, clauses, filters, span: spanTo(value, this.LA(0)) },
    );
  });

  /** `for i in a..b`. */
  readonly forClause: Rule<ForClause> = this.RULE('forClause', () => {
    const word = this.CONSUME(t.For);
    const name = this.CONSUME(t.Name);
    this.CONSUME(t.In);
    const from = this.SUBRULE(this.expression);
    this.CONSUME(t.Range);
    const to = this.SUBRULE2(this.expression);
    const nameSpan = t.spanOf(name);
    return { name: name.image, nameSpan, from, to, span: between(word, this.LA(0)) };
  });

  /** `if c { … } else if d { … } else { … }`. */
  readonly choice: Rule<IfNode> = this.RULE('choice', (): IfNode => {
    const branches: { condition: Expr; body: BlockNode }[] = [];
    const first = this.CONSUME(t.If);
    const condition = this.SUBRULE(this.expression);
    branches.push({ condition, body: this.SUBRULE(this.body) });
    this.MANY({
      GATE: () => this.LA(2).tokenType === t.If,
      DEF: () => {
        this.CONSUME(t.Else);
        this.CONSUME2(t.If);
        const next = this.SUBRULE2(this.expression);
        branches.push({ condition: next, body: this.SUBRULE2(this.body) });
      },
    });
    const otherwise = this.OPTION(() => {
      this.CONSUME2(t.Else);
      return this.SUBRULE3(this.body);
    });
    this.ACTION(() => {
      for (const { body } of branches) checkBranch(body, this.source, this.problems);
      if (otherwise !== undefined) checkBranch(otherwise, this.source, this.problems);
    });
    return {
      kind: 'if',
      branches,
      ...(otherwise !== undefined && { otherwise }),
      span: between(first, this.LA(0)),
    };
  });

  /** The block of a branch, a loop or a function. */
  readonly body: Rule<BlockNode> = this.RULE('body', () =>
    this.OR([
      { ALT: () => this.SUBRULE(this.block) },
      { ALT: (): BlockNode => this.CONSUME(t.Parsed).payload },
    ]),
  );

  /** A name, a call, or `detach { … }`. */
  private named(): Expr {
    const name = this.CONSUME(t.Name);
    const args: Argument[] = [];
    const end = this.OPTION2({
      GATE: () => name.image === 'detach' || this.LA(1).tokenType === t.LParen,
      DEF: () =>
        this.OR3([
          { ALT: () => this.argumentsInto(args) },
          {
            ALT: () => {
              const value = this.SUBRULE2(this.block);
              this.ACTION(() => checkBlock(value, this.source, this.problems));
              args.push({ value, span: value.span });
              return this.LA(0);
            },
          },
        ]),
    });
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
        const value = this.SUBRULE5(this.comprehension);
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

  readonly block: Rule<BlockNode> = this.RULE('block', (): BlockNode => {
    const open = this.CONSUME(t.LCurly);
    const statements: Statement[] = [];
    this.MANY_SEP({
      SEP: t.Separator,
      DEF: () => {
        statements.push(this.SUBRULE(this.statement));
      },
    });
    const close = this.CONSUME(t.RCurly);
    return { kind: 'block', statements, span: between(open, close) };
  });

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
