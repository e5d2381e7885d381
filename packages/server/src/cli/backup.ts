import { resolve } from 'node:path';
import { Command } from 'commander';
import { takeBackup } from '../usecases/backup/take.ts';
import { dataOption } from './data-option.ts';
import { refuseServerDatabase, requireDatabase } from './key-store.ts';
import { openVaultForReading } from './open-vault.ts';
import { openOutput } from './output.ts';
import { startSteps } from './progress-bar.ts';

/** `tijori backup`: a copy of database and vault, beside a running gateway. */
export function backupCommand(): Command {
  return new Command('backup')
    .description('copy database and vault into a new folder, also beside a running gateway; keys are not in it')
    .argument('<dir>', 'folder to make; it must not be there yet')
    .addOption(dataOption())
    .action(async (dir: string, options: { data: string; json?: boolean }) => {
      refuseServerDatabase();
      const startedAtMs = performance.now();
      const dataDir = resolve(options.data);
      requireDatabase(dataDir);
      const blobs = await openVaultForReading(dataDir);
      const steps = startSteps();
      const about = await takeBackup({
        dataDir,
        blobs,
        to: resolve(dir),
        now: Date.now,
        onProgress: ({ totalPages, remainingPages }) =>
          steps.at('Copying pages of the database', totalPages - remainingPages, totalPages),
        onDocument: (copied, of) => steps.at('Copying documents', copied, of),
      }).finally(() => steps.end());
      const tookMs = Math.round(performance.now() - startedAtMs);
      const out = openOutput(options);
      const text = `Backup made in ${resolve(dir)}: database and ${about.documents} documents, ${tookMs} ms.`;
      out.line({ backup: resolve(dir), ...about, took_ms: tookMs }, text);
      if (about.deployment === 'start' && !out.isJson) {
        out.line({}, 'The keys are not in it: keep them elsewhere, without the master key no document opens.');
      }
    });
}
