import type { Endpoint } from '../endpoint.ts';
import { SessionParams } from '../params.ts';
import { V1Session, v1SessionExample } from './session.ts';

/** `POST /v1/sessions/{session_id}/cancel`: ends an open session as `failed` with `session_cancelled`. Takes no body. */
export const cancelSession = {
  method: 'POST',
  path: '/v1/sessions/{session_id}/cancel',
  family: 'tijori',
  summary: 'Cancel a session that has not reached an end.',
  description:
    'Whatever the person does after that at EntityLocker leads to nothing. Cancelling again gives the same answer; a session with another end is `session_ended`. A body is taken and not read.',
  credentials: 'key_and_token',
  idempotent: true,
  params: SessionParams,
  response: V1Session,
  responseExample: {
    ...v1SessionExample,
    status: 'failed',
    status_reason: 'session_cancelled',
    updated_at: 1763800090000,
  },
  errors: [
    'session_not_found',
    'session_ended',
    'invalid_access_token',
    'access_token_expired',
    'insufficient_privilege',
    'storage_full',
  ],
  errorFormat: 'problem',
} as const satisfies Endpoint;
