/** Reading files and standard input, and deciding whether an argument is a formula or names a file. */
import { readFileSync, writeFileSync } from 'node:fs';
import { AdcError } from '../core/diagnostic.js';
import * as errors from '../core/errors/cli.js';

export interface Source {
  readonly text: string;
  /** The file it came from; undefined for a formula on the command line. */
  readonly file?: string;
}

/** Whether an argument is always a file. */
export function namesFile(argument: string): boolean {
  return argument.endsWith('.adc') || argument.endsWith('.suite');
}

/** A formula as it stands, or the text of the file or of standard input. @throws AdcError file-error */
export function readSource(argument: string): Source {
  if (argument === '-') return { text: readText(0), file: '<stdin>' };
  return namesFile(argument) ? { text: readText(argument), file: argument } : { text: argument };
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
};

/** The bytes of a file, or of standard input (0). @throws AdcError file-error */
export function readBytes(path: string | 0): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new AdcError(errors.cannotRead(nameOf(path), reasonOf(error)));
  }
}

function nameOf(path: string | 0): string {
  return path === 0 ? 'standard input' : path;
}

function reasonOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return reasons[code] ?? message;
}

/** The text of a file, without a byte order mark. @throws AdcError file-error, also for bytes that are not UTF-8 */
export function readText(path: string | 0): string {
  const bytes = readBytes(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new AdcError(errors.invalidUtf8(nameOf(path)));
  }
}

/** @throws AdcError file-error */
export function writeText(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new AdcError(errors.cannotWrite(path, reasonOf(error)));
  }
}
