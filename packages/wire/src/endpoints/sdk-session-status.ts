import Type, { type Static } from 'typebox';
import { success } from '../envelope.ts';
import type { Endpoint } from './endpoint.ts';
import { SdkSession } from './sdk-session.ts';

const SdkSessionStatusResponse = success(SdkSession);

/** Answer of `sessions/{session_id}/status`. */
export type SdkSessionStatusResponse = Static<typeof SdkSessionStatusResponse>;

/** `GET /kyc/entitylocker-sdk/sessions/{session_id}/status` (sandbox-api §1.3). An expired session is still a 200. */
export const sdkSessionStatus = {
  method: 'GET',
  path: '/kyc/entitylocker-sdk/sessions/{session_id}/status',
  family: 'entitylocker_sdk',
  summary: 'Where a session stands, and what was consented.',
  credentials: 'key_and_token',
  params: Type.Object({ session_id: Type.String() }),
  response: SdkSessionStatusResponse,
  errors: ['invalid_access_token', 'access_token_expired', 'insufficient_privilege', 'data_not_found'],
} as const satisfies Endpoint;
