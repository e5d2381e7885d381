import type { Readable } from 'node:stream';
import { AppError } from '../domain/app-error.ts';
import type { ByteSource } from './pieces.ts';

export interface BlobEntry {
  name: string;
  sizeBytes: number;
  /** ms since the epoch. A sweep spares young blobs: their row may not be committed yet. */
  modifiedAtMs: number;
}

/** What is read in one piece at most, bytes; a longer blob is a stream. Each reader may hold so much. */
export const wholeBytesMax = 256 * 1024;

/**
 * Where sealed bytes lie. It sees ciphertext only and promises: a blob is there whole or not at all, what `put`
 * acknowledged survives a power cut, and nothing is ever overwritten (acceptance E5, G).
 *
 * Rejects with `AppError` only: `storage_full` when there is no room, `storage_unavailable` when a server does not answer,
 * otherwise `internal`.
 */
export interface Blobs {
  /**
   * Stores a blob under a new name; resolves when it is durable. Rejects when the name is taken (two writers of one
   * name must not leave one's bytes under the other's key: take a fresh name for each attempt) and when the source
   * rejects; then nothing is left behind.
   */
  put(name: string, source: ByteSource): Promise<{ sizeBytes: number }>;
  /** The bytes, or `undefined` if there is no such blob. Read to the end or `destroy()` it. */
  get(name: string): Promise<Readable | undefined>;
  /**
   * What `use` makes of all bytes of a small blob (`wholeBytesMax`), whose length the caller knows: a stream costs several times what its bytes do.
   * They may be fewer than that, or one more where there are more, and are good until `use` returns. `undefined` if there is no such blob.
   */
  whole<Result>(name: string, sizeBytes: number, use: (bytes: Buffer) => Result): Promise<Result | undefined>;
  /** Resolves also when there is nothing to remove. */
  remove(name: string): Promise<void>;
  /** Every blob, in no order; those that come or go meanwhile may be missing. */
  list(): AsyncIterable<BlobEntry>;
}

/**
 * Opaque names: 8 to 64 of `a-z 0-9 -`, no hyphen at the start or among the last two. A UUID is one, and so is a UUID
 * with a suffix. Neither a separator nor a dot nor a letter that some file system folds can be in it.
 */
const namePattern = /^[a-z0-9][a-z0-9-]{5,61}[a-z0-9]{2}$/;

export function isBlobName(name: string): boolean {
  return namePattern.test(name);
}

/** Throws `internal` for a name that is not opaque; every adapter calls it before anything else. */
export function checkBlobName(name: string): void {
  if (!isBlobName(name)) throw new AppError('internal', { detail: 'blobs: name is not an opaque id' });
}
