import type { Db, Statement } from '../storage/db.ts';

/** The queues of endpoints: what is still to be put into them, which of them have work, and which process does it. */
export function webhookQueuesStore(db: Db) {
  return {
    /** Audiences with events that are not queued yet. Leaps from one to the next, as `due`. */
    async audiences(): Promise<string[]> {
      const rows = await db.all(
        `with recursive waiting (audience) as (
           select min(unqueued_for) from events where unqueued_for is not null
           union all
           select (select min(e.unqueued_for) from events e where e.unqueued_for > waiting.audience)
           from waiting where waiting.audience is not null
         )
         select audience from waiting where audience is not null`,
        [],
      );
      return rows.map(({ audience }) => String(audience));
    },
    /** The id up to which an audience has `limit` such events, or fewer if there are no more; undefined if there is none. */
    async stretch(audience: string, limit: number): Promise<string | undefined> {
      const row = await db.get(
        `select max(id) as last from (select id from events where unqueued_for = $1 order by id limit $2) oldest`,
        [audience, limit],
      );
      return row?.last ? String(row.last) : undefined;
    },
    /**
     * Makes the deliveries of such events up to an id, at once due, and takes the marks off. In any order with whatever other
     * processes do: only an event that has its delivery to each endpoint loses its mark, so one that is committed in between keeps it.
     */
    queueing: (audience: string, last: string): Statement[] => [
      {
        // `cross join` lets SQLite begin with the events, of which the partial index has these.
        sql: `insert into webhook_deliveries (endpoint_id, event_id, next_at_ms)
              select w.id, e.id, e.at_ms from events e cross join webhook_endpoints w
              where e.unqueued_for = $1 and e.id <= $2
                and w.workspace_id = e.workspace_id and w.mode = e.mode and e.unqueued_for like '%' || w.id || '%'
              /* postgres: for update of e skip locked */
              on conflict (endpoint_id, event_id) do nothing`,
        params: [audience, last],
      },
      {
        sql: `update events set unqueued_for = null
              where unqueued_for = $1 and id <= $2 and not exists (
                select 1 from webhook_endpoints w
                where w.workspace_id = events.workspace_id and w.mode = events.mode and events.unqueued_for like '%' || w.id || '%'
                  and not exists (select 1 from webhook_deliveries d where d.endpoint_id = w.id and d.event_id = events.id)
              )`,
        params: [audience, last],
      },
    ],
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
