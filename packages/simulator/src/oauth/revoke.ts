import type { FastifyRequest } from 'fastify';
import { type Answer, fault } from '../answer.ts';
import type { Deps } from '../deps.ts';
import { sha256Hex } from '../secrets.ts';
import { authenticateClient } from './client-auth.ts';
import { field, formOf, hasDuplicates } from './form.ts';

const kinds = { access_token: 'access', refresh_token: 'refresh' } as const;

/**
 * `POST /oauth2/1/revoke` (entitylocker-upstream §1.4): HTTP Basic only; unlike RFC 7009, a token that is not valid
 * is a 400. Revoking a refresh token ends its whole family, an access token only itself (§9 no. 3).
 */
export function revoke(deps: Deps, request: FastifyRequest): Answer {
  const form = formOf(request.body);
  if (hasDuplicates(form)) return fault(400, 'invalid_request', 'a field is there more than once');
  const caller = authenticateClient(request, form, deps.clients, false);
  if (caller.outcome === 'refused') return fault(400, caller.error, caller.description);
  const value = field(form, 'token');
  if (value === undefined) return fault(400, 'invalid_request', 'token is missing');
  const hint = field(form, 'token_type_hint');
  if (hint !== undefined && hint !== 'access_token' && hint !== 'refresh_token') {
    return fault(400, 'unsupported_token_type', 'token_type_hint must be access_token or refresh_token');
  }
  return deps.state.transaction(() => {
    const found = deps.grants.token(sha256Hex(value));
    const consent = found && deps.grants.consent(found.consentId);
    const mine = consent?.clientId === caller.client.clientId && (hint === undefined || kinds[hint] === found?.kind);
    if (!found || !mine || found.standing !== 'live' || deps.now() >= found.expiresAtMs) {
      return fault(400, 'invalid_token', 'the token is not valid');
    }
    if (found.kind === 'refresh') deps.grants.revokeFamily(found.consentId);
    else deps.grants.retireToken(found.hash, 'revoked');
    return { status: 200, headers: {}, body: '' };
  });
}
