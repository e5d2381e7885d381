import type { Endpoint } from '../endpoint.ts';
import { SessionParams } from '../params.ts';
import { ConsentRecord, consentRecordExample } from './consent.ts';

/** `GET /v1/sessions/{session_id}/consent`: the consent record, which outlives the documents. */
export const getConsent = {
  method: 'GET',
  path: '/v1/sessions/{session_id}/consent',
  family: 'tijori',
  summary: 'The consent record of a session: what was asked, shown, granted, and how it ended.',
  description:
    'It stays when the documents are erased, and after a redaction. It names no person: who consented for whom stands in the receipt.',
  credentials: 'key_and_token',
  params: SessionParams,
  response: ConsentRecord,
  responseExample: consentRecordExample,
  errors: ['session_not_found', 'no_consent', 'invalid_access_token', 'access_token_expired', 'insufficient_privilege'],
  errorFormat: 'problem',
} as const satisfies Endpoint;
