import { hash, timingSafeEqual } from 'node:crypto';
import { apiKeyPattern, apiSecretPattern, type Caller } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import type { Deps } from '../deps.ts';

/** Compared against when there is no such key, so that both answers take the same path. */
const hashOfNothing = '0'.repeat(64);

/**
 * Whom key and secret name (sandbox-api §1.14). Whatever is wrong with the pair, the answer is the same `unauthorized`: it
 * says nothing about which keys exist.
 */
export async function authenticate(
  deps: Pick<Deps, 'stores' | 'modes'>,
  { apiKey, apiSecret }: { apiKey: string; apiSecret: string },
): Promise<Caller> {
  const wellFormed = apiKeyPattern.test(apiKey) && apiSecretPattern.test(apiSecret);
  const key = wellFormed ? await deps.stores.apiKeys.find(apiKey) : undefined;
  const given = Buffer.from(hash('sha256', apiSecret, 'hex'));
  const matches = timingSafeEqual(given, Buffer.from(key?.secretHash ?? hashOfNothing));
  if (!key || !matches || key.revokedAtMs !== null || !deps.modes.includes(key.mode)) {
    throw new AppError('unauthorized');
  }
  return { workspaceId: key.workspaceId, apiKeyId: key.id, mode: key.mode };
}
