import Type, { type Static } from 'typebox';
import { success } from '../envelope.ts';
import { BrowserCallParams, sdkTokenErrors } from './browser.ts';
import type { Endpoint } from './endpoint.ts';
import { DocTypeSchema, SdkSession, StatusHeaders, sdkSessionEntity } from './sdk-session.ts';

/** A session as its page sees it: as in `status`, plus what was asked for. */
export const BrowserSession = Type.Object({
  ...SdkSession.properties,
  documents_requested: Type.Array(DocTypeSchema, {
    description: 'Document types that the session asks for.',
    examples: [['company_master_details', 'gstn_details']],
  }),
});
export type BrowserSession = Static<typeof BrowserSession>;

/** `GET /kyc/entitylocker-sdk/sessions/{session_id}` (B2, sandbox-api §1.10). */
export const browserSession = {
  method: 'GET',
  path: '/kyc/entitylocker-sdk/sessions/{session_id}',
  family: 'browser',
  summary: 'Where the session stands, what was asked for and what was consented.',
  description:
    'For polling while the person is at EntityLocker. Answers for sessions at their end, too; header `x-error-code` of a 200 answer says why a session failed or expired.',
  credentials: 'key_and_sdk_token',
  params: BrowserCallParams,
  response: success(BrowserSession),
  responseHeaders: StatusHeaders,
  responseExample: {
    code: 200,
    timestamp: 1754991910851,
    transaction_id: '5ccad959-0bf4-4472-a3dd-d57e2b61b5a9',
    data: {
      '@entity': sdkSessionEntity,
      id: '0454f149-26d0-41ef-9f14-c54f4b5f7b70',
      status: 'succeeded',
      created_at: 1754990307997,
      updated_at: 1754990726406,
      documents_consented: ['company_master_details'],
      documents_requested: ['company_master_details', 'gstn_details'],
    },
  },
  errors: sdkTokenErrors,
} as const satisfies Endpoint;
