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
 * The one door to a database. Reads see everything that was committed before they began.
 *
 * `commit` groups concurrent change sets into one transaction and answers only after the disk has them. A set that
 * fails, fails alone: the others of its group commit. Faults of the engine reject with `AppError` (`storage_full` when
 * the disk is full, else `internal`).
 *
 * @example
 * await db.commit([
 *   { sql: 'update sessions set status = $1 where id = $2 and status = $3', params: [to, id, from], expectRows: 1 },
 *   { sql: 'insert into audit_entries (…) values (…)', params: […] },
 * ]);
 */
export interface Db {
  all(sql: string, params: readonly Value[]): Promise<Row[]>;
  get(sql: string, params: readonly Value[]): Promise<Row | undefined>;
  commit(changes: readonly Statement[]): Promise<CommitOutcome>;
  /** Waits for what is under way, then lets go of the engine. */
  close(): Promise<void>;
}
