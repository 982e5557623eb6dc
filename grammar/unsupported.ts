/**
 * The parts of the language that no rule takes yet. They are looked for among the tokens before parsing, so that a
 * program which uses one gets a single diagnostic that names it. A construct that the grammar learns leaves this file.
 */
import type { IToken, TokenType } from 'chevrotain';
import type { Diagnostic } from '../src/core/diagnostic.js';
import * as errors from '../src/core/errors/syntax.js';
import * as t from './tokens.js';

const constructs = new Map<string, readonly [string, string?]>([
  ['var', ['A var (a name that is assigned again)', 'name each value once, with let']],
  [
    'fn',
    [
      'The definition of a function (fn)',
      'write its formula out where it is used, or name parts of it with let',
    ],
  ],
  ['if', ['The choice if … else', 'c ? a : b chooses by a scalar condition, where(c, a, b) per element']],
  ['while', ['A while loop']],
  ['for', ['A for loop', 'sum, prod, dot and @ run over vectors without a loop']],
  ['break', ['A loop with break']],
  ['continue', ['A loop with continue']],
]);
const derivatives = new Set(['grad', 'jacobian', 'hessian', 'jvp', 'vjp']);

/** The first construct in a text that cannot be compiled yet. */
export function firstUnsupported(tokens: readonly IToken[]): Diagnostic | undefined {
  const brackets: TokenType[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as IToken;
    const type = token.tokenType;
    const span = t.spanOf(token);
    if (type === t.LParen || type === t.LSquare || type === t.LCurly) brackets.push(type);
    else if (type === t.RParen || type === t.RSquare || type === t.RCurly) brackets.pop();
    else if (type === t.Construct && tokens[i - 1]?.tokenType !== t.Let) {
      const around = brackets[brackets.length - 1];
      if (token.image === 'for' && (around === t.LParen || around === t.LSquare)) {
        return errors.unsupported(
          span,
          'A comprehension (… for … in …)',
          'linspace, arange and whole-vector operators do without',
        );
      }
      const [name, hint] = constructs.get(token.image) ?? [`"${token.image}"`];
      return errors.unsupported(span, name, hint);
    } else if (type === t.Update) {
      return errors.unsupported(span, `The assignment ${token.image}`, 'name each value once, with let');
    } else if (type === t.Name && derivatives.has(token.image) && tokens[i + 1]?.tokenType === t.LParen) {
      return errors.unsupported(
        span,
        `A derivative inside the language (${token.image})`,
        `the commands of adc take derivatives of a whole formula`,
      );
    } else if (type === t.Name && token.image === 'return' && t.startsOperand(tokens[i + 1])) {
      const before = tokens[i - 1]?.tokenType;
      const starts =
        before === undefined || before === t.Newline || before === t.Semicolon || before === t.LCurly;
      if (starts && tokens[i + 1]?.tokenType !== t.LParen) {
        return errors.unsupported(span, '"return"', 'the last expression of a block is its value');
      }
    }
  }
  return undefined;
}
