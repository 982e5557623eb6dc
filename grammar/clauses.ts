/**
 * The clauses of a line of a suite: `where` and `expect`. They are rules of a parser of their own, so that whoever
 * parses no suite does not pay for them at start-up.
 */
import type { IToken } from 'chevrotain';
import * as errors from '../src/core/errors/syntax.js';
import type { ClaimNode, WhereItem } from './ast.js';
import type { Rule } from './formulas.js';
import { between } from './nodes.js';
import { Parser } from './parser.js';
import * as t from './tokens.js';

/** The claims that name variables: `grad x`, `hess x y`. */
const derivativeClaims = new Set(['grad', 'jac', 'hess']);

export class SuiteParser extends Parser {
  /** `where a = 2, x in 0..1`. */
  readonly whereClause: Rule<WhereItem[]> = this.RULE('whereClause', () => {
    const items: WhereItem[] = [];
    this.CONSUME(t.Where);
    this.AT_LEAST_ONE_SEP({
      SEP: t.Comma,
      DEF: () => {
        const token = this.CONSUME(t.Name);
        const name = token.image;
        this.OR([
          {
            ALT: () => {
              this.CONSUME(t.Equals);
              const value = this.SUBRULE(this.expression);
              items.push({ kind: 'value', name, value, span: between(token, this.LA(0)) });
            },
          },
          {
            ALT: () => {
              this.CONSUME(t.In);
              const from = this.SUBRULE2(this.expression);
              this.CONSUME(t.Range);
              const to = this.SUBRULE3(this.expression);
              items.push({ kind: 'range', name, from, to, span: between(token, this.LA(0)) });
            },
          },
        ]);
      },
    });
    return items;
  });

  /** `expect value = 28, grad x = [0, 4] ~ 1e-9`. */
  readonly expectClause: Rule<ClaimNode[]> = this.RULE('expectClause', () => {
    const claims: ClaimNode[] = [];
    this.CONSUME(t.Expect);
    this.AT_LEAST_ONE_SEP({
      SEP: t.Comma,
      DEF: () => {
        const word = this.CONSUME(t.Name);
        const names: string[] = [];
        this.MANY(() => {
          names.push(this.CONSUME2(t.Name).image);
        });
        this.ACTION(() => this.checkClaim(word, names.length));
        this.CONSUME(t.Equals);
        const value = this.SUBRULE(this.expression);
        const tolerance = this.OPTION(() => {
          this.CONSUME(t.Tilde);
          return this.CONSUME(t.NumberLiteral);
        });
        claims.push({
          kind: word.image as ClaimNode['kind'],
          names,
          value,
          ...(tolerance !== undefined && { tolerance: Number(tolerance.image) }),
          span: between(word, this.LA(0)),
        });
      },
    });
    return claims;
  });

  private checkClaim(word: IToken, names: number): void {
    const span = t.spanOf(word);
    if (word.image !== 'value' && !derivativeClaims.has(word.image)) {
      this.problems.push(errors.unknownClaim(span, errors.quote(word.image)));
    } else if (word.image !== 'value' && names === 0) {
      this.problems.push(errors.claimWithoutName(span, word.image));
    }
  }
}
