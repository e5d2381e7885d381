import Type, { type Static } from 'typebox';
import { nullable } from '../../nullable.ts';
import type { Endpoint } from '../endpoint.ts';
import { SessionParams } from '../params.ts';
import { Metadata, Reference } from './fields.ts';
import { V1Session, v1SessionExample } from './session.ts';

const UpdateSessionRequest = Type.Object(
  { reference: Type.Optional(nullable(Reference)), metadata: Type.Optional(nullable(Metadata)) },
  {
    additionalProperties: false,
    minProperties: 1,
    description: 'What is to change. `null` clears; `metadata` takes the place of all that was there.',
  },
);

/** Body of `PATCH /v1/sessions/{session_id}`. */
export type UpdateSessionRequest = Static<typeof UpdateSessionRequest>;

/** `PATCH /v1/sessions/{session_id}`: own names for any session, also one that was made the vendor's way or has ended. */
export const updateSession = {
  method: 'PATCH',
  path: '/v1/sessions/{session_id}',
  family: 'tijori',
  summary: 'Set or clear the reference and metadata of a session.',
  credentials: 'key_and_token',
  params: SessionParams,
  body: UpdateSessionRequest,
  example: { reference: 'LOAN-2026-000117', metadata: { branch: 'indore-02' } },
  response: V1Session,
  responseExample: v1SessionExample,
  errors: [
    'invalid_request_body',
    'session_not_found',
    'session_redacted',
    'invalid_access_token',
    'access_token_expired',
    'insufficient_privilege',
    'storage_full',
  ],
  errorFormat: 'problem',
} as const satisfies Endpoint;
