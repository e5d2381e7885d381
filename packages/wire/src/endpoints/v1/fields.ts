import Type, { type Static } from 'typebox';
import { identifierPatterns } from '../../identifiers.ts';
import { locales } from '../../locales.ts';
import { returnUrlField } from '../return-url.ts';
import { DocTypeSchema } from '../sdk-session.ts';

/** Most own facts of a session. */
const metadataKeysMax = 20;

/** The fields that requests and answers of our session API share. */
export const Flow = Type.Enum(['signin', 'signup'], {
  description: '`signin`: the business has an EntityLocker account; `signup`: it will open one on the way.',
  examples: ['signin'],
});

export const DocumentType = Type.Enum([...DocTypeSchema.enum], {
  description: 'A document type, by the name that the vendor gives it.',
  examples: ['gstn_details'],
});

/** What EntityLocker takes as a purpose: letters, digits, space, underscore (entitylocker-upstream §1.1). */
export const Purpose = Type.String({
  pattern: '^[A-Za-z0-9_]([A-Za-z0-9_ ]{0,98}[A-Za-z0-9_])?$',
  description:
    'What this document is used for, as the person reads it on the hosted page: letters, digits, spaces inside, underscores; 100 at most. One purpose for all documents is sent on to EntityLocker, too.',
  examples: ['Check of the GST registration for a working capital loan'],
});

export const Reference = Type.String({
  pattern: '^[!-~]([ -~]{0,126}[!-~])?$',
  description:
    'Your own name for the session: printable ASCII, spaces only inside, 128 characters at most. Not unique by itself. Kept as it is, not encrypted: put no personal data into it.',
  examples: ['LOAN-2026-000117'],
});

export const Metadata = Type.Record(
  Type.String({ pattern: '^[A-Za-z0-9_.-]{1,40}$' }),
  Type.String({ maxLength: 500 }),
  {
    maxProperties: metadataKeysMax,
    additionalProperties: false,
    description:
      'Your own facts: at most 20 keys of 1 to 40 letters, digits, `_`, `.` or `-`, each with a text of at most 500 characters. Kept as they are, not encrypted: put no personal data into them.',
    examples: [{ branch: 'indore-02', product: 'working-capital' }],
  },
);

export const LocaleField = Type.Enum([...locales], {
  description: 'Language of the hosted page (BCP 47).',
  examples: ['en-IN'],
});

export const ReturnUrl = returnUrlField(
  'Where the browser goes once the session has reached an end; `session_id` and `status` are appended to its query. https; plain http only to this machine, with a test key, where the operator allows it. No user name, no fragment.',
);

const identifier = (pattern: string, description: string, example: string) =>
  Type.Optional(Type.String({ pattern, description, examples: [example] }));

export const ExpectedEntity = Type.Object(
  {
    cin: identifier(identifierPatterns.cin, 'Corporate identity number, 21 characters.', 'U99999ZZ2014PTC999901'),
    gstin: identifier(
      identifierPatterns.gstin,
      'GST number, 15 characters; compared by the PAN in it, so that a registration in another state is no contradiction.',
      '27ZZZCZ9999Z1ZJ',
    ),
    pan: identifier(identifierPatterns.pan, 'Permanent account number, 10 characters.', 'ZZZCZ9999Z'),
    udyam: identifier(identifierPatterns.udyam, 'Udyam registration number, 19 characters.', 'UDYAM-ZZ-00-0000001'),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
    description:
      'The business that should consent, by exactly one identifier. A shared document that carries another one ends the session as `failed` with `entity_mismatch`, and nothing is kept. Company master details carry a CIN, GST details a GSTIN and the PAN in it, Udyam certificates a Udyam number; what cannot be compared is no contradiction.',
    examples: [{ pan: 'ZZZCZ9999Z' }],
  },
);
export type ExpectedEntity = Static<typeof ExpectedEntity>;
