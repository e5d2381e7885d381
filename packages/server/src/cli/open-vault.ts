import { join } from 'node:path';
import { readBucket } from '../config.ts';
import type { Blobs } from '../vault/blobs.ts';
import { openDiskBlobs } from '../vault/disk.ts';
import { openS3Blobs } from '../vault/s3.ts';
import { isDevFolder } from './dev-folder.ts';

/**
 * The vault of an installation, for `get`, `whole` and `list` alone, beside its gateway: the bucket of the environment, or the folder
 * below the data folder. Throws `ConfigError`.
 */
export async function openVaultForReading(dataDir: string): Promise<Blobs> {
  // A bucket that happens to be set is none of a development folder's.
  const bucket = isDevFolder(dataDir) ? null : readBucket();
  return bucket ? openS3Blobs(bucket) : openDiskBlobs({ root: join(dataDir, 'vault'), readOnly: true });
}
