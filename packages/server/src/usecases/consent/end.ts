import type { ConsentEnder, ConsentEndReason } from '../../domain/consent-record.ts';
import type { Document } from '../../domain/document.ts';
import type { Session } from '../../domain/session.ts';
import type { Statement } from '../../storage/db.ts';
import type { Deps } from '../deps.ts';
import { eraseEach, erasure, removeFiles } from '../documents/erase.ts';
import { recordOfSession } from '../events/record.ts';
import { revokeSoon } from './revoke.ts';

interface End {
  reason: ConsentEndReason;
  by: ConsentEnder;
  atMs: number;
}

/**
 * The consent of a succeeded session is over. With one commit the documents' keys are destroyed, their links dead, the
 * tokens on their way to be revoked, and the record says when, why, by whom and what was erased. Resolves to the session
 * as it is then, or to undefined, with nothing done, if the consent was over already, or something else of it has moved meanwhile.
 */
export async function endConsent(
  deps: Deps,
  session: Session,
  end: End,
  alongside: (ended: Session) => readonly Statement[] = () => [],
): Promise<Session | undefined> {
  const over = await commitEnd(deps, session, end, alongside);
  if (!over) return undefined;
  await removeFiles(deps, over.documents);
  return over.ended;
}

/** With the documents whose files may go. */
async function commitEnd(
  deps: Deps,
  session: Session,
  { reason, by, atMs }: End,
  alongside: (ended: Session) => readonly Statement[] = () => [],
): Promise<{ ended: Session; documents: readonly Document[] } | undefined> {
  const { stores } = deps;
  const documents = await stores.documents.ofSession(session.id);
  const ended: Session = {
    ...session,
    consentEndedAtMs: atMs,
    consentEndReason: reason,
    documentsExpireAtMs: Math.min(session.documentsExpireAtMs ?? atMs, atMs),
  };
  const outcome = await stores.commit([
    stores.sessions.consentEnd(session, { reason, atMs }),
    stores.consents.insertion(session, { kind: 'ended', atMs, facts: { reason, by } }),
    stores.audit.insertion(session, { atMs, actor: by, action: `consent.${reason}` }),
    ...recordOfSession(deps, session, { type: `entitylocker.consent.${reason}`, atMs }),
    ...erasure(deps, session, documents, { reason, atMs }),
    ...alongside(ended),
  ]);
  if (outcome === 'conflict') return undefined;
  revokeSoon(deps, session.id);
  return { ended, documents };
}

/**
 * Ends up to `limit` consents whose time is over, each dated to the moment it was. Resolves to how many there were; where one of them could not be
 * ended, it rejects once all others are.
 */
export async function expireConsents(deps: Deps, limit: number): Promise<number> {
  const over = await deps.stores.sessions.consentOver(deps.now(), limit);
  await eraseEach(deps, over, async (session) => {
    const atMs = session.consentValidUntilMs ?? deps.now();
    const end = await commitEnd(deps, session, { reason: 'expired', by: 'system', atMs });
    return end?.documents ?? [];
  });
  return over.length;
}
