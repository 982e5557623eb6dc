/** Errors in how statements, blocks, loops and functions are written. */
import type { Diagnostic } from '../diagnostic.js';
import type { Span } from '../span.js';
import { cut, error, quote, syntax } from './syntax.js';

/** `let a = 1 let b = 2`. */
export function missingSeparator(span: Span): Diagnostic {
  return syntax(span, 'A statement starts here before the last one ended', 'end it with a newline or ";"');
}

/** `x = 3` as a statement. */
export function assignmentWithoutLet(span: Span, name: string): Diagnostic {
  const n = cut(name);
  return syntax(
    span,
    `A single "=" after ${quote(name)}`,
    `write let ${n} = … to name a value, or ${n} == … to compare`,
  );
}

export function leadingPlus(span: Span): Diagnostic {
  return syntax(
    span,
    'A statement cannot start with "+"',
    'to continue the line above, end it with the +, or put parentheses around the whole',
  );
}

export function notLast(span: Span, continued: boolean): Diagnostic {
  return error(
    'not-last',
    span,
    'The value of this expression is not used: only the last expression of a block is its value',
    continued
      ? 'if the next line continues it, end this line with the operator'
      : 'name it with let, or delete it',
  );
}

export function noOutput(span: Span, name: string | undefined): Diagnostic {
  return syntax(
    span,
    'The program has no output: its last statement must be an expression',
    name === undefined
      ? 'add the expression to compute as the last line'
      : `add a last line with the output, such as ${cut(name)}`,
  );
}

export function blockWithoutValue(span: Span): Diagnostic {
  return syntax(span, 'This block has no value: its last statement must be an expression');
}

export function emptyBlock(span: Span): Diagnostic {
  return syntax(span, 'This block is empty', 'a block ends with the expression that is its value');
}

export function declarationInBlock(span: Span, word: string): Diagnostic {
  return syntax(
    span,
    `"${word}" can only stand at the top of a program, not in a block`,
    'use let for a value of the block',
  );
}

export function unknownType(span: Span, found: string): Diagnostic {
  return syntax(
    span,
    `Expected a shape such as [n, 3], or int, but found ${found}`,
    'a scalar needs no type: param x',
  );
}

export function letWithType(span: Span): Diagnostic {
  return syntax(span, 'A shape cannot stand here: a name has the shape of its value', 'write let name = …');
}

export function unsupported(span: Span, construct: string, hint?: string): Diagnostic {
  return error('unsupported', span, `${construct} cannot be compiled yet`, hint);
}

// ── Assignments ───────────────────────────────────────────────────────────────────────────────────────────────────

/** `f(x) = x^2`. */
export function definitionWithoutFn(span: Span, name: string): Diagnostic {
  return syntax(
    span,
    'A "=" after a call defines nothing',
    `write fn ${cut(name)}(…) = … to define a function`,
  );
}

export function badTarget(span: Span, sign: string): Diagnostic {
  return syntax(span, `Only a name or a part of one, as in x[i], can stand before ${quote(sign)}`);
}

/** `A[i][j] = …`. */
export function nestedTarget(span: Span): Diagnostic {
  return syntax(span, 'An element is assigned by one pair of brackets', 'write A[i, j] = …');
}

/** `i++`. */
export function increment(span: Span, sign: string): Diagnostic {
  return syntax(span, `There is no operator "${sign}${sign}"`, `write i ${sign}= 1`);
}

// ── Choices, loops, functions ─────────────────────────────────────────────────────────────────────────────────────

/** A condition, range or signature without its block. */
export function missingBlock(span: Span, word: string, found: string): Diagnostic {
  const heads: Readonly<Record<string, string>> = {
    if: 'if c { … } else { … }',
    else: 'if c { … } else { … }',
    while: 'while c { … }',
    for: 'for i in 0..n { … }',
    fn: 'fn f(x) = …, or fn f(x) { … }',
  };
  const wanted = word === 'fn' ? '"=" or a block in { }' : 'a block in { }';
  return syntax(span, `Expected ${wanted} after "${word}", but found ${found}`, `write ${heads[word]}`);
}

/** Words of other languages at the start of a statement, and what is written instead. */
const foreignWords: readonly (readonly [words: string, message: string, hint: string])[] = [
  ['return', 'There is no "#"', 'the last expression of a block is its value'],
  ['elif elseif elsif', 'There is no "#"', 'write else if c { … }'],
  ['def function func fun', 'A function is not defined with "#"', 'write fn f(x) = …, or fn f(x) { … }'],
  [
    'const auto float double real local mut',
    '"#" does not declare a value',
    'write let x = …, or var x = … for one that changes',
  ],
  ['foreach', 'There is no "#"', 'write for i in 0..n { … }'],
  ['do until loop repeat', 'There is no "#"', 'write while c { … }'],
];

export function foreignWord(span: Span, word: string): Diagnostic | undefined {
  const known = foreignWords.find(([words]) => words.split(' ').includes(word));
  return known && syntax(span, known[1].replace('#', word), known[2]);
}

export function elseWithoutIf(span: Span): Diagnostic {
  return syntax(span, 'This "else" has no if before it', 'else stands directly after the "}" of an if');
}

/** `x if c else y`. */
export function trailingIf(span: Span): Diagnostic {
  return syntax(span, 'An "if" cannot stand after a value', 'write c ? a : b');
}

/** `x[i] for i in 0..n` outside of brackets. */
export function looseComprehension(span: Span): Diagnostic {
  return syntax(
    span,
    'A "for" cannot stand after a value here',
    'write [e for i in 0..n] for a vector, or sum(e for i in 0..n)',
  );
}

/** `for i in x`, `for i in range(n)`. */
export function missingRange(span: Span, found: string): Diagnostic {
  return syntax(
    span,
    `Expected ".." and the end of the range, but found ${found}`,
    'a loop runs over integers: for i in 0..n, or 0..length(x)',
  );
}

/** `for i = 1:n`, `for (i = 0; …)`. */
export function loopWithoutIn(span: Span, found: string): Diagnostic {
  return syntax(span, `Expected a name and "in", but found ${found}`, 'write for i in 0..n { … }');
}

export function filterInList(span: Span): Diagnostic {
  return syntax(
    span,
    'A filter cannot stand in a list: its length would depend on values',
    'filter in a reduction, as in sum(e for i in 0..n if c), or choose with where(c, a, b)',
  );
}

export function comprehensionNotAlone(span: Span): Diagnostic {
  return syntax(
    span,
    'A comprehension stands alone in its brackets',
    'put brackets of its own around it: [a, [e for i in 0..n]]',
  );
}

export function jumpOutside(span: Span, word: string): Diagnostic {
  return syntax(span, `"${word}" can only stand in a loop`);
}

export function valueOfLoop(span: Span): Diagnostic {
  return error(
    'not-last',
    span,
    'The value of this expression is not used: a loop has no value',
    'assign it to a var, as in s += …',
  );
}

export function derivativeInLanguage(span: Span, name: string): Diagnostic {
  return unsupported(
    span,
    `A derivative inside the language (${name})`,
    'the commands of adc take derivatives of a whole formula',
  );
}

export function ruleByHand(span: Span, word: string): Diagnostic {
  return unsupported(span, `A derivative given by hand (${word})`, 'leave it out: adc derives it');
}
