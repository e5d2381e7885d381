import type { JsonSchema } from '@tijori/wire/openapi';

/**
 * What the vendor published of its own API, as JSON Schema written from the facts of sandbox-api §1, never copied. It is what a
 * client that was written for the vendor may rely on, so our answers are held against it (vendor-schemas.test.ts).
 */
export interface VendorEndpoint {
  /** As sandbox-api §1.0 numbers them. */
  id: string;
  method: 'GET' | 'POST';
  path: string;
  request?: JsonSchema;
  response: JsonSchema;
  /** The errors that it documents. */
  errors: readonly { status: number; message: RegExp }[];
}

const text: JsonSchema = { type: 'string' };
const whole: JsonSchema = { type: 'integer' };
const only = (value: string): JsonSchema => ({ type: 'string', const: value });
const oneOf = (...values: string[]): JsonSchema => ({ type: 'string', enum: values });
const listOf = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
/** Every key required, but for those named. */
const record = (properties: Record<string, JsonSchema>, optional: readonly string[] = []): JsonSchema => ({
  type: 'object',
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
});

/** The four keys of every success (sandbox-api §2.1). */
const success = (data: JsonSchema): JsonSchema =>
  record({ code: { ...whole, const: 200 }, timestamp: whole, transaction_id: text, data });

/** And of every error: no `data`, nothing machine-readable (sandbox-api §2.1). */
export const vendorError: JsonSchema = record({ code: whole, timestamp: whole, transaction_id: text, message: text });

const sdkEntity = 'in.co.sandbox.kyc.entitylocker.sdk.session';
const apiEntity = 'in.co.sandbox.kyc.entitylocker.session';
const docType = oneOf('company_master_details', 'gstn_details', 'udhyam_certificate');
const flow = oneOf('signin', 'signup');
const sixStatuses = ['created', 'initialized', 'authorized', 'succeeded', 'failed', 'expired'];
const fourStatuses = ['created', 'succeeded', 'failed', 'expired'];

/**
 * §1.3, §1.6. The newest file of the vendor adds `if status == succeeded then documents_consented: string`, against the array
 * that it declares above it and against each of its own samples. That is the one known bug, and it is left out here: a client
 * generated from that file to the letter refuses every success of the vendor, too.
 */
const session = (entity: string, statuses: readonly string[]) =>
  record(
    {
      '@entity': only(entity),
      id: text,
      status: oneOf(...statuses),
      created_at: whole,
      updated_at: whole,
      documents_consented: listOf(docType),
    },
    ['updated_at', 'documents_consented'],
  );

/** §1.4: `files` only, and inside `metadata` all five keys, in mixed case. */
const files = record({
  files: listOf(
    record({
      '@entity': only('org.quicko.drive.file'),
      url: text,
      size: whole,
      metadata: record({
        ContentType: text,
        issuer_id: text,
        issuer: text,
        LastModified: { ...text, pattern: '^\\d{2}/\\d{2}/\\d{4}$' },
        description: text,
      }),
    }),
  ),
});

const sdk = '/kyc/entitylocker-sdk/sessions';
const api = '/kyc/entitylocker/sessions';
const notConsented = { status: 400, message: /^Consent for \w+ not provided$/ };
const notFound = { status: 521, message: /^Data not found for: / };
const tooEarly = { status: 523, message: /^Cannot get document due to invalid session lifecycle$/ };
/** B1 and B4 answer the same (§1.10). */
const sdkToken = success(
  record({ '@entity': only('in.co.sandbox.kyc.entitylocker.sdk.authorization.response'), access_token: text }),
);

export const vendorEndpoints: readonly VendorEndpoint[] = [
  {
    id: 'A1',
    method: 'POST',
    path: '/authenticate',
    response: success(record({ access_token: text })),
    errors: [{ status: 401, message: /^Unauthorized$/ }],
  },
  {
    id: 'E1',
    method: 'POST',
    path: `${sdk}/create`,
    request: {
      ...record({ '@entity': only(`${sdkEntity}.request`), flow, doc_types: { ...listOf(docType), minItems: 1 } }),
      additionalProperties: false,
    },
    response: success(record({ '@entity': only(sdkEntity), id: text, status: only('created'), created_at: whole })),
    // None on this endpoint; its DigiLocker twin has this one.
    errors: [{ status: 400, message: /^Invalid request body$/ }],
  },
  {
    id: 'E2',
    method: 'GET',
    path: `${sdk}/{session_id}/status`,
    response: success(session(sdkEntity, sixStatuses)),
    errors: [notFound],
  },
  {
    id: 'E3',
    method: 'GET',
    path: `${sdk}/{session_id}/documents/{doc_type}`,
    response: success(files),
    errors: [notConsented, notFound, tooEarly],
  },
  {
    id: 'L1',
    method: 'POST',
    path: `${api}/init`,
    request: record(
      {
        '@entity': only(`${apiEntity}.request`),
        flow,
        redirect_url: { ...text, format: 'uri', pattern: '^https://' },
        consent_expiry: { ...whole, minimum: 0 },
      },
      ['consent_expiry'],
    ),
    response: success(
      record({
        '@entity': only(`${apiEntity}.response`),
        authorization_url: { ...text, format: 'uri' },
        session_id: text,
      }),
    ),
    errors: [],
  },
  {
    id: 'L2',
    method: 'GET',
    path: `${api}/{session_id}/status`,
    response: success(session(apiEntity, fourStatuses)),
    errors: [],
  },
  {
    id: 'L3',
    method: 'GET',
    path: `${api}/{session_id}/documents/{doc_type}`,
    response: success(files),
    errors: [notConsented],
  },
  {
    id: 'L4',
    method: 'GET',
    path: `${api}/{session_id}/entity`,
    response: success(
      record({
        id: { ...text, format: 'uuid' },
        '@entity': only('in.co.sandbox.kyc.entitylocker.entity'),
        date_of_incorporation: { ...text, pattern: '^\\d{2}/\\d{2}/\\d{4}$' },
        email: { ...text, format: 'email' },
        mobile: text,
        name: text,
        verified_by: oneOf('pan', 'ud', 'cin'),
      }),
    ),
    errors: [],
  },
  {
    id: 'L5',
    method: 'GET',
    path: `${api}/{session_id}/user/profile`,
    response: success(
      record({
        id: text,
        '@entity': only('in.co.sandbox.kyc.entitylocker.user.profile'),
        date_of_birth: { ...text, pattern: '^\\d{2}/\\d{2}/\\d{4}$' },
        mobile: text,
        eaadhaar: { type: 'boolean' },
        gender: text,
        name: text,
      }),
    ),
    errors: [],
  },
  { id: 'B1', method: 'POST', path: `${sdk}/{session_id}/init`, response: sdkToken, errors: [] },
  {
    id: 'B2',
    method: 'GET',
    path: `${sdk}/{session_id}`,
    response: success({
      ...session(sdkEntity, sixStatuses),
      properties: { ...session(sdkEntity, sixStatuses).properties, documents_requested: listOf(docType) },
    }),
    errors: [],
  },
  {
    id: 'B3',
    method: 'GET',
    path: `${sdk}/{session_id}/authorization_url`,
    response: success(
      record({
        '@entity': only(`${apiEntity}.authorization.url.response`),
        authorization_url: { ...text, format: 'uri' },
      }),
    ),
    errors: [],
  },
  {
    id: 'B4',
    method: 'POST',
    path: `${sdk}/{session_id}/authorize`,
    request: record({
      '@entity': only('in.co.sandbox.kyc.entitylocker.sdk.authorization.request'),
      request_token: text,
    }),
    response: sdkToken,
    errors: [],
  },
  {
    id: 'B5',
    method: 'GET',
    path: `${sdk}/{session_id}/documents`,
    response: success(
      record({
        '@entity': only('org.quicko.paginated_list'),
        items: listOf(
          record({
            description: text,
            '@entity': only('in.co.sandbox.kyc.entitylocker.document'),
            name: text,
            date: whole,
            type: only('file'),
            size: text,
            parent: text,
            mime: listOf(text),
            uri: text,
            doc_type: docType,
            issuer_id: text,
            issuer: text,
          }),
        ),
      }),
    ),
    errors: [],
  },
  {
    id: 'B6',
    method: 'POST',
    path: `${sdk}/{session_id}/reset`,
    // A success without `data` (§1.10).
    response: {
      ...record({ code: { ...whole, const: 200 }, timestamp: whole, transaction_id: text }),
      additionalProperties: false,
    },
    errors: [],
  },
];
