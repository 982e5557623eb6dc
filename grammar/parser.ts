/**
 * The grammar of statements, over that of formulas. Where a formula may be followed by a sign of assignment, what was
 * read is looked at again as a target.
 */
import type { IToken } from 'chevrotain';
import * as statements from '../src/core/errors/statements.js';
import * as errors from '../src/core/errors/syntax.js';
import { assignment } from './assign.js';
import type { Expr, FnParam, Statement } from './ast.js';
import { FormulaParser, type Rule } from './formulas.js';
import { between } from './nodes.js';
import { checkBlock, checkLoop } from './statements.js';
import * as t from './tokens.js';

interface Type {
  readonly integer: boolean;
  readonly shape?: readonly Expr[];
}

export class Parser extends FormulaParser {
  readonly statement: Rule<Statement> = this.RULE('statement', () =>
    this.OR([
      { ALT: () => this.binding() },
      { ALT: () => this.declaration() },
      { ALT: () => this.definition() },
      { ALT: () => this.loop() },
      {
        ALT: (): Statement => {
          const word = this.CONSUME(t.Jump);
          return { kind: word.image === 'break' ? 'break' : 'continue', span: t.spanOf(word) };
        },
      },
      { ALT: () => this.expressionOrAssignment() },
    ]),
  );

  private expressionOrAssignment(): Statement {
    const first = this.LA(1);
    if (first.tokenType === t.Plus) this.problems.push(statements.leadingPlus(t.spanOf(first)));
    const value = this.SUBRULE(this.expression);
    let sign: IToken | undefined;
    const assigned = this.OPTION(() => {
      sign = this.CONSUME(t.Assign);
      return this.SUBRULE2(this.expression);
    });
    if (sign === undefined || assigned === undefined) return { kind: 'expression', value, span: value.span };
    const operator = sign;
    return this.ACTION(() => assignment(value, operator, assigned, this.problems));
  }

  private binding(): Statement {
    const word = this.CONSUME(t.Let);
    const name = this.CONSUME(t.Name);
    this.CONSUME(t.Equals);
    const value = this.SUBRULE3(this.expression);
    return {
      kind: word.image === 'var' ? 'var' : 'let',
      name: name.image,
      nameSpan: t.spanOf(name),
      value,
      span: between(word, this.LA(0)),
    };
  }

  private declaration(): Statement {
    const word = this.CONSUME(t.Declare);
    const name = this.CONSUME2(t.Name);
    const type = this.OPTION2(() => this.SUBRULE(this.type)) ?? { integer: false };
    const value = this.OPTION3(() => {
      this.CONSUME2(t.Equals);
      return this.SUBRULE4(this.expression);
    });
    return {
      kind: word.image === 'data' ? 'data' : 'param',
      name: name.image,
      nameSpan: t.spanOf(name),
      ...type,
      ...(value !== undefined && { value }),
      span: between(word, this.LA(0)),
    };
  }

  /** `: [n, 3]`, `: int`, `: int[p]`. */
  readonly type: Rule<Type> = this.RULE('type', () => {
    let integer = false;
    let shape: Expr[] | undefined;
    const colon = this.CONSUME(t.Colon);
    this.OPTION(() => {
      const type = this.CONSUME(t.Name);
      integer = type.image === 'int';
      this.ACTION(() => {
        if (!integer) this.problems.push(statements.unknownType(t.spanOf(type), errors.quote(type.image)));
      });
    });
    this.OPTION2(() => {
      const sizes: Expr[] = [];
      this.CONSUME(t.LSquare);
      this.MANY_SEP({
        SEP: t.Comma,
        DEF: () => {
          sizes.push(this.SUBRULE(this.expression));
        },
      });
      this.CONSUME(t.RSquare);
      shape = sizes;
    });
    this.ACTION(() => {
      if (this.LA(0) === colon) this.problems.push(statements.unknownType(t.spanOf(colon), 'nothing'));
    });
    return { integer, ...(shape !== undefined && { shape }) };
  });

  /** `fn f(a, b: [n]) = …`, `fn f(a) { … }`. */
  private definition(): Statement {
    const word = this.CONSUME(t.Fn);
    const name = this.CONSUME3(t.Name);
    const params: FnParam[] = [];
    this.CONSUME(t.LParen);
    this.MANY_SEP({
      SEP: t.Comma,
      DEF: () => {
        params.push(this.SUBRULE(this.parameter));
      },
    });
    this.CONSUME(t.RParen);
    const body = this.OR2([
      {
        ALT: () => {
          this.CONSUME3(t.Equals);
          return this.SUBRULE5(this.expression);
        },
      },
      {
        ALT: (): Expr => {
          const block = this.SUBRULE(this.body);
          this.ACTION(() => checkBlock(block, this.source, this.problems));
          return block;
        },
      },
    ]);
    return {
      kind: 'fn',
      name: name.image,
      nameSpan: t.spanOf(name),
      params,
      body,
      span: between(word, this.LA(0)),
    };
  }

  readonly parameter: Rule<FnParam> = this.RULE('parameter', () => {
    const name = this.CONSUME(t.Name);
    const type = this.OPTION(() => this.SUBRULE(this.type)) ?? { integer: false };
    return { name: name.image, ...type, span: t.spanOf(name) };
  });

  private loop(): Statement {
    return this.OR3([
      {
        ALT: (): Statement => {
          const word = this.CONSUME(t.While);
          const condition = this.SUBRULE6(this.expression);
          const body = this.SUBRULE2(this.body);
          this.ACTION(() => checkLoop(body, this.source, this.problems));
          return { kind: 'while', condition, body, span: between(word, this.LA(0)) };
        },
      },
      {
        ALT: (): Statement => {
          const word = this.LA(1);
          const clause = this.SUBRULE(this.forClause);
          const body = this.SUBRULE3(this.body);
          this.ACTION(() => checkLoop(body, this.source, this.problems));
          return { kind: 'for', clause, body, span: between(word, this.LA(0)) };
        },
      },
    ]);
  }
}
