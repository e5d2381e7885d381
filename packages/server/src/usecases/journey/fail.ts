import type { StatusReason } from '@tijori/wire';
import type { Session } from '../../domain/session.ts';
import type { Statement } from '../../storage/db.ts';
import type { AuditActor } from '../../stores/audit-entries.ts';
import { releaseGrant, revokeSoon } from '../consent/revoke.ts';
import type { Deps } from '../deps.ts';
import { recordStep } from '../events/record.ts';

interface FailOptions {
  actor?: AuditActor;
  /** What goes into the same commit. */
  alongside?: (failed: Session) => readonly Statement[];
}

/**
 * Ends an open session as failed and revokes its tokens. Resolves to the session as it is then, or to undefined, with
 * nothing done, if it has moved on meanwhile.
 */
export async function failJourney(
  deps: Deps,
  session: Session,
  reason: StatusReason,
  { actor = 'person', alongside = () => [] }: FailOptions = {},
): Promise<Session | undefined> {
  const { stores } = deps;
  const atMs = deps.now();
  const failed: Session = { ...session, status: 'failed', statusReason: reason, updatedAtMs: atMs };
  const outcome = await stores.commit([
    stores.sessions.failure({ id: session.id, resets: session.resets, from: session.status, atMs }, reason),
    ...(session.status === 'authorized' ? releaseGrant(deps, session, atMs) : []),
    stores.audit.insertion(session, {
      atMs,
      actor,
      action: 'session.failed',
      detail: reason,
    }),
    ...recordStep(deps, session, { status: 'failed', statusReason: reason, atMs }),
    ...alongside(failed),
  ]);
  if (outcome === 'conflict') return undefined;
  if (session.status === 'authorized') revokeSoon(deps, session.id);
  return failed;
}
