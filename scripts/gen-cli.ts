/** `npm run docs`: writes the tables of docs/cli.md from the commands as they are. The text around them is by hand. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandPath } from '../packages/server/src/cli/command-path.ts';
import { exitCodes } from '../packages/server/src/cli/exit-codes.ts';
import { createProgram } from '../packages/server/src/cli/program.ts';

export const cliPath = join(import.meta.dirname, '..', 'docs', 'cli.md');

type Command = Awaited<ReturnType<typeof createProgram>>;

/** The whole file, what is generated made anew. Pure, so that a test can compare. */
export async function cliFile(current: string): Promise<string> {
  const codes = Object.entries(exitCodes).map(([name, { code, meaning }]) => `| ${code} | \`${name}\` | ${meaning} |`);
  const leaves = leavesOf(await createProgram());
  return replaced(
    replaced(current, 'exit codes', ['| code | kind | meaning |', '|---|---|---|', ...codes].join('\n')),
    'commands',
    leaves.map(sectionOf).join('\n\n'),
  );
}

/** The text between two marks, `<!-- name -->` and `<!-- end -->`, replaced. */
function replaced(page: string, name: string, text: string): string {
  const begin = `<!-- ${name}: npm run docs -->\n`;
  const start = page.indexOf(begin) + begin.length;
  const end = page.indexOf('\n<!-- end -->', start);
  if (start < begin.length || end === -1) throw new Error(`docs/cli.md has no part "${name}"`);
  return `${page.slice(0, start)}\n${text}\n${page.slice(end)}`;
}

function leavesOf(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);
}

function sectionOf(command: Command): string {
  const help = command.createHelp();
  const args = help
    .visibleArguments(command)
    .map((arg) => `| \`${help.argumentTerm(arg)}\` | ${cell(help.argumentDescription(arg))} |`);
  const options = help
    .visibleOptions(command)
    .filter(({ long }) => long !== '--help' && long !== '--json')
    .map((option) => `| \`${option.flags}\` | ${cell(help.optionDescription(option))} |`);
  const usage = help.commandUsage(command).replace('[options] ', '').replace(' [options]', '');
  const rows = [...args, ...options];
  const head = `### ${commandPath(command)}\n\n\`${usage}\`: ${command.description()}.`;
  return rows.length === 0 ? head : `${head}\n\n| | |\n|---|---|\n${rows.join('\n')}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

if (import.meta.main) writeFileSync(cliPath, await cliFile(readFileSync(cliPath, 'utf8')));
