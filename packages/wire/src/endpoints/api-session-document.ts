import type { Endpoint } from './endpoint.ts';
import { SessionDocumentParams } from './params.ts';
import { SdkSessionDocumentResponse, sessionDocumentErrors, sessionDocumentExample } from './sdk-session-document.ts';

/** `GET /kyc/entitylocker/sessions/{session_id}/documents/{doc_type}` (sandbox-api §1.7): as in the SDK family. */
export const apiSessionDocument = {
  method: 'GET',
  path: '/kyc/entitylocker/sessions/{session_id}/documents/{doc_type}',
  family: 'entitylocker_api',
  summary: 'Links to the files of one consented document type, in the redirect flow.',
  credentials: 'key_and_token',
  params: SessionDocumentParams,
  response: SdkSessionDocumentResponse,
  responseExample: sessionDocumentExample,
  errors: sessionDocumentErrors,
} as const satisfies Endpoint;
