import type { Session } from '../../domain/session.ts';
import type { Deps } from '../deps.ts';
import { recordStep } from '../events/record.ts';

/** `created → initialized`, if the session still stands at its beginning: somebody has opened it. */
export function firstStep(deps: Pick<Deps, 'stores' | 'newEventId' | 'outbox'>, session: Session, atMs: number) {
  const { stores } = deps;
  if (session.status !== 'created') return [];
  return [
    stores.sessions.move({ id: session.id, resets: session.resets, from: 'created', to: 'initialized', atMs }),
    stores.audit.insertion(session, {
      atMs,
      actor: 'person',
      action: 'session.initialized',
    }),
    ...recordStep(deps, session, { status: 'initialized', atMs }),
  ];
}
