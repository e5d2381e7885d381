import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { BackupRefused } from '../usecases/backup/check.ts';
import { checkBackup, restoreBackup } from '../usecases/backup/restore.ts';
import { CliError } from './cli-error.ts';
import { dataOption } from './data-option.ts';
import { refuseServerDatabase } from './key-store.ts';
import { openOutput } from './output.ts';
import { startSteps } from './progress-bar.ts';

/** `tijori restore`: a data folder out of a backup. */
export function restoreCommand(): Command {
  return new Command('restore')
    .description('make a data folder out of a backup; every byte is checked, and nothing is written over')
    .argument('<dir>', 'the backup')
    .addOption(dataOption())
    .option('--check', 'only say whether the backup is whole, with exit code 6 if it is not; writes nothing')
    .action(async (dir: string, options: { data: string; check?: boolean; json?: boolean }) => {
      refuseServerDatabase();
      const startedAtMs = performance.now();
      const [from, into] = [resolve(dir), resolve(options.data)];
      if (!existsSync(from)) throw new CliError('not_found', `There is no backup in ${from}.`);
      const steps = startSteps();
      const onFile = (read: number, of: number) =>
        steps.at(options.check ? 'Reading files' : 'Copying files', read, of);
      const working = options.check ? checkBackup(from, onFile) : restoreBackup({ from, into, onFile });
      const about = await working.catch(refusal).finally(() => steps.end());
      const tookMs = Math.round(performance.now() - startedAtMs);
      const facts = `made ${about.made_at}, ${about.documents} documents`;
      const text = options.check ? `${from} is whole: ${facts}.` : `Restored into ${into}: ${facts}, ${tookMs} ms.`;
      const answer = { backup: from, ...(options.check ? {} : { data: into }), ...about, took_ms: tookMs };
      openOutput(options).line(answer, text);
    });
}

function refusal(error: unknown): never {
  throw error instanceof BackupRefused ? new CliError('failed_check', error.message, { cause: error }) : error;
}
