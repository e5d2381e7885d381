import type { Statement } from '../storage/db.ts';
import type { SessionMove } from './sessions.ts';

/** The one step of a session that leads backwards, and what must not outlive it. */
export function sessionReset() {
  return {
    /** To `created`. Whatever was read before it conflicts from now on, by `resets`. */
    reset: ({ id, resets, from, atMs }: Omit<SessionMove, 'to'>): Statement => ({
      sql: `update sessions set status = 'created', resets = $1, updated_at_ms = $2
            where id = $3 and status = $4 and resets = $5 and expires_at_ms > $6`,
      params: [resets + 1, atMs, id, from, resets, atMs],
      expectRows: 1,
    }),
    /** Changes nothing, and conflicts if the session is not `initialized` as it was read: for what goes with that state alone. */
    initializedStands: ({ id, resets, atMs }: Omit<SessionMove, 'from' | 'to'>): Statement => ({
      sql: `update sessions set status = 'initialized' where id = $1 and status = 'initialized' and resets = $2 and expires_at_ms > $3`,
      params: [id, resets, atMs],
      expectRows: 1,
    }),
  };
}
