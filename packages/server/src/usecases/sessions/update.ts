import type { Caller } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import type { Session } from '../../domain/session.ts';
import type { Deps } from '../deps.ts';
import { ownSession } from './status.ts';

/** What is to change; `null` clears, what is left out stays. */
export type SessionChange = Partial<Pick<Session, 'reference' | 'metadata'>>;

/**
 * Sets the integrator's own names of a session, open or ended. Its status and `updatedAtMs` stay as they are. Rejects with
 * `session_redacted` where they were taken out for good.
 */
export async function updateSession(deps: Deps, caller: Caller, id: string, change: SessionChange): Promise<Session> {
  const { stores } = deps;
  const session = await ownSession(deps, caller, id);
  const { reference, metadata } = change;
  const outcome = await stores.commit([
    ...(reference === undefined ? [] : [stores.sessions.reference(id, reference)]),
    ...(metadata === undefined ? [] : [stores.sessions.metadata(id, metadata)]),
    stores.audit.insertion(session, {
      atMs: deps.now(),
      actor: 'integrator',
      action: 'session.updated',
      detail: Object.keys(change).join(' '),
    }),
  ]);
  if (outcome === 'conflict') throw new AppError('session_redacted');
  // Read anew: the person may have moved it on meanwhile.
  return ownSession(deps, caller, id);
}
