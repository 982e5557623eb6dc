/** Errors of names, shapes and types: one constructor each. */

import type { Code } from '../codes.js';
import { AdcError, brief, type Diagnostic } from '../diagnostic.js';
import type { Span } from '../span.js';

function error(code: Code, message: string, span: Span, hint?: string): AdcError {
  return new AdcError({ severity: 'error', code, message, span, ...(hint !== undefined && { hint }) });
}

function remark(
  severity: 'warning' | 'info',
  code: Code,
  message: string,
  span?: Span,
  hint?: string,
): Diagnostic {
  return brief({ severity, code, message, ...(span && { span }), ...(hint !== undefined && { hint }) });
}

const didYouMean = (suggestion: string | undefined) =>
  suggestion === undefined ? undefined : `did you mean ${suggestion}?`;
const plural = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;

export const unknownName = (span: Span, name: string, suggestion?: string) =>
  error(
    'unknown-name',
    `unknown name ${name}`,
    span,
    didYouMean(suggestion) ?? 'declare it with param, data or let',
  );

export const usedBeforeDefinition = (span: Span, name: string) =>
  error('unknown-name', `${name} is used before it is defined`, span, 'move its let above this use');

export const unknownFunction = (span: Span, name: string, suggestion?: string) =>
  error(
    'unknown-function',
    `unknown function ${name}`,
    span,
    didYouMean(suggestion) ?? 'adc ops lists the functions',
  );

export const notAFunction = (span: Span, name: string) =>
  error('not-a-function', `${name} is a value, not a function`, span, `write ${name}*(…) for a product`);

export const functionAsValue = (span: Span, name: string) =>
  error('unknown-name', `${name} is a function and needs its arguments`, span, `write ${name}(…)`);

export const wrongArity = (span: Span, name: string, expected: string, got: number) =>
  error('arity', `${name} takes ${expected}, not ${got}`, span);

export const arityText = (min: number, max: number) =>
  min === max
    ? plural(min, 'argument')
    : max === Infinity
      ? `at least ${plural(min, 'argument')}`
      : `${min} to ${max} arguments`;

export const badNamedArgument = (span: Span, fn: string, name: string, allowed: readonly string[]) =>
  error(
    'bad-argument',
    `${fn} has no argument named ${name}`,
    span,
    allowed.length > 0 ? `it knows ${allowed.join(', ')}` : undefined,
  );

export const badAxis = (span: Span, fn: string, axis: string, rank: number) =>
  error(
    'bad-argument',
    `${fn}: there is no axis ${axis} in a tensor with ${plural(rank, 'axis').replace('axiss', 'axes')}`,
    span,
  );

export const badArgument = (span: Span, message: string, hint?: string) =>
  error('bad-argument', message, span, hint);

export const tooManyAxes = (span: Span, axes: number, limit: number) =>
  badArgument(span, `a tensor with ${axes} axes: there may be at most ${limit}`);

export const shapeMismatch = (span: Span, message: string, hint?: string) =>
  error('shape-mismatch', message, span, hint);

export const typeMismatch = (span: Span, message: string, hint?: string) =>
  error('type-mismatch', message, span, hint);

export const indexOutOfRange = (span: Span, message: string, hint?: string) =>
  error('index-out-of-range', message, span, hint);

export const redeclared = (span: Span, name: string) =>
  error('redeclared', `${name} is already declared in this scope`, span, 'choose another name');

export const declareFirst = (span: Span, name: string) =>
  error('redeclared', `${name} can only be declared at the top of a program`, span);

export const notLast = (span: Span) =>
  error(
    'not-last',
    'this expression has no effect: only the last expression is the result',
    span,
    'name it with let, or join it to the line before',
  );

export const noResult = (span: Span) =>
  error('syntax', 'the program has no result', span, 'end it with an expression');

export const notConstant = (span: Span, what: string, hint?: string) =>
  error('type-mismatch', `${what} must be a known integer`, span, hint);

export const unknownOutput = (name: string, suggestion?: string) =>
  new AdcError({
    severity: 'error',
    code: 'unknown-variable',
    message: `--of ${name}: the program names no such value`,
    ...(suggestion !== undefined && { hint: `did you mean ${suggestion}?` }),
  });

export const shadowedConstant = (span: Span, name: string) =>
  remark('info', 'shadowed', `${name} is a variable here, not the constant`, span);

export const unusedLet = (span: Span, name: string) =>
  remark('warning', 'unused', `${name} is never used`, span);
