import type { Caller } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import { judgeExpiry, type Session } from '../../domain/session.ts';
import type { Deps } from '../deps.ts';

/**
 * The caller's own session as it stands now. Another workspace's session, the other mode's, and one that never was are
 * all `data_not_found`, and nothing tells them apart (sandbox-api §9 no. 7).
 */
export async function ownSession(
  { stores, now }: Pick<Deps, 'stores' | 'now'>,
  caller: Caller,
  id: string,
): Promise<Session> {
  const session = await stores.sessions.findOwn(caller, id);
  if (!session) throw new AppError('data_not_found', { fill: { id } });
  return judgeExpiry(session, now());
}

/**
 * As `ownSession`, but as the API shows it: a test may hold that. `isPoll` says that somebody asked for the status itself,
 * which uses one poll of such a hold up. Never decide a step on this.
 */
export async function sessionStatus(
  deps: Pick<Deps, 'stores' | 'now' | 'testControls'>,
  caller: Caller,
  id: string,
  { isPoll }: { isPoll: boolean },
): Promise<Session> {
  const session = await ownSession(deps, caller, id);
  return deps.testControls?.holds.shown(session, deps.now(), isPoll) ?? session;
}
