import { randomUUID } from 'node:crypto';
import { readBaseUrl, readDatabase, readSecrets } from '../config.ts';
import { AppError } from '../domain/app-error.ts';
import { liveKeyring } from '../domain/keyring.ts';
import { openDatabaseForReading } from '../storage/open-for-reading.ts';
import { openStores } from '../stores/index.ts';
import type { GatherDeps } from '../usecases/evidence/gather.ts';
import { createSeal } from '../vault/seal.ts';
import { CliError } from './cli-error.ts';
import { readDevCredentials, readDevSecrets } from './dev-folder.ts';
import { requireDatabase } from './key-store.ts';
import { openVaultForReading } from './open-vault.ts';

/**
 * Opens database, vault and keys of an installation for reading and nothing else, beside a running gateway: a folder of `tijori dev` by
 * what is in it, any other by the environment of `tijori start`.
 */
export async function withEvidence<Result>(
  dataDir: string,
  work: (deps: GatherDeps) => Promise<Result>,
): Promise<Result> {
  // A DATABASE_URL that happens to be set is none of a development folder's.
  const devSecrets = readDevSecrets(dataDir);
  const database = devSecrets ? null : readDatabase();
  if (!database) requireDatabase(dataDir);
  const { masterKey, old } = devSecrets ?? readSecrets();
  const seal = createSeal({ keyring: liveKeyring({ current: masterKey, old: old?.masterKeys ?? [] }) });
  const blobs = await openVaultForReading(dataDir);
  const baseUrl = devSecrets ? (readDevCredentials(dataDir)?.base_url ?? '') : readBaseUrl();
  const db = await openDatabaseForReading({ database, dataDir });
  try {
    return await work({ stores: openStores(db), seal, blobs, now: Date.now, newId: randomUUID, baseUrl });
  } catch (error) {
    const isUnknown = error instanceof AppError && error.code === 'session_not_found';
    throw isUnknown ? new CliError('not_found', 'There is no such session here.') : error;
  } finally {
    await db.close();
  }
}
