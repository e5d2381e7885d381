import type { ErrorCode } from '@tijori/wire';
import type { Document } from '../domain/document.ts';
import type { Statement } from '../storage/db.ts';

/** How the documents of a session end. */
export function documentEnds() {
  return {
    /** What a session still waits for will not come any more. */
    failureOfSession: (sessionId: string, failure: ErrorCode): Statement => ({
      sql: `update documents set state = 'failed', failure = $1 where session_id = $2 and state = 'pending'`,
      params: [failure, sessionId],
    }),
    /** What EntityLocker wrote about each: an address names the business, and a text may name anybody. */
    redactionOfSession: (sessionId: string): Statement => ({
      sql: `update documents set uri = '', name = '', description = '' where session_id = $1`,
      params: [sessionId],
    }),
    /**
     * Erases a session's documents of one state: the key goes first and with it the document; the file is removed after the
     * commit. What came late stays if its own time ends after `keptUntilMs`; without that, all go. What never came keeps the reason
     * for that, and can come no more. Conflicts when there are not so many any more: then one has come since, and what is said of
     * them would be wrong.
     */
    erasureOf: (
      sessionId: string,
      {
        state,
        count,
        keptUntilMs = Number.MAX_SAFE_INTEGER,
      }: { state: Document['state']; count: number; keptUntilMs?: number },
    ): Statement => ({
      sql: `update documents set state = 'erased', wrapped_key = null, blob = null,
              failure = case when state = 'pending' then coalesce(last_failure, 'consent_ended') else failure end
            where session_id = $1 and state = $2 and (kept_until_ms is null or kept_until_ms <= $3)`,
      params: [sessionId, state, keptUntilMs],
      expectRows: count,
    }),
    /** For tests: what came late has been kept long enough, too. */
    earlierEnds: (sessionId: string, atMs: number): Statement => ({
      sql: 'update documents set kept_until_ms = $1 where session_id = $2 and kept_until_ms > $1',
      params: [atMs, sessionId],
    }),
  };
}
