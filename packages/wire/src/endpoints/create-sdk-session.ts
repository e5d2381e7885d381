import Type, { type Static } from 'typebox';
import { success } from '../envelope.ts';
import type { Endpoint } from './endpoint.ts';
import { DocTypeSchema, sdkSessionEntity, sdkSessionRequestEntity } from './sdk-session.ts';

/** Most entries of `doc_types` that are read; the vendor states none, and three different ones exist. */
export const docTypesMax = 64;

const CreateSdkSessionRequest = Type.Object(
  {
    '@entity': Type.Literal(sdkSessionRequestEntity),
    /** `signin`: the business has an EntityLocker account; `signup`: it will open one on the way. */
    flow: Type.Enum(['signin', 'signup']),
    /** At least one; duplicates are folded (sandbox-api §9 no. 19). */
    doc_types: Type.Array(DocTypeSchema, { minItems: 1, maxItems: docTypesMax }),
  },
  { additionalProperties: false },
);

/** Body of `sessions/create` (sandbox-api §1.2). */
export type CreateSdkSessionRequest = Static<typeof CreateSdkSessionRequest>;

const CreateSdkSessionResponse = success(
  Type.Object({
    '@entity': Type.Literal(sdkSessionEntity),
    id: Type.String(),
    status: Type.Literal('created'),
    /** ms since the epoch. */
    created_at: Type.Integer(),
  }),
);

/** Answer of `sessions/create`: status 200, not 201 (sandbox-api §1.2). */
export type CreateSdkSessionResponse = Static<typeof CreateSdkSessionResponse>;

/**
 * `POST /kyc/entitylocker-sdk/sessions/create` (sandbox-api §1.2).
 *
 * @example
 * { "@entity": "in.co.sandbox.kyc.entitylocker.sdk.session.request", "flow": "signin", "doc_types": ["gstn_details"] }
 */
export const createSdkSession = {
  method: 'POST',
  path: '/kyc/entitylocker-sdk/sessions/create',
  family: 'entitylocker_sdk',
  summary: 'Create a consent session for the documents named.',
  credentials: 'key_and_token',
  idempotent: true,
  body: CreateSdkSessionRequest,
  response: CreateSdkSessionResponse,
  errors: ['invalid_request_body', 'invalid_access_token', 'access_token_expired', 'insufficient_privilege'],
} as const satisfies Endpoint;
