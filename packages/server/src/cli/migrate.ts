import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { readDatabase } from '../config.ts';
import { schemaState } from '../storage/migrate.ts';
import { lookAtPostgres } from '../storage/postgres-look.ts';
import { openForReading } from '../storage/sqlite-connection.ts';
import { dataOption } from './data-option.ts';
import { exitCodes } from './exit-codes.ts';
import { requireDatabase, withStores } from './key-store.ts';
import { openOutput } from './output.ts';
import { screenOf } from './screen.ts';

/** `tijori migrate`: brings the schema up to date, which each start does too. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('bring the database to the schema of this version, also beside a running gateway')
    .addOption(dataOption())
    .option('--check', 'change nothing; exit code 6 if migrations are waiting')
    .action(async (options: { data: string; check?: boolean; json?: boolean }) => {
      const database = readDatabase();
      const path = join(resolve(options.data), 'tijori.db');
      if (!database) requireDatabase(resolve(options.data));
      const stateNow = async () => (database ? (await lookAtPostgres(database.url)).schema : stateOf(path));
      const before = await stateNow();
      if (before.unknown.length > 0) {
        throw new Error(`The database is of a newer Tijori (${before.unknown.join(', ')}). Nothing was changed.`);
      }
      const onWarning = (warning: string) => screenOf(process.stderr).write(`${warning}\n`);
      if (!options.check) await withStores(resolve(options.data), async () => {}, { onWarning });
      const { applied: schema, waiting } = await stateNow();
      const applied = before.waiting.filter((name) => !waiting.includes(name));
      const done = applied.length > 0 ? `Applied: ${applied.join(', ')}.` : `The schema is up to date (${schema}).`;
      const text = waiting.length > 0 ? `Waiting: ${waiting.join(', ')}.` : done;
      if (waiting.length > 0) process.exitCode = exitCodes.failed_check.code;
      openOutput(options).line({ schema, applied, waiting }, text);
    });
}

function stateOf(path: string) {
  const connection = openForReading(path);
  try {
    return schemaState(connection);
  } finally {
    connection.close();
  }
}
