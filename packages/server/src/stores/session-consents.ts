import type { ConsentEndReason } from '../domain/consent-record.ts';
import type { Session } from '../domain/session.ts';
import type { Statement } from '../storage/db.ts';

/** How the consent of a succeeded session ends, and how what is personal of any session goes. */
export function sessionConsents() {
  return {
    /** The consent is over, and with it the time of the documents. Conflicts when it was over before, or was redacted since. */
    consentEnd: (
      { id, redactedAtMs }: Pick<Session, 'id' | 'redactedAtMs'>,
      { reason, atMs }: { reason: ConsentEndReason; atMs: number },
    ): Statement => ({
      sql: `update sessions set consent_ended_at_ms = $1, consent_end_reason = $2,
              documents_expire_at_ms = case when documents_expire_at_ms > $1 then $1 else documents_expire_at_ms end,
              documents_erased_at_ms = coalesce(documents_erased_at_ms, $1)
            where id = $3 and status = 'succeeded' and consent_ended_at_ms is null and redacted_at_ms is not distinct from $4`,
      params: [atMs, reason, id, redactedAtMs],
      expectRows: 1,
    }),
    /** Changes nothing, and conflicts if the consent is over, or is another one by now: for what is only good with it. */
    consentStands: ({ id, resets }: Pick<Session, 'id' | 'resets'>): Statement => ({
      sql: `update sessions set resets = $2
            where id = $1 and resets = $2 and status in ('authorized', 'succeeded') and consent_ended_at_ms is null`,
      params: [id, resets],
      expectRows: 1,
    }),
    /** Until when what is held is kept; conflicts when that has changed meanwhile, or everything is erased. */
    holdingUntil: (
      { id, documentsExpireAtMs }: Pick<Session, 'id' | 'documentsExpireAtMs'>,
      untilMs: number,
    ): Statement => ({
      sql: `update sessions set documents_expire_at_ms = $1
            where id = $2 and documents_expire_at_ms = $3 and documents_erased_at_ms is null`,
      params: [untilMs, id, documentsExpireAtMs],
      expectRows: 1,
    }),
    /** Something that is held goes at this time; where something goes earlier, nothing changes. */
    holdingAtMost: (id: string, untilMs: number): Statement => ({
      sql: `update sessions set documents_expire_at_ms = $1
            where id = $2 and documents_expire_at_ms > $1 and documents_erased_at_ms is null`,
      params: [untilMs, id],
    }),
    /** Changes nothing, and conflicts if the session is redacted: for what another session takes over from it. */
    notRedacted: (id: string): Statement => ({
      sql: 'update sessions set redacted_at_ms = null where id = $1 and redacted_at_ms is null',
      params: [id],
      expectRows: 1,
    }),
    /** Goes with an answer about it that is kept; conflicts if it is redacted by now, since the answer says what is gone. */
    answerKept: ({ id, redactedAtMs }: Pick<Session, 'id' | 'redactedAtMs'>): Statement => ({
      sql: 'update sessions set answers_kept = answers_kept + 1 where id = $1 and redacted_at_ms is not distinct from $2',
      params: [id, redactedAtMs],
      expectRows: 1,
    }),
    /**
     * What the integrator wrote into an ended session is gone, and with it the time of its documents. Conflicts for one that
     * is open, redacted already, or about which another answer was kept since they were counted.
     */
    redaction: (id: string, { atMs, answersKept }: { atMs: number; answersKept: number }): Statement => ({
      sql: `update sessions set redacted_at_ms = $1, reference = null, metadata = null, return_url = null, expected_entity = null,
              documents_erased_at_ms = case when documents_expire_at_ms is null then null else coalesce(documents_erased_at_ms, $1) end,
              documents_expire_at_ms = case when documents_expire_at_ms > $1 then $1 else documents_expire_at_ms end
            where id = $2 and redacted_at_ms is null and (status in ('succeeded', 'failed', 'expired') or expires_at_ms <= $1)
              and answers_kept = $3`,
      params: [atMs, id, answersKept],
      expectRows: 1,
    }),
  };
}
