import { AppError } from '../../domain/app-error.ts';
import type { Deps } from '../deps.ts';
import { bareToken } from './identify.ts';

/**
 * A fresh access token for one that is still good, shown in both places (sandbox-api §1.15), without the secret. What was
 * renewed stays good until its own end. Rejects with `invalid_access_token` when the two differ.
 */
export async function renewAccess(
  { tokens }: Pick<Deps, 'tokens'>,
  { authorization, requestToken }: { authorization: string; requestToken: string },
): Promise<{ accessToken: string }> {
  if (requestToken === '' || requestToken !== bareToken(authorization)) {
    throw new AppError('invalid_access_token', { detail: 'not the same token in both places' });
  }
  return { accessToken: await tokens.renew(requestToken) };
}
