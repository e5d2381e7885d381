import Type, { type Static } from 'typebox';
import { success } from '../envelope.ts';
import type { ErrorCode } from '../errors.ts';
import type { Endpoint } from './endpoint.ts';
import { DocTypeSchema } from './sdk-session.ts';

/** `@entity` of a file (sandbox-api §1.4). */
export const driveFileEntity = 'org.quicko.drive.file';

const DriveFile = Type.Object({
  '@entity': Type.Literal(driveFileEntity),
  /** Pre-signed GET, good for one hour at most and never longer than the document is kept. Needs no other header. */
  url: Type.String(),
  /** Bytes. */
  size: Type.Integer(),
  /** The vendor's five keys, in its own mixed case (sandbox-api §1.4). */
  metadata: Type.Object({
    ContentType: Type.String(),
    issuer_id: Type.String(),
    issuer: Type.String(),
    /** `DD/MM/YYYY`. */
    LastModified: Type.String(),
    description: Type.String(),
  }),
});
export type DriveFile = Static<typeof DriveFile>;

/** `data` has `files` only, no `@entity` (sandbox-api §1.4). More than one file: one for each GST registration. */
export const SdkSessionDocumentResponse = success(Type.Object({ files: Type.Array(DriveFile) }));

/** Answer of `sessions/{session_id}/documents/{doc_type}`, here and in the redirect flow. */
export type SdkSessionDocumentResponse = Static<typeof SdkSessionDocumentResponse>;

/** What can go wrong with a document, here and in the redirect flow. */
export const sessionDocumentErrors = [
  'invalid_request_body',
  'consent_not_provided',
  'consent_ended',
  'invalid_access_token',
  'access_token_expired',
  'insufficient_privilege',
  'data_not_found',
  'invalid_session_lifecycle',
  'upstream_unavailable',
  'issuer_unavailable',
  'upstream_refused',
  'upstream_timeout',
  'storage_full',
] as const satisfies readonly ErrorCode[];

/** `GET /kyc/entitylocker-sdk/sessions/{session_id}/documents/{doc_type}` (sandbox-api §1.4). */
export const sdkSessionDocument = {
  method: 'GET',
  path: '/kyc/entitylocker-sdk/sessions/{session_id}/documents/{doc_type}',
  family: 'entitylocker_sdk',
  summary: 'Links to the files of one consented document type.',
  credentials: 'key_and_token',
  params: Type.Object({ session_id: Type.String(), doc_type: DocTypeSchema }),
  response: SdkSessionDocumentResponse,
  errors: sessionDocumentErrors,
} as const satisfies Endpoint;
