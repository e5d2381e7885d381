import Type, { type Static } from 'typebox';
import { nullable } from '../../nullable.ts';
import { DocumentType, Purpose } from './fields.ts';

const ms = (description: string, example: number) => Type.Integer({ description, examples: [example] });

/** How a consent stands. */
export const consentStates = ['given', 'withdrawn', 'expired'] as const;

/** How the consent of a session stands, as part of the session. Times are ms since the epoch. */
export const ConsentState = Type.Object(
  {
    status: Type.Enum([...consentStates], {
      description:
        '`given`; `withdrawn` by the person or by you; `expired`: its time is over. Once it is over nothing of it can be had here.',
      examples: ['given'],
    }),
    valid_until: ms('Until when it is good unless it is withdrawn, ms since the epoch.', 1763807200000),
    ended_at: nullable(ms('Since when it is over, ms since the epoch; null while it stands.', 1763804000000)),
  },
  { description: 'How the consent stands.' },
);

const ErasedFile = Type.Object({
  id: Type.String({
    description: 'The document, as in a download link.',
    examples: ['7d9f2c4a-0b1e-4c3d-8e5f-6a7b8c9d0e1f'],
  }),
  type: DocumentType,
  sha256: nullable(
    Type.String({
      pattern: '^[0-9a-f]{64}$',
      description: 'Hex SHA-256 of the file; null if it had not been fetched.',
      examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
    }),
  ),
});

/** The consent record of a session: what was asked, shown, granted, and how it ended. */
export const ConsentRecord = Type.Object({
  session_id: Type.String({ description: 'The session.', examples: ['3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60'] }),
  status: Type.Enum(['asked', ...consentStates], {
    description:
      '`asked`: the person went on to EntityLocker, and no consent has come of it (yet). Else as in the session.',
    examples: ['given'],
  }),
  requester: Type.String({
    description: 'Registered name of who asked, as it stood on the page at that moment.',
    examples: ['Example Lender (fictional)'],
  }),
  asked_at: ms('When the person went on to EntityLocker, ms since the epoch.', 1763800030000),
  trips: Type.Integer({ description: 'How often somebody went on to EntityLocker from this session.', examples: [1] }),
  notice: nullable(
    Type.Object(
      {
        language: Type.String({ description: 'Of the page (BCP 47).', examples: ['en-IN'] }),
        version: Type.String({
          description: 'Names the template of the words in this language: the same until one of them changes.',
          examples: ['7c0a4be6cf0b90cd'],
        }),
        sha256: Type.String({
          pattern: '^[0-9a-f]{64}$',
          description: 'Hex SHA-256 of the words in UTF-8: which version of the text it was.',
          examples: ['2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae'],
        }),
        text: Type.String({
          description: 'The words.',
          examples: ['Example Lender (fictional) asks for documents of your business'],
        }),
      },
      { description: 'What the person read before; null where the integrator showed its own page (redirect flow).' },
    ),
  ),
  documents: Type.Array(
    Type.Object({
      type: DocumentType,
      purpose: nullable(Purpose),
      granted: Type.Boolean({ description: 'Whether the person shared it.', examples: [true] }),
      files: Type.Integer({ description: 'How many files of it there were.', examples: [1] }),
    }),
    { description: 'What was asked for, and what was granted of it.' },
  ),
  upstream: nullable(
    Type.Object(
      {
        service: Type.String({ description: 'Where the consent was given.', examples: ['EntityLocker'] }),
        reference: nullable(
          Type.String({
            description: 'Its own name for the transaction.',
            examples: ['5d41402abc4b2a76b9719d911017c592'],
          }),
        ),
        scope: nullable(Type.String({ description: 'What it says it granted.', examples: ['files.issueddocs'] })),
      },
      { description: 'How it was obtained; null while nobody came back with a code.' },
    ),
  ),
  granted_at: nullable(ms('When the consent came about, ms since the epoch.', 1763800090000)),
  valid_until: ms('Until when it is good, or was asked for, ms since the epoch.', 1763807200000),
  retention_minutes: Type.Integer({ description: 'How many minutes files are kept after consent.', examples: [60] }),
  ended_upstream_at: nullable(
    ms(
      'When EntityLocker refused what was still to be fetched, the consent being over there; ms since the epoch.',
      1763800100000,
    ),
  ),
  ended: nullable(
    Type.Object(
      {
        at: ms('When, ms since the epoch.', 1763804000000),
        reason: Type.Enum(['withdrawn', 'expired'], { description: 'Why it is over.', examples: ['withdrawn'] }),
        by: Type.Enum(['person', 'integrator', 'system'], { description: 'Who ended it.', examples: ['person'] }),
      },
      { description: 'How the consent ended; null while it stands.' },
    ),
  ),
  erased: Type.Array(
    Type.Object({
      at: ms('When the keys were destroyed, ms since the epoch.', 1763804000000),
      reason: Type.Enum(['retention', 'withdrawn', 'expired', 'redaction'], {
        description: 'Why: the time for downloads was over, the consent ended, or the session was redacted.',
        examples: ['withdrawn'],
      }),
      files: Type.Array(ErasedFile, { description: 'Every file of the session that was there.' }),
    }),
    { description: 'Proof of erasure; empty while something is held.' },
  ),
});
export type ConsentRecord = Static<typeof ConsentRecord>;

/** A record as a caller would get it. */
export const consentRecordExample: ConsentRecord = {
  session_id: '3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60',
  status: 'withdrawn',
  requester: 'Example Lender (fictional)',
  asked_at: 1763800030000,
  trips: 1,
  notice: {
    language: 'en-IN',
    version: '7c0a4be6cf0b90cd',
    sha256: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
    text: 'Example Lender (fictional) asks for documents of your business',
  },
  documents: [{ type: 'gstn_details', purpose: 'Check of the GST registration for a loan', granted: true, files: 1 }],
  upstream: { service: 'EntityLocker', reference: '5d41402abc4b2a76b9719d911017c592', scope: 'files.issueddocs' },
  granted_at: 1763800090000,
  valid_until: 1763807200000,
  retention_minutes: 60,
  ended_upstream_at: null,
  ended: { at: 1763804000000, reason: 'withdrawn', by: 'person' },
  erased: [
    {
      at: 1763804000000,
      reason: 'withdrawn',
      files: [
        {
          id: '7d9f2c4a-0b1e-4c3d-8e5f-6a7b8c9d0e1f',
          type: 'gstn_details',
          sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
        },
      ],
    },
  ],
};
