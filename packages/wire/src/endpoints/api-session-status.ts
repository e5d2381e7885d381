import type { Static } from 'typebox';
import { exampleSuccess, success } from '../envelope.ts';
import { ApiSession, apiSessionEntity } from './api-session.ts';
import type { Endpoint } from './endpoint.ts';
import { SessionParams } from './params.ts';
import { exampleSessionId, StatusHeaders } from './sdk-session.ts';

const ApiSessionStatusResponse = success(ApiSession);

/** Answer of `sessions/{session_id}/status` in the redirect flow. */
export type ApiSessionStatusResponse = Static<typeof ApiSessionStatusResponse>;

/** `GET /kyc/entitylocker/sessions/{session_id}/status` (sandbox-api §1.6). An expired session is still a 200. */
export const apiSessionStatus = {
  method: 'GET',
  path: '/kyc/entitylocker/sessions/{session_id}/status',
  family: 'entitylocker_api',
  summary: 'Where a session of the redirect flow stands, and what was consented.',
  credentials: 'key_and_token',
  params: SessionParams,
  response: ApiSessionStatusResponse,
  responseHeaders: StatusHeaders,
  responseExample: exampleSuccess({
    '@entity': apiSessionEntity,
    id: exampleSessionId,
    status: 'succeeded',
    created_at: 1763799600000,
    updated_at: 1763799900000,
    documents_consented: ['gstn_details'],
  }),
  errors: ['invalid_access_token', 'access_token_expired', 'insufficient_privilege', 'data_not_found'],
} as const satisfies Endpoint;
