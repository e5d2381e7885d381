import type { DocTypeName } from '@tijori/wire';
import type { Caller } from '../../domain/api-key.ts';
import type { Session } from '../../domain/session.ts';
import type { Deps } from '../deps.ts';

/** A new session of the caller's workspace and mode. It is on disk, with its audit entry, before this resolves. */
export async function createSession(
  deps: Deps,
  caller: Caller,
  { flow, docTypes }: { flow: 'signin' | 'signup'; docTypes: readonly DocTypeName[] },
): Promise<Session> {
  const nowMs = deps.now();
  const session: Session = {
    id: deps.newId(),
    workspaceId: caller.workspaceId,
    mode: caller.mode,
    flow,
    docTypes: [...new Set(docTypes)],
    status: 'created',
    createdAtMs: nowMs,
    updatedAtMs: null,
    expiresAtMs: nowMs + deps.limits.sessionLifeMs,
    documentsConsented: [],
    documentsExpireAtMs: null,
  };
  await deps.stores.commit([
    deps.stores.sessions.insertion(session),
    deps.stores.audit.insertion({
      workspaceId: session.workspaceId,
      sessionId: session.id,
      atMs: nowMs,
      actor: 'integrator',
      action: 'session.created',
    }),
  ]);
  return session;
}
