import Type, { type Static } from 'typebox';
import { exampleSuccess, success } from '../envelope.ts';
import { apiSessionRequestEntity, apiSessionResponseEntity } from './api-session.ts';
import type { Endpoint } from './endpoint.ts';
import { returnUrlField } from './return-url.ts';
import { ScenarioHeader } from './sdk-session.ts';

/** Further keys are taken and not read: the vendor does not close this body (sandbox-api §1.5). */
const InitApiSessionRequest = Type.Object({
  '@entity': Type.Literal(apiSessionRequestEntity, {
    description: 'Type of this request, to the letter.',
    examples: [apiSessionRequestEntity],
  }),
  flow: Type.Enum(['signin', 'signup'], {
    description: '`signin`: the business has an EntityLocker account; `signup`: it will open one on the way.',
    examples: ['signin'],
  }),
  redirect_url: returnUrlField(
    'Where the browser goes once the session has reached an end; `session_id` and `status` are appended to its query. https; plain http only to this machine, with a test key, where the operator allows it. No user name, no fragment.',
  ),
  consent_expiry: Type.Optional(
    Type.Integer({
      minimum: 0,
      description:
        'When the consent, and with it the session, ends: ms (not seconds) since the epoch, at least one hour ahead (a minute less is forgiven) and at most ten years. Left out: the session ends after 24 hours.',
      examples: [1763900000000],
    }),
  ),
});

/** Body of `sessions/init` (sandbox-api §1.5). */
export type InitApiSessionRequest = Static<typeof InitApiSessionRequest>;

const InitApiSessionResponse = success(
  Type.Object({
    '@entity': Type.Literal(apiSessionResponseEntity, {
      description: 'Type of this object.',
      examples: [apiSessionResponseEntity],
    }),
    authorization_url: Type.String({
      description:
        'Send the browser here, at top level. An address of this server, which binds the browser and goes on to EntityLocker; good until the session ends.',
      examples: ['https://consent.example.in/consent/3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60/authorize'],
    }),
    session_id: Type.String({
      description: 'Id of the session, a version-4 UUID.',
      examples: ['3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60'],
    }),
  }),
);

/** Answer of `sessions/init`. */
export type InitApiSessionResponse = Static<typeof InitApiSessionResponse>;

/**
 * `POST /kyc/entitylocker/sessions/init` (sandbox-api §1.5). The person picks the documents at EntityLocker, so none are
 * named here.
 */
export const initApiSession = {
  method: 'POST',
  path: '/kyc/entitylocker/sessions/init',
  family: 'entitylocker_api',
  summary: 'Begin a consent session by redirect, for whatever documents the person shares.',
  credentials: 'key_and_token',
  idempotent: true,
  headers: Type.Object({ 'x-tijori-scenario': Type.Optional(ScenarioHeader) }),
  body: InitApiSessionRequest,
  example: {
    '@entity': apiSessionRequestEntity,
    flow: 'signin',
    redirect_url: 'https://lender.example/onboarding/back?step=documents',
  },
  response: InitApiSessionResponse,
  responseExample: exampleSuccess({
    '@entity': apiSessionResponseEntity,
    authorization_url: 'https://consent.example.in/consent/3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60/authorize',
    session_id: '3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60',
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
