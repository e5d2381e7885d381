import { type ConsentRecord, getConsent, type ListDocumentsResponse, listDocuments } from '@tijori/wire';
import Type, { type Static } from 'typebox';
import Schema from 'typebox/schema';
import type { EvidenceType } from '../../tokens/evidence-key.ts';
import { auditLineFields } from '../audit-line.ts';

/** The evidence pack, format 1: a ZIP archive, stored, of these files, the manifest last. Times are ms since the epoch. */
export const packFiles = {
  readme: 'README.txt',
  documents: 'documents.json',
  consent: 'consent/record.json',
  receipt: 'consent/receipt.jws',
  audit: 'audit/proof.json',
  manifest: 'manifest.jws',
} as const;

export const packFormat = 'tijori evidence 1';
export const manifestType: EvidenceType = 'tijori-evidence-manifest+jws';

/** Largest pack that is made or read, bytes. */
export const packBytesMax = 512 * 1024 * 1024;

const hex64 = Type.String({ pattern: '^[0-9a-f]{64}$' });
const text = Type.String({ maxLength: 2_000 });
const count = Type.Integer({ minimum: 0 });

/** What is signed: which session it is about, and every other file in its order. */
const Manifest = Type.Object({
  format: Type.Literal(packFormat),
  made_at: count,
  session: text,
  /** `test`: nothing in it is about real people or companies. */
  mode: Type.Enum(['test', 'live']),
  status: text,
  workspace: Type.Object({ id: text, name: text }),
  files: Type.Array(
    Type.Object({
      name: text,
      bytes: count,
      sha256: hex64,
      /** Of an original: the id of its document. */
      document: Type.Optional(text),
    }),
    { maxItems: 5_000 },
  ),
});
export type Manifest = Static<typeof Manifest>;

/** The session's entries of the audit log; `index` and `path` lead from an entry to the root of the head. */
const AuditFile = Type.Object({
  head: Type.Union([Type.String(), Type.Null()]),
  entries: Type.Array(
    Type.Object({
      ...auditLineFields,
      // 0: it is in no tree yet.
      batch: count,
      index: Type.Union([count, Type.Null()]),
      path: Type.Array(hex64, { maxItems: 64 }),
    }),
    { maxItems: 100_000 },
  ),
});
export type AuditFile = Static<typeof AuditFile>;

const checks = {
  manifest: Schema.Compile(Manifest),
  audit: Schema.Compile(AuditFile),
  documents: Schema.Compile(listDocuments.response),
  consent: Schema.Compile(getConsent.response),
};

/** Each is `undefined` for what is not of this shape: whoever made the pack may not be whom the reader thinks. */
export const readManifest = (value: unknown): Manifest | undefined =>
  checks.manifest.Check(value) ? value : undefined;
export const readAuditFile = (value: unknown): AuditFile | undefined => (checks.audit.Check(value) ? value : undefined);
export const readDocumentsFile = (value: unknown): ListDocumentsResponse | undefined =>
  checks.documents.Check(value) ? value : undefined;
export const readConsentFile = (value: unknown): ConsentRecord | undefined =>
  checks.consent.Check(value) ? value : undefined;
