import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ByteSource } from '../../vault/pieces.ts';

/** Writes a file that only its owner may read, new and on disk before this resolves. Resolves to its hex SHA-256. */
export async function writeSummed(path: string, source: ByteSource): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const digest = createHash('sha256');
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of source) {
      digest.update(chunk);
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return digest.digest('hex');
}

/**
 * The bytes of a file, which is opened when they are wanted. A stream would open it at once, and end the process if that fails before
 * anybody listens.
 */
export async function* bytesOfFile(path: string): AsyncGenerator<Buffer> {
  yield* createReadStream(path);
}

/** Hex SHA-256 of a file. */
export async function sumOf(path: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(path)) digest.update(chunk as Buffer);
  return digest.digest('hex');
}

/** Makes what another has written into a file survive a power cut. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes what was created, renamed or removed in a folder survive a power cut. */
export async function syncFolder(path: string): Promise<void> {
  // Windows has no handle for folders; its rename is journaled.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
