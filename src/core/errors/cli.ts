/** Errors of the command line, of values and of files: one constructor each. */

import type { Code } from '../codes.js';
import type { Diagnostic } from '../diagnostic.js';
import type { Span } from '../span.js';
import { listed } from './text.js';

function error(code: Code, message: string, hint?: string, span?: Span): Diagnostic {
  return { severity: 'error', code, message, ...(span && { span }), ...(hint !== undefined && { hint }) };
}

const meant = (suggestion: string | undefined) =>
  suggestion === undefined ? undefined : `did you mean ${suggestion}?`;

export const unknownCommand = (name: string, suggestion: string | undefined) =>
  error('usage', `unknown command ${name}`, meant(suggestion) ?? 'adc --help lists the commands');

export const missingFormula = (
  command: string,
  swallowed?: { option: string; value: string; suggestion?: string | undefined },
) =>
  error(
    'usage',
    `adc ${command} needs a formula, a FILE.adc, or - for standard input`,
    swallowed === undefined
      ? `for example: adc ${command} "x^2" --x 3`
      : `--${swallowed.option} is no option of ${command} and took ${swallowed.value} as the value of a variable${
          swallowed.suggestion === undefined ? '' : `; did you mean --${swallowed.suggestion}?`
        }`,
  );

export const missingFiles = (command: string) =>
  error('usage', `adc ${command} needs a file of cases, or - for standard input`);

export const extraArgument = (argument: string) =>
  error(
    'usage',
    `unexpected argument ${argument}`,
    'put the formula in double quotes; values are given as --name value',
  );

export const neitherOptionNorValue = (name: string, command: string) =>
  error('usage', `${name} is no option of ${command}, and as a variable it needs a value`);

export const missingOptionValue = (option: string) => error('usage', `${option} needs a value`);

export const unexpectedOptionValue = (option: string) => error('usage', `${option} takes no value`);

export const badOption = (message: string, hint?: string) => error('usage', message, hint);

export const badAssignment = (option: string, text: string, form: string) =>
  error('usage', `${option} ${text} is not of the form ${form}`);

export const givenTwice = (name: string) => error('usage', `${name} is given twice`);

export const badName = (name: string) =>
  error('usage', `--${name} is neither an option nor the name of a variable`, 'adc --help lists the options');

export const unknownOption = (option: string, suggestion: string | undefined) =>
  error('usage', `unknown option ${option}`, meant(suggestion));

export const unknownVariable = (
  name: string,
  variables: readonly string[],
  suggestion: string | undefined,
  option: string | undefined,
) =>
  error(
    'unknown-variable',
    `the formula has no variable ${name}, and --${name} is no option`,
    meant(option === undefined ? suggestion : `--${option}`) ??
      (variables.length === 0 ? 'the formula has no variables' : `its variables are ${listed(variables)}`),
  );

export const noCase = (name: string, suggestion: string | undefined) =>
  error('usage', `no case is called ${name}`, meant(suggestion));

export const noIntermediate = (name: string, suggestion: string | undefined) =>
  error(
    'usage',
    `no intermediate value is called ${name}`,
    meant(suggestion) ??
      'intermediates are what let and var name outside of loops and functions; the gradient holds the variables',
  );

export const badValue = (name: string, why: string, hint?: string) =>
  error('bad-value', `the value of ${name} ${why}`, hint);

export const cannotRead = (path: string, why: string) => error('file-error', `cannot read ${path}: ${why}`);

export const cannotWrite = (path: string, why: string) => error('file-error', `cannot write ${path}: ${why}`);

export const invalidUtf8 = (path: string) => error('file-error', `${path} is not valid UTF-8`);

export const badShapeDimension = (text: string) =>
  error('usage', `${text} is not a dimension`, 'dimensions are names or whole numbers: --shape A=m,3');
