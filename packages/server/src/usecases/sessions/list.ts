import type { Caller } from '../../domain/api-key.ts';
import { judgeSession, type Session } from '../../domain/session.ts';
import type { ListPlace, SessionFilter } from '../../stores/session-lists.ts';
import type { Deps } from '../deps.ts';

/** A page of the caller's sessions as they stand now, of both families, newest first. */
export async function listSessions(
  { stores, now }: Pick<Deps, 'stores' | 'now'>,
  caller: Caller,
  filter: SessionFilter,
  { after, limit }: { after: ListPlace | null; limit: number },
): Promise<{ sessions: Session[]; next: ListPlace | null }> {
  const nowMs = now();
  const { sessions, next } = await stores.sessions.listPage(caller, filter, { after, limit, nowMs });
  return { sessions: sessions.map((session) => judgeSession(session, nowMs)), next };
}
