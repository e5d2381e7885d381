import type { DocTypeName, ErrorCode } from '@tijori/wire';

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
  /** Failed documents: which error says why. */
  failure: ErrorCode | null;
  /** What is held; null while pending and after erasure. */
  held: HeldFile | null;
}

/** The vault's side of a held document. */
export interface HeldFile {
  /** Name of the blob. Each fetch writes one of its own, so that two at once cannot mix bytes and keys. */
  blob: string;
  contentType: string;
  sizeBytes: number;
  /** Hex SHA-256 of the plain bytes. */
  sha256: string;
  /** The data key, wrapped by the master key. Whoever destroys it destroys the document. */
  wrappedKey: string;
  fetchedAtMs: number;
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

/**
 * The document id of a URI, in upper case: what follows the second hyphen, since document ids have hyphens of their own
 * (entitylocker-upstream §3).
 */
export function documentIdOf(uri: string): string {
  return uri.split('-').slice(2).join('-').toUpperCase();
}
