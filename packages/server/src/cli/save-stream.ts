import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CliError } from './cli-error.ts';

export interface SavedFile {
  path: string;
  bytes: number;
  /** Hex. */
  sha256: string;
}

/**
 * Writes a file that only its owner may read: whole and on disk, or not at all. A file that is there already stays, unless
 * `force` says otherwise.
 */
export async function saveStream(
  stream: ReadableStream<Uint8Array>,
  path: string,
  { force, onBytes }: { force: boolean; onBytes: (bytes: number) => void },
): Promise<SavedFile> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.part`);
  const digest = createHash('sha256');
  let bytes = 0;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      for await (const chunk of stream) {
        await file.writeFile(chunk);
        digest.update(chunk);
        bytes += chunk.byteLength;
        onBytes(chunk.byteLength);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    if (force) await rename(temporary, path);
    else await link(temporary, path).catch((error: NodeJS.ErrnoException) => throwTaken(error, path));
  } finally {
    await rm(temporary, { force: true });
  }
  return { path, bytes, sha256: digest.digest('hex') };
}

/** A link, unlike a renaming, fails where the name is taken, so nobody can slip a file in between. */
function throwTaken(error: NodeJS.ErrnoException, path: string): never {
  if (error.code !== 'EEXIST') throw error;
  throw new CliError('refused', `${path} is there already.`, {
    cure: 'Write over it with --force, or name a folder with --out.',
  });
}
