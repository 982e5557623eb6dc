/** Errors of variables and their values. */
import { printDim, type Shape } from '../affine.js';
import { AdcError, type Diagnostic } from '../diagnostic.js';
import type { Span } from '../span.js';
import { listed } from './text.js';

export const missingValue = (span: Span, name: string, integer: boolean, isFunction = false): Diagnostic => ({
  severity: 'error',
  code: 'missing-value',
  message: integer ? `${name} is used as an index or size and has no value` : `${name} has no value`,
  span,
  hint: isFunction
    ? `for the function write ${name}(…); a variable of that name gets its value with --${name} 1`
    : integer
      ? `give it one with --${name} 3, or write length(x)`
      : `give it one with --${name} 1 or --${name} 1,2,3`,
});

export const unknownVariable = (name: string, known: readonly string[], suggestion?: string) =>
  new AdcError({
    severity: 'error',
    code: 'unknown-variable',
    message: `the formula has no variable ${name}`,
    hint:
      suggestion !== undefined
        ? `did you mean ${suggestion}?`
        : known.length > 0
          ? `its variables are ${listed(known)}`
          : 'it has no variables at all',
  });

export const notDifferentiated = (name: string) =>
  new AdcError({
    severity: 'error',
    code: 'unknown-variable',
    message: `${name} is data: it is known and not differentiated`,
    hint: 'declare it with param',
  });

export const nothingToDifferentiate = () =>
  new AdcError({
    severity: 'error',
    code: 'unknown-variable',
    message: 'the formula has no parameter to differentiate with respect to',
  });

export const badShape = (span: Span, name: string, declared: string, given: string) =>
  new AdcError({
    severity: 'error',
    code: 'shape-mismatch',
    message: `${name} is declared with shape ${declared} but its value has shape ${given}`,
    span,
  });

export const notInteger = (span: Span, name: string) =>
  new AdcError({
    severity: 'error',
    code: 'bad-value',
    message: `${name} is an integer, but its value is not whole`,
    span,
  });

export const badDimension = (span: Span) =>
  new AdcError({
    severity: 'error',
    code: 'type-mismatch',
    message: 'a dimension is an integer or a sum of named dimensions',
    span,
    hint: 'such as [3], [n], [m, n-1]',
  });

export const shapesAssumed = (shapes: readonly string[]): Diagnostic => ({
  severity: 'info',
  code: 'shapes-assumed',
  message: `shapes assumed: ${listed(shapes)}`,
  hint: '--shape x=n or --shape A=m,n states them',
});

export const sumDifferentiated = (): Diagnostic => ({
  severity: 'info',
  code: 'sum-differentiated',
  message: 'the output is not a scalar: the sum of its elements is differentiated',
  hint: '--cotangent weighs the elements',
});

export const jacobianGiven = (shape: Shape): Diagnostic => ({
  severity: 'info',
  code: 'jacobian-given',
  message: `the output has shape [${shape.map(printDim).join(', ')}]: its Jacobian is given, the axes of the output first`,
});

export const raggedValue = (name: string) =>
  new AdcError({
    severity: 'error',
    code: 'bad-value',
    message: `the value of ${name} is ragged: its rows have different lengths`,
  });

export const tooManyAxes = (limit: number, what = 'a value') =>
  new AdcError({
    severity: 'error',
    code: 'bad-value',
    message: `${what} has more axes than the ${limit} that a tensor may have`,
  });

/** An unknown name inside the value of a variable. */
export const inConstant = (d: Diagnostic): Diagnostic => ({
  ...d,
  hint: 'the value of a variable is made of numbers and functions; it may not use variables',
});
