import type { DatabaseSync } from 'node:sqlite';
import type { Row, Value } from './db.ts';
import { preparedStatements } from './sqlite-dialect.ts';

export interface Reader {
  all(sql: string, params: readonly Value[]): Promise<Row[]>;
  get(sql: string, params: readonly Value[]): Promise<Row | undefined>;
}

/** Reads at once, on a connection that also writes: for the database in memory. */
export function directReader(connection: DatabaseSync): Reader {
  const prepared = preparedStatements(connection);
  return {
    all: async (sql, params) => prepared(sql).all(params),
    get: async (sql, params) => prepared(sql).get(params),
  };
}

/**
 * Gathers the reads of one turn of the event loop and does them together at its end, in one read transaction.
 *
 * Opening a read transaction costs as much as a look-up by id. More than that, the answers of a turn then go out back to
 * back: a client that sleeps between two answers must be woken for each, and the waking is paid for by the sender's
 * `write` (measured: a third of the processor time of a status request). A turn begins after the answers of the turn
 * before, so whoever was told "committed" reads it.
 */
export function groupedReader(connection: DatabaseSync): Reader {
  const prepared = preparedStatements(connection);
  const begin = connection.prepare('begin');
  const commit = connection.prepare('commit');
  let waiting: (() => void)[] = [];

  const flush = () => {
    const turn = waiting;
    waiting = [];
    const together = turn.length > 1;
    if (together) begin.run();
    for (const read of turn) read();
    // Where the disk refused a read, SQLite has ended the transaction: that read alone has failed.
    if (together && connection.isTransaction) commit.run();
  };
  const queue = <Found>(read: () => Found) =>
    new Promise<Found>((resolve, reject) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push(() => {
        try {
          resolve(read());
        } catch (error) {
          reject(error);
        }
      });
    });

  return {
    all: (sql, params) => queue(() => prepared(sql).all(params)),
    get: (sql, params) => queue(() => prepared(sql).get(params)),
  };
}
