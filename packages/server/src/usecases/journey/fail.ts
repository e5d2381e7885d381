import type { StatusReason } from '@tijori/wire';
import type { Session } from '../../domain/session.ts';
import type { Deps } from '../deps.ts';

/** Ends an open session as failed and forgets its tokens. Does nothing if it has moved on meanwhile. */
export async function failJourney({ stores, now }: Deps, session: Session, reason: StatusReason): Promise<void> {
  const atMs = now();
  await stores.commit([
    stores.sessions.failure({ id: session.id, resets: session.resets, from: session.status, atMs }, reason),
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
