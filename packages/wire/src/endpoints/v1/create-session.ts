import Type, { type Static } from 'typebox';
import { docTypesMax } from '../create-sdk-session.ts';
import type { Endpoint } from '../endpoint.ts';
import { ScenarioHeader } from '../sdk-session.ts';
import { DocumentType, ExpectedEntity, Flow, LocaleField, Metadata, Purpose, Reference, ReturnUrl } from './fields.ts';
import { V1Session, v1SessionExample } from './session.ts';

const CreateSessionRequest = Type.Object(
  {
    flow: Flow,
    documents: Type.Array(
      Type.Object({ type: DocumentType, purpose: Type.Optional(Purpose) }, { additionalProperties: false }),
      {
        minItems: 1,
        maxItems: docTypesMax,
        description: 'What is asked for. A type that stands twice is asked for once, for its first purpose.',
        examples: [[{ type: 'gstn_details', purpose: 'Check of the GST registration for a loan' }]],
      },
    ),
    reference: Type.Optional(Reference),
    metadata: Type.Optional(Metadata),
    locale: Type.Optional(LocaleField),
    return_url: Type.Optional(ReturnUrl),
    expires_at: Type.Optional(
      Type.Integer({
        minimum: 0,
        description:
          'When the session expires unless it has reached an end: ms (not seconds) since the epoch, 5 minutes to 24 hours ahead (a minute more or less is forgiven). Left out: after the time that the operator has set, an hour by default.',
        examples: [1763803600000],
      }),
    ),
    expected_entity: Type.Optional(ExpectedEntity),
  },
  { additionalProperties: false },
);

/** Body of `POST /v1/sessions`. */
export type CreateSessionRequest = Static<typeof CreateSessionRequest>;

/** `POST /v1/sessions`: the richer create that the vendor's closed body has no room for. */
export const createSession = {
  method: 'POST',
  path: '/v1/sessions',
  family: 'tijori',
  summary: 'Create a consent session, with purposes, own references and a way back.',
  description:
    'The session is seen in the SDK family of addresses of the vendor, too. With a test key the header `x-tijori-scenario` asks the simulator for an outcome.',
  credentials: 'key_and_token',
  idempotent: true,
  headers: Type.Object({ 'x-tijori-scenario': Type.Optional(ScenarioHeader) }),
  body: CreateSessionRequest,
  example: {
    flow: 'signin',
    documents: [{ type: 'gstn_details', purpose: 'Check of the GST registration for a loan' }],
    reference: 'LOAN-2026-000117',
    metadata: { branch: 'indore-02' },
    return_url: 'https://lender.example/onboarding/back?step=documents',
    expected_entity: { pan: 'ZZZCZ9999Z' },
  },
  status: 201,
  response: V1Session,
  responseExample: v1SessionExample,
  errors: [
    'invalid_request_body',
    'unknown_scenario',
    'invalid_access_token',
    'access_token_expired',
    'insufficient_privilege',
    'storage_full',
  ],
  errorFormat: 'problem',
} as const satisfies Endpoint;
