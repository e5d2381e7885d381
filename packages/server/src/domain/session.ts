import type { DocTypeName, Locale, SessionStatus, StatusReason } from '@tijori/wire';
import type { ConsentEndReason } from './consent-record.ts';
import type { ExpectedEntity } from './expected-entity.ts';

/** Test keys see test sessions and the test upstream, live keys the live ones; nothing crosses. */
export type Mode = 'test' | 'live';

/** In which of the vendor's families of addresses a session lives: the SDK's, or the redirect flow's. */
export type SessionFamily = 'sdk' | 'api';

/** A consent session: one business, one set of documents asked for, one outcome. */
export interface Session {
  /** Version-4 UUID: strict clients accept versions 1–5 only (sandbox-api §8). */
  id: string;
  workspaceId: string;
  mode: Mode;
  family: SessionFamily;
  flow: 'signin' | 'signup';
  docTypes: readonly DocTypeName[];
  status: SessionStatus;
  /** Failed and expired sessions: why. */
  statusReason: StatusReason | null;
  createdAtMs: number;
  /** Set by the first transition. */
  updatedAtMs: number | null;
  /** From this moment on a session without an end is expired. */
  expiresAtMs: number;
  /** Empty until succeeded; then a subset of `docTypes`. */
  documentsConsented: readonly DocTypeName[];
  /** Succeeded sessions: from this moment on the documents are gone. */
  documentsExpireAtMs: number | null;
  /** Test sessions: the outcome that the simulator is asked for. */
  scenario: string | null;
  /** How often it went back to `created`. */
  resets: number;
  /** How often EntityLocker left the exchange of a code without an answer. */
  exchangeFailures: number;
  /** Where the browser goes once there is an end (`domain/return-url.ts`). */
  returnUrl: string | null;
  /** When the consent is to end, where the integrator said so. */
  consentExpiresAtMs: number | null;
  /** The integrator's own name for it, and its own facts. */
  reference: string | null;
  metadata: Readonly<Record<string, string>> | null;
  /** What a document is used for; types without an entry have none. */
  purposes: Readonly<Partial<Record<DocTypeName, string>>>;
  /** Language of the hosted page; null: the first of wire's `locales`. */
  locale: Locale | null;
  expectedEntity: ExpectedEntity | null;
  /** Succeeded sessions: until when the consent is good, ms since the epoch. */
  consentValidUntilMs: number | null;
  /** Succeeded sessions: since when the consent is over, and why. */
  consentEndedAtMs: number | null;
  consentEndReason: ConsentEndReason | null;
  /** The session whose missing documents this one asks for. */
  followUpOf: string | null;
  /** Since when its personal data is gone. */
  redactedAtMs: number | null;
}

/** What of a session is told to whoever asks for its status: all that this most frequent of reads has to fetch. */
export type SessionStanding = Pick<
  Session,
  | 'id'
  | 'workspaceId'
  | 'mode'
  | 'family'
  | 'status'
  | 'statusReason'
  | 'createdAtMs'
  | 'updatedAtMs'
  | 'expiresAtMs'
  | 'documentsConsented'
  | 'scenario'
>;

/** The exchange of a code may be left without an answer so often; the last time ends the session. */
export const exchangeFailuresMax = 3;

/**
 * Every step that a session may take (sandbox-api §3). An end has no way out; `created` again is what `reset` does
 * (sandbox-api §9 no. 14).
 * `expired` is not a step that somebody asks for: it follows from the clock, see `judgeExpiry`.
 */
const transitions: Record<SessionStatus, readonly SessionStatus[]> = {
  created: ['initialized', 'failed', 'expired'],
  initialized: ['created', 'authorized', 'failed', 'expired'],
  authorized: ['created', 'succeeded', 'failed', 'expired'],
  succeeded: [],
  failed: [],
  expired: [],
};

/** Whether the table allows this step. */
export function mayMove(from: SessionStatus, to: SessionStatus): boolean {
  return transitions[from].includes(to);
}

/** Whether a status is an end. */
export function isEnd(status: SessionStatus): boolean {
  return transitions[status].length === 0;
}

/** The statuses that are not ends, for stores that look for sessions still under way. */
export const openStatuses = (Object.keys(transitions) as SessionStatus[]).filter((status) => !isEnd(status));

/**
 * The session as it stands at `nowMs`. An open session past its time reads as expired at that very moment, whether or
 * not the sweep has been by, so that reading and sweeping can never disagree (sandbox-api §9 no. 11).
 */
export function judgeExpiry<Seen extends SessionStanding>(session: Seen, nowMs: number): Seen {
  if (isEnd(session.status) || nowMs < session.expiresAtMs) return session;
  return { ...session, status: 'expired', statusReason: 'session_expired', updatedAtMs: session.expiresAtMs };
}

/** As `judgeExpiry`, and its consent with it: past its time that is over, whether or not the sweep has been by. */
export function judgeSession(session: Session, nowMs: number): Session {
  const judged = judgeExpiry(session, nowMs);
  const { consentValidUntilMs, consentEndedAtMs } = judged;
  if (consentValidUntilMs === null || consentEndedAtMs !== null || nowMs < consentValidUntilMs) return judged;
  return { ...judged, consentEndedAtMs: consentValidUntilMs, consentEndReason: 'expired' };
}
