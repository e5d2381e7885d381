import type { Session } from '../../domain/session.ts';
import type { Deps } from '../deps.ts';

/** Why a session ended without documents, as the audit keeps it. */
export type FailureReason = 'denied' | 'refused_upstream' | 'nothing_consented' | 'consent_withdrawn';

/** Ends an open session as failed and forgets its tokens. Does nothing if it has moved on meanwhile. */
export async function failJourney({ stores, now }: Deps, session: Session, reason: FailureReason): Promise<void> {
  const atMs = now();
  await stores.commit([
    stores.sessions.move({ id: session.id, from: session.status, to: 'failed', atMs }),
    stores.secrets.removal(session.id),
    stores.audit.insertion({
      workspaceId: session.workspaceId,
      sessionId: session.id,
      atMs,
      actor: 'person',
      action: 'session.failed',
      detail: reason,
    }),
  ]);
}
