import Type, { type Static } from 'typebox';
import { exampleSuccess, success } from '../envelope.ts';
import type { Endpoint } from './endpoint.ts';
import {
  CreatedAt,
  DocTypeSchema,
  exampleSessionId,
  ScenarioHeader,
  SessionId,
  sdkSessionEntity,
  sdkSessionRequestEntity,
} from './sdk-session.ts';

/** Most entries of `doc_types` that are read; the vendor states none, and three different ones exist. */
export const docTypesMax = 64;

const CreateSdkSessionRequest = Type.Object(
  {
    '@entity': Type.Literal(sdkSessionRequestEntity, {
      description: 'Name of this type, to the letter.',
      examples: [sdkSessionRequestEntity],
    }),
    flow: Type.Enum(['signin', 'signup'], {
      description: '`signin`: the business has an EntityLocker account. `signup`: it will open one on the way.',
      examples: ['signin'],
    }),
    /** Duplicates are folded (sandbox-api §9 no. 19). */
    doc_types: Type.Array(DocTypeSchema, {
      minItems: 1,
      maxItems: docTypesMax,
      description: 'The documents to ask for, at least one. A type that stands twice is asked for once.',
      examples: [['company_master_details', 'gstn_details']],
    }),
  },
  { additionalProperties: false, description: 'What to ask the business for. Unknown keys are refused.' },
);

/** Body of `sessions/create` (sandbox-api §1.2). */
export type CreateSdkSessionRequest = Static<typeof CreateSdkSessionRequest>;

const CreateSdkSessionResponse = success(
  Type.Object(
    {
      '@entity': Type.Literal(sdkSessionEntity, { description: 'Name of this type.', examples: [sdkSessionEntity] }),
      id: SessionId,
      status: Type.Literal('created', { description: 'State of a new session.', examples: ['created'] }),
      created_at: CreatedAt,
    },
    { description: 'The new session.' },
  ),
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
  description:
    'Then send the person to `/consent/{id}` of this server. The session expires after one hour unless the operator chose otherwise.',
  credentials: 'key_and_token',
  idempotent: true,
  headers: Type.Object({ 'x-tijori-scenario': Type.Optional(ScenarioHeader) }),
  body: CreateSdkSessionRequest,
  example: {
    '@entity': sdkSessionRequestEntity,
    flow: 'signin',
    doc_types: ['company_master_details', 'gstn_details'],
  },
  response: CreateSdkSessionResponse,
  responseExample: exampleSuccess({
    '@entity': sdkSessionEntity,
    id: exampleSessionId,
    status: 'created',
    created_at: 1763800000000,
  }),
  errors: [
    'invalid_request_body',
    'unknown_scenario',
    'invalid_access_token',
    'access_token_expired',
    'insufficient_privilege',
    'storage_full',
  ],
} as const satisfies Endpoint;
