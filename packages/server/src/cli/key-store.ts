import { InvalidArgumentError, Option } from 'commander';
import { defaultDataDir, readDatabase } from '../config.ts';
import { apiKeyPattern } from '../domain/api-key.ts';
import { openDatabase } from '../storage/open-database.ts';
import { openStores, type Stores } from '../stores/index.ts';

export function dataOption(): Option {
  return new Option('--data <dir>', 'data folder, where DATABASE_URL names no database').default(defaultDataDir);
}

/** A key on the command line. */
export function keyId(value: string): string {
  if (apiKeyPattern.test(value)) return value;
  throw new InvalidArgumentError('A key looks like key_test_ or key_live_ and 32 hex characters.');
}

/** Opens the data folder, or the database of `DATABASE_URL`, for one piece of work, also beside a running gateway. */
export async function withStores(dataDir: string, work: (stores: Stores) => Promise<void>): Promise<void> {
  const db = await openDatabase({ database: readDatabase(), dataDir, now: Date.now });
  try {
    await work(openStores(db));
  } finally {
    await db.close();
  }
}
