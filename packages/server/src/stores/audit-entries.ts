import type { Session } from '../domain/session.ts';
import type { Db, Row, Statement } from '../storage/db.ts';

/** Who did it: the integrator's key, the person in the browser, or our own clockwork. */
export type AuditActor = 'integrator' | 'person' | 'system';

export interface AuditEntry {
  atMs: number;
  actor: AuditActor;
  /** `session.created`, `document.erased` … */
  action: string;
  /** Short machine words only: never a token, a code or personal data. */
  detail?: string;
}

/** The session that an entry is about. Its time of creation is what makes its timeline cheap to write and to find. */
type Subject = Pick<Session, 'id' | 'workspaceId' | 'createdAtMs'>;

export function auditEntriesStore(db: Db) {
  // Settles the order of entries of one millisecond: time alone does not, and a counter of the database would be a place
  // that all writers wait for.
  let entriesMade = 0;
  return {
    insertion: (session: Subject, entry: AuditEntry): Statement => ({
      sql: `insert into audit_entries (workspace_id, session_id, session_created_at_ms, at_ms, entry_no, actor, action, detail)
            values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      params: [
        session.workspaceId,
        session.id,
        session.createdAtMs,
        entry.atMs,
        ++entriesMade,
        entry.actor,
        entry.action,
        entry.detail ?? null,
      ],
    }),
    /** The same, unless the session's timeline has this action already. */
    onceInsertion: (session: Subject, entry: AuditEntry): Statement => ({
      sql: `insert into audit_entries (workspace_id, session_id, session_created_at_ms, at_ms, entry_no, actor, action, detail)
            select cast($1 as text), cast($2 as text), cast($3 as bigint), cast($4 as bigint), cast($5 as bigint),
                   cast($6 as text), cast($7 as text), cast($8 as text)
            where not exists (select 1 from audit_entries
                              where session_created_at_ms = $3 and session_id = $2 and action = $7)`,
      params: [
        session.workspaceId,
        session.id,
        session.createdAtMs,
        entry.atMs,
        ++entriesMade,
        entry.actor,
        entry.action,
        entry.detail ?? null,
      ],
    }),
    /** Whether the session's timeline has this action. */
    async has({ id, createdAtMs }: Subject, action: string): Promise<boolean> {
      const row = await db.get(
        `select 1 as found from audit_entries where session_created_at_ms = $1 and session_id = $2 and action = $3 limit 1`,
        [createdAtMs, id, action],
      );
      return row !== undefined;
    },
    /** Moments of a session's timeline after `afterMs`, each once, oldest first. */
    async momentsOfSession(
      { id, createdAtMs }: Subject,
      { afterMs, limit }: { afterMs: number; limit: number },
    ): Promise<number[]> {
      const rows = await db.all(
        `select distinct at_ms from audit_entries where session_created_at_ms = $1 and session_id = $2 and at_ms > $3
         order by at_ms limit $4`,
        [createdAtMs, id, afterMs, limit],
      );
      return rows.map(({ at_ms }) => Number(at_ms));
    },
    /** What happened to a session, oldest first; of more than `limit` entries the newest. */
    async ofSession({ id, createdAtMs }: Subject, limit: number): Promise<AuditEntry[]> {
      const rows = await db.all(
        `select at_ms, actor, action, detail from audit_entries where session_created_at_ms = $1 and session_id = $2
         order by at_ms desc, entry_no desc limit $3`,
        [createdAtMs, id, limit],
      );
      return rows.map(fromRow).reverse();
    },
  };
}

function fromRow(row: Row): AuditEntry {
  return {
    atMs: Number(row.at_ms),
    actor: String(row.actor) as AuditActor,
    action: String(row.action),
    ...(row.detail === null ? {} : { detail: String(row.detail) }),
  };
}
