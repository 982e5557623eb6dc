/**
 * Splitting arguments before the argument parser sees them.
 *
 * Values and formulas may start with a minus sign and variables have any name, so only this much is decided here: a
 * known option takes a value or not, as its flags say; any other `--name` gives a variable the one token that follows,
 * whatever that starts with; everything else is an operand (`-x^2` and `-` too). What is an option goes on to
 * commander as `--name=value`, which cannot be misread.
 */
import type { Diagnostic } from '../core/diagnostic.js';
import * as errors from '../core/errors/cli.js';
import { nearest } from '../core/suggest.js';
import type { CommandSpec, OptionSpec } from './specs.js';

export interface Split {
  readonly operands: string[];
  readonly values: Map<string, string>;
  readonly shapes: Map<string, string>;
  /** Directions by variable; under the empty name where no variable is named. */
  readonly tangents: Map<string, string>;
  /** For commander. */
  readonly options: string[];
  readonly problems: Diagnostic[];
}

interface Known {
  readonly long: string;
  readonly takesValue: boolean;
}

const always: readonly OptionSpec[] = [
  { flags: '-h, --help', summary: '' },
  { flags: '--json', summary: '' },
];

/** The option names of a command, long and short, without and with their dashes. */
function knownOptions(spec: CommandSpec): Map<string, Known> {
  const known = new Map<string, Known>();
  for (const { flags } of [...always, ...spec.options]) {
    const long = /--[\w-]+/.exec(flags)?.[0] ?? '';
    const short = /^-\w/.exec(flags)?.[0];
    const entry = { long, takesValue: flags.includes('<') };
    known.set(long, entry);
    if (short !== undefined) known.set(short, entry);
  }
  return known;
}

export function optionNames(spec: CommandSpec): string[] {
  return [...knownOptions(spec).keys()].filter((n) => n.startsWith('--')).map((n) => n.slice(2));
}

const NAME = /^[\p{XID_Start}_][\p{XID_Continue}]*$/u;

class Splitter {
  readonly result: Split = {
    operands: [],
    values: new Map(),
    shapes: new Map(),
    tangents: new Map(),
    options: [],
    problems: [],
  };
  /** The last variable-like option: it may be a misspelt flag that swallowed the formula. */
  swallowed: { option: string; value: string } | undefined;
  readonly #known: Map<string, Known>;
  readonly #spec: CommandSpec;

  constructor(spec: CommandSpec) {
    this.#spec = spec;
    this.#known = knownOptions(spec);
  }

  /** Takes one argument; returns how many more it used up. */
  take(argument: string, next: string | undefined): 0 | 1 {
    const equals = argument.startsWith('--') ? argument.indexOf('=') : -1;
    const name = equals < 0 ? argument : argument.slice(0, equals);
    const attached = equals < 0 ? undefined : argument.slice(equals + 1);
    const known = this.#known.get(name);
    if (known !== undefined) return this.#option(known, name, attached, next);
    if (!argument.startsWith('--')) {
      this.result.operands.push(argument);
      return 0;
    }
    return this.#variable(name.slice(2), attached, next);
  }

  #option(known: Known, name: string, attached: string | undefined, next: string | undefined): 0 | 1 {
    if (!known.takesValue) {
      if (attached === undefined) this.result.options.push(known.long);
      else this.result.problems.push(errors.unexpectedOptionValue(name));
      return 0;
    }
    const value = attached ?? next;
    if (value === undefined) this.result.problems.push(errors.missingOptionValue(name));
    else if (known.long === '--at') this.#assign(this.result.values, '--at', value, 'x=3');
    else if (known.long === '--shape') this.#assign(this.result.shapes, '--shape', value, 'A=m,n');
    else if (known.long === '--tangent') this.#tangent(value);
    else this.result.options.push(`${known.long}=${value}`);
    return attached === undefined && next !== undefined ? 1 : 0;
  }

  #variable(name: string, attached: string | undefined, next: string | undefined): 0 | 1 {
    if (!this.#spec.variables) {
      const suggestion = nearest(name, optionNames(this.#spec));
      this.result.problems.push(errors.unknownOption(`--${name}`, suggestion && `--${suggestion}`));
      return 0;
    }
    const value = attached ?? next;
    const used = attached === undefined && next !== undefined ? 1 : 0;
    if (!NAME.test(name.normalize('NFC'))) this.result.problems.push(errors.badName(name));
    else if (value === undefined)
      this.result.problems.push(errors.neitherOptionNorValue(`--${name}`, this.#spec.name));
    else {
      if (used === 1) this.swallowed = { option: name, value };
      this.#set(this.result.values, name, value);
    }
    return used;
  }

  /** `x=1,2`, or just `1,2` where only one variable is differentiated. */
  #tangent(text: string): void {
    const name = text.slice(0, Math.max(0, text.indexOf('='))).trim();
    if (NAME.test(name.normalize('NFC'))) this.#assign(this.result.tangents, '--tangent', text, 'x=1,2');
    else if (this.result.tangents.has('')) this.result.problems.push(errors.givenTwice('--tangent'));
    else this.result.tangents.set('', text);
  }

  #assign(into: Map<string, string>, option: string, text: string, form: string): void {
    const equals = text.indexOf('=');
    const name = text.slice(0, Math.max(0, equals)).trim();
    if (!NAME.test(name.normalize('NFC')))
      this.result.problems.push(errors.badAssignment(option, text, form));
    else this.#set(into, name, text.slice(equals + 1));
  }

  #set(into: Map<string, string>, given: string, value: string): void {
    const name = given.normalize('NFC');
    if (into.has(name)) this.result.problems.push(errors.givenTwice(name));
    into.set(name, value);
  }
}

/** Splits the arguments after the command's name. Problems are collected, not thrown. */
export function splitArguments(args: readonly string[], spec: CommandSpec): Split {
  const splitter = new Splitter(spec);
  for (let i = 0; i < args.length; i++) {
    const argument = args[i] as string;
    if (argument === '--') {
      for (const operand of args.slice(i + 1)) splitter.result.operands.push(operand);
      break;
    }
    i += splitter.take(argument, args[i + 1]);
  }
  const { result } = splitter;
  if (result.options.includes('--help') || result.problems.length > 0) return result;
  checkOperands(spec, result, splitter.swallowed);
  return result;
}

function checkOperands(spec: CommandSpec, result: Split, swallowed: Splitter['swallowed']): void {
  if (spec.files) {
    if (result.operands.length === 0) result.problems.push(errors.missingFiles(spec.name));
    return;
  }
  const optional = spec.operands.startsWith('[');
  if (result.operands.length === 0 && !optional) {
    const suggestion = swallowed && nearest(swallowed.option, optionNames(spec));
    result.problems.push(errors.missingFormula(spec.name, swallowed && { ...swallowed, suggestion }));
  }
  for (const extra of result.operands.slice(1)) result.problems.push(errors.extraArgument(extra));
}
