import type { Caller } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import { mayMove } from '../../domain/session.ts';
import { releaseGrant, revokeSoon } from '../consent/revoke.ts';
import type { Deps } from '../deps.ts';
import { familySession } from './status.ts';

/** How often it is tried anew on what became true meanwhile. */
const triesMax = 4;

/**
 * Takes a session that is under way back to `created` (B6, sandbox-api §9 no. 14). Open attempts, tickets and withdrawal
 * codes are forgotten and tokens of the upstream let go with the same commit; what is under way at that moment finds another `resets` and lands nowhere.
 * A session at its end is `invalid_session_lifecycle`; one at its beginning stays as it is.
 */
export async function resetSession(deps: Deps, caller: Caller, id: string): Promise<void> {
  const { stores } = deps;
  for (let tries = 0; tries < triesMax; tries += 1) {
    const session = await familySession(deps, caller, { sessionId: id, family: 'sdk' });
    if (session.status === 'created') return;
    if (!mayMove(session.status, 'created')) break;
    const atMs = deps.now();
    const outcome = await stores.commit([
      stores.sessions.reset({ id: session.id, resets: session.resets, from: session.status, atMs }),
      ...releaseGrant(deps, session, atMs),
      stores.attempts.claimOfSession(session.id, atMs),
      stores.tickets.removalOfSession(session.id),
      // They would open the consent that comes next, which may be another person's.
      stores.consents.codeRemoval(session.id),
      stores.audit.insertion(session, {
        atMs,
        actor: 'person',
        action: 'session.reset',
        detail: `was ${session.status}`,
      }),
    ]);
    if (outcome === 'conflict') continue;
    revokeSoon(deps, session.id);
    return;
  }
  throw new AppError('invalid_session_lifecycle', { detail: 'only a session under way can begin anew' });
}
