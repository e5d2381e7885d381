import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../../domain/refusal.ts';
import { lockDataDir, unfinishedRestore } from '../../storage/data-lock.ts';
import { BackupRefused, checkWhole, openBackup } from './check.ts';
import { bytesOfFile, sumOf, syncFolder, writeSummed } from './copy-file.ts';
import { type AboutBackup, aboutFile, databaseFile, vaultFolder } from './layout.ts';
import type { Sums } from './sums.ts';

/** Told of each file that was read, with how many there are. */
type OnFile = (read: number, of: number) => void;

interface RestoreBackup {
  from: string;
  into: string;
  onFile?: OnFile;
}

/**
 * Makes a data folder out of a backup. `into` must not be there yet, or be empty: nothing is ever written over. Every byte
 * is held against its sum while it is copied, and what is copied is looked at as a whole, before anything gets its name.
 *
 * Rejects with `BackupRefused`, which names the file; then `into` is as empty as before. With `Refusal` where it is not empty.
 */
export async function restoreBackup({ from, into, onFile }: RestoreBackup): Promise<AboutBackup> {
  const entries = existsSync(into) ? await readdir(into) : [];
  // What a file system puts into its own root is nobody's data.
  if (entries.some((name) => name !== 'lost+found')) {
    throw new Refusal(`${into} is not empty. A backup is restored into a new folder only.`);
  }
  const sums = await openBackup(from);
  const unlock = lockDataDir(into);
  const partial = join(into, unfinishedRestore);
  try {
    await mkdir(partial, { mode: 0o700 });
    await copyChecked(from, partial, sums, onFile);
    const about = await checkWhole(partial, sums);
    await rm(join(partial, aboutFile));
    // The database last: without it the folder is none that anything would start on.
    const names = (await readdir(partial)).filter((name) => name !== databaseFile);
    for (const name of [...names, databaseFile]) await rename(join(partial, name), join(into, name));
    await syncFolder(into);
    await rmdir(partial);
    await syncFolder(into);
    return about;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  } finally {
    unlock();
    await rm(join(into, 'lock'), { force: true });
  }
}

/** Says whether `restoreBackup` would accept a backup, and writes nothing. Rejects as it does. */
export async function checkBackup(from: string, onFile?: OnFile): Promise<AboutBackup> {
  const sums = await openBackup(from);
  let read = 0;
  for (const [path, sum] of sums) {
    if ((await sumOf(join(from, path))) !== sum) throw new BackupRefused(path, 'was altered');
    read += 1;
    onFile?.(read, sums.size);
  }
  return checkWhole(from, sums);
}

async function copyChecked(from: string, to: string, sums: Sums, onFile?: OnFile): Promise<void> {
  let read = 0;
  for (const [path, sum] of sums) {
    const found = await writeSummed(join(to, path), bytesOfFile(join(from, path)));
    if (found !== sum) throw new BackupRefused(path, 'was altered');
    read += 1;
    onFile?.(read, sums.size);
  }
  const vault = join(to, vaultFolder);
  if (existsSync(vault)) {
    for (const shard of await readdir(vault)) await syncFolder(join(vault, shard));
    await syncFolder(vault);
  }
  await syncFolder(to);
}
