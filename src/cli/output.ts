/** Where a command writes, and whether in colour. A reader that goes away (EPIPE) ends the program silently. */
import { fstatSync, writeSync } from 'node:fs';

export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

const same = (text: string) => text;
export const plain: Paint = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same };

export interface Output {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly paint: Paint;
  /** Writes to standard output as it is. */
  readonly write: (text: string) => void;
  /** Writes to standard error as it is. */
  readonly writeError: (text: string) => void;
}

/** Colours for standard output (1) or error (2): chalk's where people look at a terminal and did not refuse them. */
export async function paintFor(descriptor: 1 | 2, wanted: boolean): Promise<Paint> {
  const refused = process.env.NO_COLOR !== undefined && process.env.NO_COLOR !== '';
  if (!wanted || refused || !(await isTerminal(descriptor))) return plain;
  const { Chalk } = await import('chalk');
  return new Chalk({ level: 1 });
}

/** `process.stdout` and `node:tty` load all of streams and sockets: a file or pipe is told apart without them. */
async function isTerminal(descriptor: 1 | 2): Promise<boolean> {
  try {
    if (!fstatSync(descriptor).isCharacterDevice()) return false;
  } catch {
    return false;
  }
  return (await import('node:tty')).isatty(descriptor);
}

/** Writes all of a text before it returns, so that the end of the process cuts nothing off. */
export function writeAll(descriptor: 1 | 2, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EPIPE') process.exit();
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
