import { join } from 'node:path';
import { AppError } from '../domain/app-error.ts';
import type { Db } from './db.ts';
import { type SchemaState, schemaState } from './migrate.ts';
import { openForReading } from './sqlite-connection.ts';
import { directReader } from './sqlite-reader.ts';

interface ReadingOptions {
  /** The PostgreSQL to use; null: SQLite in the data folder. */
  database: { url: string; connectionsMax: number } | null;
  dataDir: string;
}

/**
 * Opens the database of an installation for reading and nothing else, beside a running gateway: nothing is migrated, and `commit`
 * rejects. Rejects with a sentence for a database of another version.
 */
export async function openDatabaseForReading({ database, dataDir }: ReadingOptions): Promise<Db> {
  if (database) {
    const { openPostgresForReading } = await import('./postgres.ts');
    return openPostgresForReading(database, { refuseOther, refuseWrite });
  }
  const connection = openForReading(join(dataDir, 'tijori.db'));
  try {
    refuseOther(schemaState(connection));
  } catch (error) {
    connection.close();
    throw error;
  }
  return {
    ...directReader(connection),
    commit: refuseWrite,
    commitWaitMs: () => 0,
    close: async () => connection.close(),
  };
}

function refuseOther({ waiting, unknown }: SchemaState): void {
  if (unknown.length > 0) throw new Error('The database belongs to a newer version of Tijori: use that one.');
  if (waiting.length > 0) throw new Error('The database belongs to an older version of Tijori: run "tijori migrate".');
}

async function refuseWrite(): Promise<never> {
  throw new AppError('internal', { detail: 'the database was opened for reading' });
}
