/**
 * Everything that can be wrong with a text before names, types and shapes are known.
 *
 * Messages say what was found and what was expected in the words of the language; quoted pieces of the text are cut
 * to a readable length, so no message grows with the input.
 */
import type { Code } from '../codes.js';
import type { Diagnostic } from '../diagnostic.js';
import type { Span } from '../span.js';

const QUOTED_LENGTH = 30;

/** A piece of the source in quotation marks, cut, with everything unprintable replaced. */
export function quote(text: string): string {
  const printable = text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  const letters = [...printable.slice(0, 4 * QUOTED_LENGTH)];
  return letters.length > QUOTED_LENGTH ? `"${letters.slice(0, QUOTED_LENGTH).join('')}…"` : `"${printable}"`;
}

/** The same without the quotation marks. */
export function cut(text: string): string {
  return quote(text).slice(1, -1);
}

/** An error with its place. */
export function error(code: Code, span: Span, message: string, hint?: string): Diagnostic {
  return { severity: 'error', code, message, span, ...(hint !== undefined && { hint }) };
}

export function syntax(span: Span, message: string, hint?: string): Diagnostic {
  return error('syntax', span, message, hint);
}

// ── Brackets and depth ────────────────────────────────────────────────────────────────────────────────────────────

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

export function unclosedBracket(span: Span, bracket: string): Diagnostic {
  return syntax(span, `This "${bracket}" is never closed`, `add the matching "${closing[bracket]}"`);
}

export function unopenedBracket(span: Span, bracket: string): Diagnostic {
  return syntax(span, `This "${bracket}" closes nothing`, 'delete it, or add the opening one before it');
}

export function wrongBracket(span: Span, found: string, opened: string): Diagnostic {
  return syntax(span, `Found "${found}" where "${closing[opened]}" should close the "${opened}" before it`);
}

export function tooDeep(span: Span, limit: number): Diagnostic {
  return error(
    'too-deep',
    span,
    `The formula nests deeper than ${limit} levels here`,
    'give an inner part a name with let, and use the name',
  );
}

// ── Formulas ──────────────────────────────────────────────────────────────────────────────────────────────────────

export function emptyText(span: Span, value: boolean): Diagnostic {
  return value
    ? syntax(span, 'There is no value: the text is empty', 'write a number, or a list such as 1,2,3')
    : syntax(span, 'There is no formula: the text is empty', 'write a formula such as x^2 + sin(x)');
}

/** An operator or comma with nothing after it; `found` says what stands there instead, unless the text ends. */
export function missingOperand(span: Span, operator: string, found: string | undefined): Diagnostic {
  const where = found === undefined ? 'nothing follows' : `${found} follows`;
  return syntax(span, `A value is missing after ${quote(operator)}: ${where}`);
}

export function missingLeftOperand(span: Span, operator: string): Diagnostic {
  return syntax(span, `A value is missing before ${quote(operator)}`);
}

export function missingOperator(span: Span, left: string, right: string, inList: boolean): Diagnostic {
  const short = left.length + right.length <= 2 * QUOTED_LENGTH;
  const product = short ? `write ${left}*${right} for a product` : 'a product is written with *';
  return syntax(
    span,
    `An operator is missing before ${quote(right)}`,
    inList ? `${product}, or put a comma between two elements` : product,
  );
}

export function infixWord(span: Span, word: string, operator: string): Diagnostic {
  return syntax(span, `"${word}" is not an operator`, `write a ${operator} b, or ${word}(a, b)`);
}

export function factorial(span: Span): Diagnostic {
  return syntax(span, '"!" after a value: there is no factorial operator', 'n! is gamma(n + 1)');
}

export function loneEquals(span: Span): Diagnostic {
  return syntax(span, 'A single "=" does not compare', 'write == for equality');
}

export function reservedWord(span: Span, word: string): Diagnostic {
  return syntax(span, `"${word}" is a word of the language and cannot be a name`, 'choose another name');
}

export function emptyParentheses(span: Span): Diagnostic {
  return syntax(span, 'There is nothing between these parentheses');
}

export function emptyIndex(span: Span): Diagnostic {
  return syntax(span, 'An index is missing here', 'x[0] is the first element, x[:] all of them');
}

/** `[[1, 2] [3, 4]]`. */
export function missingComma(span: Span): Diagnostic {
  return syntax(
    span,
    'A comma is missing between two lists',
    'an index follows its list directly: [1, 2][0]',
  );
}

export function strayComma(span: Span): Diagnostic {
  return syntax(
    span,
    'A "," can only stand between arguments, elements or indices',
    'a vector is written [1, 2, 3]',
  );
}

export function strayColon(span: Span, found: string): Diagnostic {
  const hint =
    found === ':' ? 'a slice is x[1:3], a choice c ? a : b' : 'a range stands after in, as in x in 0..1';
  return syntax(span, `Unexpected "${found}"`, hint);
}

export function rowsInList(span: Span): Diagnostic {
  return syntax(span, 'A ";" cannot stand inside "[ ]"', 'a matrix is a list of rows: [[1, 2], [3, 4]]');
}

export function semicolonInCall(span: Span): Diagnostic {
  return syntax(
    span,
    'A ";" cannot stand inside "( )"',
    'arguments are separated by commas; statements need { }',
  );
}

export function exponentProduct(span: Span, base: string, exponent: string, factor: string): Diagnostic {
  const [b, e, f] = [cut(base), cut(exponent), cut(factor)];
  const message = `It is unclear whether ${quote(factor)} belongs to the exponent`;
  return syntax(span, message, `write ${b}^${e}*${f} or ${b}^(${e}*${f})`);
}

/** `1/2x` (a warning): the product was taken first. */
export function ambiguousProduct(span: Span, divisor: string, taken: string, other: string): Diagnostic {
  return {
    severity: 'warning',
    code: 'ambiguous-product',
    message: `${quote(divisor)} is taken as one divisor: a product without a sign binds tighter than "/"`,
    span,
    hint:
      other.length <= QUOTED_LENGTH
        ? `write ${taken} to say so, or ${other}`
        : 'write the product with *, or put parentheses around the divisor',
  };
}

/** `!a == b`. */
export function negatedComparison(span: Span, operator: string): Diagnostic {
  return syntax(
    span,
    `"!" before a comparison needs parentheses`,
    `write !(a ${operator} b) or (!a) ${operator} b`,
  );
}

/** `a + not b`, `a == !b`. */
export function looseNot(span: Span, word: string, operator: string): Diagnostic {
  return syntax(
    span,
    `"${word}" binds looser than "${operator}" before it`,
    `put parentheses around it: ${operator} (${word}${word === '!' ? '' : ' '}b)`,
  );
}

export function stackedSuperscripts(span: Span): Diagnostic {
  return syntax(span, 'Two superscripts in a row', 'write the exponent with ^, or put parentheses: (x²)³');
}

/** Everything else: what stands there and what could. */
export function unexpected(span: Span, found: string, expected: string | undefined): Diagnostic {
  return syntax(
    span,
    expected === undefined ? `Unexpected ${found}` : `Expected ${expected}, but found ${found}`,
  );
}

// ── Suites and values ─────────────────────────────────────────────────────────────────────────────────────────────

export function unknownClaim(span: Span, found: string): Diagnostic {
  return syntax(
    span,
    `Expected value, grad, jac or hess, but found ${found}`,
    'expect value = 28, grad x = [0, 4] ~ 1e-9',
  );
}

export function claimWithoutName(span: Span, claim: string): Diagnostic {
  return syntax(span, `"${claim}" needs the variable it is taken with respect to`, `${claim} x = …`);
}

export function whereItem(span: Span, found: string): Diagnostic {
  return syntax(
    span,
    `Expected "=" or "in" after the variable, but found ${found}`,
    'where a = 2, x in 0..1',
  );
}

export function misplacedClause(span: Span, word: string): Diagnostic {
  return syntax(
    span,
    `A second or misplaced "${word}"`,
    'a case is: formula where x = 2, y = 3 expect value = 6, grad x = 3',
  );
}

export function statementAfterClause(span: Span): Diagnostic {
  return syntax(
    span,
    'A statement cannot stand after where or expect',
    'values and claims are separated by commas',
  );
}
