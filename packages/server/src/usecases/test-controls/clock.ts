import type { ClockEnd } from '@tijori/wire';
import type { Caller } from '../../domain/api-key.ts';
import { isEnd, type Session } from '../../domain/session.ts';
import { impossible } from '../../walker/walk.ts';
import { endConsent } from '../consent/end.ts';
import type { Deps } from '../deps.ts';
import { eraseDocuments } from '../documents/erase.ts';
import { openGrant } from '../journey/attempt.ts';
import type { HoldLength } from './holds.ts';
import { testControlsOf, testSession } from './test-controls.ts';

/** The ends that we know of; the others are EntityLocker's. */
type OwnEnd = Extract<ClockEnd, 'link' | 'retention' | 'validity'>;

/** Goes to an end of the session's at once; `invalid_action` where this session has no such end before it. */
export async function advanceClock(
  deps: Deps,
  caller: Caller,
  { sessionId, end }: { sessionId: string; end: ClockEnd },
): Promise<Session> {
  const { simulator } = testControlsOf(deps, caller);
  const session = await testSession(deps, caller, sessionId);
  const possible = await endsBefore(deps, session);
  if (!possible.includes(end)) throw impossible(possible);
  if (end === 'link' || end === 'retention' || end === 'validity') {
    await endNow(deps, session, end);
  } else {
    const secrets = await deps.stores.secrets.find(session.id);
    if (secrets) await simulator.expire(openGrant(deps.seal, session, secrets.sealedGrant).accessToken, end);
  }
  return testSession(deps, caller, sessionId);
}

/** The API goes on showing the session as it stands now, for so long. */
export async function holdStatus(
  deps: Deps,
  caller: Caller,
  { sessionId, length }: { sessionId: string; length: HoldLength },
): Promise<Session> {
  const { holds } = testControlsOf(deps, caller);
  const session = await testSession(deps, caller, sessionId);
  holds.set(session, length, deps.now());
  return session;
}

/** Writes the present moment into the place of the end, so that everything else follows as if it had come by itself. */
export async function endNow(deps: Deps, session: Session, end: OwnEnd): Promise<void> {
  const atMs = deps.now();
  const { sessions } = deps.stores;
  const earlier = {
    link: sessions.earlierExpiry,
    retention: sessions.earlierErasure,
    validity: sessions.earlierValidity,
  };
  const outcome = await deps.stores.commit([
    earlier[end](session.id, atMs),
    ...(end === 'retention' ? [deps.stores.documents.earlierEnds(session.id, atMs)] : []),
  ]);
  if (outcome === 'conflict') throw impossible([]);
  if (end === 'retention') await eraseDocuments(deps, { ...session, documentsExpireAtMs: atMs });
  if (end === 'validity') await endConsent(deps, session, { reason: 'expired', by: 'system', atMs });
}

async function endsBefore({ stores }: Deps, session: Session): Promise<ClockEnd[]> {
  const ends: ClockEnd[] = [];
  if (!isEnd(session.status)) ends.push('link');
  if (await stores.secrets.find(session.id)) ends.push('token', 'consent');
  if (session.status === 'succeeded') ends.push('retention');
  if (session.status === 'succeeded' && session.consentEndedAtMs === null) ends.push('validity');
  return ends;
}
