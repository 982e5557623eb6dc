/**
 * The parts of the language that no rule takes yet. They are looked for among the tokens before parsing, so that a
 * program which uses one gets a single diagnostic that names it. A construct that the grammar learns leaves this file.
 */
import type { IToken } from 'chevrotain';
import type { Diagnostic } from '../src/core/diagnostic.js';
import * as errors from '../src/core/errors/statements.js';
import * as t from './tokens.js';

const derivatives = new Set(['grad', 'jacobian', 'hessian', 'jvp', 'vjp']);
const rules = new Set(['adjoint', 'tangent']);

/** The names that the text defines as functions. */
function definedIn(tokens: readonly IToken[]): Set<string> {
  const names = new Set<string>();
  for (const [i, token] of tokens.entries()) {
    if (token.tokenType === t.Fn) names.add(tokens[i + 1]?.image ?? '');
  }
  return names;
}

/** The first construct in a text that cannot be compiled yet. */
export function firstUnsupported(tokens: readonly IToken[]): Diagnostic | undefined {
  const defined = definedIn(tokens);
  let previous: IToken | undefined;
  for (const [i, token] of tokens.entries()) {
    const { tokenType, image } = token;
    if (tokenType === t.Newline) continue;
    const next = tokens[i + 1]?.tokenType;
    if (tokenType === t.Name && !defined.has(image)) {
      if (derivatives.has(image) && next === t.LParen) {
        return errors.derivativeInLanguage(t.spanOf(token), image);
      }
      const clause = rules.has(image) && next === t.LParen && t.endsOperand(previous);
      if (clause && defined.size > 0) return errors.ruleByHand(t.spanOf(token), image);
    }
    previous = token;
  }
  return undefined;
}
