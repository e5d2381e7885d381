import { randomBytes } from 'node:crypto';
import * as nodeFiles from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { AppError } from '../domain/app-error.ts';
import { type BlobEntry, type Blobs, checkBlobName, isBlobName } from './blobs.ts';
import type { ByteSource } from './pieces.ts';
import { wholeReader } from './whole-reader.ts';

/** What is used of `node:fs/promises`; tests hand in one that records or fails. */
export type Files = Pick<
  typeof nodeFiles,
  'link' | 'lstat' | 'mkdir' | 'open' | 'readdir' | 'rename' | 'rm' | 'unlink'
>;

interface DiskOptions {
  /** Folder of its own, made if missing. Opening it clears what a dead process left half-written. */
  root: string;
  /** Several processes use it at once: then only what is older than any write can be counts as left behind. */
  shared?: boolean;
  files?: Files;
  /** Beside the process that owns the folder: nothing is made and nothing cleared. For `get` and `list` only. */
  readOnly?: boolean;
}

/** What one read takes from a file at most, bytes: several segments of the seal, so that few of them lie across two reads. */
const readBytesMax = 256 * 1024;

const temporaryFolder = 'tmp';
const shardPattern = /^[a-z0-9]{2}$/;

/**
 * Blobs in a folder: `<root>/<last two characters>/<name>`, files 0600, folders 0700. The last two, because the
 * first ones of a version-7 UUID are a clock. A blob is written to `tmp`, synced, moved to its name, and its folder
 * synced: a power cut leaves all of it or nothing.
 */
export async function openDiskBlobs(options: DiskOptions): Promise<Blobs> {
  const files = options.files ?? nodeFiles;
  const root = resolve(options.root);
  const shardOf = (name: string) => join(root, name.slice(-2));
  const pathOf = (name: string) => join(shardOf(name), name);
  const readWhole = wholeReader();
  const shardMade = once((path) => makeFolder(files, path));
  if (options.readOnly !== true)
    await translated(async () => {
      await files.mkdir(dirname(root), { recursive: true, mode: 0o700 });
      await makeFolder(files, root);
      if (!options.shared) await files.rm(join(root, temporaryFolder), { recursive: true, force: true });
      await makeFolder(files, join(root, temporaryFolder));
      if (options.shared) await removeAbandoned(files, join(root, temporaryFolder));
    });

  return {
    put: (name, source) =>
      translated(async () => {
        checkBlobName(name);
        const temporary = join(root, temporaryFolder, `${name}.${randomBytes(8).toString('hex')}`);
        try {
          const sizeBytes = await writeSynced(files, temporary, source);
          await shardMade(shardOf(name));
          await moveToNewName(files, temporary, pathOf(name));
          await syncFolder(files, shardOf(name));
          return { sizeBytes };
        } finally {
          // What cannot be removed now is removed at the next opening.
          await files.rm(temporary, { force: true }).catch(() => {});
        }
      }),

    get: (name) =>
      translated(async () => {
        checkBlobName(name);
        const handle = await unless('ENOENT', () => files.open(pathOf(name), 'r'));
        return handle && streamOf(handle);
      }),

    whole: (name, sizeBytes, use) =>
      translated(async () => {
        checkBlobName(name);
        return unless('ENOENT', () => readWhole(pathOf(name), sizeBytes, use));
      }),

    remove: (name) =>
      translated(async () => {
        checkBlobName(name);
        const removed = await unless('ENOENT', async () => {
          await files.unlink(pathOf(name));
          return true;
        });
        if (removed) await syncFolder(files, shardOf(name));
      }),

    list: () => listBlobs(files, root, options.readOnly === true),
  };
}

async function* listBlobs(files: Files, root: string, isUnmade: boolean): AsyncGenerator<BlobEntry> {
  const names = () => files.readdir(root);
  // Who only reads has not made the folder: it is there from the first start on, or from a restore of a backup with documents.
  const shards = await translated(() => (isUnmade ? unless('ENOENT', names) : names()));
  for (const shard of shards ?? []) {
    if (!shardPattern.test(shard)) continue;
    for (const name of await translated(() => files.readdir(join(root, shard)))) {
      if (!isBlobName(name) || name.slice(-2) !== shard) continue;
      const stats = await translated(() => unless('ENOENT', () => files.lstat(join(root, shard, name))));
      if (stats?.isFile()) yield { name, sizeBytes: stats.size, modifiedAtMs: stats.mtimeMs };
    }
  }
}

/** No write takes this long, ms: an upstream call ends after seconds. */
const abandonedAfterMs = 60 * 60_000;

async function removeAbandoned(files: Files, folder: string): Promise<void> {
  for (const name of await files.readdir(folder)) {
    const stats = await unless('ENOENT', () => files.lstat(join(folder, name)));
    if (stats && Date.now() - stats.mtimeMs > abandonedAfterMs) await files.rm(join(folder, name), { force: true });
  }
}

/** A blob never changes, so it is read up to the end that it has now: no memory for more than that, and no last read that finds nothing. */
async function streamOf(handle: nodeFiles.FileHandle): Promise<Readable> {
  const { size } = await handle.stat().catch(async (error: unknown) => {
    await handle.close();
    throw error;
  });
  if (size === 0) return handle.createReadStream();
  return handle.createReadStream({ highWaterMark: Math.min(size, readBytesMax), end: size - 1 });
}

async function writeSynced(files: Files, path: string, source: ByteSource): Promise<number> {
  const handle = await files.open(path, 'wx', 0o600);
  let sizeBytes = 0;
  try {
    for await (const chunk of source) {
      await handle.writeFile(chunk);
      sizeBytes += chunk.length;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return sizeBytes;
}

/** `link` refuses a taken name, which `rename` would overwrite; some network file systems have no links. */
async function moveToNewName(files: Files, from: string, to: string): Promise<void> {
  try {
    await files.link(from, to);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(errnoOf(error))) throw error;
    if (await unless('ENOENT', () => files.lstat(to))) {
      throw new AppError('internal', { detail: 'blobs: name is taken', cause: error });
    }
    await files.rename(from, to);
  }
}

/** Makes one folder. Its parent is synced also if it was there: whoever made it may have died before the sync. */
async function makeFolder(files: Files, path: string): Promise<void> {
  await unless('EEXIST', () => files.mkdir(path, { mode: 0o700 }));
  await syncFolder(files, dirname(path));
}

/** Runs an action once for each key; those who come meanwhile wait for it, and a failed one is tried again. */
function once(action: (key: string) => Promise<void>): (key: string) => Promise<void> {
  const done = new Map<string, Promise<void>>();
  return async (key) => {
    const running = done.get(key) ?? action(key);
    done.set(key, running);
    try {
      await running;
    } catch (error) {
      done.delete(key);
      throw error;
    }
  };
}

async function syncFolder(files: Files, path: string): Promise<void> {
  // Windows has no handle for folders; its rename is journaled.
  if (process.platform === 'win32') return;
  const handle = await files.open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

async function unless<T>(code: string, action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (errnoOf(error) === code) return undefined;
    throw error;
  }
}

async function translated<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const code = errnoOf(cause);
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new AppError('storage_full', { detail: `blobs: ${code}`, cause });
    const detail = code === 'EEXIST' ? 'blobs: name is taken' : `blobs: ${code || 'fault'}`;
    throw new AppError('internal', { detail, cause });
  }
}
