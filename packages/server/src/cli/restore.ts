import { resolve } from 'node:path';
import { Command } from 'commander';
import { checkBackup, restoreBackup } from '../usecases/backup/restore.ts';
import { dataOption } from './data-option.ts';
import { refuseServerDatabase } from './key-store.ts';

/** `tijori restore`: a data folder out of a backup. */
export function restoreCommand(): Command {
  return new Command('restore')
    .description('make a data folder out of a backup; every byte is checked, and nothing is written over')
    .argument('<dir>', 'the backup')
    .addOption(dataOption())
    .option('--check', 'only say whether the backup is whole; writes nothing')
    .action(async (dir: string, options: { data: string; check?: boolean; json?: boolean }) => {
      refuseServerDatabase();
      const startedAtMs = performance.now();
      const [from, into] = [resolve(dir), resolve(options.data)];
      const about = options.check ? await checkBackup(from) : await restoreBackup({ from, into });
      const tookMs = Math.round(performance.now() - startedAtMs);
      if (options.json) {
        const data = options.check ? {} : { data: into };
        return console.log(JSON.stringify({ backup: from, ...data, ...about, took_ms: tookMs }));
      }
      const facts = `made ${about.made_at}, ${about.documents} documents`;
      console.log(options.check ? `${from} is whole: ${facts}.` : `Restored into ${into}: ${facts}, ${tookMs} ms.`);
    });
}
