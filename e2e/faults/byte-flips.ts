/**
 * Flipped bytes (acceptance G9), one at a time, in a data folder that a real load has filled: in each blob, in a backup of it,
 * in the database, and in the log that a killed gateway left beside it. A blob must not open, a backup must be refused, a log must end before the
 * flip; of the database it is told what was found.
 */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { timelineQueries } from '../../packages/server/src/cli/doctor/look-at-timelines.ts';
import { documentLabel } from '../../packages/server/src/domain/document.ts';
import { liveKeyring } from '../../packages/server/src/domain/keyring.ts';
import { databaseFaults } from '../../packages/server/src/storage/sqlite-snapshot.ts';
import { BackupRefused } from '../../packages/server/src/usecases/backup/check.ts';
import { filesBelow } from '../../packages/server/src/usecases/backup/layout.ts';
import { checkBackup } from '../../packages/server/src/usecases/backup/restore.ts';
import { takeBackup } from '../../packages/server/src/usecases/backup/take.ts';
import { openDiskBlobs } from '../../packages/server/src/vault/disk.ts';
import { createSeal } from '../../packages/server/src/vault/seal.ts';

export interface FlipsReport {
  blobs: { flips: number; unseen: number };
  backups: { flips: number; unseen: number };
  /**
   * `found` by SQLite's own checks or by an error; `same`: every row reads as before; `byTimelines`: a row reads otherwise, and the doctor finds
   * it; `changed`: a row reads otherwise and nothing says so, by table.
   */
  database: { flips: number; found: number; same: number; byTimelines: number; changed: Record<string, number> };
  /** `found` by an error; `same`: every row reads as before; `shorter`: as if nothing from the flipped frame on had been written; else `wrong`. */
  log: { flips: number; found: number; same: number; shorter: number; wrong: number };
}

interface Flips {
  dataDir: string;
  scratch: string;
  random: () => number;
  count: number;
}

export async function flipBytes(flips: Flips): Promise<FlipsReport> {
  return {
    blobs: await inBlobs(flips),
    backups: await inBackup(flips),
    database: inDatabase(flips),
    log: inLog(flips),
  };
}

/** One bit of one byte, wherever the dice fall. */
function flipped(bytes: Buffer, random: () => number, at = Math.floor(random() * bytes.length)): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ (1 << Math.floor(random() * 8)), at);
  return copy;
}

async function inBlobs({ dataDir, random, count }: Flips): Promise<FlipsReport['blobs']> {
  const { master_key: masterKey } = JSON.parse(readFileSync(join(dataDir, 'dev-secrets.json'), 'utf8'));
  const seal = createSeal({ keyring: liveKeyring({ current: Buffer.from(masterKey, 'base64'), old: [] }) });
  const db = new DatabaseSync(join(dataDir, 'tijori.db'), { readOnly: true });
  const held = db.prepare('select id, workspace_id, blob, wrapped_key from documents where blob is not null').all();
  db.close();
  if (held.length === 0) throw new Error('the load left no document: nothing to flip');
  let unseen = 0;
  for (let flip = 0; flip < count; flip += 1) {
    const row = held[flip % held.length] ?? {};
    const blob = String(row.blob);
    const bytes = readFileSync(join(dataDir, 'vault', blob.slice(-2), blob));
    const label = documentLabel({ workspaceId: String(row.workspace_id), id: String(row.id) });
    if (await opens(seal.openFile(String(row.wrapped_key), label, [flipped(bytes, random)]))) unseen += 1;
  }
  return { flips: count, unseen };
}

async function opens(pieces: AsyncIterable<Buffer>): Promise<boolean> {
  try {
    for await (const piece of pieces) void piece;
    return true;
  } catch {
    return false;
  }
}

async function inBackup({ dataDir, scratch, random, count }: Flips): Promise<FlipsReport['backups']> {
  const to = join(scratch, 'backup');
  const blobs = await openDiskBlobs({ root: join(dataDir, 'vault'), readOnly: true });
  await takeBackup({ dataDir, blobs, to, now: Date.now });
  await checkBackup(to);
  const files = await filesBelow(to);
  let unseen = 0;
  for (let flip = 0; flip < count; flip += 1) {
    const path = join(to, files[Math.floor(random() * files.length)] ?? '');
    const bytes = readFileSync(path);
    writeFileSync(path, flipped(bytes, random));
    const refused = await checkBackup(to).then(
      () => false,
      (error) => error instanceof BackupRefused,
    );
    if (!refused) unseen += 1;
    writeFileSync(path, bytes);
  }
  await checkBackup(to);
  return { flips: count, unseen };
}

function inDatabase({ dataDir, scratch, random, count }: Flips): FlipsReport['database'] {
  const path = join(scratch, 'flipped.db');
  for (const end of ['', '-wal']) cpSync(join(dataDir, `tijori.db${end}`), `${path}${end}`);
  const checkpointed = new DatabaseSync(path);
  checkpointed.exec('pragma journal_mode = delete');
  checkpointed.close();
  const bytes = readFileSync(path);
  const before = contentOf(path);
  const report = { flips: count, found: 0, same: 0, byTimelines: 0, changed: {} as Record<string, number> };
  for (let flip = 0; flip < count; flip += 1) {
    writeFileSync(path, flipped(bytes, random));
    const outcome = outcomeOf(path, before);
    if (typeof outcome === 'string') report[outcome] += 1;
    else for (const table of outcome.changed) report.changed[table] = (report.changed[table] ?? 0) + 1;
  }
  return report;
}

type Outcome = 'found' | 'same' | 'byTimelines' | { changed: string[] };

function outcomeOf(path: string, before: Record<string, string>): Outcome {
  try {
    const db = new DatabaseSync(path, { readOnly: true });
    const faults = databaseFaults(db);
    const isAsTold = faults.length > 0 || timelineQueries.every((query) => db.prepare(query).all().length === 0);
    db.close();
    if (faults.length > 0) return 'found';
    const now = contentOf(path);
    const changed = Object.keys({ ...before, ...now }).filter((table) => before[table] !== now[table]);
    if (changed.length === 0) return 'same';
    return isAsTold ? { changed } : 'byTimelines';
  } catch {
    return 'found';
  }
}

/** Sizes of a log's header and of what stands before each page in it, bytes (sqlite.org/fileformat2.html, section 4.1). */
const logHeaderBytes = 32;
const frameHeaderBytes = 24;

/**
 * The log has checksums that go on from frame to frame, so that SQLite takes it for ended at a flipped one. That must be all: the rows are those
 * of the log cut off there.
 */
function inLog({ dataDir, scratch, random, count }: Flips): FlipsReport['log'] {
  const path = join(scratch, 'logged.db');
  const database = readFileSync(join(dataDir, 'tijori.db'));
  const log = readFileSync(join(dataDir, 'tijori.db-wal'));
  const frameBytes = frameHeaderBytes + log.readUInt32BE(8);
  const contentWith = (bytes: Buffer) => {
    for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
    writeFileSync(path, database);
    writeFileSync(`${path}-wal`, bytes);
    return JSON.stringify(contentOf(path));
  };
  const before = contentWith(log);
  if (before === contentWith(Buffer.alloc(0))) throw new Error('the load left nothing in the log: nothing to flip');
  const report = { flips: count, found: 0, same: 0, shorter: 0, wrong: 0 };
  for (let flip = 0; flip < count; flip += 1) {
    const at = Math.floor(random() * log.length);
    const frame = Math.max(0, Math.floor((at - logHeaderBytes) / frameBytes));
    const outcome = () => {
      const now = contentWith(flipped(log, random, at));
      if (now === before) return 'same';
      return now === contentWith(log.subarray(0, at < logHeaderBytes ? 0 : logHeaderBytes + frame * frameBytes))
        ? 'shorter'
        : 'wrong';
    };
    report[orFound(outcome)] += 1;
  }
  return report;
}

function orFound<Outcome extends string>(look: () => Outcome): Outcome | 'found' {
  try {
    return look();
  } catch {
    return 'found';
  }
}

/** Every row of every table. */
function contentOf(path: string): Record<string, string> {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const tables = db.prepare(`select name from sqlite_schema where type = 'table' order by name`).all();
    return Object.fromEntries(
      tables.map(({ name }) => [name, JSON.stringify(db.prepare(`select * from "${name}"`).all())]),
    );
  } finally {
    db.close();
  }
}
