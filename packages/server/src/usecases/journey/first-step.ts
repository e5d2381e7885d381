import type { Session } from '../../domain/session.ts';
import type { Deps } from '../deps.ts';

/** `created → initialized`, if the session still stands at its beginning: somebody has opened it. */
export function firstStep({ stores }: Pick<Deps, 'stores'>, session: Session, atMs: number) {
  if (session.status !== 'created') return [];
  return [
    stores.sessions.move({ id: session.id, resets: session.resets, from: 'created', to: 'initialized', atMs }),
    stores.audit.insertion(session, {
      atMs,
      actor: 'person',
      action: 'session.initialized',
    }),
  ];
}
