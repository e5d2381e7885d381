import { join } from 'node:path';
import type { Db } from './db.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';

interface DatabaseOptions {
  /** The PostgreSQL to use; null: SQLite in the data folder. */
  database: { url: string; ownerUrl?: string; connectionsMax: number } | null;
  dataDir: string;
  now: () => number;
  onBroken?: (detail: string) => void;
  /** Told once about a database that works but guards less than it could. */
  onWarning?: (text: string) => void;
}

/** Opens the database of an installation, on whichever engine it is. */
export function openDatabase({ database, dataDir, now, onBroken, onWarning }: DatabaseOptions): Promise<Db> {
  if (database) return openPostgres({ ...database, now, ...(onWarning ? { onWarning } : {}) });
  return openSqlite({ path: join(dataDir, 'tijori.db'), now, ...(onBroken ? { onBroken } : {}) });
}
