import type { Endpoint } from '../endpoint.ts';
import { SessionParams } from '../params.ts';
import { V1Session, v1SessionExample } from './session.ts';

/** `POST /v1/sessions/{session_id}/follow-up`: a new session for what an ended one did not bring. Takes no body. */
export const followUpSession = {
  method: 'POST',
  path: '/v1/sessions/{session_id}/follow-up',
  family: 'tijori',
  summary: 'Create a session for just the documents that an ended one did not bring.',
  description:
    'Asks for the types that were not shared, or of which a file failed; of a session that failed or expired, for all. What is still being fetched is not asked for again. Purposes, `reference`, `metadata`, `locale`, `return_url`, `expected_entity` and family are those of the first, and `follow_up_of` names it; `url` of the answer is the link for the person. The first session stays as it is; its timeline says `session.followed_up`. A body is taken and not read.',
  credentials: 'key_and_token',
  idempotent: true,
  params: SessionParams,
  status: 201,
  response: V1Session,
  responseExample: { ...v1SessionExample, follow_up_of: '8c1d2e3f-4a5b-4c6d-8e7f-9a0b1c2d3e4f' },
  errors: [
    'session_not_found',
    'session_open',
    'session_redacted',
    'nothing_missing',
    'invalid_access_token',
    'access_token_expired',
    'insufficient_privilege',
    'storage_full',
  ],
  errorFormat: 'problem',
} as const satisfies Endpoint;
