import { Command } from 'commander';
import { ConfigError } from '../config.ts';
import { backupCommand } from './backup.ts';
import { devCommand } from './dev.ts';
import { doctorCommand } from './doctor.ts';
import { keysCommand } from './keys.ts';
import { migrateCommand } from './migrate.ts';
import { restoreCommand } from './restore.ts';
import { simulatorCommand } from './simulator.ts';
import { startCommand } from './start.ts';

/** `tijori <command>`. Exit code 1: the command failed; 2: it was called wrongly or misconfigured. */
export async function runCli(argv: readonly string[]): Promise<void> {
  const program = new Command('tijori').description('Self-hosted EntityLocker consent gateway');
  const care = [migrateCommand(), backupCommand(), restoreCommand(), doctorCommand()];
  for (const command of [devCommand(), startCommand(), keysCommand(), ...care, simulatorCommand()]) {
    program.addCommand(command);
  }
  tellMisuse(program);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(error instanceof ConfigError ? 2 : 1);
  }
}

/** A command that was called wrongly shows how it is called, and exits with 2 instead of commander's 1. */
function tellMisuse(command: Command): void {
  command.showHelpAfterError().exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  for (const inner of command.commands) tellMisuse(inner);
}
