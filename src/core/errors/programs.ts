/** Errors of names, types and shapes in programs: assignments, choices, loops, functions. One constructor each. */
import type { Code } from '../codes.js';
import { AdcError } from '../diagnostic.js';
import type { Span } from '../span.js';
import { assignmentWithoutLet } from './statements.js';

function error(code: Code, message: string, span: Span, hint?: string): AdcError {
  return new AdcError({ severity: 'error', code, message, span, ...(hint !== undefined && { hint }) });
}

// ── Assignments ───────────────────────────────────────────────────────────────────────────────────────────────────

/** An assignment to a name that is not known there; `later` if it is declared elsewhere. */
export const undeclared = (span: Span, signSpan: Span, name: string, sign: string, later: boolean) => {
  if (later)
    return error(
      'unknown-name',
      `${name} is assigned before it is declared`,
      span,
      'move its var above this line',
    );
  if (sign === '=') return new AdcError(assignmentWithoutLet(signSpan, name));
  return error('unknown-name', `${name} is not declared`, span, `write var ${name} = … before this line`);
};

export const assignFixed = (span: Span, name: string, kind: 'value' | 'counter' | 'var', word: string) =>
  kind === 'counter'
    ? error(
        'not-assignable',
        `${name} is the counter of a loop and cannot be assigned`,
        span,
        'while counts by a var',
      )
    : word === 'let'
      ? error(
          'not-assignable',
          `${name} is declared with let and cannot be assigned again`,
          span,
          `declare it with var ${name} = …`,
        )
      : error(
          'not-assignable',
          `${name} is a ${word} and cannot be assigned`,
          span,
          `assign to a copy: var v = ${name}`,
        );

export const assignOutside = (span: Span, name: string, where: 'function' | 'comprehension') =>
  error(
    'not-assignable',
    `${name} is declared outside of this ${where} and cannot be assigned in it`,
    span,
    where === 'function'
      ? 'return the new value, and assign it where the function is called'
      : 'use a loop: for i in 0..n { … }',
  );

/** The arguments of the error of a var that would change its shape. */
export const shapeChange = (name: string, was: string, is: string): [message: string, hint: string] => [
  `${name} has shape ${was} and cannot become one of shape ${is}`,
  was === '[]'
    ? `begin with the shape that it shall have, as in var ${name} = zeros(n)`
    : 'the shape of a var never changes',
];

// ── Choices ───────────────────────────────────────────────────────────────────────────────────────────────────────

export const missingElse = (span: Span) =>
  error('syntax', 'This if has no value when its condition fails', span, 'add else { … }');

export const missingBlockValue = (span: Span) =>
  error('syntax', 'This block has no value: its last statement must be an expression', span);

export const tensorCondition = (span: Span, word: string, shape: string) =>
  error(
    'type-mismatch',
    `${word} needs a single condition, this one has shape ${shape}`,
    span,
    word === 'while' ? 'any(c) and all(c) make one of many' : 'where(c, a, b) chooses per element',
  );

export const branchTypes = (span: Span, word: string) =>
  error('type-mismatch', `${word} has a condition in one branch and a number in the other`, span);

export const branchShapes = (span: Span, word: string, a: string, b: string) =>
  error('shape-mismatch', `${word} has branches of different shapes, ${a} and ${b}`, span);

export const assignedInCondition = (span: Span, name: string) =>
  error(
    'not-assignable',
    `${name} cannot be assigned in the condition of a loop`,
    span,
    'assign it in the body',
  );

export const unusedValue = (span: Span) =>
  error('not-last', 'The value of this expression is not used', span, 'assign it to a var, or delete it');

// ── Loops ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export const endless = (span: Span) =>
  error('iteration-limit', 'This loop never ends: its condition always holds, and there is no break', span);

export const jumpInValue = (span: Span) =>
  error(
    'syntax',
    'break and continue cannot stand where a value is computed',
    span,
    'leave the loop in a statement of its own',
  );

export const jumpOutside = (span: Span, word: string) =>
  error('syntax', `"${word}" can only stand in a loop`, span);

export const notAnInteger = (span: Span, what: string, hint?: string) =>
  error('type-mismatch', `${what} must be an integer`, span, hint);

export const outsideLoop = (span: Span, name: string) =>
  error(
    'unknown-name',
    `${name} is the counter of a loop and unknown outside of it`,
    span,
    'keep its value in a var',
  );

export const outsideBlock = (span: Span, name: string) =>
  error(
    'unknown-name',
    `${name} is declared in an inner block and unknown outside of it`,
    span,
    'declare it as a var before the block, and assign it there',
  );

export const shapeOfRun = (span: Span, what: string) =>
  error(
    'shape-mismatch',
    `${what} depends on a value that only the run knows`,
    span,
    'a shape is made of sizes and constants; reductions such as sum(e for i in 0..m) may run over any range',
  );

// ── Comprehensions ────────────────────────────────────────────────────────────────────────────────────────────────

export const looseComprehension = (span: Span) =>
  error(
    'bad-argument',
    'A comprehension stands in brackets of its own, or as the only argument of a reduction',
    span,
    'write [e for i in 0..n] for a vector, or sum(e for i in 0..n)',
  );

export const ragged = (span: Span) =>
  error(
    'shape-mismatch',
    'This range depends on another counter, so the rows would have different lengths',
    span,
    'a reduction such as sum(e for i in 0..n for j in 0..i) may run over it',
  );

export const dependentRange = (span: Span, callee: string) =>
  error('bad-argument', `${callee} cannot run over a range that depends on another counter`, span);

export const filterNotTaken = (span: Span, callee: string, others: readonly string[]) =>
  error('bad-argument', `${callee} takes no filter`, span, `filters stand in ${others.join(', ')}`);

// ── Functions ─────────────────────────────────────────────────────────────────────────────────────────────────────

export const namedArgument = (span: Span, name: string) =>
  error('bad-argument', `${name} is a function of the program and takes its arguments in order`, span);

export const badSize = (span: Span) =>
  error(
    'bad-argument',
    'a size is made of names and integers with + - *',
    span,
    'as in x: [n], A: [2*n, n-1]',
  );

export const endlessRecursion = (span: Span, name: string) =>
  error(
    'recursion',
    `${name} calls itself with arguments of the same shapes, so the recursion never ends`,
    span,
    'recursion ends on sizes or constant integers; for values of the run write a while loop',
  );

export const deepRecursion = (span: Span, name: string, limit: number) =>
  error(
    'recursion',
    `calls nest deeper than ${limit} here: ${name} may call itself without end`,
    span,
    'write a loop',
  );

export const tooManyCopies = (span: Span, limit: number) =>
  error(
    'too-large',
    `the functions of this program are needed in more than ${limit} different ways`,
    span,
    'write a loop',
  );

export const varInFunction = (span: Span, name: string) =>
  error(
    'unknown-name',
    `${name} is a var, and a function sees only names that do not change`,
    span,
    'pass it as an argument',
  );
