import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Refusal } from '../../domain/refusal.ts';
import { databaseFaults, type SnapshotProgress, snapshotSqlite } from '../../storage/sqlite-snapshot.ts';
import type { Blobs } from '../../vault/blobs.ts';
import { bytesOfFile, sumOf, syncFile, syncFolder, writeSummed } from './copy-file.ts';
import { type AboutBackup, aboutFile, blobPath, databaseFile, devFiles, partialEnding, vaultFolder } from './layout.ts';
import { sumsFile, toSumsText } from './sums.ts';

interface TakeBackup {
  dataDir: string;
  /** The vault, opened for reading only. */
  blobs: Pick<Blobs, 'get'>;
  /** A folder that is not there yet. It appears under this name only when it is whole and on disk. */
  to: string;
  now: () => number;
  onProgress?: (progress: SnapshotProgress) => void;
  /** Told of each document that is in the copy, with how many there are to be. */
  onDocument?: (copied: number, of: number) => void;
}

/**
 * Copies database and vault while a gateway is at work on them. The database comes first: a row's bytes are in the vault
 * before the row is, so every document that the copy names has its file, or was erased since. The latter is then erased
 * in the copy, too: no row of a backup names bytes that it lacks, and nothing comes back that was given up meanwhile.
 *
 * Every write that was acknowledged before this was called is in it. Rejects and leaves nothing under `to` otherwise.
 */
export async function takeBackup(options: TakeBackup): Promise<AboutBackup> {
  const { dataDir, to } = options;
  const source = join(dataDir, databaseFile);
  if (!existsSync(source)) throw new Error(`${dataDir} is not a data folder: there is no ${databaseFile} in it.`);
  if (existsSync(to)) throw new Refusal(`${to} is there already. A backup wants a folder of its own.`);
  const partial = `${to}${partialEnding}`;
  if (existsSync(partial)) {
    throw new Refusal(
      `${partial} is there: another backup is under way, or one was interrupted. Remove it in that case.`,
    );
  }
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await mkdir(partial, { mode: 0o700 });
  try {
    return await copyInto(partial, options);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function copyInto(partial: string, options: TakeBackup): Promise<AboutBackup> {
  const { dataDir, to, now } = options;
  const madeAt = new Date(now()).toISOString();
  await snapshotSqlite(join(dataDir, databaseFile), join(partial, databaseFile), options.onProgress);

  const sums = new Map<string, string>();
  const copy = new DatabaseSync(join(partial, databaseFile));
  let about: AboutBackup;
  try {
    const documents = await copyBlobs(copy, options, partial, sums);
    const faults = databaseFaults(copy);
    if (faults.length > 0) throw new Error(`the database is damaged: ${faults.slice(0, 3).join('; ')}`);
    about = { format: 1, made_at: madeAt, ...factsOf(copy), documents };
  } finally {
    copy.close();
  }
  await syncFile(join(partial, databaseFile));
  sums.set(databaseFile, await sumOf(join(partial, databaseFile)));
  for (const name of about.deployment === 'dev' ? devFiles : []) {
    const path = join(dataDir, name);
    if (existsSync(path)) sums.set(name, await writeSummed(join(partial, name), bytesOfFile(path)));
  }
  const aboutText = `${JSON.stringify(about, null, 2)}\n`;
  sums.set(aboutFile, await writeSummed(join(partial, aboutFile), [Buffer.from(aboutText)]));
  await writeSummed(join(partial, sumsFile), [Buffer.from(toSumsText(sums))]);
  await settle(partial, to);
  return about;
}

/** Copies the bytes of every document that the copy names. Resolves to how many there are. */
async function copyBlobs(
  copy: DatabaseSync,
  { dataDir, blobs, onDocument }: TakeBackup,
  partial: string,
  sums: Map<string, string>,
): Promise<number> {
  const named = copy.prepare('select id, blob from documents where blob is not null order by id').all();
  const erase = copy.prepare(`update documents set state = 'erased', wrapped_key = null, blob = null where id = ?`);
  copy.exec('pragma secure_delete = on; begin');
  let copied = 0;
  for (const row of named) {
    const [id, blob] = [String(row.id), String(row.blob)];
    const bytes = await blobs.get(blob);
    if (bytes) {
      sums.set(blobPath(blob), await writeSummed(join(partial, blobPath(blob)), bytes));
      copied += 1;
      onDocument?.(copied, named.length);
    } else if (isStillNamed(dataDir, blob)) {
      throw new Error(`document ${id} is held, but its file ${blobPath(blob)} is missing. Ask "tijori doctor".`);
    } else erase.run(id);
  }
  copy.exec('commit');
  return copied;
}

/** Whether the database itself, right now, still holds a document that has no file. */
function isStillNamed(dataDir: string, blob: string): boolean {
  const database = new DatabaseSync(join(dataDir, databaseFile), { readOnly: true, timeout: 5_000 });
  try {
    return database.prepare('select 1 from documents where blob = ?').get(blob) !== undefined;
  } finally {
    database.close();
  }
}

function factsOf(copy: DatabaseSync): Pick<AboutBackup, 'deployment' | 'schema'> {
  const owner = copy.prepare(`select value from settings where name = 'deployment'`).get();
  const last = copy.prepare('select max(number) as number from schema_migrations').get();
  return { deployment: String(owner?.value ?? ''), schema: Number(last?.number) };
}

/** From the innermost folder outwards onto the disk, and only then under its name. */
async function settle(partial: string, to: string): Promise<void> {
  const vault = join(partial, vaultFolder);
  if (existsSync(vault)) {
    for (const shard of await readdir(vault)) await syncFolder(join(vault, shard));
    await syncFolder(vault);
  }
  await syncFolder(partial);
  await rename(partial, to);
  await syncFolder(dirname(to));
}
