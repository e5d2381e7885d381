import * as oauth from 'oauth4webapi';
import type { Upstream } from '../upstream.ts';
import { authorizationReturn, authorizationStart } from './authorize.ts';
import { fetchDocument, fetchEntity, fetchIssued, fetchUser } from './documents.ts';
import { createCall } from './guards.ts';
import { createOauthClient } from './oauth-client.ts';
import { withRetries } from './retries.ts';
import { revoke } from './revoke.ts';
import { type EntityLockerSettings, resolveSettings } from './settings.ts';
import { redeem, refresh } from './token.ts';

export type { EntityLockerSettings } from './settings.ts';

export interface EntityLockerDeps {
  fetch?: typeof globalThis.fetch;
  nowMs?: () => number;
  /** A PKCE verifier, 43 to 128 unreserved characters. */
  codeVerifier?: () => string;
}

/** The EntityLocker connector; the simulator is the same connector at another base URL. `internal` for bad settings. */
export function createEntityLocker(input: EntityLockerSettings, deps: EntityLockerDeps = {}): Upstream {
  const settings = resolveSettings(input);
  const oauthClient = createOauthClient(settings);
  const call = withRetries(createCall({ settings, fetch: deps.fetch ?? globalThis.fetch }), settings.deadlineMs);
  const nowMs = deps.nowMs ?? Date.now;
  const codeVerifier = deps.codeVerifier ?? oauth.generateRandomCodeVerifier;
  const resources = { settings, call };
  const tokens = { settings, oauthClient, call, nowMs };
  return {
    authorizationOrigin: new URL(settings.baseUrl).origin,
    authorizationStart: (request) => authorizationStart(settings, codeVerifier(), request),
    authorizationReturn: (query, state) => authorizationReturn(oauthClient, query, state),
    redeem: (request) => redeem(tokens, request),
    refresh: (grant) => refresh(tokens, grant),
    revoke: (grant) => revoke(tokens, grant),
    user: (grant) => fetchUser(resources, grant),
    entity: (grant) => fetchEntity(resources, grant),
    issuedDocuments: (grant) => fetchIssued(resources, grant),
    fetchDocument: (grant, document, mime) => fetchDocument(resources, grant, document, mime),
  };
}
