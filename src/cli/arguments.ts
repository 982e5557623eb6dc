/** Options and help by commander, from the commands' data. */
import { Command as Commander, CommanderError, Option } from 'commander';
import { AdcError } from '../core/diagnostic.js';
import * as errors from '../core/errors/cli.js';
import { type CommandSpec, commands } from './specs.js';

function describe(command: Commander): Commander {
  return command
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {} })
    .helpOption('-h, --help', 'show this help');
}

function commandOf(spec: CommandSpec): Commander {
  const command = describe(new Commander(`adc ${spec.name}`))
    .summary(spec.summary)
    .description(spec.summary);
  command.usage(`${spec.operands}${spec.variables ? ' [--x VALUE …]' : ''} [options]`);
  for (const { flags, summary, choices } of spec.options) {
    const option = new Option(flags, summary);
    command.addOption(choices === undefined ? option : option.choices(choices));
  }
  return command;
}

/** Checks a command's options; `tokens` are long options only, values attached. */
export function parseOptions(
  spec: CommandSpec,
  tokens: readonly string[],
): Record<string, string | boolean | undefined> {
  const command = commandOf(spec);
  try {
    command.parse([...tokens], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw new AdcError(errors.badOption(error.message.replace(/^error: /, '').replace(/\.$/, '')));
  }
  return command.opts();
}

/** The help text of one command. */
export function commandHelp(spec: CommandSpec): string {
  return `${commandOf(spec).helpInformation()}\nExamples:\n${spec.examples.map((e) => `  ${e}\n`).join('')}`;
}

/** The help text of adc itself. */
export function mainHelp(): string {
  const program = describe(new Commander('adc'))
    .description('The derivative compiler: formulas to the code of their derivatives.')
    .usage('<command> <formula | FILE.adc | -> [options]')
    .option('--version', 'show the version');
  const width = Math.max(...commands.map((c) => c.name.length));
  const list = commands.map((c) => `  ${c.name.padEnd(width)}  ${c.summary}\n`).join('');
  const examples = commands.flatMap((c) => c.examples.slice(0, 1)).map((e) => `  ${e}\n`);
  return `${program.helpInformation()}\nCommands:\n${list}\nExamples:\n${examples.join('')}\nadc <command> --help tells more.\n`;
}
