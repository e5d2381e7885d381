import type { ApiKey, Caller } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import type { Deps } from '../deps.ts';
import type { KnownKeys } from './known-keys.ts';

interface Credentials {
  authorization: string;
  apiKey: string;
}

/**
 * Who calls, from the access token and the API key that must go with it (sandbox-api §9 no. 2): a token that is missing
 * or unreadable is `invalid_access_token`, one past its day `access_token_expired`, one of another key
 * `insufficient_privilege`. The token of a revoked key is as good as none.
 *
 * Answers at once for a token and key that were seen a moment ago, which is nearly every request: a promise for each
 * would cost more than the check itself.
 */
export function identify(
  { tokens, modes }: Pick<Deps, 'tokens' | 'modes'>,
  keys: KnownKeys,
  { authorization, apiKey }: Credentials,
): Caller | Promise<Caller> {
  const token = bareToken(authorization);
  const caller = tokens.recall(token);
  const key = caller && keys.recall(caller.apiKeyId);
  if (caller && key) return judge(caller, key, { modes, apiKey });
  return tokens
    .verify(token)
    .then(async (verified) => judge(verified, await keys.find(verified.apiKeyId), { modes, apiKey }));
}

function judge(
  caller: Caller,
  key: ApiKey | undefined,
  { modes, apiKey }: { modes: Deps['modes']; apiKey: string },
): Caller {
  const stands = key && key.revokedAtMs === null && key.workspaceId === caller.workspaceId && modes.includes(key.mode);
  if (!stands) throw new AppError('invalid_access_token', { detail: 'the key behind the token does not stand' });
  if (apiKey !== caller.apiKeyId) throw new AppError('insufficient_privilege');
  return caller;
}

/** The vendor sends the token bare, one of its recipes with `Bearer`: both exist in the wild (sandbox-api §1.1). */
export function bareToken(authorization: string): string {
  const isBearer = authorization.length > 7 && authorization.slice(0, 7).toLowerCase() === 'bearer ';
  return isBearer ? authorization.slice(7).trim() : authorization;
}
