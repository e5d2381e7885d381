import { releaseGrant } from '../consent/revoke.ts';
import type { Deps } from '../deps.ts';
import { recordStep } from '../events/record.ts';

/** Writes `expired` into up to `limit` open sessions whose time is over, and lets go of their tokens. Resolves to their number. */
export async function expireSessions(deps: Deps, limit: number): Promise<number> {
  const { stores } = deps;
  const nowMs = deps.now();
  const overdue = await stores.sessions.overdue(nowMs, limit);
  await Promise.all(
    overdue.map((session) =>
      stores.commit([
        stores.sessions.expiry(session),
        ...(session.status === 'authorized' ? releaseGrant(deps, session, nowMs) : []),
        stores.audit.insertion(session, {
          atMs: nowMs,
          actor: 'system',
          action: 'session.expired',
          detail: `was ${session.status}`,
        }),
        ...recordStep(deps, session, { status: 'expired', statusReason: 'session_expired', atMs: nowMs }),
      ]),
    ),
  );
  return overdue.length;
}
