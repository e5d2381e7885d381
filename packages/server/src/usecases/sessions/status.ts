import type { Caller } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import { judgeExpiry, type Session } from '../../domain/session.ts';
import type { Deps } from '../deps.ts';

/**
 * The caller's own session as it stands now. Another workspace's session, the other mode's, and one that never was are
 * all `data_not_found`, and nothing tells them apart (sandbox-api §9 no. 7). A test may hold what is shown: `isPoll` says
 * that somebody asked for the status itself.
 */
export async function sessionStatus(
  deps: Pick<Deps, 'stores' | 'now' | 'testControls'>,
  caller: Caller,
  id: string,
  { isPoll }: { isPoll: boolean },
): Promise<Session> {
  const session = await deps.stores.sessions.findOwn(caller, id);
  if (!session) throw new AppError('data_not_found', { fill: { id } });
  const now = judgeExpiry(session, deps.now());
  return deps.testControls?.holds.shown(now, deps.now(), isPoll) ?? now;
}
