import type { Command } from 'commander';

/** A command as its user types it: `tijori keys create`. */
export function commandPath(command: Command): string {
  return command.parent ? `${commandPath(command.parent)} ${command.name()}` : command.name();
}
