import { join } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { defaultDataDir } from '../config.ts';
import { apiKeyPattern } from '../domain/api-key.ts';
import { openSqlite } from '../storage/sqlite.ts';
import { openStores, type Stores } from '../stores/index.ts';

export function dataOption(): Option {
  return new Option('--data <dir>', 'data folder').default(defaultDataDir);
}

/** A key on the command line. */
export function keyId(value: string): string {
  if (apiKeyPattern.test(value)) return value;
  throw new InvalidArgumentError('A key looks like key_test_ or key_live_ and 32 hex characters.');
}

/** Opens the data folder for one piece of work, also beside a running gateway. */
export async function withStores(dataDir: string, work: (stores: Stores) => Promise<void>): Promise<void> {
  const db = await openSqlite({ path: join(dataDir, 'tijori.db'), now: Date.now });
  try {
    await work(openStores(db));
  } finally {
    await db.close();
  }
}
