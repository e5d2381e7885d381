import type { Static } from 'typebox';
import { success } from '../envelope.ts';
import { ApiSession } from './api-session.ts';
import type { Endpoint } from './endpoint.ts';
import { SessionParams } from './params.ts';

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
  errors: ['invalid_access_token', 'access_token_expired', 'insufficient_privilege', 'data_not_found'],
} as const satisfies Endpoint;
