import Type, { type Static } from 'typebox';
import { authenticate } from './authenticate.ts';
import type { Endpoint } from './endpoint.ts';

const LegacyAuthorizeQuery = Type.Object({
  request_token: Type.String({
    description: 'The access token that is to be renewed; the same as in `authorization`.',
    examples: ['eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJpbnRlbnQiOiJBQ0NFU1NfVE9LRU4ifQ.c2lnbmF0dXJl'],
  }),
});

/** Query of `/authorize`. */
export type LegacyAuthorizeQuery = Static<typeof LegacyAuthorizeQuery>;

/**
 * `POST /authorize?request_token=…`: the vendor's old refresh, which it gave up in 2025 (sandbox-api §1.15). Off unless
 * `TIJORI_LEGACY_AUTHORIZE` is on, and therefore not one of `endpoints`.
 */
export const legacyAuthorize = {
  method: 'POST',
  path: '/authorize',
  family: 'auth',
  summary: 'Renew an access token without the secret. Deprecated; use `/authenticate`.',
  credentials: 'key_and_token',
  query: LegacyAuthorizeQuery,
  response: authenticate.response,
  errors: ['invalid_access_token', 'access_token_expired', 'insufficient_privilege'],
} as const satisfies Endpoint;
