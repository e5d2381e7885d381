import type { Caller } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import {
  judgeExpiry,
  judgeSession,
  type Session,
  type SessionFamily,
  type SessionStanding,
} from '../../domain/session.ts';
import type { Deps } from '../deps.ts';

/**
 * The caller's own session as it stands now, in one of the vendor's families. Another workspace's session, the other
 * mode's, the other family's, and one that never was are all `data_not_found`, and nothing tells them apart
 * (sandbox-api §9 no. 7).
 */
export async function familySession(
  deps: Pick<Deps, 'stores' | 'now'>,
  caller: Caller,
  { sessionId, family }: { sessionId: string; family: SessionFamily },
): Promise<Session> {
  const session = await deps.stores.sessions.findOwn(caller, sessionId);
  if (session?.family !== family) throw new AppError('data_not_found', { fill: { id: sessionId } });
  return judgeSession(session, deps.now());
}

/**
 * As `familySession`, but as the API shows it: a test may hold that. `isPoll` says that somebody asked for the status
 * itself, which uses one poll of such a hold up. Never decide a step on this.
 */
export async function shownSession(
  deps: Pick<Deps, 'stores' | 'now' | 'testControls'>,
  caller: Caller,
  { isPoll, ...which }: { sessionId: string; family: SessionFamily; isPoll: boolean },
): Promise<Session> {
  const session = await familySession(deps, caller, which);
  return deps.testControls?.holds.shown(session, deps.now(), isPoll) ?? session;
}

/** What a poll is told, and nothing besides: the read that a gateway does most. */
export async function sessionStatus(
  { stores, now, testControls }: Pick<Deps, 'stores' | 'now' | 'testControls'>,
  caller: Caller,
  { sessionId, family }: { sessionId: string; family: SessionFamily },
): Promise<SessionStanding> {
  const found = await stores.sessions.standing(caller, sessionId);
  if (found?.family !== family) throw new AppError('data_not_found', { fill: { id: sessionId } });
  const nowMs = now();
  const session = judgeExpiry(found, nowMs);
  return testControls?.holds.shown(session, nowMs, true) ?? session;
}

/** The caller's own session as it stands now, of any family, for our own API: else `session_not_found`. */
export async function ownSession(deps: Pick<Deps, 'stores' | 'now'>, caller: Caller, id: string): Promise<Session> {
  const session = await deps.stores.sessions.findOwn(caller, id);
  if (!session) throw new AppError('session_not_found');
  return judgeSession(session, deps.now());
}
