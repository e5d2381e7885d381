import { BrowserCallParams, SdkTokenResponse, sdkTokenExample } from './browser.ts';
import type { Endpoint } from './endpoint.ts';

/**
 * `POST /kyc/entitylocker-sdk/sessions/{session_id}/init` (B1, sandbox-api §1.10). The vendor lets anybody who holds the
 * public key and a session id have a token, again and again; here the first browser gets it and keeps it.
 */
export const browserInit = {
  method: 'POST',
  path: '/kyc/entitylocker-sdk/sessions/{session_id}/init',
  family: 'browser',
  summary: 'Bind a session to this browser and get an SDK token.',
  description:
    'Takes no body. The first browser is bound by an HttpOnly, partitioned cookie, so send credentials with the request; a later call without that cookie is `insufficient_privilege`. A `created` session becomes `initialized`. A session at its end is `invalid_session_lifecycle`.',
  credentials: 'key',
  params: BrowserCallParams,
  response: SdkTokenResponse,
  responseExample: sdkTokenExample,
  errors: [
    'unauthorized',
    'cross_origin_refused',
    'insufficient_privilege',
    'data_not_found',
    'invalid_session_lifecycle',
  ],
} as const satisfies Endpoint;
