import { closeSync, openSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';

/** Pages copied at a time; between two pieces other work of this process runs. */
const pagesPerStep = 2_000;

export interface SnapshotProgress {
  totalPages: number;
  remainingPages: number;
}

/**
 * Copies a database that others may be writing to. One read transaction is held from the first page to the last, so that
 * the copy is the state of one moment and a busy writer cannot make it begin again; the log of the source grows by what is
 * written meanwhile. The copy has no log of its own, and is for its owner alone.
 */
export async function snapshotSqlite(
  from: string,
  to: string,
  onProgress: (progress: SnapshotProgress) => void = () => {},
): Promise<void> {
  const source = new DatabaseSync(from, { readOnly: true, timeout: 5_000 });
  try {
    source.exec('begin');
    source.prepare('select count(*) from sqlite_schema').get();
    // Made here, since SQLite would let others read it.
    closeSync(openSync(to, 'wx', 0o600));
    await backup(source, to, { rate: pagesPerStep, progress: onProgress });
    source.exec('commit');
  } finally {
    source.close();
  }
  const copy = new DatabaseSync(to);
  try {
    copy.exec('pragma journal_mode = delete');
  } finally {
    copy.close();
  }
}

/** What is wrong with the file itself or between its rows; nothing for a sound database. */
export function databaseFaults(connection: DatabaseSync): string[] {
  const integrity = connection.prepare('pragma integrity_check').all();
  const broken = integrity.map((row) => String(row.integrity_check)).filter((text) => text !== 'ok');
  const dangling = connection.prepare('pragma foreign_key_check').all();
  return [...broken, ...dangling.map(({ table, parent }) => `a row of ${table} names a missing row of ${parent}`)];
}
