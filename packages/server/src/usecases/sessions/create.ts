import type { DocTypeName } from '@tijori/wire';
import type { Caller } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import type { Session } from '../../domain/session.ts';
import type { Deps } from '../deps.ts';

interface NewSession {
  flow: 'signin' | 'signup';
  docTypes: readonly DocTypeName[];
  /** The outcome that the simulator is asked for; test sessions only. */
  scenario?: string | null;
}

/**
 * A new session of the caller's workspace and mode. It is on disk, with its audit entry, before this resolves.
 * Rejects with `unknown_scenario` for one that the simulator behind test sessions does not know, or for a live caller.
 */
export async function createSession(
  deps: Deps,
  caller: Caller,
  { flow, docTypes, scenario = null }: NewSession,
): Promise<Session> {
  const scenarios = caller.mode === 'test' ? deps.scenarios : [];
  if (scenario !== null && !scenarios.includes(scenario)) {
    throw new AppError('unknown_scenario', { fill: { scenarios: scenarios.join(', ') } });
  }
  const nowMs = deps.now();
  const session: Session = {
    id: deps.newId(),
    workspaceId: caller.workspaceId,
    mode: caller.mode,
    flow,
    docTypes: [...new Set(docTypes)],
    status: 'created',
    statusReason: null,
    createdAtMs: nowMs,
    updatedAtMs: null,
    // The one outcome that is ours alone to bring about: a link that nobody opened in time.
    expiresAtMs: scenario === 'link_expired' ? nowMs : nowMs + deps.limits.sessionLifeMs,
    documentsConsented: [],
    documentsExpireAtMs: null,
    scenario,
    resets: 0,
    exchangeFailures: 0,
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
