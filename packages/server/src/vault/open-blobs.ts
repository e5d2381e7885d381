import { join } from 'node:path';
import { AppError } from '../domain/app-error.ts';
import type { Blobs } from './blobs.ts';
import { openDiskBlobs } from './disk.ts';
import { openS3Blobs } from './s3.ts';
import type { S3Settings } from './s3-settings.ts';

interface VaultOptions {
  /** The bucket to use; null: a folder below the data folder. */
  s3: S3Settings | null;
  dataDir: string;
  /** Anything but null: several nodes may share the folder. */
  database: unknown;
}

/** Opens the vault of an installation, wherever it is. Rejects when a bucket cannot be listed. */
export async function openBlobs({ s3, dataDir, database }: VaultOptions): Promise<Blobs> {
  if (!s3) return openDiskBlobs({ root: join(dataDir, 'vault'), shared: database !== null });
  const blobs = openS3Blobs(s3);
  try {
    // Better to find out now than at the first document.
    for await (const _ of blobs.list()) break;
  } catch (error) {
    const reason = error instanceof AppError ? error.detail : 'unknown';
    throw new Error(`The bucket ${s3.bucket} at ${s3.endpoint} cannot be used: ${reason}`, { cause: error });
  }
  return blobs;
}
