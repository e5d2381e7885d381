import type { Deps } from '../deps.ts';

/** Writes `expired` into up to `limit` open sessions whose time is over, and forgets their tokens. Resolves to their number. */
export async function expireSessions({ stores, now }: Deps, limit: number): Promise<number> {
  const nowMs = now();
  const overdue = await stores.sessions.overdue(nowMs, limit);
  await Promise.all(
    overdue.map((session) =>
      stores.commit([
        stores.sessions.expiry(session),
        ...(session.status === 'authorized' ? [stores.secrets.removal(session.id)] : []),
        stores.audit.insertion(session, {
          atMs: nowMs,
          actor: 'system',
          action: 'session.expired',
          detail: `was ${session.status}`,
        }),
      ]),
    ),
  );
  return overdue.length;
}
