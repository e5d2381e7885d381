import type { Endpoint } from '../endpoint.ts';
import { SessionParams } from '../params.ts';
import { V1Session, v1SessionExample } from './session.ts';

/** `POST /v1/sessions/{session_id}/redact`: takes what is personal out of an ended session. Takes no body. */
export const redactSession = {
  method: 'POST',
  path: '/v1/sessions/{session_id}/redact',
  family: 'tijori',
  summary: 'Take everything personal out of an ended session for good.',
  description:
    'Gone when this answers: documents and their keys, profiles, the names and ids of who consented for whom, addresses and texts of EntityLocker’s list, your `reference`, `metadata`, `return_url` and `expected_entity`, kept answers to an `Idempotency-Key`, and what your webhook endpoints answered. Tokens are revoked at EntityLocker right after. What stays: types, times, statuses, verdicts, digests, the consent record with its proof of erasure, events and the timeline. The status stays as it is and `redacted_at` says since when. It cannot be undone, and once more changes nothing. The consent itself is not withdrawn by it. A body is taken and not read.',
  credentials: 'key_and_token',
  idempotent: true,
  params: SessionParams,
  response: V1Session,
  responseExample: {
    ...v1SessionExample,
    status: 'succeeded',
    documents: [{ type: 'gstn_details', purpose: 'Check of the GST registration for a loan', consented: true }],
    reference: null,
    metadata: null,
    return_url: null,
    expected_entity: null,
    updated_at: 1763800090000,
    documents_expire_at: 1763804000000,
    consent: { status: 'given', valid_until: 1763807200000, ended_at: null },
    redacted_at: 1763804000000,
  },
  errors: [
    'session_not_found',
    'session_open',
    'invalid_access_token',
    'access_token_expired',
    'insufficient_privilege',
    'storage_full',
  ],
  errorFormat: 'problem',
} as const satisfies Endpoint;
