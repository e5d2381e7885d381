import { hash, randomBytes } from 'node:crypto';
import { docTypes, type Locale } from '@tijori/wire';
import { AppError } from '../../domain/app-error.ts';
import type { AskedFacts } from '../../domain/consent-record.ts';
import type { Session } from '../../domain/session.ts';
import type { BrowserTicket } from '../../stores/browser-tickets.ts';
import type { Deps } from '../deps.ts';
import { callbackUrl, purposeOf, verifierLabel } from './attempt.ts';
import { firstStep } from './first-step.ts';
import { stepMark } from './mark-step.ts';
import { type JourneySession, journeySession } from './view.ts';

/** An attempt is good for this long, ms; clients of the real thing keep state and verifier as long (upstream §6). */
const attemptLifeMs = 10 * 60 * 1000;

/** What a person does when they go on to EntityLocker. */
export interface Departure {
  sessionId: string;
  browserId: string;
  /** The trip is one of the SDK's. */
  ticket?: BrowserTicket;
  /** Sign-in or sign-up, where the person chose another than the session's. */
  flow?: Session['flow'] | undefined;
  /** The text that they had before them; null when the way did not lead over our page. */
  notice: Notice | null;
}

/** Which words, in which language, stood on the page before the consent (`pages/texts`). */
export interface Notice {
  locale: Locale;
  version: string;
  /** All of it as it stood there for this session, in plain words: for the consent record. */
  words(view: JourneySession): string;
}

/**
 * The person goes on to EntityLocker: a new attempt with its own state and verifier, bound to this browser, and the
 * session's first step. `null`: the session is past that point, or began anew meanwhile, and its page says how it stands.
 *
 * With a ticket, the trip is one of the SDK's: the ticket is used up in the same commit, or `link_refused` says that it was
 * before.
 */
export async function beginJourney(
  deps: Deps,
  { sessionId, browserId, ticket, flow, notice }: Departure,
): Promise<{ location: string } | null> {
  const view = await journeySession(deps, sessionId);
  const { session, workspaceName } = view;
  if (session.status !== 'created' && session.status !== 'initialized') return null;
  const upstream = deps.upstreams[session.mode];
  if (!upstream) throw new AppError('upstream_unavailable', { detail: `no upstream for ${session.mode} sessions` });

  const state = randomBytes(32).toString('base64url');
  const { url, codeVerifier } = await upstream.authorizationStart({
    redirectUri: callbackUrl(deps),
    state,
    flow: flow ?? session.flow,
    docTypes: docTypes.filter((type) => session.docTypes.includes(type.name)),
    purpose: purposeOf(session),
    serviceName: workspaceName,
    consentValidTillMs: askedUntilMs(deps, session),
    workspaceId: session.workspaceId,
    ...(session.scenario === null ? {} : { scenario: session.scenario }),
  });
  const nowMs = deps.now();
  const stateHash = hash('sha256', state, 'hex');
  const use = ticket ? [deps.stores.tickets.use(ticket.ticketHash, nowMs)] : [];
  const stands = deps.stores.sessions.initializedStands({ id: session.id, resets: session.resets, atMs: nowMs });
  const attempt = deps.stores.attempts.insertion({
    stateHash,
    sessionId: session.id,
    browserHash: hash('sha256', browserId, 'hex'),
    sealedVerifier: deps.seal.sealSmall(codeVerifier, verifierLabel(session, stateHash)),
    createdAtMs: nowMs,
    expiresAtMs: nowMs + attemptLifeMs,
    claimedAtMs: null,
    sdkBrowserHash: ticket?.browserHash ?? null,
    notice: notice && { locale: notice.locale, version: notice.version },
  });
  const going = [...use, stands, attempt, ...asked(deps, view, { notice, trip: stateHash, atMs: nowMs })];
  const outcome = await deps.stores.commit([
    ...firstStep(deps, session, nowMs),
    ...going,
    stepMark(deps, session, { action: 'page.left', detail: flow ?? session.flow, atMs: nowMs }),
  ]);
  if (outcome === 'committed') return { location: url };
  // Another tab took the first step or used the ticket a moment ago, or the session ended or began anew. Once more, on what is true now.
  if (!(await standsYet(deps, session))) return null;
  if ((await deps.stores.commit(going)) === 'committed') return { location: url };
  if (!(await standsYet(deps, session))) return null;
  throw new AppError('link_refused', { detail: 'the ticket is used up' });
}

/** Whether it is on its way to EntityLocker, and still for the consent for which it was read. */
async function standsYet(deps: Deps, { id, resets }: Session): Promise<boolean> {
  const { session } = await journeySession(deps, id);
  return session.status === 'initialized' && session.resets === resets;
}

/** Until when consent is asked for: as the integrator said, else for as long as we could need it. */
export function askedUntilMs({ limits }: Pick<Deps, 'limits'>, session: Session): number {
  return session.consentExpiresAtMs ?? session.expiresAtMs + limits.retentionMs;
}

/** The consent record's line for this trip, and the words that were read, unless they are kept already. */
function asked(
  deps: Deps,
  view: JourneySession,
  { notice, trip, atMs }: { notice: Notice | null; trip: string; atMs: number },
) {
  const { session, workspaceName } = view;
  const { consents } = deps.stores;
  const text = notice?.words(view) ?? '';
  const kept = notice && { language: notice.locale, text, hash: hash('sha256', text, 'hex') };
  const facts: AskedFacts = {
    requester: { workspace: session.workspaceId, name: workspaceName },
    notice: notice && kept && { language: kept.language, version: notice.version, hash: kept.hash },
    documents: session.docTypes.map((type) => ({ type, purpose: session.purposes[type] ?? null })),
    validUntilMs: askedUntilMs(deps, session),
    retentionMinutes: Math.round(deps.limits.retentionMs / 60_000),
  };
  return [
    ...(kept ? [consents.notice(kept, atMs)] : []),
    consents.insertion(session, { kind: 'asked', trip, atMs, facts }),
  ];
}
