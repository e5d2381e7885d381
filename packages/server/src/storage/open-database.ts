import { join } from 'node:path';
import type { Db } from './db.ts';
import { memoryRates, type RateStore } from './rate-store.ts';
import { openSqlite } from './sqlite.ts';

interface DatabaseOptions {
  /** The PostgreSQL to use; null: SQLite in the data folder. */
  database: { url: string; ownerUrl?: string; connectionsMax: number } | null;
  dataDir: string;
  now: () => number;
  onBroken?: (detail: string) => void;
  /** Told about a database that works but guards less than it could, or that keeps the start waiting. */
  onWarning?: (text: string) => void;
}

/** Opens the database of an installation, on whichever engine it is, and the counters that go with it. */
export async function openDatabase(options: DatabaseOptions): Promise<{ db: Db; rates: RateStore }> {
  const { database, dataDir, now, onBroken, onWarning } = options;
  if (database) {
    // Its driver is code that an installation with an embedded database never runs.
    const { openPostgres } = await import('./postgres.ts');
    const db = await openPostgres({ ...database, now, ...(onWarning ? { onWarning } : {}) });
    return { db, rates: db.rates };
  }
  const db = await openSqlite({ path: join(dataDir, 'tijori.db'), now, ...(onBroken ? { onBroken } : {}) });
  return { db, rates: memoryRates(now) };
}
