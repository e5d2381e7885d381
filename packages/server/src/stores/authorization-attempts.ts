import type { Locale } from '@tijori/wire';
import type { Db, Row, Statement } from '../storage/db.ts';

/** One trip of a browser to EntityLocker and back. */
export interface AuthorizationAttempt {
  /** Hex SHA-256 of `state`: a copy of the database opens no trip. */
  stateHash: string;
  sessionId: string;
  /** Hex SHA-256 of the binding cookie. */
  browserHash: string;
  /** The SDK's bound browser for which it was begun, as hex SHA-256 of its cookie; null for a trip from the hosted page. */
  sdkBrowserHash: string | null;
  /** PKCE verifier, sealed; null once claimed. */
  sealedVerifier: string | null;
  createdAtMs: number;
  expiresAtMs: number;
  claimedAtMs: number | null;
  /** The words that the person had before them; null when the way did not lead over our page. */
  notice: { locale: Locale; version: string } | null;
}

const columns =
  'state_hash, session_id, browser_hash, sealed_verifier, created_at_ms, expires_at_ms, claimed_at_ms, sdk_browser_hash, notice_locale, notice_version';

export function authorizationAttemptsStore(db: Db) {
  return {
    async find(stateHash: string): Promise<AuthorizationAttempt | undefined> {
      const row = await db.get(`select ${columns} from authorization_attempts where state_hash = $1`, [stateHash]);
      return row && fromRow(row);
    },
    insertion: (attempt: AuthorizationAttempt): Statement => ({
      sql: `insert into authorization_attempts (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      params: [
        attempt.stateHash,
        attempt.sessionId,
        attempt.browserHash,
        attempt.sealedVerifier,
        attempt.createdAtMs,
        attempt.expiresAtMs,
        attempt.claimedAtMs,
        attempt.sdkBrowserHash,
        attempt.notice?.locale ?? null,
        attempt.notice?.version ?? null,
      ],
    }),
    /** Takes the attempt, once and for all, and forgets its verifier. Of fifty at once, forty-nine conflict. */
    claim: (stateHash: string, atMs: number): Statement => ({
      sql: `update authorization_attempts set claimed_at_ms = $1, sealed_verifier = null
            where state_hash = $2 and claimed_at_ms is null and expires_at_ms > $3`,
      params: [atMs, stateHash, atMs],
      expectRows: 1,
    }),
    /** Takes every open attempt of a session, so that none of them leads anywhere any more. */
    claimOfSession: (sessionId: string, atMs: number): Statement => ({
      sql: `update authorization_attempts set claimed_at_ms = $1, sealed_verifier = null
            where session_id = $2 and claimed_at_ms is null`,
      params: [atMs, sessionId],
    }),
    /** Old attempts, whatever became of them. */
    removal: (beforeMs: number, limit: number): Statement => ({
      sql: `delete from authorization_attempts where state_hash in
            (select state_hash from authorization_attempts where expires_at_ms <= $1 order by expires_at_ms limit $2)`,
      params: [beforeMs, limit],
    }),
  };
}

function fromRow(row: Row): AuthorizationAttempt {
  return {
    stateHash: String(row.state_hash),
    sessionId: String(row.session_id),
    browserHash: String(row.browser_hash),
    sealedVerifier: row.sealed_verifier === null ? null : String(row.sealed_verifier),
    createdAtMs: Number(row.created_at_ms),
    expiresAtMs: Number(row.expires_at_ms),
    claimedAtMs: row.claimed_at_ms === null ? null : Number(row.claimed_at_ms),
    notice:
      row.notice_version === null
        ? null
        : { locale: String(row.notice_locale) as Locale, version: String(row.notice_version) },
    sdkBrowserHash: row.sdk_browser_hash === null ? null : String(row.sdk_browser_hash),
  };
}
