import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { faultOf } from './sqlite-fault.ts';
import { keepsWhatIsCommitted } from './sqlite-version.ts';

/** How long a connection waits for another process's write lock (the CLI beside a running gateway). */
const busyTimeoutMs = 5_000;

/** Page cache of the writing connection, KiB: rows come one after the other, so it touches few pages. */
const writingCacheKib = 8_192;
/** … and of a reading one: sessions that are asked for may lie anywhere, two leaves each, and 2,000 of ten million have room here (performance, Growth). */
const readingCacheKib = 32_768;

/** `PRAGMA synchronous` as SQLite reports it: 2 is FULL. */
const synchronousFull = 2;

/**
 * Opens the database for writing with the settings that durability rests on, and refuses to go on with less: `NORMAL`
 * lost acknowledged rows in 46 % of simulated power cuts, FULL in none (acceptance §0 no. 1). Freed pages are
 * overwritten (`secure_delete`), because erasing a document means that its key is gone from the file too.
 */
export function openForWriting(path: string): DatabaseSync {
  const inMemory = path === ':memory:';
  if (!inMemory) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const isNew = !inMemory && !existsSync(path);
  const connection = new DatabaseSync(path, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
  if (isNew) chmodSync(path, 0o600);
  connection.exec(`
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma fullfsync = on;
    pragma secure_delete = on;
    pragma cache_size = -${writingCacheKib};
    pragma temp_store = memory;
  `);
  assertDurable(connection, inMemory);
  return connection;
}

/** Reads only. Its statements are short, so it never keeps the log from being reset. */
export function openForReading(path: string): DatabaseSync {
  const connection = new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs });
  connection.exec(`pragma cache_size = -${readingCacheKib}; pragma temp_store = memory;`);
  return connection;
}

/** What came of a fold: `held` by a reader, or by another fold; `full`: the disk has no room for what the database would grow by. */
export type FoldOutcome = 'done' | 'held' | 'full';

/**
 * Folds what is in the log into the database, as far as nobody is in the way; waits for nobody. What could not be folded stays in the log.
 */
export function checkpoint(connection: DatabaseSync): FoldOutcome {
  return fold(connection, 'passive');
}

/** … and then cuts the log to nothing, unless somebody reads from it just now: what was erased is in it until then. */
export function emptyLog(connection: DatabaseSync): FoldOutcome {
  // Otherwise it would wait for readers, and every write with it.
  connection.exec('pragma busy_timeout = 0');
  try {
    return fold(connection, 'truncate');
  } finally {
    connection.exec(`pragma busy_timeout = ${busyTimeoutMs}`);
  }
}

function fold(connection: DatabaseSync, how: 'passive' | 'truncate'): FoldOutcome {
  try {
    const { busy } = connection.prepare(`pragma wal_checkpoint(${how})`).get() ?? {};
    return busy === 0 ? 'done' : 'held';
  } catch (error) {
    if (faultOf(error).fault !== 'full') throw error;
    return 'full';
  }
}

function assertDurable(connection: DatabaseSync, inMemory: boolean): void {
  const version = String(connection.prepare('select sqlite_version() as version').get()?.version);
  if (!inMemory && !keepsWhatIsCommitted(version)) {
    connection.close();
    throw new Error(
      `This Node brings SQLite ${version}, which can lose what was committed (sqlite.org/wal.html#walresetbug). ` +
        'Use Node 24.15 or newer.',
    );
  }
  const journal = pragma(connection, 'journal_mode');
  const synchronous = pragma(connection, 'synchronous');
  if (synchronous !== synchronousFull || (!inMemory && journal !== 'wal')) {
    connection.close();
    throw new Error(
      `SQLite would not run durably here (journal_mode ${journal}, synchronous ${synchronous}; wanted wal and ${synchronousFull}). ` +
        'Put the data folder on a local file system.',
    );
  }
}

function pragma(connection: DatabaseSync, name: string): unknown {
  return Object.values(connection.prepare(`pragma ${name}`).get() ?? {})[0];
}
