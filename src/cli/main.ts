/**
 * The command line: finds the command, splits the arguments, runs it, and turns what it throws into a report and an
 * exit status. Only what a run needs is loaded.
 */
import { AdcError } from '../core/diagnostic.js';
import * as errors from '../core/errors/cli.js';
import { nearest } from '../core/suggest.js';
import { version } from '../core/version.js';
import type { ExitStatus, Invocation } from './invocation.js';
import { iterationsOf, secondsOf } from './optionvalues.js';
import { type Output, paintFor, plain, writeAll } from './output.js';
import { type CommandSpec, commands } from './specs.js';
import { splitArguments } from './split.js';
import { withinLimits } from './watchdog.js';

/** What a worker of `adc verify` runs. */
export const serve = async () => (await import('./verify/work.js')).serve();

const write = (text: string) => writeAll(1, text);
const writeError = (text: string) => writeAll(2, text);

/** Runs adc with the arguments after its name; returns the exit status. Never throws. */
export async function main(args: readonly string[]): Promise<ExitStatus> {
  let output: Output = { json: args.includes('--json'), quiet: false, paint: plain, write, writeError };
  try {
    const colour = !args.includes('--no-color');
    output = { ...output, paint: await paintFor(output.json ? 2 : 1, colour) };
    return await dispatch(args, output);
  } catch (error) {
    const { reportFailure } = await import('./failure.js');
    return reportFailure(error, {
      ...output,
      paint: await paintFor(2, !args.includes('--no-color')),
    });
  }
}

async function dispatch(args: readonly string[], output: Output): Promise<ExitStatus> {
  const [name, ...rest] = args;
  if (name === '--version') {
    output.write(`adc ${version}\n`);
    return 0;
  }
  const help = () => import('./arguments.js');
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const spec = name === 'help' ? findCommand(rest[0]) : undefined;
    (name === undefined ? output.writeError : output.write)(
      await (spec ? help().then((h) => h.commandHelp(spec)) : help().then((h) => h.mainHelp())),
    );
    return name === undefined ? 2 : 0;
  }
  return run(findCommand(name) as CommandSpec, rest, output);
}

function findCommand(name: string | undefined): CommandSpec | undefined {
  if (name === undefined) return undefined;
  const found = commands.find((c) => c.name === name);
  if (found !== undefined) return found;
  const names = commands.map((c) => c.name);
  throw new AdcError(errors.unknownCommand(name, nearest(name, names)));
}

async function run(spec: CommandSpec, args: readonly string[], output: Output): Promise<ExitStatus> {
  const split = splitArguments(args, spec);
  if (split.options.includes('--help')) {
    output.write((await import('./arguments.js')).commandHelp(spec));
    return 0;
  }
  if (split.problems.length > 0) throw AdcError.of(split.problems);
  const options = split.options.length === 0 ? {} : await parsed(spec, split.options);
  if (process.env.ADC_DUMP) await dumpTo(process.env.ADC_DUMP, output);
  const command = await spec.load();
  const { operands, values, shapes, tangents } = split;
  const invocation: Invocation = {
    spec,
    operands,
    values,
    shapes,
    tangents,
    options,
    output: { ...output, quiet: options.quiet === true },
    within: withinLimits(secondsOf(options.timeout), iterationsOf(options.maxIterations)),
  };
  return command(invocation);
}

/** `ADC_DUMP=reverse` prints the IR after that pass (`all`: after each) to standard error, and checks it. */
async function dumpTo(pass: string, output: Output): Promise<void> {
  const { configureRunner } = await import('../passes/pass.js');
  configureRunner({ verify: true, dump: { pass, write: output.writeError } });
}

async function parsed(spec: CommandSpec, tokens: readonly string[]): Promise<Invocation['options']> {
  return (await import('./arguments.js')).parseOptions(spec, tokens);
}
