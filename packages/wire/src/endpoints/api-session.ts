import Type, { type Static } from 'typebox';
import { DocTypeSchema } from './sdk-session.ts';

/** `@entity` of a session of the redirect flow (sandbox-api §1.6). */
export const apiSessionEntity = 'in.co.sandbox.kyc.entitylocker.session';

/** `@entity` that an init request must carry, to the letter (sandbox-api §1.5). */
export const apiSessionRequestEntity = 'in.co.sandbox.kyc.entitylocker.session.request';

/** `@entity` of the answer to it (sandbox-api §1.5). */
export const apiSessionResponseEntity = 'in.co.sandbox.kyc.entitylocker.session.response';

/** The states that the redirect flow shows (sandbox-api §1.6); what lies between stays `created`. */
export const apiSessionStatuses = ['created', 'succeeded', 'failed', 'expired'] as const;
export type ApiSessionStatus = (typeof apiSessionStatuses)[number];

/** A session of the redirect flow as L2 shows it. */
export const ApiSession = Type.Object({
  '@entity': Type.Literal(apiSessionEntity, { description: 'Type of this object.', examples: [apiSessionEntity] }),
  id: Type.String({
    description: 'Id of the session: the `session_id` that init answered, a version-4 UUID.',
    examples: ['3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60'],
  }),
  status: Type.Enum([...apiSessionStatuses], {
    description:
      '`created` until the session has reached an end, also while the person is at EntityLocker; then `succeeded`, `failed` or `expired`. Why it failed or expired stands in the header `x-error-code`.',
    examples: ['succeeded'],
  }),
  created_at: Type.Integer({ description: 'When it was created, ms since the epoch.', examples: [1763800000000] }),
  updated_at: Type.Optional(
    Type.Integer({
      description: 'When it reached its end, ms since the epoch. Absent while `created`.',
      examples: [1763800090000],
    }),
  ),
  documents_consented: Type.Optional(
    Type.Array(DocTypeSchema, {
      description: 'The document types that the person shared. Present only when `succeeded`.',
      examples: [['company_master_details', 'gstn_details']],
    }),
  ),
});
export type ApiSession = Static<typeof ApiSession>;
