import type { DocTypeName, Locale, SessionStatus, StatusReason } from '@tijori/wire';
import type { ConsentEndReason } from '../domain/consent-record.ts';
import type { ExpectedEntity } from '../domain/expected-entity.ts';
import type { Session, SessionStanding } from '../domain/session.ts';
import type { Db, Row, Statement, Value } from '../storage/db.ts';

/** What is known when a session is made. */
const insertedColumns =
  'id, workspace_id, mode, flow, doc_types, status, created_at_ms, updated_at_ms, expires_at_ms, documents_consented, documents_expire_at_ms, scenario, status_reason, exchange_failures, resets, family, return_url, consent_expires_at_ms, reference, metadata, purposes, locale, expected_entity, follow_up_of';

export const sessionColumns = `${insertedColumns}, consent_valid_until_ms, consent_ended_at_ms, consent_end_reason, redacted_at_ms`;

const standingColumns =
  'id, workspace_id, mode, family, status, status_reason, created_at_ms, updated_at_ms, expires_at_ms, documents_consented, scenario';

/**
 * A compare-and-set of a session's state: it conflicts if the session has left `from`, has gone back to its beginning since
 * it was read (`resets`), or its time is over.
 */
export interface SessionMove {
  id: string;
  resets: number;
  from: SessionStatus;
  to: SessionStatus;
  atMs: number;
}

export function sessionsStore(db: Db) {
  const byId = `select ${sessionColumns} from sessions where id = $1`;
  const standingById = `select ${standingColumns} from sessions where id = $1`;
  return {
    /** For our own steps, which hold a state, a link or a job and no workspace. */
    async find(id: string): Promise<Session | undefined> {
      const row = await db.get(byId, [id]);
      return row && sessionFromRow(row);
    },
    /** For the API: another workspace's or another mode's session does not exist. */
    async findOwn(owner: Pick<Session, 'workspaceId' | 'mode'>, id: string): Promise<Session | undefined> {
      const row = await db.get(byId, [id], owner.workspaceId);
      if (!row || row.workspace_id !== owner.workspaceId || row.mode !== owner.mode) return undefined;
      return sessionFromRow(row);
    },
    /** As `findOwn`, with no more than the status answer needs. */
    async standing(owner: Pick<Session, 'workspaceId' | 'mode'>, id: string): Promise<SessionStanding | undefined> {
      const row = await db.get(standingById, [id], owner.workspaceId);
      if (!row || row.workspace_id !== owner.workspaceId || row.mode !== owner.mode) return undefined;
      return standingFromRow(row);
    },
    insertion: (session: Session): Statement => (isPlain(session) ? plainInsertion(session) : fullInsertion(session)),
    move: ({ id, resets, from, to, atMs }: SessionMove): Statement => ({
      sql: 'update sessions set status = $1, updated_at_ms = $2 where id = $3 and status = $4 and resets = $5 and expires_at_ms > $6',
      params: [to, atMs, id, from, resets, atMs],
      expectRows: 1,
    }),
    /** A move into `failed`, with its reason. */
    failure: ({ id, resets, from, atMs }: Omit<SessionMove, 'to'>, reason: StatusReason): Statement => ({
      sql: `update sessions set status = 'failed', status_reason = $1, updated_at_ms = $2
            where id = $3 and status = $4 and resets = $5 and expires_at_ms > $6`,
      params: [reason, atMs, id, from, resets, atMs],
      expectRows: 1,
    }),
    /** Counts an exchange without an answer; conflicts if somebody else counted meanwhile. */
    exchangeFailure: ({ id, exchangeFailures }: Pick<Session, 'id' | 'exchangeFailures'>): Statement => ({
      sql: 'update sessions set exchange_failures = $1 where id = $2 and exchange_failures = $3',
      params: [exchangeFailures + 1, id, exchangeFailures],
      expectRows: 1,
    }),
    success: (
      { id, resets, atMs }: Omit<SessionMove, 'from' | 'to'>,
      documentsConsented: readonly DocTypeName[],
      { documentsExpireAtMs, consentValidUntilMs }: { documentsExpireAtMs: number; consentValidUntilMs: number },
    ): Statement => ({
      sql: `update sessions set status = 'succeeded', updated_at_ms = $1, documents_consented = $2, documents_expire_at_ms = $3,
              consent_valid_until_ms = $4
            where id = $5 and status = 'authorized' and resets = $6 and expires_at_ms > $7`,
      params: [atMs, JSON.stringify(documentsConsented), documentsExpireAtMs, consentValidUntilMs, id, resets, atMs],
      expectRows: 1,
    }),
    /** Writes down what reading already says: expired, dated to the moment it did. */
    expiry: (session: Session): Statement => ({
      sql: `update sessions set status = 'expired', status_reason = 'session_expired', updated_at_ms = expires_at_ms where id = $1 and status = $2`,
      params: [session.id, session.status],
      expectRows: 1,
    }),
    /** The integrator's own name for it, at any time; conflicts once it is redacted. */
    reference: (id: string, reference: Session['reference']): Statement => ({
      sql: 'update sessions set reference = $1 where id = $2 and redacted_at_ms is null',
      params: [reference, id],
      expectRows: 1,
    }),
    /** The integrator's own facts, all anew; conflicts once it is redacted. */
    metadata: (id: string, metadata: Session['metadata']): Statement => ({
      sql: 'update sessions set metadata = $1 where id = $2 and redacted_at_ms is null',
      params: [jsonOrNull(metadata), id],
      expectRows: 1,
    }),
    erasure: (id: string, atMs: number): Statement => ({
      sql: 'update sessions set documents_erased_at_ms = $1 where id = $2 and documents_erased_at_ms is null',
      params: [atMs, id],
      expectRows: 1,
    }),
  };
}

/** A new session of the SDK about which no more was said: nearly every one that is made. */
function isPlain(session: Session): boolean {
  return (
    session.status === 'created' &&
    session.family === 'sdk' &&
    session.scenario === null &&
    session.returnUrl === null &&
    session.consentExpiresAtMs === null &&
    session.reference === null &&
    session.metadata === null &&
    session.locale === null &&
    session.expectedEntity === null &&
    session.followUpOf === null &&
    purposesText(session.purposes) === null
  );
}

/** The columns that it has: each of the others would cost its way to the writer and say nothing. */
function plainInsertion(session: Session): Statement {
  return {
    sql: `insert into sessions (id, workspace_id, mode, flow, doc_types, status, created_at_ms, expires_at_ms)
          values ($1, $2, $3, $4, $5, 'created', $6, $7)`,
    params: [
      session.id,
      session.workspaceId,
      session.mode,
      session.flow,
      JSON.stringify(session.docTypes),
      session.createdAtMs,
      session.expiresAtMs,
    ],
  };
}

function fullInsertion(session: Session): Statement {
  return {
    sql: `insert into sessions (${insertedColumns}) values
          ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)`,
    params: [
      session.id,
      session.workspaceId,
      session.mode,
      session.flow,
      JSON.stringify(session.docTypes),
      session.status,
      session.createdAtMs,
      session.updatedAtMs,
      session.expiresAtMs,
      session.documentsConsented.length > 0 ? JSON.stringify(session.documentsConsented) : null,
      session.documentsExpireAtMs,
      session.scenario,
      session.statusReason,
      session.exchangeFailures,
      session.resets,
      session.family,
      session.returnUrl,
      session.consentExpiresAtMs,
      session.reference,
      jsonOrNull(session.metadata),
      purposesText(session.purposes),
      session.locale,
      jsonOrNull(session.expectedEntity),
      session.followUpOf,
    ],
  };
}

function jsonOrNull(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

function purposesText(purposes: Session['purposes']): string | null {
  const text = JSON.stringify(purposes);
  return text === '{}' ? null : text;
}

export function sessionFromRow(row: Row): Session {
  return {
    ...standingFromRow(row),
    flow: row.flow === 'signup' ? 'signup' : 'signin',
    docTypes: JSON.parse(String(row.doc_types)) as DocTypeName[],
    documentsExpireAtMs: numberOrNull(row.documents_expire_at_ms),
    exchangeFailures: Number(row.exchange_failures),
    resets: Number(row.resets),
    returnUrl: textOrNull(row.return_url),
    consentExpiresAtMs: numberOrNull(row.consent_expires_at_ms),
    reference: textOrNull(row.reference),
    metadata: row.metadata ? (JSON.parse(String(row.metadata)) as Record<string, string>) : null,
    purposes: row.purposes ? (JSON.parse(String(row.purposes)) as Session['purposes']) : {},
    locale: textOrNull(row.locale) as Locale | null,
    expectedEntity: row.expected_entity ? (JSON.parse(String(row.expected_entity)) as ExpectedEntity) : null,
    consentValidUntilMs: numberOrNull(row.consent_valid_until_ms),
    consentEndedAtMs: numberOrNull(row.consent_ended_at_ms),
    consentEndReason: textOrNull(row.consent_end_reason) as ConsentEndReason | null,
    followUpOf: textOrNull(row.follow_up_of),
    redactedAtMs: numberOrNull(row.redacted_at_ms),
  };
}

function standingFromRow(row: Row): SessionStanding {
  return {
    id: String(row.id),
    workspaceId: String(row.workspace_id),
    mode: row.mode === 'live' ? 'live' : 'test',
    family: row.family === 'api' ? 'api' : 'sdk',
    status: String(row.status) as SessionStatus,
    statusReason: textOrNull(row.status_reason) as StatusReason | null,
    createdAtMs: Number(row.created_at_ms),
    updatedAtMs: numberOrNull(row.updated_at_ms),
    expiresAtMs: Number(row.expires_at_ms),
    documentsConsented: row.documents_consented ? (JSON.parse(String(row.documents_consented)) as DocTypeName[]) : [],
    scenario: textOrNull(row.scenario),
  };
}

function numberOrNull(value: Value | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}

function textOrNull(value: Value | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
