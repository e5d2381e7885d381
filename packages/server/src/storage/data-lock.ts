import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Takes a data folder for this process: two gateways on one folder would sweep and collect twice. The lock is SQLite's
 * own file lock, which the system takes back at once when the process dies, however it dies. Returns how to let go.
 */
export function lockDataDir(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = new DatabaseSync(join(dataDir, 'lock'), { timeout: 0 });
  try {
    lock.exec('pragma journal_mode = delete; begin exclusive');
  } catch (error) {
    lock.close();
    throw new Error(
      `Another Tijori is running on the data folder ${dataDir}. Stop it, or use another folder with --data.`,
      {
        cause: error,
      },
    );
  }
  return () => lock.close();
}
