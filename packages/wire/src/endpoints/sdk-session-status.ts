import Type, { type Static } from 'typebox';
import { exampleSuccess, success } from '../envelope.ts';
import type { Endpoint } from './endpoint.ts';
import { exampleSessionId, SdkSession, SessionIdParam, StatusHeaders, sdkSessionEntity } from './sdk-session.ts';

const SdkSessionStatusResponse = success(SdkSession);

/** Answer of `sessions/{session_id}/status`. */
export type SdkSessionStatusResponse = Static<typeof SdkSessionStatusResponse>;

/** `GET /kyc/entitylocker-sdk/sessions/{session_id}/status` (sandbox-api §1.3). An expired session is still a 200. */
export const sdkSessionStatus = {
  method: 'GET',
  path: '/kyc/entitylocker-sdk/sessions/{session_id}/status',
  family: 'entitylocker_sdk',
  summary: 'Where a session stands, and what was consented.',
  description:
    'Poll it until the status is an end: `succeeded`, `failed` or `expired`. A session that failed or expired is still a 200; the header `x-error-code` then says why.',
  credentials: 'key_and_token',
  params: Type.Object({ session_id: SessionIdParam }),
  response: SdkSessionStatusResponse,
  responseHeaders: StatusHeaders,
  responseExample: exampleSuccess({
    '@entity': sdkSessionEntity,
    id: exampleSessionId,
    status: 'succeeded',
    created_at: 1763799600000,
    updated_at: 1763799900000,
    documents_consented: ['company_master_details', 'gstn_details'],
  }),
  errors: ['invalid_access_token', 'access_token_expired', 'insufficient_privilege', 'data_not_found'],
} as const satisfies Endpoint;
