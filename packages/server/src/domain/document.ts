import type { DocTypeName, ErrorCode } from '@tijori/wire';
import type { Session } from './session.ts';

/** One file of a consented document type: known since consent, held once its bytes are in the vault. */
export interface Document {
  /** Version-4 UUID. */
  id: string;
  sessionId: string;
  workspaceId: string;
  docType: DocTypeName;
  /** Where the upstream has it: `<issuer>-<CODE>-<id>` (entitylocker-upstream §3). */
  uri: string;
  upstreamCode: string;
  issuerId: string;
  issuer: string;
  name: string;
  description: string;
  /** ISO date of the upstream list, or null where it had none. */
  issuedOn: string | null;
  mimes: readonly string[];
  /**
   * `pending`: not fetched yet. `held`: in the vault. `failed`: will not be fetched any more. `erased`: retention or
   * withdrawal took bytes and key.
   */
  state: 'pending' | 'held' | 'failed' | 'erased';
  /** Why it will not come: of failed documents, and of erased ones that never came. */
  failure: ErrorCode | null;
  /** Pending documents: why it did not come the last time; null before the first try. */
  lastFailure: ErrorCode | null;
  /** How often the clockwork has tried to fetch it. */
  tries: number;
  /** What is held; null while pending and after erasure. */
  held: HeldFile | null;
}

/** The vault's side of a held document. */
export interface HeldFile {
  /** Name of the blob (`blobNameOf`). Each fetch writes one of its own, so that two at once cannot mix bytes and keys. */
  blob: string;
  contentType: string;
  sizeBytes: number;
  /** Hex SHA-256 of the plain bytes. */
  sha256: string;
  /** The data key, wrapped by the master key. Whoever destroys it destroys the document. */
  wrappedKey: string;
  fetchedAtMs: number;
  /** Until when it is kept, if it came late; null for what goes with the session's time. */
  keptUntilMs: number | null;
}

/** What comes longer than this after the consent came late, ms; with a short retention, what comes in the second half of it. */
const lateAfterMs = 60_000;

/**
 * Until when a document that is fetched now is kept: with the session's time, or, if it came late, for as long from now as the others
 * from the consent. Never for longer than the consent stands.
 */
export function keptUntilMs(
  { updatedAtMs, consentValidUntilMs }: Pick<Session, 'updatedAtMs' | 'consentValidUntilMs'>,
  { fetchedAtMs, retentionMs }: { fetchedAtMs: number; retentionMs: number },
): number | null {
  if (fetchedAtMs - (updatedAtMs ?? 0) <= Math.min(lateAfterMs, retentionMs / 2)) return null;
  return Math.min(fetchedAtMs + retentionMs, consentValidUntilMs ?? Number.POSITIVE_INFINITY);
}

/** From when on a held document is gone, whether it is erased by then or not. */
export function endOfHeld({ keptUntilMs: ownMs }: HeldFile, session: Pick<Session, 'documentsExpireAtMs'>): number {
  return ownMs ?? session.documentsExpireAtMs ?? 0;
}

/** Between two tries of a document that does not come, ms: a tenth of the time since consent, in these bounds. */
const retryMsMin = 10_000;
const retryMsMax = 6 * 60 * 60_000;

/**
 * How long to wait before the next try of a document whose issuer is down: soon at first, more and more seldom for a consent
 * that goes on for days.
 *
 * @example retryWaitMs(20 * 60_000) // 120_000: twenty minutes after consent, every two minutes
 */
export function retryWaitMs(sinceConsentMs: number): number {
  return Math.round(Math.min(Math.max(sinceConsentMs / 10, retryMsMin), retryMsMax));
}

/** Associated data version of a document's bytes; counts up if a document is ever fetched anew. */
export const documentVersion = 1;

/** `YYYY-MM-DD` as the vendor writes it: `DD/MM/YYYY` (sandbox-api §1.4). */
export function toVendorDate(isoDate: string): string {
  const [year, month, day] = isoDate.slice(0, 10).split('-');
  return `${day}/${month}/${year}`;
}

/** What a document's sealed bytes belong to: they open nowhere else. */
export function documentLabel(document: Pick<Document, 'workspaceId' | 'id'>) {
  return { workspaceId: document.workspaceId, kind: 'document', objectId: document.id, version: documentVersion };
}

/** Whose a blob is stands in its name: a database can tell a leftover of its own from the file of a document that it does not know. */
export function blobNameOf(documentId: string, fetchId: string): string {
  return `${documentId}-${fetchId.slice(-12)}`;
}

const blobNamePattern = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-[0-9a-f]{12}$/;

/** The document whose blob this is; undefined for a name of before names told it. */
export function documentOfBlob(blob: string): string | undefined {
  return blobNamePattern.exec(blob)?.[1];
}

/**
 * The document id of a URI, in upper case: what follows the second hyphen, since document ids have hyphens of their own
 * (entitylocker-upstream §3).
 */
export function documentIdOf(uri: string): string {
  return uri.split('-').slice(2).join('-').toUpperCase();
}
