import type { Endpoint } from '../endpoint.ts';
import { SessionParams } from '../params.ts';
import { V1Session, v1SessionExample } from './session.ts';

/** `POST /v1/sessions/{session_id}/withdraw`: ends a consent for the person who gave it. Takes no body. */
export const withdrawConsent = {
  method: 'POST',
  path: '/v1/sessions/{session_id}/withdraw',
  family: 'tijori',
  summary: 'Withdraw the consent of a session: for a person who told you, instead of using their own link.',
  description:
    'When this answers, the documents and their keys are gone and download links are dead; the tokens are revoked at EntityLocker right after. The status stays `succeeded`, `consent` says `withdrawn`, and the record has the proof of erasure. A consent that is over already stays as it ended, and the answer is the same. An `authorized` session ends as `failed` with `consent_withdrawn`. A body is taken and not read.',
  credentials: 'key_and_token',
  idempotent: true,
  params: SessionParams,
  response: V1Session,
  responseExample: {
    ...v1SessionExample,
    status: 'succeeded',
    updated_at: 1763800090000,
    documents_expire_at: 1763804000000,
    consent: { status: 'withdrawn', valid_until: 1763807200000, ended_at: 1763804000000 },
  },
  errors: [
    'session_not_found',
    'no_consent',
    'invalid_access_token',
    'access_token_expired',
    'insufficient_privilege',
    'storage_full',
  ],
  errorFormat: 'problem',
} as const satisfies Endpoint;
