import type { Mode, Session } from '../domain/session.ts';
import type { Db, Row, Statement } from '../storage/db.ts';

/** A grant that is still to be revoked upstream. */
export interface Revocation {
  id: string;
  /** The session that it was given for, as its timeline needs it. */
  session: Pick<Session, 'id' | 'workspaceId' | 'mode' | 'createdAtMs'>;
  /** Sealed as it was in the session's secrets. */
  sealedGrant: string;
  /** How often it was tried. */
  tries: number;
  createdAtMs: number;
  dueAtMs: number;
}

const columns =
  'id, session_id, workspace_id, mode, session_created_at_ms, sealed_grant, tries, created_at_ms, due_at_ms';

export function revocationsStore(db: Db) {
  return {
    /** Those whose time has come, the longest due first. */
    async due(nowMs: number, limit: number): Promise<Revocation[]> {
      const rows = await db.all(
        `select ${columns} from upstream_revocations where due_at_ms <= $1 order by due_at_ms, id limit $2`,
        [nowMs, limit],
      );
      return rows.map(fromRow);
    },
    async ofSession(sessionId: string): Promise<Revocation[]> {
      const rows = await db.all(
        `select ${columns} from upstream_revocations where session_id = $1 order by created_at_ms, id`,
        [sessionId],
      );
      return rows.map(fromRow);
    },
    insertion: ({ session, ...revocation }: Revocation): Statement => ({
      sql: `insert into upstream_revocations (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      params: [
        revocation.id,
        session.id,
        session.workspaceId,
        session.mode,
        session.createdAtMs,
        revocation.sealedGrant,
        revocation.tries,
        revocation.createdAtMs,
        revocation.dueAtMs,
      ],
    }),
    /** The grant of a session's secrets, if there are any. Nobody has to have read them. */
    insertionOfSession: (session: Revocation['session'], { id, atMs }: { id: string; atMs: number }): Statement => ({
      sql: `insert into upstream_revocations (${columns})
            select cast($1 as text), session_id, cast($2 as text), cast($3 as text), cast($4 as bigint), sealed_grant, 0,
              cast($5 as bigint), cast($5 as bigint)
            from session_secrets where session_id = $6`,
      params: [id, session.workspaceId, session.mode, session.createdAtMs, atMs, session.id],
    }),
    /** Takes it for one try; conflicts when somebody else has. If the try is never heard of again, it is due anew. */
    claim: ({ id, tries }: Pick<Revocation, 'id' | 'tries'>, dueAtMs: number): Statement => ({
      sql: 'update upstream_revocations set tries = $1, due_at_ms = $2 where id = $3 and tries = $4',
      params: [tries + 1, dueAtMs, id, tries],
      expectRows: 1,
    }),
    removal: (id: string): Statement => ({
      sql: 'delete from upstream_revocations where id = $1',
      params: [id],
      expectRows: 1,
    }),
  };
}

function fromRow(row: Row): Revocation {
  return {
    id: String(row.id),
    session: {
      id: String(row.session_id),
      workspaceId: String(row.workspace_id),
      mode: row.mode === 'live' ? ('live' as Mode) : 'test',
      createdAtMs: Number(row.session_created_at_ms),
    },
    sealedGrant: String(row.sealed_grant),
    tries: Number(row.tries),
    createdAtMs: Number(row.created_at_ms),
    dueAtMs: Number(row.due_at_ms),
  };
}
