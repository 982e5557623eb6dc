/** What a command is given and what it gives back. */
import type { Output } from './output.js';
import type { CommandSpec } from './specs.js';
import type { Within } from './watchdog.js';

export interface Invocation {
  readonly spec: CommandSpec;
  /** Formula, file names, or `-`. */
  readonly operands: readonly string[];
  /** Texts given for variables, by NFC name, in order. */
  readonly values: ReadonlyMap<string, string>;
  /** Texts given with `--shape`. */
  readonly shapes: ReadonlyMap<string, string>;
  /** Texts given with `--tangent`, under the empty name where they name no variable. */
  readonly tangents: ReadonlyMap<string, string>;
  /** Options by their camel-case name, as commander gives them. */
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly output: Output;
  /** Runs the parts of the command's work, which together may take as long as `--timeout` says. */
  readonly within: Within;
}

/** The exit status of a run that was interrupted: 128 and the number of SIGINT. */
export const INTERRUPTED = 130;

/** Exit status: 0 well, 1 derivatives disagree or a claim is false, 2 the input is at fault, 3 adc is; 130 interrupted. */
export type ExitStatus = 0 | 1 | 2 | 3 | typeof INTERRUPTED;

/** A command's work. Throws AdcError where the input is at fault. */
export type Command = (invocation: Invocation) => Promise<ExitStatus>;
