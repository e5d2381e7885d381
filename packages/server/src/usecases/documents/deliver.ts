import type { DocTypeName } from '@tijori/wire';
import type { Caller } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import { type Document, endOfHeld } from '../../domain/document.ts';
import type { Session, SessionFamily } from '../../domain/session.ts';
import type { Deps } from '../deps.ts';
import { shownSession } from '../sessions/status.ts';
import { collectDocument } from './collect.ts';
import { linkPath, linkSubject } from './link.ts';

/** A held document and where it can be downloaded for a while. */
export interface Delivery {
  document: Document;
  url: string;
}

/**
 * Links to the files of one document type (sandbox-api §1.4, §9 no. 9, 10): 523 unless the session succeeded, then 400
 * if the type was not consented or the consent was withdrawn, 521 once retention has taken the documents. A document that is not in the vault yet is
 * fetched now, so upstream errors can come out of this.
 */
export async function deliverDocuments(
  deps: Deps,
  caller: Caller,
  { sessionId, docType, family }: { sessionId: string; docType: DocTypeName; family: SessionFamily },
): Promise<Delivery[]> {
  const session = await shownSession(deps, caller, { sessionId, family, isPoll: false });
  if (session.status !== 'succeeded') throw new AppError('invalid_session_lifecycle');
  if (!session.documentsConsented.includes(docType)) {
    throw new AppError('consent_not_provided', { fill: { doc_type: docType } });
  }
  if (session.consentEndReason === 'withdrawn') throw new AppError('consent_ended', { fill: { doc_type: docType } });
  const gone = () => new AppError('data_not_found', { fill: { id: sessionId } });

  const documents = await deps.stores.documents.ofType(sessionId, docType);
  const deliveries: Delivery[] = [];
  for (const document of documents) {
    // Its time was over before that of a sibling that came late.
    if (document.state === 'erased' || isOver(deps, session, document)) continue;
    const held = await collectDocument(deps, session, document);
    if (held.state !== 'held' || !held.held) throw gone();
    const path = linkPath(held.id);
    const nowMs = deps.now();
    const expiresAtMs = Math.min(nowMs + deps.limits.linkLifeMs, endOfHeld(held.held, session));
    const query = deps.presign.sign(
      { method: 'GET', path },
      linkSubject(held, held.held),
      { expiresAtMs, disposition: 'attachment' },
      nowMs,
    );
    deliveries.push({ document: held, url: `${deps.baseUrl}${path}?${query}` });
  }
  if (deliveries.length === 0) throw gone();
  return deliveries;
}

/** Whether its time is over, or, where it has not come, that of the session. */
function isOver({ now }: Deps, session: Session, { held }: Document): boolean {
  return now() >= (held ? endOfHeld(held, session) : (session.documentsExpireAtMs ?? 0));
}
