import { createHash } from 'node:crypto';
import type { Mode } from '../../domain/session.ts';
import { verifyEvidence } from '../../tokens/evidence-key.ts';
import type { TrustSource } from '../../verify/trust-source.ts';
import { type AuditFinding, checkAudit } from './check-audit.ts';
import { checkDocuments, type DocumentFinding } from './check-documents.ts';
import { type OpenedPack, openPack } from './open-pack.ts';
import { packFiles } from './pack-format.ts';

/** What whoever checks a pack knows from elsewhere. */
export interface KnownBefore {
  /** Whom to believe about documents; null: what the pack brings is all there is. */
  trust: ((mode: Mode) => TrustSource) | null;
  /** Id of the key that is the right one. */
  kid: string | null;
  /** Signed heads that were kept elsewhere; null: none were named. */
  heads: readonly string[] | null;
}

/** What became of a pack; with any fault it proves nothing. */
export interface PackFindings {
  faults: string[];
  /** Null unless every byte is the one that was signed. */
  content: {
    pack: OpenedPack;
    documents: readonly DocumentFinding[];
    audit: AuditFinding;
    /** Whether the head is among those that were kept; null where none were named, or it has none. */
    isHeadKept: boolean | null;
  } | null;
}

/** Checks everything that can be checked with the pack alone and `before`: no network, no server, no database. */
export async function checkPack(bytes: Buffer, before: KnownBefore): Promise<PackFindings> {
  const { pack, faults } = await openPack(bytes);
  if (!pack) return { faults, content: null };
  const documents = await checkDocuments(pack, before.trust);
  const audit = await checkAudit(pack);
  const isHeadKept = before.heads && audit.head ? before.heads.includes(audit.head.jws) : null;
  const found = [
    ...documents.flatMap((document) => document.faults),
    ...audit.faults,
    ...consentFaults(pack),
    ...(await receiptFaults(pack)),
  ];
  if (before.kid !== null && before.kid !== pack.kid) {
    found.push(`manifest.jws: it is signed by the key ${pack.kid}, and not by ${before.kid}.`);
  }
  if (isHeadKept === false) found.push('audit/proof.json: its head is none of those that were kept.');
  return { faults: found, content: { pack, documents, audit, isHeadKept } };
}

/** The words that were shown must be those whose digest was recorded. */
function consentFaults({ consent, manifest }: OpenedPack): string[] {
  const faults: string[] = [];
  if (consent && consent.session_id !== manifest.session) faults.push('consent/record.json: it is of another session.');
  const notice = consent?.notice;
  if (notice && createHash('sha256').update(notice.text).digest('hex') !== notice.sha256) {
    faults.push('consent/record.json: the words in it are not those of the digest.');
  }
  return faults;
}

/** The receipt has a signature of its own, since it goes its own ways, too: by the same key, about the same session. */
async function receiptFaults({ files, kid, manifest }: OpenedPack): Promise<string[]> {
  const bytes = files.get(packFiles.receipt);
  if (!bytes) return [];
  const signed = await verifyEvidence(bytes.toString('latin1'), 'tijori-consent-receipt+jws');
  if (!signed) return [`${packFiles.receipt}: its signature does not hold.`];
  const { record_id: session } = signed.payload as { record_id?: unknown };
  const isOurs = signed.kid === kid && session === manifest.session;
  return isOurs ? [] : [`${packFiles.receipt}: it is by another key, or of another session.`];
}
