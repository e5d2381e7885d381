import type { Caller } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import type { Session } from '../../domain/session.ts';
import { sessionIdAt } from '../../domain/session-id.ts';
import type { Statement } from '../../storage/db.ts';
import type { Deps } from '../deps.ts';
import { recordCreation } from '../events/record.ts';

/** What a caller decides about its session; what is left out is none, and the SDK's family. */
export interface NewSession
  extends Pick<Session, 'flow' | 'docTypes'>,
    Partial<
      Pick<
        Session,
        | 'family'
        | 'returnUrl'
        | 'consentExpiresAtMs'
        | 'reference'
        | 'metadata'
        | 'purposes'
        | 'locale'
        | 'expectedEntity'
        | 'scenario'
        | 'followUpOf'
      >
    > {
  /** Left out: after the time that the operator has set for the family. */
  expiresAtMs?: number | undefined;
}

/**
 * A new session of the caller's workspace and mode. It is on disk, with its audit entry, before this resolves.
 * Rejects with `unknown_scenario` for one that the simulator behind test sessions does not know, with `route_not_found` for
 * any from a live caller.
 *
 * `alongside` adds to the commit what has to stand or fall with the session: the answer that a retry will get. If that
 * conflicts, another request with the same key was faster, and there is no session (`idempotency_in_progress`).
 */
export async function createSession(
  deps: Deps,
  caller: Caller,
  wanted: NewSession,
  alongside: (session: Session) => readonly Statement[] = () => [],
): Promise<Session> {
  const { family = 'sdk', scenario = null } = wanted;
  // Fail closed: for a live key there are no levers.
  if (scenario !== null && caller.mode !== 'test') throw new AppError('route_not_found', { detail: 'a scenario' });
  if (scenario !== null && !deps.scenarios.includes(scenario)) {
    throw new AppError('unknown_scenario', { fill: { scenarios: deps.scenarios.join(', ') } });
  }
  const nowMs = deps.now();
  const session: Session = {
    id: sessionIdAt(nowMs, deps.newId),
    workspaceId: caller.workspaceId,
    mode: caller.mode,
    family,
    flow: wanted.flow,
    docTypes: [...new Set(wanted.docTypes)],
    status: 'created',
    statusReason: null,
    createdAtMs: nowMs,
    updatedAtMs: null,
    // The one outcome that is ours alone to bring about: a link that nobody opened in time.
    expiresAtMs: scenario === 'link_expired' ? nowMs : (wanted.expiresAtMs ?? nowMs + lifeMs(deps, family)),
    documentsConsented: [],
    documentsExpireAtMs: null,
    scenario,
    resets: 0,
    exchangeFailures: 0,
    returnUrl: wanted.returnUrl ?? null,
    consentExpiresAtMs: wanted.consentExpiresAtMs ?? null,
    reference: wanted.reference ?? null,
    metadata: wanted.metadata ?? null,
    purposes: wanted.purposes ?? {},
    locale: wanted.locale ?? null,
    expectedEntity: wanted.expectedEntity ?? null,
    consentValidUntilMs: null,
    consentEndedAtMs: null,
    consentEndReason: null,
    followUpOf: wanted.followUpOf ?? null,
    redactedAtMs: null,
  };
  const changes = [
    deps.stores.sessions.insertion(session),
    deps.stores.audit.insertion(session, {
      atMs: nowMs,
      actor: 'integrator',
      action: 'session.created',
    }),
    ...recordCreation(deps, session),
    ...alongside(session),
  ];
  const outcome = await deps.stores.commit(changes, session.workspaceId);
  if (outcome === 'conflict') throw new AppError('idempotency_in_progress');
  return session;
}

function lifeMs({ limits }: Deps, family: Session['family']): number {
  return family === 'api' ? limits.apiSessionLifeMs : limits.sessionLifeMs;
}
