/** What a statement can bind or a row can hold. Times are integers in ms, lists are JSON text. */
export type Value = string | number | bigint | null;
export type Row = Record<string, Value>;

/** One write. `$1`, `$2` … in the text stand for `params[0]`, `params[1]` … on every engine. */
export interface Statement {
  sql: string;
  params: readonly Value[];
  /**
   * How many rows it must touch for the whole change set to stand: this is what makes a compare-and-set.
   * Left out, any number will do.
   */
  expectRows?: number;
}

/**
 * What became of a change set: `committed` (on disk, survives a power cut) or `conflict` (some statement touched
 * another number of rows than it had to, so that nothing of the set was done).
 */
export type CommitOutcome = 'committed' | 'conflict';

/**
 * The one door to a database. Reads see everything that was committed before they began, by this process or another.
 *
 * `commit` groups concurrent change sets into one transaction and answers only after the disk has them. A set that
 * fails, fails alone: the others of its group commit. Sets that were handed in at the same time may be done in any order.
 * Faults of the engine reject with `AppError`: `storage_full` when the disk is full, `storage_unavailable` when the server
 * does not answer (then a set may have been committed all the same), else `internal`.
 *
 * `workspaceId` says whose rows a call is about. PostgreSQL then shows and takes no others, as a second wall behind the
 * `where` of each text (`postgres-walls.ts`). It is left out for the gateway's own steps, which go by a state, a ticket or
 * a time.
 *
 * Several processes may work on one database. Work that only one of them shall do is claimed by compare-and-set
 * (`update … set taken_until_ms = $1 where id = $2 and taken_until_ms <= $3`, with `expectRows: 1`): whoever gets a
 * `conflict` leaves it to the other. A text may name rows for PostgreSQL to pass over while another transaction has them,
 * in a comment that SQLite, where one transaction writes at a time, does not need: `… limit $2 /* postgres: for update skip
 * locked *\/`.
 *
 * @example
 * await db.commit([
 *   { sql: 'update sessions set status = $1 where id = $2 and status = $3', params: [to, id, from], expectRows: 1 },
 *   { sql: 'insert into audit_entries (…) values (…)', params: […] },
 * ]);
 */
export interface Db {
  all(sql: string, params: readonly Value[], workspaceId?: string): Promise<Row[]>;
  get(sql: string, params: readonly Value[], workspaceId?: string): Promise<Row | undefined>;
  commit(changes: readonly Statement[], workspaceId?: string): Promise<CommitOutcome>;
  /** How long a change set that is handed in now will probably wait for others before it is on its way, ms. */
  commitWaitMs(): number;
  /** Waits for what is under way, then lets go of the engine. */
  close(): Promise<void>;
}
