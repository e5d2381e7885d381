import Type, { type Static } from 'typebox';
import { nullable } from '../../nullable.ts';
import { type StatusReason, statusReasons } from '../../status-reasons.ts';
import { sessionStatuses } from '../sdk-session.ts';
import { ConsentState } from './consent.ts';
import { DocumentType, ExpectedEntity, Flow, LocaleField, Metadata, Purpose, Reference, ReturnUrl } from './fields.ts';

const exampleId = '3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60';
const time = (description: string, example: number) => Type.Integer({ description, examples: [example] });

const AskedDocument = Type.Object(
  {
    type: DocumentType,
    purpose: nullable(Purpose),
    consented: Type.Boolean({
      description: 'Whether the session succeeded and the person shared this type.',
      examples: [true],
    }),
  },
  { description: 'One document type that was asked for.' },
);

/** A session in our own API: every key is there, and what is absent is `null`. Times are ms since the epoch. */
export const V1Session = Type.Object({
  id: Type.String({
    description: 'Version-4 UUID; the same id in the addresses of the vendor.',
    examples: [exampleId],
  }),
  mode: Type.Enum(['test', 'live'], { description: 'Of the key that made it.', examples: ['test'] }),
  family: Type.Enum(['sdk', 'api'], {
    description:
      'In which family of addresses of the vendor it is seen: `sdk` (`/kyc/entitylocker-sdk/…`, and every session made here) or `api` (`/kyc/entitylocker/…`, by redirect).',
    examples: ['sdk'],
  }),
  flow: Flow,
  status: Type.Enum([...sessionStatuses], {
    description:
      '`created`, `initialized` (the person went on to EntityLocker), `authorized` (came back with a code that was redeemed); the ends are `succeeded`, `failed` and `expired`.',
    examples: ['succeeded'],
  }),
  status_reason: nullable(
    Type.Enum(Object.keys(statusReasons) as [StatusReason, ...StatusReason[]], {
      description: 'Why it failed or expired; else null.',
      examples: [null],
    }),
  ),
  documents: Type.Array(AskedDocument, { description: 'What was asked for, each type once.' }),
  reference: nullable(Reference),
  metadata: nullable(Metadata),
  locale: nullable(LocaleField),
  return_url: nullable(ReturnUrl),
  expected_entity: nullable(ExpectedEntity),
  created_at: time('When it was created, ms since the epoch.', 1763800000000),
  updated_at: nullable(time('When its status last changed, ms since the epoch; null while `created`.', 1763800090000)),
  expires_at: time(
    'From this moment on it is expired unless it has reached an end, ms since the epoch.',
    1763803600000,
  ),
  documents_expire_at: nullable(
    time(
      'From this moment on the documents are gone, ms since the epoch; null unless `succeeded`. Where one came late, `expires_at` of each says more, and this is when the next of them goes.',
      1763803690000,
    ),
  ),
  consent: nullable(ConsentState),
  follow_up_of: nullable(
    Type.String({
      description: 'The session whose missing documents this one asks for; null for one that stands by itself.',
      examples: [null],
    }),
  ),
  redacted_at: nullable(
    time(
      'Since when the personal data of the session is gone, ms since the epoch; null unless redacted.',
      1763804000000,
    ),
  ),
  url: Type.String({
    description: 'The hosted page of the session, for the person.',
    examples: [`https://consent.example.in/consent/${exampleId}`],
  }),
});
export type V1Session = Static<typeof V1Session>;

/** A session as a caller would get it. */
export const v1SessionExample: V1Session = {
  id: exampleId,
  mode: 'test',
  family: 'sdk',
  flow: 'signin',
  status: 'created',
  status_reason: null,
  documents: [{ type: 'gstn_details', purpose: 'Check of the GST registration for a loan', consented: false }],
  reference: 'LOAN-2026-000117',
  metadata: { branch: 'indore-02' },
  locale: null,
  return_url: 'https://lender.example/onboarding/back?step=documents',
  expected_entity: { pan: 'ZZZCZ9999Z' },
  created_at: 1763800000000,
  updated_at: null,
  expires_at: 1763803600000,
  documents_expire_at: null,
  consent: null,
  follow_up_of: null,
  redacted_at: null,
  url: `https://consent.example.in/consent/${exampleId}`,
};
