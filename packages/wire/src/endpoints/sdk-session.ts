import Type, { type Static } from 'typebox';
import { type DocTypeName, docTypes } from '../doc-types/index.ts';
import { statusReasons } from '../status-reasons.ts';

/** `@entity` of an SDK session in every answer (sandbox-api §1.2, §1.3). */
export const sdkSessionEntity = 'in.co.sandbox.kyc.entitylocker.sdk.session';

/** `@entity` that a create request must carry, to the letter (sandbox-api §1.2). */
export const sdkSessionRequestEntity = 'in.co.sandbox.kyc.entitylocker.sdk.session.request';

/** The vendor's document type names as a schema. */
export const DocTypeSchema = Type.Enum(docTypes.map((type) => type.name) as [DocTypeName, ...DocTypeName[]], {
  title: 'DocType',
  description: `Kind of document: ${docTypes.map((type) => `\`${type.name}\` (${type.title})`).join(', ')}.`,
  examples: ['gstn_details'],
});

/** All states of an SDK session (sandbox-api §3). */
export const sessionStatuses = ['created', 'initialized', 'authorized', 'succeeded', 'failed', 'expired'] as const;
export type SessionStatus = (typeof sessionStatuses)[number];

/** The id of a session, as examples show it. */
export const exampleSessionId = '3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60';

/** A session's id in an answer. */
export const SessionId = Type.String({
  description: 'Id of the session: a version-4 UUID.',
  examples: [exampleSessionId],
});

/** A session's id in a path. Any text is taken: one that names no session of the caller is `data_not_found`. */
export const SessionIdParam = Type.String({
  description: 'Id of a session, from the answer that created it.',
  examples: [exampleSessionId],
});

/** When a session was made. */
export const CreatedAt = Type.Integer({
  description: 'When the session was created, in ms since the epoch.',
  examples: [1763800000000],
});

/** A session as E2 shows it: `updated_at` from the first transition on, `documents_consented` once succeeded. */
export const SdkSession = Type.Object(
  {
    '@entity': Type.Literal(sdkSessionEntity, { description: 'Name of this type.', examples: [sdkSessionEntity] }),
    id: SessionId,
    status: Type.Enum([...sessionStatuses], {
      description:
        '`created`: nobody has gone to EntityLocker yet. `initialized`: the person went there. `authorized`: the answer came, the documents are being listed. `succeeded`, `failed` and `expired` are ends.',
      examples: ['succeeded'],
    }),
    created_at: CreatedAt,
    updated_at: Type.Optional(
      Type.Integer({
        description: 'When the status last changed, in ms since the epoch. Absent while `created`.',
        examples: [1763800420000],
      }),
    ),
    documents_consented: Type.Optional(
      Type.Array(DocTypeSchema, {
        description: 'What the person shared: a subset of what was asked for. Present only when `succeeded`.',
        examples: [['company_master_details', 'gstn_details']],
      }),
    ),
  },
  { title: 'SdkSession', description: 'A consent session.' },
);
export type SdkSession = Static<typeof SdkSession>;

/** Asks for an outcome at create, and names it in the status answer. Ours; the vendor has none. */
export const ScenarioHeader = Type.String({
  description:
    'Outcome that the simulator is to play, by its name in docs/scenarios.md. For test keys, where a simulator stands behind them.',
  examples: ['deny'],
});

/** Headers of a status answer. They say what its closed body has no room for. */
export const StatusHeaders = Type.Object({
  'x-error-code': Type.Optional(
    Type.Enum(Object.keys(statusReasons), {
      description: `Why a session failed or expired; absent otherwise. ${Object.entries(statusReasons)
        .map(([reason, meaning]) => `\`${reason}\`: ${meaning}`)
        .join(' ')}`,
      examples: ['consent_denied'],
    }),
  ),
  'x-tijori-scenario': Type.Optional(ScenarioHeader),
});
