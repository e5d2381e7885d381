import type { Statement } from '../storage/db.ts';

/** Work that one node at a time does, by name. */
export function turnsStore() {
  return {
    /**
     * Takes a turn or keeps it. Conflicts while it is another's; but one that ends later than any could by now was given by a
     * clock that was ahead, and counts for nothing.
     */
    take: (
      name: string,
      { holder, nowMs, untilMs }: { holder: string; nowMs: number; untilMs: number },
    ): Statement => ({
      sql: `insert into turns (name, holder, until_ms) values ($1, $2, $3)
            on conflict (name) do update set holder = excluded.holder, until_ms = excluded.until_ms
            where turns.holder = excluded.holder or turns.until_ms <= $4 or turns.until_ms > $5`,
      params: [name, holder, untilMs, nowMs, untilMs + (untilMs - nowMs)],
      expectRows: 1,
    }),
    /** Lets go of it, so that the next node need not wait. */
    leave: (name: string, holder: string): Statement => ({
      sql: 'delete from turns where name = $1 and holder = $2',
      params: [name, holder],
    }),
    /** Turns of nodes that died in them. */
    removal: (beforeMs: number, limit: number): Statement => ({
      sql: 'delete from turns where name in (select name from turns where until_ms <= $1 order by until_ms limit $2)',
      params: [beforeMs, limit],
    }),
    /**
     * Counts of windows that are over, oldest first. One that a call is counted in at this moment is passed over: counting locks in
     * another order, and what it makes of the row is a window that runs.
     */
    removalOfCounts: (nowMs: number, limit: number): Statement => ({
      sql: `delete from rate_windows where bucket_hash in
            (select bucket_hash from rate_windows where ends_at_ms <= $1 order by ends_at_ms limit $2
             /* postgres: for update skip locked */)`,
      params: [nowMs, limit],
    }),
  };
}
