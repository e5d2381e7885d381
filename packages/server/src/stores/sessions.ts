import type { DocTypeName, SessionStatus, StatusReason } from '@tijori/wire';
import type { Session } from '../domain/session.ts';
import type { Db, Row, Statement } from '../storage/db.ts';

export const sessionColumns =
  'id, workspace_id, mode, flow, doc_types, status, created_at_ms, updated_at_ms, expires_at_ms, documents_consented, documents_expire_at_ms, scenario, status_reason, exchange_failures, resets';

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
  return {
    /** For our own steps, which hold a state, a link or a job and no workspace. */
    async find(id: string): Promise<Session | undefined> {
      const row = await db.get(byId, [id]);
      return row && sessionFromRow(row);
    },
    /** For the API: another workspace's or another mode's session does not exist. */
    async findOwn(owner: Pick<Session, 'workspaceId' | 'mode'>, id: string): Promise<Session | undefined> {
      const row = await db.get(byId, [id]);
      if (!row || row.workspace_id !== owner.workspaceId || row.mode !== owner.mode) return undefined;
      return sessionFromRow(row);
    },
    insertion: (session: Session): Statement => ({
      sql: `insert into sessions (${sessionColumns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
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
      ],
    }),
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
      documentsExpireAtMs: number,
    ): Statement => ({
      sql: `update sessions set status = 'succeeded', updated_at_ms = $1, documents_consented = $2, documents_expire_at_ms = $3
            where id = $4 and status = 'authorized' and resets = $5 and expires_at_ms > $6`,
      params: [atMs, JSON.stringify(documentsConsented), documentsExpireAtMs, id, resets, atMs],
      expectRows: 1,
    }),
    /** Writes down what reading already says: expired, dated to the moment it did. */
    expiry: (session: Session): Statement => ({
      sql: `update sessions set status = 'expired', status_reason = 'session_expired', updated_at_ms = expires_at_ms where id = $1 and status = $2`,
      params: [session.id, session.status],
      expectRows: 1,
    }),
    erasure: (id: string, atMs: number): Statement => ({
      sql: 'update sessions set documents_erased_at_ms = $1 where id = $2 and documents_erased_at_ms is null',
      params: [atMs, id],
      expectRows: 1,
    }),
  };
}

export function sessionFromRow(row: Row): Session {
  return {
    id: String(row.id),
    workspaceId: String(row.workspace_id),
    mode: row.mode === 'live' ? 'live' : 'test',
    flow: row.flow === 'signup' ? 'signup' : 'signin',
    docTypes: JSON.parse(String(row.doc_types)) as DocTypeName[],
    status: String(row.status) as SessionStatus,
    createdAtMs: Number(row.created_at_ms),
    updatedAtMs: row.updated_at_ms === null ? null : Number(row.updated_at_ms),
    expiresAtMs: Number(row.expires_at_ms),
    documentsConsented: row.documents_consented ? (JSON.parse(String(row.documents_consented)) as DocTypeName[]) : [],
    documentsExpireAtMs: row.documents_expire_at_ms === null ? null : Number(row.documents_expire_at_ms),
    scenario: row.scenario === null ? null : String(row.scenario),
    statusReason: row.status_reason === null ? null : (String(row.status_reason) as StatusReason),
    exchangeFailures: Number(row.exchange_failures),
    resets: Number(row.resets),
  };
}
