import type { Session } from '../domain/session.ts';
import type { Db } from '../storage/db.ts';
import type { Page } from './page.ts';
import { sessionColumns as columns, sessionFromRow as fromRow } from './sessions.ts';

/** What the clockwork asks about sessions. Each question has an index of its own and a limit. */
export function sessionSweeps(db: Db) {
  return {
    /** Open sessions whose time is over, oldest first. */
    async overdue(nowMs: number, limit: number): Promise<Session[]> {
      const rows = await db.all(
        `select ${columns} from sessions
         where status in ('created', 'initialized', 'authorized') and expires_at_ms <= $1 order by expires_at_ms limit $2`,
        [nowMs, limit],
      );
      return rows.map(fromRow);
    },
    /** Sessions whose code was redeemed but whose documents were never listed: a crash or a dead upstream in between. */
    async stalled(beforeMs: number, { after, limit }: Page): Promise<Session[]> {
      const rows = await db.all(
        `select ${columns} from sessions where status = 'authorized' and id > $1 and updated_at_ms <= $2 order by id limit $3`,
        [after, beforeMs, limit],
      );
      return rows.map(fromRow);
    },
    /** Sessions whose consent is over by its own terms, and nobody has written it down yet. */
    async consentOver(nowMs: number, limit: number): Promise<Session[]> {
      const rows = await db.all(
        `select ${columns} from sessions
         where consent_valid_until_ms is not null and consent_ended_at_ms is null and consent_valid_until_ms <= $1
         order by consent_valid_until_ms limit $2`,
        [nowMs, limit],
      );
      return rows.map(fromRow);
    },
    /** Sessions whose documents have been kept long enough. */
    async pastRetention(nowMs: number, limit: number): Promise<Session[]> {
      const rows = await db.all(
        `select ${columns} from sessions
         where documents_expire_at_ms is not null and documents_erased_at_ms is null and documents_expire_at_ms <= $1
         order by documents_expire_at_ms limit $2`,
        [nowMs, limit],
      );
      return rows.map(fromRow);
    },
  };
}
