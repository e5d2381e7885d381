import type { Db, Statement } from '../storage/db.ts';

/** Which browser a session's SDK tokens are for. */
export interface SdkBinding {
  sessionId: string;
  /** Hex SHA-256 of the binding cookie. */
  browserHash: string;
  boundAtMs: number;
  /** The session's own. */
  expiresAtMs: number;
}

export function sdkBindingsStore(db: Db) {
  return {
    async find(sessionId: string): Promise<SdkBinding | undefined> {
      const row = await db.get(
        'select browser_hash, bound_at_ms, expires_at_ms from sdk_bindings where session_id = $1',
        [sessionId],
      );
      return (
        row && {
          sessionId,
          browserHash: String(row.browser_hash),
          boundAtMs: Number(row.bound_at_ms),
          expiresAtMs: Number(row.expires_at_ms),
        }
      );
    },
    /** Conflicts when a browser is bound already: of fifty at once, one wins. */
    insertion: (binding: SdkBinding): Statement => ({
      sql: `insert into sdk_bindings (session_id, browser_hash, bound_at_ms, expires_at_ms) values ($1, $2, $3, $4)
            on conflict (session_id) do nothing`,
      params: [binding.sessionId, binding.browserHash, binding.boundAtMs, binding.expiresAtMs],
      expectRows: 1,
    }),
    /** Bindings of sessions whose time is over. */
    removal: (beforeMs: number, limit: number): Statement => ({
      sql: `delete from sdk_bindings where session_id in
            (select session_id from sdk_bindings where expires_at_ms <= $1 order by expires_at_ms limit $2)`,
      params: [beforeMs, limit],
    }),
  };
}
