import Type, { type Static } from 'typebox';
import { exampleSuccess, success } from '../envelope.ts';
import type { Endpoint } from './endpoint.ts';
import { profileErrors } from './entity-details.ts';
import { SessionParams } from './params.ts';

/** `@entity` of a person's profile (sandbox-api §1.9). */
export const userProfileEntity = 'in.co.sandbox.kyc.entitylocker.user.profile';

/** The person who consented. What EntityLocker did not tell is an empty text: no key is left out. */
export const UserProfile = Type.Object({
  id: Type.String({
    description:
      'A version-5 UUID that stays the same for this person in all sessions of the workspace, and is another one in any other workspace.',
    examples: ['886313e1-3b8a-5372-9b90-0c9aee199e5d'],
  }),
  '@entity': Type.Literal(userProfileEntity, { description: 'Type of this object.', examples: [userProfileEntity] }),
  date_of_birth: Type.String({
    pattern: '^([0-9]{2}/[0-9]{2}/[0-9]{4})?$',
    description: '`DD/MM/YYYY`, or empty.',
    examples: ['29/02/1984'],
  }),
  mobile: Type.String({ description: 'Mobile number of the person, or empty.', examples: ['5550000001'] }),
  eaadhaar: Type.Boolean({
    description: 'Whether the account of the person is linked to an e-Aadhaar; false if EntityLocker did not tell.',
    examples: [false],
  }),
  gender: Type.Enum(['male', 'female', 'transgender', ''], {
    description: '`male`, `female`, `transgender`, or empty.',
    examples: ['female'],
  }),
  name: Type.String({ description: 'Name of the person, or empty.', examples: ['Asha Namuna'] }),
});
export type UserProfile = Static<typeof UserProfile>;

const userProfile = {
  method: 'GET',
  summary: 'The person who consented for the entity.',
  credentials: 'key_and_token',
  params: SessionParams,
  response: success(UserProfile),
  responseExample: exampleSuccess({
    id: '886313e1-3b8a-5372-9b90-0c9aee199e5d',
    '@entity': userProfileEntity,
    date_of_birth: '29/02/1984',
    mobile: '5550000001',
    eaadhaar: false,
    gender: 'female',
    name: 'Asha Namuna',
  }),
  errors: profileErrors,
} as const;

/** `GET /kyc/entitylocker/sessions/{session_id}/user/profile` (sandbox-api §1.9). */
export const apiSessionUserProfile = {
  ...userProfile,
  path: '/kyc/entitylocker/sessions/{session_id}/user/profile',
  family: 'entitylocker_api',
  summary: 'The person who consented for the entity, in the redirect flow.',
} as const satisfies Endpoint;

/** The same for a session of the SDK: ours, as the vendor's DigiLocker family has it (sandbox-api §9 no. 29). */
export const sdkSessionUserProfile = {
  ...userProfile,
  path: '/kyc/entitylocker-sdk/sessions/{session_id}/user/profile',
  family: 'entitylocker_sdk',
} as const satisfies Endpoint;
