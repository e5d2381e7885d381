import type { Readable } from 'node:stream';
import { AppError } from '../../domain/app-error.ts';
import { endOfHeld } from '../../domain/document.ts';
import { linkRefused, type VerifiedLink } from '../../vault/presign.ts';
import type { Deps } from '../deps.ts';
import { openHeld } from './held-bytes.ts';
import { linkSubject } from './link.ts';

export interface OpenedDocument {
  /** What was signed: content type, file name and disposition of the answer. */
  link: VerifiedLink;
  sizeBytes: number;
  /** Hex SHA-256 of the plain bytes. */
  sha256: string;
  /** Plain bytes: a small file whole, of a large one each piece verified before it comes out; to be read or destroyed. */
  bytes: Buffer | Readable;
}

/**
 * The bytes behind a download link. The link says until when; what else was signed comes from the row, never from the
 * request. A link is dead as soon as the document is, whatever its own time says. Everything that can be wrong with it
 * is the same `link_refused`.
 */
export async function openDocument(
  deps: Deps,
  { method, path, documentId, rawQuery }: { method: string; path: string; documentId: string; rawQuery: string },
): Promise<OpenedDocument> {
  const nowMs = deps.now();
  const pending = deps.presign.parse(rawQuery, nowMs);
  const found = await deps.stores.documents.findForLink(documentId);
  if (!found?.document.held || found.document.state !== 'held' || nowMs >= endOfHeld(found.document.held, found)) {
    throw linkRefused('no such document, or it is gone');
  }
  const { document } = found;
  const { held } = found.document;
  const link = pending.verify({ method, path }, linkSubject(document, held));
  const bytes = await openHeld(deps, document, held);
  if (!bytes) throw new AppError('internal', { detail: 'a held document has no bytes' });
  return { link, sizeBytes: held.sizeBytes, sha256: held.sha256, bytes };
}
