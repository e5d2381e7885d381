import { createHash } from 'node:crypto';

/** The client of both servers that the journeys are measured at. */
export const requester = {
  clientId: 'BENCH00001',
  clientSecret: 'a-secret-of-the-bench-and-of-nothing-else',
  redirectUri: 'http://127.0.0.1:9/callback',
  verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
} as const;

/** An authorization request with PKCE. */
export function authorizationQuery(state: string, others: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: requester.clientId,
    redirect_uri: requester.redirectUri,
    state,
    code_challenge: createHash('sha256').update(requester.verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...others,
  });
  return query.toString();
}

/** What the token endpoint of both takes. */
export function tokenForm(code: string): [string, string][] {
  return [
    ['grant_type', 'authorization_code'],
    ['code', code],
    ['redirect_uri', requester.redirectUri],
    ['code_verifier', requester.verifier],
    ['client_id', requester.clientId],
    ['client_secret', requester.clientSecret],
  ];
}

/** The code of the address that leads back, whose state has to be the one that was sent. */
export function codeOf(way: string, state: string): string {
  const url = new URL(way);
  const code = url.searchParams.get('code');
  const isRight = way.startsWith(`${requester.redirectUri}?`) && url.searchParams.get('state') === state;
  if (code === null || !isRight) throw new Error(`the way back is wrong: ${way}`);
  return code;
}
