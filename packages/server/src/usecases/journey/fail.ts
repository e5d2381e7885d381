import type { StatusReason } from '@tijori/wire';
import type { Session } from '../../domain/session.ts';
import type { AuditActor } from '../../stores/audit-entries.ts';
import type { Deps } from '../deps.ts';

/**
 * Ends an open session as failed and forgets its tokens. Resolves to false, with nothing done, if it has moved on
 * meanwhile.
 */
export async function failJourney(
  { stores, now }: Deps,
  session: Session,
  reason: StatusReason,
  actor: AuditActor = 'person',
): Promise<boolean> {
  const atMs = now();
  const outcome = await stores.commit([
    stores.sessions.failure({ id: session.id, resets: session.resets, from: session.status, atMs }, reason),
    stores.secrets.removal(session.id),
    stores.audit.insertion(session, {
      atMs,
      actor,
      action: 'session.failed',
      detail: reason,
    }),
  ]);
  return outcome === 'committed';
}
