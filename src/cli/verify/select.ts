/** Which cases a run has: the files that were named, the cases of them that were asked for, numbered over all. */
import { existsSync } from 'node:fs';
import { type Form, type Source, sourcesOf } from '../../check/cases.js';
import { AdcError } from '../../core/diagnostic.js';
import * as errors from '../../core/errors/cli.js';
import { nearest } from '../../core/suggest.js';
import { readText } from '../files.js';
import { headOf, type Numbered } from './work.js';

interface File {
  readonly name: string;
  readonly form: Form;
  readonly text: string;
}

/** One of `of` parts of a run, from 1: every so many-th case. */
export interface Shard {
  readonly part: number;
  readonly of: number;
}

/** The files that arguments name, patterns written out. @throws AdcError file-error */
export async function filesOf(operands: readonly string[]): Promise<string[]> {
  const names: string[] = [];
  for (const operand of operands) {
    if (!/[*?[\]{}]/.test(operand) || existsSync(operand)) names.push(operand);
    else names.push(...(await matching(operand)));
  }
  return names;
}

async function matching(pattern: string): Promise<string[]> {
  const { globSync } = await import('tinyglobby');
  const found = globSync(pattern, { expandDirectories: false }).sort();
  if (found.length === 0) throw new AdcError(errors.cannotRead(pattern, 'no file matches'));
  return found;
}

/** JSON Lines by the file's name or its first character, a program by its name, suite text otherwise. */
export function readFile(operand: string): File {
  const name = operand === '-' ? '<stdin>' : operand;
  const text = readText(operand === '-' ? 0 : operand);
  if (operand.endsWith('.adc')) return { name, form: 'program', text };
  const json = /\.(jsonl|ndjson|json)$/.test(operand) || (!operand.endsWith('.suite') && /^\s*\{/.test(text));
  return { name, form: json ? 'json' : 'suite', text };
}

export interface Selection {
  readonly only?: string;
  readonly shard?: Shard;
}

/** The cases to run, in order, each with its number among all cases of all files. */
export function* casesOf(files: readonly File[], { only, shard }: Selection): Generator<Numbered> {
  let index = 0;
  for (const { name, form, text } of files)
    for (const source of sourcesOf(text, form, name)) {
      const mine = shard === undefined || index % shard.of === shard.part - 1;
      if (mine && (only === undefined || nameOf(source) === only)) yield { index, source };
      index++;
    }
}

/** How many cases there are to run. @throws AdcError usage where none has the name that was asked for */
export function countCases(files: readonly File[], selection: Selection): number {
  let total = 0;
  for (const _ of casesOf(files, selection)) total++;
  if (total === 0 && selection.only !== undefined) {
    const names = [...casesOf(files, {})].flatMap(({ source }) => nameOf(source) ?? []);
    if (!names.includes(selection.only))
      throw new AdcError(errors.noCase(selection.only, nearest(selection.only, names)));
  }
  return total;
}

function nameOf(source: Source): string | undefined {
  if (source.form !== 'json') return headOf(source).name;
  try {
    const { name } = JSON.parse(source.text);
    return typeof name === 'string' ? name : undefined;
  } catch {
    // The case itself says what is wrong with its line.
    return undefined;
  }
}
