import type { Argument, Command, Option } from 'commander';
import { commandPath } from '../command-path.ts';

/** What can stand for a value: one of some words, a folder, a file, or anything. */
export type Value = { kind: 'words'; words: readonly string[] } | { kind: 'dir' | 'file' | 'any' };

/** A command as completion sees it. */
export interface CommandNode {
  /** As typed: `tijori keys create`. */
  path: string;
  inner: readonly { name: string; description: string }[];
  options: readonly { flags: readonly string[]; description: string; value: Value | null }[];
  args: readonly Value[];
}

/** Every command of the tree, outermost first. Hidden ones and hidden options are left out. */
export function completionTree(command: Command): CommandNode[] {
  const { visibleCommands, visibleOptions } = viewOf(command);
  return [
    {
      path: commandPath(command),
      inner: visibleCommands.map((inner) => ({ name: inner.name(), description: inner.description() })),
      options: visibleOptions.map((option) => ({
        flags: [option.long, option.short].filter((flag) => flag !== undefined && flag !== null),
        description: option.description,
        value: option.required || option.optional ? valueAt(option) : null,
      })),
      args: command.registeredArguments.map(valueAt),
    },
    // `help` of a command takes its words, not options of its own.
    ...visibleCommands.filter((inner) => command.commands.includes(inner)).flatMap(completionTree),
  ];
}

function viewOf(command: Command) {
  const help = command.createHelp();
  return { visibleCommands: help.visibleCommands(command), visibleOptions: help.visibleOptions(command) };
}

/** Its choices, or what its placeholder says: `--data <dir>`. */
function valueAt(place: Option | Argument): Value {
  const { argChoices } = place;
  if (argChoices) return { kind: 'words', words: argChoices };
  const text = 'flags' in place ? place.flags : place.name();
  if (/\bdir>?$/.test(text)) return { kind: 'dir' };
  if (/\bfile>?$/.test(text)) return { kind: 'file' };
  return { kind: 'any' };
}
