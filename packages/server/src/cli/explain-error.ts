import { ConfigError } from '../config.ts';
import { Refusal } from '../domain/refusal.ts';
import { CliError } from './cli-error.ts';
import { type ExitName, exitCodes } from './exit-codes.ts';
import { readable } from './readable.ts';
import type { Screen } from './screen.ts';

export interface Explanation {
  exit: ExitName;
  message: string;
  cure?: string | undefined;
}

/** What went wrong, in the words of the command line, whatever threw it. */
export function explain(error: unknown): Explanation {
  if (error instanceof CliError) return { exit: error.exit, message: error.message, cure: error.cure };
  if (error instanceof ConfigError) return { exit: 'usage', message: error.message };
  if (error instanceof Refusal) return { exit: 'refused', message: error.message };
  return { exit: 'fault', message: error instanceof Error ? error.message : String(error) };
}

/** Tells it on stderr in one line (faults of the configuration: one line each) and answers the exit code. */
export function tellError(error: unknown, screen: Screen, { json }: { json: boolean }): number {
  const { exit, message, cure } = explain(error);
  const { code } = exitCodes[exit];
  if (json) {
    screen.write(`${JSON.stringify({ error: { kind: exit, exit_code: code, message, cure: cure ?? null } })}\n`);
  } else {
    const words = [message, cure].filter((part) => part !== undefined).join(' ');
    const lines = error instanceof ConfigError ? words.split('\n') : [words];
    screen.write(`${screen.paint(['bold', 'red'], 'tijori:')} ${lines.map(readable).join('\n')}\n`);
  }
  return code;
}
