import { hash, timingSafeEqual } from 'node:crypto';
import { AppError } from '../../domain/app-error.ts';
import { exchangeFailuresMax, type Session } from '../../domain/session.ts';
import type { AuthorizationAttempt } from '../../stores/authorization-attempts.ts';
import type { AuthorizationReturn, Grant, Upstream } from '../../upstream/upstream.ts';
import { discardGrant } from '../consent/revoke.ts';
import type { Deps } from '../deps.ts';
import { recordStep } from '../events/record.ts';
import { callbackUrl, secretLabel, verifierLabel } from './attempt.ts';
import { completeJourney } from './complete.ts';
import { failJourney } from './fail.ts';
import { type Handover, handOverAgain, newHandover } from './handover.ts';
import { stepMark } from './mark-step.ts';
import { journeySession } from './view.ts';

/** Refusals of EntityLocker's that may pass: the person may try again with the same session. Any other ends it. */
const passingErrors = new Set(['server_error', 'temporarily_unavailable']);

/** What was handed over is there only after a trip that got the person's consent. */
interface Return extends Partial<Handover> {
  /** The session whose page comes next. */
  sessionId: string;
  /** EntityLocker said that it cannot answer just now, or nothing that can be read; the session stands where it stood. */
  unanswered?: boolean;
  /** It was a trip of the SDK's, in a window that a frame of ours opened, or in its tab. */
  bySdk: boolean;
}

/**
 * The browser is back from EntityLocker. The state must be ours, unclaimed, in time, and come from the browser that left
 * with it; it is claimed before anything else happens, so that of many at once one goes on (RFC 9700 §4.7, acceptance
 * B3). A second visit of the same browser changes nothing and leads to the session's page, with what was handed over at the first: that
 * may have been lost on its way.
 *
 * Rejects with `link_refused`, or with an upstream error when the exchange of the code had no answer: the session then
 * stands where it stood and its page offers a new attempt.
 */
export async function comeBack(
  deps: Deps,
  { query, browserId }: { query: URLSearchParams; browserId: string | undefined },
): Promise<Return> {
  const state = query.getAll('state').length === 1 ? (query.get('state') ?? '') : '';
  const stateHash = hash('sha256', state, 'hex');
  const attempt = state ? await deps.stores.attempts.find(stateHash) : undefined;
  if (!attempt || !browserId || !sameBrowser(attempt, browserId)) {
    throw new AppError('link_refused', { detail: 'unknown state, or not the browser that left with it' });
  }
  const { sessionId } = attempt;
  const back = { sessionId, bySdk: attempt.sdkBrowserHash !== null };
  const { session } = await journeySession(deps, sessionId);
  if (session.status !== 'initialized' || attempt.claimedAtMs !== null) {
    return { ...back, ...(await handOverAgain(deps, session, attempt)) };
  }
  const atMs = deps.now();
  const claimed = await deps.stores.commit([
    deps.stores.attempts.claim(stateHash, atMs),
    stepMark(deps, session, { action: 'page.returned', detail: query.has('code') ? 'code' : 'refusal', atMs }),
  ]);
  if (claimed === 'conflict' || attempt.sealedVerifier === null) return back;

  const upstream = deps.upstreams[session.mode];
  if (!upstream) throw new AppError('upstream_unavailable', { detail: `no upstream for ${session.mode} sessions` });
  const returned = answerIn(deps, session, upstream, { query, state });
  if (!returned) return { ...back, unanswered: true };
  if (returned.outcome === 'refused') {
    if (!passingErrors.has(returned.error)) {
      await failJourney(deps, session, returned.error === 'access_denied' ? 'consent_denied' : 'upstream_refused');
      return back;
    }
    return { ...back, unanswered: true };
  }
  const codeVerifier = deps.seal.openSmall(attempt.sealedVerifier, verifierLabel(session, stateHash)).toString();
  try {
    const grant = await upstream.redeem({ query, state, codeVerifier, redirectUri: callbackUrl(deps) });
    const handover = newHandover(deps, attempt);
    if (!(await authorize(deps, session, grant, { stateHash, handover }))) {
      await discardGrant(deps, session, grant);
      return back;
    }
    await completeQuietly(deps, session, upstream);
    return { ...back, ...handover.given };
  } catch (error) {
    if (!(await endsBy(deps, session, error))) throw aboutSession(error, sessionId);
  }
  return back;
}

/**
 * `undefined`: neither a code nor an error, or two of one. It says nothing of what the person chose, and ends nothing: they may try
 * again from the session's page.
 */
function answerIn(
  { log }: Deps,
  { id }: Session,
  upstream: Upstream,
  { query, state }: { query: URLSearchParams; state: string },
): AuthorizationReturn | undefined {
  try {
    return upstream.authorizationReturn(query, state);
  } catch (error) {
    if (!(error instanceof AppError) || error.entry.kind !== 'upstream') throw error;
    log.warn({ session: id, code: error.code, detail: error.detail }, 'a browser came back without an answer');
    return undefined;
  }
}

/**
 * Whether a failed exchange was the end of the session. A refused code would be refused again; an exchange without an
 * answer leaves the person another try, but not for ever: each of them costs a whole sign-in.
 */
async function endsBy(deps: Deps, session: Session, error: unknown): Promise<boolean> {
  if (!(error instanceof AppError) || error.entry.kind !== 'upstream') return false;
  if (!error.entry.retryable) {
    await failJourney(deps, session, 'exchange_refused');
    return true;
  }
  if (session.exchangeFailures + 1 < exchangeFailuresMax) {
    await deps.stores.commit([deps.stores.sessions.exchangeFailure(session)]);
    return false;
  }
  await failJourney(deps, session, 'exchange_failed');
  return true;
}

/** The error page leads on from where the session stands. */
function aboutSession(error: unknown, sessionId: string): unknown {
  if (!(error instanceof AppError)) return error;
  return new AppError(error.code, { detail: error.detail ?? '', cause: error.cause, sessionId });
}

function sameBrowser(attempt: AuthorizationAttempt, browserId: string): boolean {
  return timingSafeEqual(Buffer.from(hash('sha256', browserId, 'hex')), Buffer.from(attempt.browserHash));
}

/** `false`: the session ended, began anew, or another attempt was faster: the tokens are then of no use. */
async function authorize(
  deps: Deps,
  session: Session,
  grant: Grant,
  { stateHash, handover }: { stateHash: string; handover: ReturnType<typeof newHandover> },
): Promise<boolean> {
  const { stores, seal, now } = deps;
  const atMs = now();
  const outcome = await stores.commit([
    stores.sessions.move({ id: session.id, resets: session.resets, from: 'initialized', to: 'authorized', atMs }),
    stores.secrets.insertion({
      sessionId: session.id,
      sealedGrant: seal.sealSmall(JSON.stringify(grant), secretLabel(session, 'grant')),
      sealedProfile: null,
    }),
    stores.consents.insertion(session, {
      kind: 'authorized',
      trip: stateHash,
      atMs,
      facts: { upstream: { reference: grant.reference ?? null, scope: grant.scope ?? null } },
    }),
    ...handover.kept(atMs),
    stores.audit.insertion(session, {
      atMs,
      actor: 'person',
      action: 'session.authorized',
    }),
    ...recordStep(deps, session, { status: 'authorized', atMs }),
  ]);
  return outcome === 'committed';
}

/** The session is authorized and safe: if the list cannot be had now, the page offers a retry and a job goes on. */
async function completeQuietly(deps: Deps, session: Session, upstream: Upstream): Promise<void> {
  try {
    await completeJourney(deps, session.id, upstream);
  } catch (error) {
    if (!(error instanceof AppError) || error.entry.kind !== 'upstream') throw error;
    deps.log.warn({ session: session.id, code: error.code, detail: error.detail }, 'documents could not be listed yet');
  }
}
