import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A folder of this name in a data folder is a restore that was not finished. */
export const unfinishedRestore = 'restore.partial';

/**
 * Takes a data folder for this process: two gateways on one folder would sweep and collect twice. The lock is SQLite's
 * own file lock, which the system takes back at once when the process dies, however it dies. Returns how to let go.
 */
export function lockDataDir(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (existsSync(join(dataDir, unfinishedRestore))) {
    throw new Error(`A restore into ${dataDir} was interrupted. Empty the folder and restore again.`);
  }
  const lock = new DatabaseSync(join(dataDir, 'lock'), { timeout: 0 });
  try {
    // Nothing is ever written to it, no journal either: on a full disk a gateway starts too, and reads.
    lock.exec('pragma journal_mode = memory; begin exclusive');
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw new Error(
      `Another Tijori is running on the data folder ${dataDir}. Stop it, or use another folder with --data.`,
      {
        cause: error,
      },
    );
  }
  return () => lock.close();
}

/** sqlite.org/rescode.html */
const sqliteBusy = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === sqliteBusy;
}

/** Whether a process holds a data folder. Only looks: it takes nothing that a starting gateway could trip over. */
export function isDataDirTaken(dataDir: string): boolean {
  if (!existsSync(join(dataDir, 'lock'))) return false;
  const lock = new DatabaseSync(join(dataDir, 'lock'), { readOnly: true, timeout: 0 });
  try {
    lock.prepare('select count(*) from sqlite_schema').get();
    return false;
  } catch {
    return true;
  } finally {
    lock.close();
  }
}
