import type { Statement } from '../storage/db.ts';

/** For tests: the ends of a session come before their time. Each conflicts when that end is no longer before it. */
export function sessionEnds() {
  return {
    /** An open session is over now. */
    earlierExpiry: (id: string, atMs: number): Statement => ({
      sql: `update sessions set expires_at_ms = $1
            where id = $2 and expires_at_ms > $1 and status in ('created', 'initialized', 'authorized')`,
      params: [atMs, id],
      expectRows: 1,
    }),
    /** The documents of a succeeded session have been kept long enough. */
    earlierErasure: (id: string, atMs: number): Statement => ({
      sql: 'update sessions set documents_expire_at_ms = $1 where id = $2 and documents_expire_at_ms > $1',
      params: [atMs, id],
      expectRows: 1,
    }),
    /** The time for which the person consented is over. */
    earlierValidity: (id: string, atMs: number): Statement => ({
      sql: `update sessions set consent_valid_until_ms = $1
            where id = $2 and consent_valid_until_ms > $1 and consent_ended_at_ms is null`,
      params: [atMs, id],
      expectRows: 1,
    }),
  };
}
