import Type, { type Static } from 'typebox';
import { type DocTypeName, docTypes } from '../doc-types/index.ts';

/** `@entity` of an SDK session in every answer (sandbox-api §1.2, §1.3). */
export const sdkSessionEntity = 'in.co.sandbox.kyc.entitylocker.sdk.session';

/** `@entity` that a create request must carry, to the letter (sandbox-api §1.2). */
export const sdkSessionRequestEntity = 'in.co.sandbox.kyc.entitylocker.sdk.session.request';

/** The vendor's document type names as a schema. */
export const DocTypeSchema = Type.Enum(docTypes.map((type) => type.name) as [DocTypeName, ...DocTypeName[]]);

/** All states of an SDK session (sandbox-api §3). */
export const sessionStatuses = ['created', 'initialized', 'authorized', 'succeeded', 'failed', 'expired'] as const;
export type SessionStatus = (typeof sessionStatuses)[number];

/** A session as E2 shows it: `updated_at` from the first transition on, `documents_consented` once succeeded. */
export const SdkSession = Type.Object({
  '@entity': Type.Literal(sdkSessionEntity),
  id: Type.String(),
  status: Type.Enum([...sessionStatuses]),
  /** ms since the epoch. */
  created_at: Type.Integer(),
  /** ms since the epoch; absent while `created`. */
  updated_at: Type.Optional(Type.Integer()),
  /** What was consented: a subset of what was asked for. Present only when `succeeded`. */
  documents_consented: Type.Optional(Type.Array(DocTypeSchema)),
});
export type SdkSession = Static<typeof SdkSession>;
