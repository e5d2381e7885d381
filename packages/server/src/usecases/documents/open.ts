import { AppError } from '../../domain/app-error.ts';
import { documentLabel } from '../../domain/document.ts';
import { linkRefused, type VerifiedLink } from '../../vault/presign.ts';
import type { Deps } from '../deps.ts';
import { linkSubject } from './link.ts';

export interface OpenedDocument {
  /** What was signed: content type, file name and disposition of the answer. */
  link: VerifiedLink;
  sizeBytes: number;
  /** Hex SHA-256 of the plain bytes. */
  sha256: string;
  /** Plain bytes, each piece verified before it comes out. */
  bytes: AsyncIterable<Buffer>;
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
  const document = await deps.stores.documents.find(documentId);
  const session = document && (await deps.stores.sessions.find(document.sessionId));
  if (!document?.held || document.state !== 'held' || nowMs >= (session?.documentsExpireAtMs ?? 0)) {
    throw linkRefused('no such document, or it is gone');
  }
  const { held } = document;
  const link = pending.verify({ method, path }, linkSubject(document, held));
  const sealed = await deps.blobs.get(held.blob);
  if (!sealed) throw new AppError('internal', { detail: 'a held document has no bytes' });
  return {
    link,
    sizeBytes: held.sizeBytes,
    sha256: held.sha256,
    bytes: deps.seal.openFile(held.wrappedKey, documentLabel(document), sealed),
  };
}
