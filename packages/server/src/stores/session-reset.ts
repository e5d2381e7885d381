import type { Statement } from '../storage/db.ts';
import type { SessionMove } from './sessions.ts';

/** The one step of a session that leads backwards. */
export function sessionReset() {
  return {
    /** To `created`. Whatever was read before it conflicts from now on, by `resets`. */
    reset: ({ id, resets, from, atMs }: Omit<SessionMove, 'to'>): Statement => ({
      sql: `update sessions set status = 'created', resets = $1, updated_at_ms = $2
            where id = $3 and status = $4 and resets = $5 and expires_at_ms > $6`,
      params: [resets + 1, atMs, id, from, resets, atMs],
      expectRows: 1,
    }),
  };
}
