import { hash, randomBytes } from 'node:crypto';
import { docTypes } from '@tijori/wire';
import { AppError } from '../../domain/app-error.ts';
import type { Session } from '../../domain/session.ts';
import type { Deps } from '../deps.ts';
import { callbackUrl, purposeText, verifierLabel } from './attempt.ts';
import { journeySession } from './view.ts';

/** An attempt is good for this long, ms; clients of the real thing keep state and verifier as long (upstream §6). */
const attemptLifeMs = 10 * 60 * 1000;

/**
 * The person goes on to EntityLocker: a new attempt with its own state and verifier, bound to this browser, and the
 * session's first step. `null`: the session is past that point, and its page says how it stands.
 */
export async function beginJourney(
  deps: Deps,
  { sessionId, browserId }: { sessionId: string; browserId: string },
): Promise<{ location: string } | null> {
  const { session, workspaceName } = await journeySession(deps, sessionId);
  if (session.status !== 'created' && session.status !== 'initialized') return null;
  const upstream = deps.upstreams[session.mode];
  if (!upstream) throw new AppError('upstream_unavailable', { detail: `no upstream for ${session.mode} sessions` });

  const state = randomBytes(32).toString('base64url');
  const { url, codeVerifier } = await upstream.authorizationStart({
    redirectUri: callbackUrl(deps),
    state,
    flow: session.flow,
    docTypes: docTypes.filter((type) => session.docTypes.includes(type.name)),
    purpose: purposeText,
    serviceName: workspaceName,
    consentValidTillMs: session.expiresAtMs + deps.limits.retentionMs,
    workspaceId: session.workspaceId,
    ...(session.scenario === null ? {} : { scenario: session.scenario }),
  });
  const nowMs = deps.now();
  const stateHash = hash('sha256', state, 'hex');
  const attempt = deps.stores.attempts.insertion({
    stateHash,
    sessionId: session.id,
    browserHash: hash('sha256', browserId, 'hex'),
    sealedVerifier: deps.seal.sealSmall(codeVerifier, verifierLabel(session, stateHash)),
    createdAtMs: nowMs,
    expiresAtMs: nowMs + attemptLifeMs,
    claimedAtMs: null,
  });
  const outcome = await deps.stores.commit([attempt, ...firstStep(deps, session, nowMs)]);
  if (outcome === 'committed') return { location: url };
  // Another tab took the first step a moment ago, or the session ended. Once more, on what is true now.
  const now = (await journeySession(deps, sessionId)).session;
  if (now.status !== 'initialized') return null;
  await deps.stores.commit([attempt]);
  return { location: url };
}

function firstStep({ stores }: Deps, session: Session, atMs: number) {
  if (session.status !== 'created') return [];
  return [
    stores.sessions.move({ id: session.id, from: 'created', to: 'initialized', atMs }),
    stores.audit.insertion({
      workspaceId: session.workspaceId,
      sessionId: session.id,
      atMs,
      actor: 'person',
      action: 'session.initialized',
    }),
  ];
}
