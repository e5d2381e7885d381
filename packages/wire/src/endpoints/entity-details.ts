import Type, { type Static } from 'typebox';
import { exampleSuccess, success } from '../envelope.ts';
import type { ErrorCode } from '../errors.ts';
import type { Endpoint } from './endpoint.ts';
import { SessionParams } from './params.ts';

/** `@entity` of an entity's details (sandbox-api §1.8). */
export const entityDetailsEntity = 'in.co.sandbox.kyc.entitylocker.entity';

/** The vendor's words for the identifier by which EntityLocker has verified the entity (sandbox-api §1.8). */
export const entityVerifiers = ['pan', 'ud', 'cin'] as const;

/** The entity for which the person consented. What EntityLocker did not tell is an empty text: no key is left out. */
export const EntityDetails = Type.Object({
  id: Type.String({
    description:
      'A version-5 UUID that stays the same for this entity in all sessions of the workspace, and is another one in any other workspace.',
    examples: ['6f9619ff-8b86-5011-b42d-00c04fc964ff'],
  }),
  '@entity': Type.Literal(entityDetailsEntity, {
    description: 'Type of this object.',
    examples: [entityDetailsEntity],
  }),
  date_of_incorporation: Type.String({
    pattern: '^([0-9]{2}/[0-9]{2}/[0-9]{4})?$',
    description: '`DD/MM/YYYY`, or empty.',
    examples: ['01/07/2014'],
  }),
  email: Type.String({
    description: 'E-mail address of the entity, or empty.',
    examples: ['accounts@business.example'],
  }),
  mobile: Type.String({ description: 'Mobile number of the entity, or empty.', examples: ['5550000011'] }),
  name: Type.String({
    description: 'Registered name, or empty.',
    examples: ['NEELKAMAL SPECIMEN TEXTILES PRIVATE LIMITED'],
  }),
  verified_by: Type.Enum([...entityVerifiers, ''], {
    description:
      'The identifier by which EntityLocker has verified the entity: `pan`, `ud` (Udyam) or `cin`; empty if it did not tell.',
    examples: ['cin'],
  }),
});
export type EntityDetails = Static<typeof EntityDetails>;

/** What can go wrong with entity and person, which are kept as long as the documents are. */
export const profileErrors = [
  'invalid_access_token',
  'access_token_expired',
  'insufficient_privilege',
  'data_not_found',
  'invalid_session_lifecycle',
  'upstream_unavailable',
  'issuer_unavailable',
  'upstream_refused',
  'upstream_timeout',
] as const satisfies readonly ErrorCode[];

const entityDetails = {
  method: 'GET',
  summary: 'The entity for which the person consented.',
  credentials: 'key_and_token',
  params: SessionParams,
  response: success(EntityDetails),
  responseExample: exampleSuccess({
    id: '6f9619ff-8b86-5011-b42d-00c04fc964ff',
    '@entity': entityDetailsEntity,
    date_of_incorporation: '01/07/2014',
    email: 'accounts@business.example',
    mobile: '5550000011',
    name: 'NEELKAMAL SPECIMEN TEXTILES PRIVATE LIMITED',
    verified_by: 'cin',
  }),
  errors: profileErrors,
} as const;

/** `GET /kyc/entitylocker/sessions/{session_id}/entity` (sandbox-api §1.8). */
export const apiSessionEntityDetails = {
  ...entityDetails,
  path: '/kyc/entitylocker/sessions/{session_id}/entity',
  family: 'entitylocker_api',
  summary: 'The entity for which the person consented, in the redirect flow.',
} as const satisfies Endpoint;

/** The same for a session of the SDK: ours, as the vendor's DigiLocker family has it (sandbox-api §9 no. 29). */
export const sdkSessionEntityDetails = {
  ...entityDetails,
  path: '/kyc/entitylocker-sdk/sessions/{session_id}/entity',
  family: 'entitylocker_sdk',
} as const satisfies Endpoint;
