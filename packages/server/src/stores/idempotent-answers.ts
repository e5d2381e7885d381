import type { Mode, Session } from '../domain/session.ts';
import type { Db, Statement } from '../storage/db.ts';

/** Whose key it is. The same key of another workspace, or of the other mode, is another one. */
export interface AnswerKey {
  workspaceId: string;
  mode: Mode;
  /** Hex SHA-256 of the `Idempotency-Key`: integrators put all sorts of things into it. */
  keyHash: string;
}

interface KeptText {
  sealedAnswer: string;
  /** The session that it is about; null for none. */
  sessionId: string | null;
}

export function idempotentAnswersStore(db: Db) {
  return {
    /** The sealed answer, as long as it is kept. */
    async find({ workspaceId, mode, keyHash }: AnswerKey, nowMs: number): Promise<string | undefined> {
      const row = await db.get(
        `select sealed_answer from idempotent_answers
         where workspace_id = $1 and mode = $2 and key_hash = $3 and expires_at_ms > $4`,
        [workspaceId, mode, keyHash, nowMs],
        workspaceId,
      );
      return row && String(row.sealed_answer);
    },
    /** Takes the place of an answer past its time, and conflicts with one that is still kept. */
    insertion: (
      { workspaceId, mode, keyHash }: AnswerKey,
      { sealedAnswer, sessionId, nowMs, expiresAtMs }: KeptText & { nowMs: number; expiresAtMs: number },
    ): Statement => ({
      sql: `insert into idempotent_answers (workspace_id, mode, key_hash, sealed_answer, session_id, expires_at_ms)
            values ($1, $2, $3, $4, $5, $6)
            on conflict (workspace_id, mode, key_hash)
            do update set sealed_answer = excluded.sealed_answer, session_id = excluded.session_id,
              expires_at_ms = excluded.expires_at_ms
            where idempotent_answers.expires_at_ms <= $7`,
      params: [workspaceId, mode, keyHash, sealedAnswer, sessionId, expiresAtMs, nowMs],
      expectRows: 1,
    }),
    /**
     * Keys whose answers are about a session. Goes through all that the workspace has kept, a day's worth: an index would cost
     * each request with a key, for what is asked seldom.
     */
    async keysOfSession({ workspaceId, mode, id }: Pick<Session, 'workspaceId' | 'mode' | 'id'>): Promise<AnswerKey[]> {
      const rows = await db.all(
        'select key_hash from idempotent_answers where workspace_id = $1 and mode = $2 and session_id = $3',
        [workspaceId, mode, id],
        workspaceId,
      );
      return rows.map((row) => ({ workspaceId, mode, keyHash: String(row.key_hash) }));
    },
    /** How many answers were kept about a session since it was made (`sessions.answerKept`). */
    async countOfSession(id: string): Promise<number> {
      return Number((await db.get('select answers_kept from sessions where id = $1', [id]))?.answers_kept ?? 0);
    },
    removalOf: ({ workspaceId, mode, keyHash }: AnswerKey): Statement => ({
      sql: 'delete from idempotent_answers where workspace_id = $1 and mode = $2 and key_hash = $3',
      params: [workspaceId, mode, keyHash],
    }),
    /** Answers past their time, oldest first. */
    removal: (nowMs: number, limit: number): Statement => ({
      sql: `delete from idempotent_answers where (workspace_id, mode, key_hash) in
            (select workspace_id, mode, key_hash from idempotent_answers where expires_at_ms <= $1
             order by expires_at_ms limit $2)`,
      params: [nowMs, limit],
    }),
  };
}
