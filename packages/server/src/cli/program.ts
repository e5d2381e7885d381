import { readFileSync } from 'node:fs';
import { styleText } from 'node:util';
import { Command } from 'commander';
import { CliError } from './cli-error.ts';
import { commandPath } from './command-path.ts';
import { commands } from './commands.ts';
import { exitCodes } from './exit-codes.ts';

/** Thrown when commander has said what there was to say: help, or the version. */
export class AlreadyTold extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super('already told');
    this.exitCode = exitCode;
  }
}

/** It tells of all the others. */
const knowsAll = 'completion';

/**
 * `tijori` with all its commands, each with what they have in common; or with the one alone that is asked for, if there is such a
 * one. Throws instead of ending the process.
 */
export async function createProgram(asked?: string): Promise<Command> {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const program = new Command('tijori')
    .description('Self-hosted EntityLocker consent gateway')
    .version(version, '--version', 'print the version')
    // Commander takes the colours out again where there is no terminal, or NO_COLOR is set.
    .configureHelp({ styleTitle: (title) => styleText('bold', title, { validateStream: false }) })
    .configureOutput({ outputError: () => {} })
    .addHelpText('after', '\nExit codes, and everything else: docs/cli.md');
  const isOne = asked !== undefined && asked !== knowsAll && Object.hasOwn(commands, asked);
  const isNone = asked === '--version';
  const loaded = isNone ? [] : Object.entries(commands).filter(([name]) => !isOne || name === asked);
  for (const command of await Promise.all(loaded.map(([, load]) => load()))) program.addCommand(command);
  prepare(program);
  return program;
}

/** They print a script and a log: there is one form of each. */
const withoutJson: readonly string[] = ['completion', 'start'];

/** What every command has: `--json`, errors in our own way, the same help. */
function prepare(command: Command): void {
  if (command.parent) command.copyInheritedSettings(command.parent);
  const isLeaf = command.commands.length === 0;
  if (isLeaf && !withoutJson.includes(command.name()) && !command.options.some(({ long }) => long === '--json')) {
    command.option('--json', 'print JSON for programs, one object a line');
  }
  command.exitOverride((error) => {
    if (error.exitCode === 0) throw new AlreadyTold(0);
    if (error.code === 'commander.help') throw new AlreadyTold(exitCodes.usage.code);
    const said = error.message
      .replace(/^error: /, '')
      .replace(/\n+/g, ' ')
      .trim();
    throw new CliError('usage', `${said.replace(/[^.)?]$/, '$&.')}`, { cure: `See "${commandPath(command)} --help".` });
  });
  for (const inner of command.commands) prepare(inner);
}
