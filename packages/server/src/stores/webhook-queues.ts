import type { Db, Statement } from '../storage/db.ts';

/** The queues of endpoints: which of them have work, and which process does it. */
export function webhookQueuesStore(db: Db) {
  return {
    /** Endpoints with something due. Leaps from one to the next, so that a long queue costs no more than a short one. */
    async due(nowMs: number): Promise<string[]> {
      const rows = await db.all(
        `with recursive waiting (id) as (
           select min(endpoint_id) from webhook_deliveries where state = 'pending'
           union all
           select (select min(d.endpoint_id) from webhook_deliveries d where d.state = 'pending' and d.endpoint_id > waiting.id)
           from waiting where waiting.id is not null
         )
         select id from waiting where id is not null and exists (
           select 1 from webhook_deliveries d where d.endpoint_id = waiting.id and d.state = 'pending' and d.next_at_ms <= $1
         )`,
        [nowMs],
      );
      return rows.map(({ id }) => String(id));
    },
    /** The queue is this holder's until then; conflicts while it is another's, by a clock that agrees with ours (as `turns.take`). */
    lease: (endpointId: string, holder: string, { nowMs, untilMs }: { nowMs: number; untilMs: number }): Statement => ({
      sql: `insert into webhook_leases (endpoint_id, holder, until_ms) values ($1, $2, $3)
            on conflict (endpoint_id) do update set holder = excluded.holder, until_ms = excluded.until_ms
            where webhook_leases.holder = excluded.holder or webhook_leases.until_ms <= $4 or webhook_leases.until_ms > $5`,
      params: [endpointId, holder, untilMs, nowMs, untilMs + (untilMs - nowMs)],
      expectRows: 1,
    }),
    /** Lets go of every queue of this holder. */
    release: (holder: string): Statement => ({
      sql: 'delete from webhook_leases where holder = $1',
      params: [holder],
    }),
    /** Forgets who had a queue until before then: nobody works on it any more. */
    removal: (beforeMs: number, limit: number): Statement => ({
      sql: `delete from webhook_leases where endpoint_id in
            (select endpoint_id from webhook_leases where until_ms < $1 limit $2)`,
      params: [beforeMs, limit],
    }),
    /** Lets go of every queue: only for the one process that there can be. */
    releaseAll: (): Statement => ({ sql: 'delete from webhook_leases', params: [] }),
  };
}
