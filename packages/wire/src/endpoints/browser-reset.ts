import Type, { type Static } from 'typebox';
import { envelopeFields } from '../envelope.ts';
import { BrowserCallParams, sdkTokenErrors } from './browser.ts';
import type { Endpoint } from './endpoint.ts';

const BrowserResetResponse = Type.Object(envelopeFields);

/** Answer of `reset`: the envelope without `data` (sandbox-api §1.10). */
export type BrowserResetResponse = Static<typeof BrowserResetResponse>;

/** `POST /kyc/entitylocker-sdk/sessions/{session_id}/reset` (B6, sandbox-api §1.10, §9 no. 14). */
export const browserReset = {
  method: 'POST',
  path: '/kyc/entitylocker-sdk/sessions/{session_id}/reset',
  family: 'browser',
  summary: 'Take an unfinished session back to its beginning.',
  description:
    'Takes no body. The session is `created` again and has forgotten what EntityLocker gave so far; the browser stays bound and its token good. A session at its end is `invalid_session_lifecycle`.',
  credentials: 'key_and_sdk_token',
  params: BrowserCallParams,
  response: BrowserResetResponse,
  responseExample: {
    code: 200,
    timestamp: 1750331120324,
    transaction_id: '5ccad959-0bf4-4472-a3dd-d57e2b61b5a9',
  },
  errors: [...sdkTokenErrors, 'invalid_session_lifecycle'],
} as const satisfies Endpoint;
