import { hash, timingSafeEqual } from 'node:crypto';
import { type ApiKey, apiKeyPattern } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import type { SdkIdentity } from '../../tokens/sdk-token.ts';
import { bareToken } from '../access/identify.ts';
import type { KnownKeys } from '../access/known-keys.ts';
import type { Deps } from '../deps.ts';

/**
 * The key that a page shows: public, and so no proof of anything but which workspace is meant. Rejects with
 * `unauthorized` for one that does not stand.
 */
export async function standingKey({ modes }: Pick<Deps, 'modes'>, keys: KnownKeys, id: string): Promise<ApiKey> {
  const key = apiKeyPattern.test(id) ? await keys.find(id) : undefined;
  if (!key || key.revokedAtMs !== null || !modes.includes(key.mode)) throw new AppError('unauthorized');
  return key;
}

interface BrowserCall {
  key: ApiKey;
  authorization: string;
  /** The session in the address. */
  sessionId: string;
  /** The binding cookie. */
  browserId: string | undefined;
}

/**
 * Who calls from a page: the token must be of this key, for the session in the address, and come from the browser to which
 * that session is bound. A token that got out of its browser is worth nothing.
 */
export async function identifyBrowser(
  { sdkTokens }: Pick<Deps, 'sdkTokens'>,
  { key, authorization, sessionId, browserId }: BrowserCall,
): Promise<SdkIdentity> {
  const sdk = await sdkTokens.verify(bareToken(authorization));
  if (sdk.apiKeyId !== key.id || sdk.workspaceId !== key.workspaceId || sdk.mode !== key.mode) {
    throw new AppError('insufficient_privilege', { detail: 'an SDK token of another key' });
  }
  if (sdk.sessionId !== sessionId) throw new AppError('insufficient_privilege', { detail: 'of another session' });
  if (!browserId || !isBrowser(browserId, sdk.browserHash)) {
    throw new AppError('insufficient_privilege', { detail: 'not the browser that the session is bound to' });
  }
  return sdk;
}

/** What is kept of a binding cookie: a copy of the database is no cookie. */
export function browserHashOf(browserId: string): string {
  return hash('sha256', browserId, 'hex');
}

/** Whether this is the cookie of which the hash was kept. */
export function isBrowser(browserId: string, browserHash: string): boolean {
  const given = Buffer.from(browserHashOf(browserId));
  const kept = Buffer.from(browserHash);
  return given.length === kept.length && timingSafeEqual(given, kept);
}
