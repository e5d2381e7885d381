import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readDatabase } from '../config.ts';
import { openDatabase } from '../storage/open-database.ts';
import { openDatabaseForReading } from '../storage/open-for-reading.ts';
import { openStores, type Stores } from '../stores/index.ts';
import { CliError } from './cli-error.ts';

/**
 * Opens the data folder, or the database of `DATABASE_URL`, for one piece of work, also beside a running gateway. A folder
 * that is not there is made only by what makes something in it: else a slip of the pen would leave an empty database and
 * answer "no keys".
 */
export async function withStores<Result>(
  dataDir: string,
  work: (stores: Stores) => Promise<Result>,
  { make = false, onWarning = () => {} }: { make?: boolean; onWarning?: (text: string) => void } = {},
): Promise<Result> {
  const database = readDatabase();
  if (database === null && !make) requireDatabase(dataDir);
  const { db } = await openDatabase({ database, dataDir, now: Date.now, onWarning });
  try {
    return await work(openStores(db));
  } finally {
    await db.close();
  }
}

/** As `withStores`, for what only reads: nothing is made, migrated or written. */
export async function withStoresForReading<Result>(
  dataDir: string,
  work: (stores: Stores) => Promise<Result>,
): Promise<Result> {
  const database = readDatabase();
  if (database === null) requireDatabase(dataDir);
  const db = await openDatabaseForReading({ database, dataDir });
  try {
    return await work(openStores(db));
  } finally {
    await db.close();
  }
}

/** For what would otherwise make a database where somebody only mistook the folder. */
export function requireDatabase(dataDir: string): void {
  if (existsSync(join(dataDir, 'tijori.db'))) return;
  throw new CliError('not_found', `No database in the data folder ${dataDir}.`, {
    cure: 'Name another with --data or TIJORI_DATA.',
  });
}

/** For what works on the files of a data folder and would pass by rows that are somewhere else. */
export function refuseServerDatabase(): void {
  if (!readDatabase()) return;
  throw new CliError('refused', 'DATABASE_URL names a database that this command does not copy.', {
    cure: 'Dump it as docs/operations.md says (pg_dump alone leaves rows out), then copy the vault.',
  });
}
