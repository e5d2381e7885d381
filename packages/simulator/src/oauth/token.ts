import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { type Answer, fault, json } from '../answer.ts';
import type { SimulatorClient } from '../clients.ts';
import { ddmmyyyy } from '../dates.ts';
import type { Deps } from '../deps.ts';
import type { Consent } from '../grants.ts';
import { lifetimes } from '../lifetimes.ts';
import { effectOf } from '../scenarios/table.ts';
import { freshToken, sameSecret, sha256Hex } from '../secrets.ts';
import { authenticateClient } from './client-auth.ts';
import { type Form, field, formOf, hasDuplicates } from './form.ts';

/** `POST /oauth2/1/token` (entitylocker-upstream §1.3). Bad client credentials are a 400 there, not a 401. */
export function token(deps: Deps, request: FastifyRequest): Answer {
  const form = formOf(request.body);
  if (hasDuplicates(form)) return fault(400, 'invalid_request', 'a field is there more than once');
  const caller = authenticateClient(request, form, deps.clients, true);
  if (caller.outcome === 'refused') return fault(400, caller.error, caller.description);
  switch (field(form, 'grant_type')) {
    case undefined:
      return fault(400, 'invalid_request', 'grant_type is missing');
    case 'authorization_code':
      return deps.state.transaction(() => redeemCode(deps, caller.client, form));
    case 'refresh_token':
      return deps.state.transaction(() => refresh(deps, caller.client, form));
    default:
      return fault(400, 'invalid_grant_type', 'grant_type must be authorization_code or refresh_token');
  }
}

function redeemCode(deps: Deps, client: SimulatorClient, form: Form): Answer {
  const value = field(form, 'code');
  const redirectUri = field(form, 'redirect_uri');
  const verifier = field(form, 'code_verifier');
  if (value === undefined || redirectUri === undefined || verifier === undefined) {
    return fault(400, 'invalid_request', 'code, redirect_uri and code_verifier are needed');
  }
  if (!/^[A-Za-z0-9._~-]{43,128}$/.test(verifier)) {
    return fault(400, 'invalid_request', 'code_verifier takes 43 to 128 unreserved characters');
  }
  const code = deps.grants.code(sha256Hex(value));
  const consent = code && deps.grants.consent(code.consentId);
  if (!code || consent?.clientId !== client.clientId) return invalidGrant('the code is unknown');
  if (code.used) {
    // Somebody else may hold what the first use gave out (RFC 6749 §4.1.2).
    deps.grants.revokeFamily(consent.id);
    return invalidGrant('the code was used before; what it gave is revoked');
  }
  if (deps.now() >= code.expiresAtMs || hasEnded(consent, deps.now())) return invalidGrant('the code has expired');
  if (code.redirectUri !== redirectUri) return invalidGrant('redirect_uri is not the one of the authorization request');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  if (!sameSecret(challenge, code.challenge)) return invalidGrant('code_verifier does not fit the code_challenge');
  deps.grants.useCode(code.hash, deps.now());
  return issue(deps, consent);
}

function refresh(deps: Deps, client: SimulatorClient, form: Form): Answer {
  const value = field(form, 'refresh_token');
  if (value === undefined) return fault(400, 'invalid_request', 'refresh_token is missing');
  const found = deps.grants.token(sha256Hex(value));
  const consent = found && deps.grants.consent(found.consentId);
  if (found?.kind !== 'refresh' || consent?.clientId !== client.clientId)
    return invalidGrant('the refresh token is unknown');
  if (found.standing === 'replaced') {
    // Rotation is only worth something if a second use ends the whole family (RFC 9700 §4.14.2).
    deps.grants.revokeFamily(consent.id);
    return invalidGrant('the refresh token was replaced before; its family is revoked');
  }
  if (found.standing === 'revoked') return invalidGrant('the refresh token is revoked');
  if (hasEnded(consent, deps.now())) return invalidGrant('the consent has ended');
  deps.grants.retireToken(found.hash, 'replaced');
  return issue(deps, consent);
}

function issue(deps: Deps, consent: Consent): Answer {
  const nowMs = deps.now();
  const endMs = consent.validTillS * 1000;
  const found = deps.people.entityById(consent.entityId);
  if (found?.person.mobile !== consent.mobile) return invalidGrant('the person or the entity does not exist any more');
  const { person } = found;
  const accessToken = freshToken(deps.random);
  const refreshToken = freshToken(deps.random);
  const accessEndMs = Math.min(nowMs + lifetimes.accessTokenMs, endMs);
  const consentId = consent.id;
  deps.grants.insertToken({ hash: sha256Hex(accessToken), kind: 'access', consentId, expiresAtMs: accessEndMs });
  deps.grants.insertToken({ hash: sha256Hex(refreshToken), kind: 'refresh', consentId, expiresAtMs: endMs });
  return json(200, {
    access_token: accessToken,
    expires_in: effectOf(consent.scenario).shortToken ? 1 : Math.floor((accessEndMs - nowMs) / 1000),
    token_type: 'Bearer',
    scope: consent.scope,
    consent_valid_till: consent.validTillS,
    refresh_token: refreshToken,
    digilockerid: person.id,
    name: person.name,
    dob: ddmmyyyy(person.dateOfBirth),
    gender: person.gender,
    eaadhaar: 'N',
    new_account: consent.newAccount ? 'Y' : 'N',
    reference_key: consent.referenceKey,
    mobile: person.mobile,
  });
}

function hasEnded(consent: Consent, nowMs: number): boolean {
  return nowMs >= consent.validTillS * 1000;
}

function invalidGrant(description: string): Answer {
  return fault(400, 'invalid_grant', description);
}
