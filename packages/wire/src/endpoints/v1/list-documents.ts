import Type, { type Static } from 'typebox';
import { errorCatalogue } from '../../errors.ts';
import { nullable } from '../../nullable.ts';
import type { Endpoint } from '../endpoint.ts';
import { SessionParams } from '../params.ts';
import { DocumentType } from './fields.ts';
import { Verdict, verdictExample } from './verdict.ts';

const errorCodeNames = Object.keys(errorCatalogue) as [keyof typeof errorCatalogue, ...(keyof typeof errorCatalogue)[]];

const documentId = 'a4b0c7de-52c7-4d29-8c5c-0d6a0a9f1b11';

const DocumentFile = Type.Object(
  {
    id: Type.String({ description: 'Id of the document.', examples: [documentId] }),
    state: Type.Enum(['available', 'fetched', 'failed', 'erased'], {
      description:
        '`available`: EntityLocker lists it, and it is still to be fetched; as long as the consent stands the gateway goes on trying by itself. `fetched`: it is in the vault. `failed`: it will not come any more. `erased`: it was here and is gone.',
      examples: ['fetched'],
    }),
    reason: nullable(
      Type.Enum(errorCodeNames, {
        description:
          'Why it failed, or why it has not come yet: the error of the last try. Null for what was fetched, and before the first try.',
        examples: [null],
      }),
    ),
    name: Type.String({ description: 'Its name in EntityLocker.', examples: ['GSTN Details'] }),
    issuer: Type.String({
      description: 'Who issued it, as EntityLocker says.',
      examples: ['Goods and Services Tax Network'],
    }),
    issuer_id: Type.String({ description: "The issuer's id in EntityLocker.", examples: ['in.org.gstn'] }),
    issued_on: nullable(
      Type.String({
        description: 'Date of the listing, `YYYY-MM-DD`; null where it has none.',
        examples: ['2017-07-01'],
      }),
    ),
    content_type: nullable(
      Type.String({
        description: 'Media type of the bytes; null unless it was fetched.',
        examples: ['application/xml'],
      }),
    ),
    size: nullable(Type.Integer({ description: 'Bytes; null unless it was fetched.', examples: [4711] })),
    sha256: nullable(
      Type.String({
        description: 'Hex SHA-256 of the bytes; null unless it was fetched.',
        examples: ['7987dfef8b6a5391495bec62d67ca6b46c5d21be0dae7c5a21f386d493fbc45e'],
      }),
    ),
    fetched_at: nullable(
      Type.Integer({
        description: 'When it was fetched, ms since the epoch; null unless it was.',
        examples: [1763800092000],
      }),
    ),
    expires_at: nullable(
      Type.Integer({
        description:
          'From this moment on it is gone, ms since the epoch; null unless it was fetched. What came later than a minute after the consent is kept for as long as the rest, from `fetched_at` on.',
        examples: [1763803690000],
      }),
    ),
    verdict: nullable(Verdict),
  },
  { description: 'One file; of GST details there is one for each state.' },
);

const DocumentOfType = Type.Object(
  {
    type: DocumentType,
    requested: Type.Boolean({ description: 'Whether you asked for it.', examples: [true] }),
    consented: Type.Boolean({ description: 'Whether the person shared it.', examples: [true] }),
    state: Type.Enum(['requested', 'not_consented', 'available', 'fetched', 'failed', 'erased'], {
      description:
        '`requested`: the person has not answered yet. `not_consented`: the session ended without it. Else how far its files are: the one that is least far counts.',
      examples: ['fetched'],
    }),
    files: Type.Array(DocumentFile, {
      description: 'The files of this type that were shared, in the order of EntityLocker’s list.',
    }),
  },
  { description: 'One document type that was asked for.' },
);

const ListDocumentsResponse = Type.Object({
  session_id: Type.String({ description: 'Id of the session.', examples: ['3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60'] }),
  documents: Type.Array(DocumentOfType, {
    description: 'Each type that was asked for, once, in the order of the session.',
  }),
});

/** Answer of `GET /v1/sessions/{session_id}/documents`. */
export type ListDocumentsResponse = Static<typeof ListDocumentsResponse>;

/** `GET /v1/sessions/{session_id}/documents`: how far each document is, and what its signature proves. */
export const listDocuments = {
  method: 'GET',
  path: '/v1/sessions/{session_id}/documents',
  family: 'tijori',
  summary: 'The documents of a session: requested, consented, fetched or failed, each with its verdict.',
  description:
    'Reads what is known and fetches nothing. The files themselves come through the document call of the vendor’s family; a verdict never holds one up.',
  credentials: 'key_and_token',
  params: SessionParams,
  response: ListDocumentsResponse,
  responseExample: {
    session_id: '3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60',
    documents: [
      {
        type: 'gstn_details',
        requested: true,
        consented: true,
        state: 'fetched',
        files: [
          {
            id: documentId,
            state: 'fetched',
            reason: null,
            name: 'GSTN Details',
            issuer: 'Goods and Services Tax Network',
            issuer_id: 'in.org.gstn',
            issued_on: '2017-07-01',
            content_type: 'application/xml',
            size: 4711,
            sha256: '7987dfef8b6a5391495bec62d67ca6b46c5d21be0dae7c5a21f386d493fbc45e',
            fetched_at: 1763800092000,
            expires_at: 1763803690000,
            verdict: verdictExample,
          },
        ],
      },
    ],
  },
  errors: ['session_not_found', 'invalid_access_token', 'access_token_expired', 'insufficient_privilege'],
  errorFormat: 'problem',
} as const satisfies Endpoint;
