import type { ErrorCode } from '@tijori/wire';
import type { Document } from '../domain/document.ts';
import type { Db, Statement } from '../storage/db.ts';
import { documentColumns, documentFromRow } from './documents.ts';
import type { Page } from './page.ts';

/** Documents that did not come when they were first asked for. */
export function lateDocuments(db: Db) {
  return {
    /**
     * Documents that are known but not fetched yet and whose turn it is, of sessions that have had time for it since they
     * succeeded and whose consent stands.
     */
    async pending(
      { nowMs, beforeMs }: { nowMs: number; beforeMs: number },
      { after, limit }: Page,
    ): Promise<Document[]> {
      const rows = await db.all(
        `select ${documentColumns} from documents where state = 'pending' and id > $1 and next_try_at_ms <= $2 and exists
           (select 1 from sessions where sessions.id = documents.session_id and sessions.updated_at_ms <= $3
              and sessions.consent_ended_at_ms is null and sessions.consent_valid_until_ms > $2)
         order by id limit $4`,
        [after, nowMs, beforeMs, limit],
      );
      return rows.map(documentFromRow);
    },
    /** Takes a document for one try; conflicts when somebody else has. If the try is never heard of again, it is due anew. */
    attempt: ({ id, tries }: Pick<Document, 'id' | 'tries'>, nextTryAtMs: number): Statement => ({
      sql: `update documents set tries = tries + 1, next_try_at_ms = $1 where id = $2 and state = 'pending' and tries = $3`,
      params: [nextTryAtMs, id, tries],
      expectRows: 1,
    }),
    /** Why it has not come yet; conflicts when it has, or when that is known. */
    delay: (id: string, failure: ErrorCode): Statement => ({
      sql: `update documents set last_failure = $1 where id = $2 and state = 'pending' and last_failure is distinct from $1`,
      params: [failure, id],
      expectRows: 1,
    }),
  };
}
