/** From the arguments of a command to what is to be differentiated: the source, the values, and their errors. */
import { parseProgram } from '../../grammar/index.js';
import { namedDim, type Shape } from '../core/affine.js';
import { AdcError, type Diagnostic, MOST_TOLD } from '../core/diagnostic.js';
import * as errors from '../core/errors/cli.js';
import { tooManyAxes } from '../core/errors/values.js';
import { MOST_AXES } from '../core/limits.js';
import { nearest } from '../core/suggest.js';
import type { Tensor } from '../core/tensor.js';
import { readSource, type Source } from './files.js';
import type { Invocation } from './invocation.js';
import { optionNames } from './split.js';
import { parseValues } from './values.js';

export interface Given {
  readonly source: Source;
  readonly values: ReadonlyMap<string, Tensor>;
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly wrt?: readonly string[];
  readonly of?: string;
}

/** Reads formula, values and the options that all commands share. @throws AdcError with every error of any of them */
export function readGiven({ operands, values: texts, shapes, options, within }: Invocation): Given {
  const source = readSource(operands[0] as string);
  const { values, failures } = within(() => parseValues(texts));
  if (failures.length > 0) throw together([...within(() => syntaxFailures(source.text)), ...failures]);
  return {
    source,
    values,
    shapes: new Map([...shapes].map(([name, text]) => [name, parseShape(text)])),
    ...(typeof options.wrt === 'string' && { wrt: names(options.wrt) }),
    ...(typeof options.of === 'string' && { of: options.of.normalize('NFC') }),
  };
}

/** @throws AdcError usage where there is no name */
function names(text: string): string[] {
  const found = text
    .split(',')
    .map((name) => name.trim().normalize('NFC'))
    .filter((name) => name !== '');
  if (found.length > 0) return found;
  throw new AdcError(errors.badOption('--wrt names no variable', 'for example: --wrt x,w'));
}

function parseShape(text: string): Shape {
  const parts = text
    .split(/[,×]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length > MOST_AXES) throw tooManyAxes(MOST_AXES, `the shape ${text}`);
  return parts.map((part) => {
    if (/^\d+$/.test(part) && Number.isSafeInteger(Number(part))) return Number(part);
    if (/^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(part)) return namedDim(part.normalize('NFC'));
    throw new AdcError(errors.badShapeDimension(part));
  });
}

function syntaxFailures(text: string): AdcError[] {
  try {
    parseProgram(text);
    return [];
  } catch (error) {
    if (!(error instanceof AdcError)) throw error;
    error.source = text;
    return [error];
  }
}

/** Failures that may point into different texts as one; each diagnostic keeps its own text. */
export class Failures extends AdcError {
  readonly parts: readonly AdcError[];

  constructor(parts: readonly AdcError[]) {
    super(...(parts.flatMap((p) => p.diagnostics).slice(0, MOST_TOLD) as [Diagnostic, ...Diagnostic[]]));
    this.parts = parts;
  }
}

function together(parts: readonly AdcError[]): AdcError {
  return parts.length === 1 ? (parts[0] as AdcError) : new Failures(parts);
}

/**
 * Runs something on the formula; what it throws points into the formula, and names that the formula does not have are
 * told all at once, with the option that was perhaps meant.
 */
export async function onFormula<T>(invocation: Invocation, given: Given, work: () => T): Promise<T> {
  try {
    return invocation.within(work);
  } catch (error) {
    if (!(error instanceof AdcError)) throw error;
    const better = (await unknownNames(invocation, given, error)) ?? error;
    better.source ??= given.source.text;
    throw better;
  }
}

async function unknownNames(
  invocation: Invocation,
  given: Given,
  error: AdcError,
): Promise<AdcError | undefined> {
  const code = error.diagnostics[0].code;
  if (code !== 'unknown-variable' && code !== 'missing-value') return undefined;
  const { freeVariables } = await import('../run/derive.js');
  let known: string[] = [];
  const { within } = invocation;
  const failed = failureOf(() => {
    known = within(() => freeVariables(given.source.text).map((v) => v.name));
  });
  if (failed !== undefined) return undefined;
  const unknown = [...invocation.values.keys()].filter((name) => !known.includes(name));
  const [first, ...more] = unknown.map((name) => {
    const option = nearest(name, optionNames(invocation.spec));
    const unset = known.filter((v) => !invocation.values.has(v));
    return errors.unknownVariable(name, known, nearest(name, unset) ?? nearest(name, known), option);
  });
  if (first === undefined) return undefined;
  const { openProblem } = await import('../run/open.js');
  const values = new Map([...given.values].filter(([name]) => known.includes(name)));
  const rest = failureOf(() => void within(() => openProblem(given.source.text, { ...given, values })));
  const missing = rest?.diagnostics.filter((d) => d.code === 'missing-value') ?? [];
  return AdcError.of([first, ...more, ...missing]);
}

function failureOf(work: () => unknown): AdcError | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof AdcError) return error;
    throw error;
  }
}
