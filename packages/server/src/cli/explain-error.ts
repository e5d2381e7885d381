import { TijoriError } from '@tijori/client-source';
import { ConfigError } from '../config.ts';
import { AppError } from '../domain/app-error.ts';
import { Refusal } from '../domain/refusal.ts';
import { faultOf } from '../storage/sqlite-fault.ts';
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
async function explain(error: unknown): Promise<Explanation> {
  if (error instanceof CliError) return { exit: error.exit, message: error.message, cure: error.cure };
  if (error instanceof ConfigError) return { exit: 'usage', message: error.message };
  if (error instanceof TijoriError) return explainCall(error, await readCures());
  if (error instanceof Refusal) return { exit: 'refused', message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  if (foundNoRoom(error))
    return { exit: 'fault', message: `${message}.`, cure: 'Make room on the disk, then try again.' };
  return { exit: 'fault', message };
}

/** Whether the disk was full, for the database or for a file. */
function foundNoRoom(error: unknown): boolean {
  if (error instanceof AppError) return error.code === 'storage_full';
  return faultOf(error).fault === 'full' || (error instanceof Error && 'code' in error && error.code === 'ENOSPC');
}

const answeredNothing = ['network_error', 'timeout', 'unexpected_answer', 'size_mismatch', 'digest_mismatch'];
const notThere = [404, 521];
const notOurFault = [408, 429, 502, 503, 504, 507];

/** What a call of the gateway came to. */
function explainCall(error: TijoriError, cureOf: (code: string) => string | undefined): Explanation {
  const { code, status, message, faults } = error;
  const fields = faults.map(({ pointer, message: text }) => `${pointer} ${text}`);
  const words = `${[message, ...fields].join('; ')}.`;
  if (code === 'wait_timeout') return { exit: 'timeout', message: words };
  if (answeredNothing.includes(code)) {
    return { exit: 'upstream', message: words, cure: 'Is the gateway running there? Name another with --url.' };
  }
  if (status === null || notOurFault.includes(status)) return { exit: 'upstream', message: words, cure: cureOf(code) };
  if (status === 401) return { exit: 'refused', message: words, cure: 'Key and secret do not belong together here.' };
  if (status === 500) return { exit: 'fault', message: words, cure: cureOf(code) };
  return { exit: notThere.includes(status) ? 'not_found' : 'refused', message: words, cure: cureOf(code) };
}

/** What docs/errors.md advises. Loaded only where something went wrong: it brings the whole contract along. */
async function readCures(): Promise<(code: string) => string | undefined> {
  const { errorGuide } = await import('@tijori/wire');
  const guide: Record<string, { cure: string } | undefined> = errorGuide;
  return (code) => guide[code]?.cure;
}

/** Tells it on stderr in one line (faults of the configuration: one line each) and answers the exit code. */
export async function tellError(error: unknown, screen: Screen, { json }: { json: boolean }): Promise<number> {
  const { exit, message, cure } = await explain(error);
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
