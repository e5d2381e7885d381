import Type, { type Static } from 'typebox';
import { exampleSuccess, success } from '../envelope.ts';
import type { ErrorCode } from '../errors.ts';
import type { Endpoint } from './endpoint.ts';
import { DocTypeSchema, SessionIdParam } from './sdk-session.ts';

/** `@entity` of a file (sandbox-api §1.4). */
export const driveFileEntity = 'org.quicko.drive.file';

const exampleLink =
  'http://127.0.0.1:8080/vault/documents/9b1d5c0a-7e2f-4d3b-8a6c-0f1e2d3c4b5a?key=k1&expires=1763803600000&disposition=attachment&signature=MadeUpMadeUpMadeUpMadeUpMadeUpMadeUpMadeUpM';

const DriveFile = Type.Object(
  {
    '@entity': Type.Literal(driveFileEntity, { description: 'Name of this type.', examples: [driveFileEntity] }),
    url: Type.String({
      description:
        'Pre-signed link to the bytes: a GET that needs no other header. Good for one hour at most, and never longer than the document is kept.',
      examples: [exampleLink],
    }),
    size: Type.Integer({ description: 'Size of the file in bytes.', examples: [16598] }),
    /** The vendor's five keys, in its own mixed case (sandbox-api §1.4). */
    metadata: Type.Object(
      {
        ContentType: Type.String({
          description: 'Media type of the file: `application/pdf` or `application/xml`.',
          examples: ['application/xml'],
        }),
        issuer_id: Type.String({ description: 'Id of the issuer in EntityLocker.', examples: ['in.org.gstn'] }),
        issuer: Type.String({ description: 'Name of the issuer.', examples: ['Goods and Services Tax Network'] }),
        LastModified: Type.String({
          description: 'Day of issue, as `DD/MM/YYYY`; the day of the fetch where the issuer names none.',
          examples: ['09/05/2025'],
        }),
        description: Type.String({
          description: 'What the document is, in the words of EntityLocker.',
          examples: ['GSTN Details'],
        }),
      },
      { description: 'What is known about the file. The keys mix cases because the vendor does.' },
    ),
  },
  { title: 'DriveFile', description: 'One file of a document.' },
);
export type DriveFile = Static<typeof DriveFile>;

/** `data` has `files` only, no `@entity` (sandbox-api §1.4). More than one file: one for each GST registration. */
export const SdkSessionDocumentResponse = success(
  Type.Object(
    {
      files: Type.Array(DriveFile, {
        description: 'The files of this document type: one for each document, such as one for each GST registration.',
      }),
    },
    { description: 'The links.' },
  ),
);

/** Answer of `sessions/{session_id}/documents/{doc_type}`, here and in the redirect flow. */
export type SdkSessionDocumentResponse = Static<typeof SdkSessionDocumentResponse>;

/** What can go wrong with a document, here and in the redirect flow. */
/** An answer as a caller would get it, in either family. */
export const sessionDocumentExample = exampleSuccess({
  files: [
    {
      '@entity': driveFileEntity,
      url: exampleLink,
      size: 16598,
      metadata: {
        ContentType: 'application/xml',
        issuer_id: 'in.org.gstn',
        issuer: 'Goods and Services Tax Network',
        LastModified: '09/05/2025',
        description: 'GSTN Details',
      },
    },
  ],
});

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
  description:
    'Possible from `succeeded` on and as long as documents are kept: 60 minutes unless the operator chose otherwise. Each call makes new links.',
  credentials: 'key_and_token',
  params: Type.Object({ session_id: SessionIdParam, doc_type: DocTypeSchema }),
  response: SdkSessionDocumentResponse,
  responseExample: sessionDocumentExample,
  errors: sessionDocumentErrors,
} as const satisfies Endpoint;
