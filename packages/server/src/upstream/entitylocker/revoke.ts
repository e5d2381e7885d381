import * as oauth from 'oauth4webapi';
import { AppError } from '../../domain/app-error.ts';
import { refusalOf } from '../refusal.ts';
import type { Grant } from '../upstream.ts';
import { refused } from './guards.ts';
import { isLoopback } from './settings.ts';
import type { TokenDeps } from './token.ts';

type RevokeDeps = Pick<TokenDeps, 'settings' | 'oauthClient' | 'call'>;

/** What is said of a token that is over already: it is what was wanted. */
const overAlready = new Set(['invalid_token', 'invalid_grant', 'token_revoked']);

/**
 * Ends a grant (entitylocker-upstream §1.4). Whether the one kind of token takes the other with it is unknown, so both are
 * named, the longer-lived first. A token that is not valid any more counts as revoked, so this may be repeated.
 */
export async function revoke(deps: RevokeDeps, { accessToken, refreshToken }: Grant): Promise<void> {
  if (refreshToken) await revokeToken(deps, refreshToken, 'refresh_token');
  await revokeToken(deps, accessToken, 'access_token');
}

async function revokeToken(
  { settings, oauthClient, call }: RevokeDeps,
  token: string,
  kind: 'refresh_token' | 'access_token',
): Promise<void> {
  const send = async (url: string, init: oauth.CustomFetchOptions<'POST', URLSearchParams>): Promise<Response> => {
    const { headers, body } = init;
    await call({ name: 'revoke', method: 'POST', url, headers, body, accept: [], bodyBytesMax: 0, discardsBody: true });
    return new Response(null, { status: 200 });
  };
  try {
    const { server, client, refreshAuth } = oauthClient;
    await oauth.revocationRequest(server, client, refreshAuth, token, {
      additionalParameters: { token_type_hint: kind },
      [oauth.customFetch]: send,
      [oauth.allowInsecureRequests]: isLoopback(new URL(settings.baseUrl).hostname),
    });
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal?.error !== undefined && overAlready.has(refusal.error)) return;
    if (error instanceof AppError) throw error;
    throw refused('revoke', 'not sent', { status: 200 });
  }
}
