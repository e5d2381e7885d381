import Type, { type Static } from 'typebox';
import { nullable } from '../../nullable.ts';
import type { Endpoint } from '../endpoint.ts';
import { SessionParams } from '../params.ts';
import { DocumentType, LocaleField, Purpose } from './fields.ts';

const words = (description: string, example: string) => Type.String({ description, examples: [example] });
const time = (description: string, example: string) =>
  Type.String({ format: 'date-time', description: `${description} ISO 8601, UTC.`, examples: [example] });
const unlessRedacted = (description: string, example: string) =>
  nullable(words(`${description} Null where EntityLocker did not say, and after a redaction.`, example));

const ReceiptPurpose = Type.Object(
  {
    purpose: nullable(Purpose),
    lawful_basis: Type.Enum(['consent'], { description: 'Always consent.', examples: ['consent'] }),
    pii_information: Type.Array(
      Type.Object({ pii_type: DocumentType }, { description: 'A kind of data: here, a document type.' }),
      { description: 'What was asked for.' },
    ),
    pii_controllers: Type.Array(words('Its `party_id`.', 'a7c4b1de-52c7-4d29-8c5c-0d6a0a9f1b11'), {
      description: 'Who asked for it.',
      examples: [['a7c4b1de-52c7-4d29-8c5c-0d6a0a9f1b11']],
    }),
    granted: Type.Boolean({ description: 'Whether the person shared it.', examples: [true] }),
    retention_period: words(
      'How long the gateway keeps a copy for the controller, as an ISO 8601 duration; less if the consent ends before.',
      'PT60M',
    ),
    withdrawal_method: words(
      'Where it is withdrawn, with the link that the person alone has.',
      'https://consent.example.in/withdraw',
    ),
  },
  { description: 'One document type, what it is used for, and whether it was shared.' },
);

const ReceiptParty = Type.Object(
  {
    party_id: words('Names the party within the receipt.', 'a7c4b1de-52c7-4d29-8c5c-0d6a0a9f1b11'),
    party_name: words(
      'Its name; of the controller the registered one, as the person read it.',
      'Example Lender (fictional)',
    ),
    party_role: Type.Enum(['pii_controller', 'pii_source'], {
      description: '`pii_controller`: who asked. `pii_source`: where the documents come from.',
      examples: ['pii_controller'],
    }),
  },
  { description: 'A party.' },
);

const ReceiptEvent = Type.Object(
  {
    event_time: time('When.', '2026-11-22T09:34:50.000Z'),
    event_type: Type.Enum(
      [
        'consent_requested',
        'consent_given',
        'consent_ended_upstream',
        'consent_withdrawn',
        'consent_expired',
        'data_erased',
      ],
      {
        description:
          'What happened. `consent_ended_upstream`: EntityLocker said that it was over there before everything was fetched.',
        examples: ['consent_given'],
      },
    ),
    event_state: Type.Enum(['requested', 'given', 'withdrawn', 'expired'], {
      description: 'How the consent stood then.',
      examples: ['given'],
    }),
    entity_id: Type.Enum(['pii_principal', 'pii_controller', 'pii_source', 'system'], {
      description: 'Who did it; `system` is the gateway by itself.',
      examples: ['pii_principal'],
    }),
    valid_until: Type.Optional(
      time('A consent that was given: until when, unless it is withdrawn.', '2026-11-22T10:34:50.000Z'),
    ),
    reason: Type.Optional(
      Type.Enum(['retention', 'withdrawn', 'expired', 'redaction'], {
        description: 'An erasure: why.',
        examples: ['withdrawn'],
      }),
    ),
  },
  { description: 'One event in the life of the consent.' },
);

/** What is signed: a consent receipt with the field names of ISO/IEC TS 27560 as far as they are public. */
export const ConsentReceipt = Type.Object(
  {
    schema_version: words(
      'The standard whose names it takes, and the version of our shape.',
      'ISO/IEC TS 27560:2023; tijori 1',
    ),
    receipt_id: words(
      'Of this copy; the session’s timeline names it (`consent.receipt_issued`).',
      '0b9e5c9e-7f0a-4d8e-9a39-5a6e3a0c9a11',
    ),
    record_id: words('Of the record that it tells of: the session.', '3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60'),
    issued_at: time('When this copy was made: it says how things stood then.', '2026-11-22T09:35:00.000Z'),
    mode: Type.Enum(['test', 'live'], { description: '`test`: everything in it is fictional.', examples: ['test'] }),
    pii_principal_id: unlessRedacted(
      'EntityLocker’s id of the person who consented.',
      'd1f7c6f0-8a2b-4c3d-9e4f-5a6b7c8d9e0f',
    ),
    pii_principal_name: unlessRedacted('Their name.', 'ASHA SPECIMEN'),
    entity_id: unlessRedacted(
      'EntityLocker’s id of the business for which they did.',
      'e2f7c6f0-8a2b-4c3d-9e4f-5a6b7c8d9e0f',
    ),
    entity_name: unlessRedacted('Its name.', 'NEELKAMAL SPECIMEN TEXTILES PRIVATE LIMITED'),
    privacy_notice: nullable(
      Type.Object(
        {
          version: words('Names the template of the words in this language.', '7c0a4be6cf0b90cd'),
          sha256: words(
            'Hex SHA-256 of the words; the consent record has them in full.',
            '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
          ),
        },
        { description: 'What the person read before; null where no page of the gateway was shown.' },
      ),
    ),
    language: nullable(words('Of that text (BCP 47).', 'en-IN')),
    collection_method: words('How the consent was obtained.', 'EntityLocker, OAuth 2.0 authorization code with PKCE'),
    collection_reference: nullable(
      words('EntityLocker’s own name for the transaction.', '5d41402abc4b2a76b9719d911017c592'),
    ),
    collection_scope: nullable(words('What EntityLocker says it granted.', 'files.issueddocs')),
    purposes: Type.Array(ReceiptPurpose, { description: 'Each document type that was asked for.' }),
    party_identification: Type.Array(ReceiptParty, { description: 'The parties.' }),
    events: Type.Array(ReceiptEvent, { description: 'What has happened so far, in order.' }),
  },
  { description: 'What the signature covers, decoded.' },
);
export type ConsentReceipt = Static<typeof ConsentReceipt>;

const ConsentReceiptQuery = Type.Object(
  { locale: Type.Optional({ ...LocaleField, description: 'Language of `html`; the session’s own if left out.' }) },
  { additionalProperties: false },
);
/** Query of `GET /v1/sessions/{session_id}/consent-receipt`. */
export type ConsentReceiptQuery = Static<typeof ConsentReceiptQuery>;

const ConsentReceiptResponse = Type.Object({
  receipt: ConsentReceipt,
  jws: words(
    'The receipt, signed: a compact JWS (RFC 7515), `alg` EdDSA, `typ` `tijori-consent-receipt+jws`. `kid` names a key of `GET /.well-known/jwks.json`.',
    'eyJhbGciOiJFZERTQSIsInR5cCI6InRpam9yaS1jb25zZW50LXJlY2VpcHQrandzIn0.eyJtYWRlIjoidXAifQ.bWFkZS11cA',
  ),
  html: words(
    'The same as a page to read, print and file: whole in itself, without script, with the JWS in it, and without the person’s withdrawal link.',
    '<!doctype html><html lang="en-IN"><title>Consent receipt</title></html>',
  ),
});
/** Answer of `GET /v1/sessions/{session_id}/consent-receipt`. */
export type ConsentReceiptResponse = Static<typeof ConsentReceiptResponse>;

const example: ConsentReceiptResponse = {
  receipt: {
    schema_version: 'ISO/IEC TS 27560:2023; tijori 1',
    receipt_id: '0b9e5c9e-7f0a-4d8e-9a39-5a6e3a0c9a11',
    record_id: '3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60',
    issued_at: '2026-11-22T09:35:00.000Z',
    mode: 'test',
    pii_principal_id: 'd1f7c6f0-8a2b-4c3d-9e4f-5a6b7c8d9e0f',
    pii_principal_name: 'ASHA SPECIMEN',
    entity_id: 'e2f7c6f0-8a2b-4c3d-9e4f-5a6b7c8d9e0f',
    entity_name: 'NEELKAMAL SPECIMEN TEXTILES PRIVATE LIMITED',
    privacy_notice: {
      version: '7c0a4be6cf0b90cd',
      sha256: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
    },
    language: 'en-IN',
    collection_method: 'EntityLocker, OAuth 2.0 authorization code with PKCE',
    collection_reference: '5d41402abc4b2a76b9719d911017c592',
    collection_scope: 'files.issueddocs',
    purposes: [
      {
        purpose: 'Check of the GST registration for a loan',
        lawful_basis: 'consent',
        pii_information: [{ pii_type: 'gstn_details' }],
        pii_controllers: ['a7c4b1de-52c7-4d29-8c5c-0d6a0a9f1b11'],
        granted: true,
        retention_period: 'PT60M',
        withdrawal_method: 'https://consent.example.in/withdraw',
      },
    ],
    party_identification: [
      {
        party_id: 'a7c4b1de-52c7-4d29-8c5c-0d6a0a9f1b11',
        party_name: 'Example Lender (fictional)',
        party_role: 'pii_controller',
      },
      { party_id: 'entitylocker', party_name: 'EntityLocker', party_role: 'pii_source' },
    ],
    events: [
      {
        event_time: '2026-11-22T09:34:50.000Z',
        event_type: 'consent_given',
        event_state: 'given',
        entity_id: 'pii_principal',
        valid_until: '2026-11-22T10:34:50.000Z',
      },
    ],
  },
  jws: 'eyJhbGciOiJFZERTQSIsInR5cCI6InRpam9yaS1jb25zZW50LXJlY2VpcHQrandzIn0.eyJtYWRlIjoidXAifQ.bWFkZS11cA',
  html: '<!doctype html><html lang="en-IN"><title>Consent receipt</title></html>',
};

/** `GET /v1/sessions/{session_id}/consent-receipt`: the consent as a signed receipt, for files and for auditors. */
export const consentReceipt = {
  method: 'GET',
  path: '/v1/sessions/{session_id}/consent-receipt',
  family: 'tijori',
  summary: 'A signed receipt of the consent (JWS), and the same as a page to read.',
  description:
    'Each call makes a copy of its own that tells how things stand, and notes it in the timeline (`consent.receipt_issued`, with the id of the receipt and the SHA-256 of its JWS). The public keys are at `/.well-known/jwks.json`, a JWK Set (RFC 7517), with no credentials. The person gets the same at the end of the journey, with their withdrawal link beside it.',
  credentials: 'key_and_token',
  params: SessionParams,
  query: ConsentReceiptQuery,
  response: ConsentReceiptResponse,
  responseExample: example,
  errors: [
    'session_not_found',
    'no_consent',
    'invalid_query',
    'invalid_access_token',
    'access_token_expired',
    'insufficient_privilege',
    'storage_full',
  ],
  errorFormat: 'problem',
} as const satisfies Endpoint;
