import type { DatabaseSync } from 'node:sqlite';
import type { CommitOutcome, Statement } from './db.ts';
import { preparedStatements } from './sqlite-dialect.ts';
import { type CommitFault, faultOf } from './sqlite-fault.ts';

/** What became of one change set of a group. */
export type SetOutcome = { outcome: CommitOutcome } | { fault: CommitFault; detail: string };

/** Thrown inside a group to mean: another number of rows than `expectRows`. */
class Conflict extends Error {}

/**
 * Commits groups of change sets on one connection, each group as one transaction and thus one sync of the disk.
 *
 * The whole group is tried in one go. Only if something in it fails, and not the disk, is it rolled back and gone through again set by
 * set, each behind a savepoint, so that the bad one fails alone. A transaction is never left open: a prototype that did
 * so turned one bad row into 273,661 errors (performance §5).
 */
export function groupCommit(connection: DatabaseSync): (sets: readonly (readonly Statement[])[]) => SetOutcome[] {
  const prepared = preparedStatements(connection);

  const run = (set: readonly Statement[]) => {
    for (const { sql, params, expectRows } of set) {
      const { statement, bind } = prepared(sql);
      const { changes } = statement.run(...bind(params));
      if (expectRows !== undefined && Number(changes) !== expectRows) throw new Conflict();
    }
  };

  const rollback = () => {
    if (connection.isTransaction) connection.exec('rollback');
  };

  const together = (sets: readonly (readonly Statement[])[]): SetOutcome[] => {
    connection.exec('begin immediate');
    for (const set of sets) run(set);
    connection.exec('commit');
    return sets.map(() => ({ outcome: 'committed' }));
  };

  const oneByOne = (sets: readonly (readonly Statement[])[]): SetOutcome[] => {
    connection.exec('begin immediate');
    const outcomes = sets.map((set): SetOutcome => {
      connection.exec('savepoint one');
      try {
        run(set);
        connection.exec('release one');
        return { outcome: 'committed' };
      } catch (error) {
        // A full disk or a failed write may already have ended the whole transaction: then nothing of it stands.
        if (!connection.isTransaction || faultOf(error).fault === 'io') throw error;
        connection.exec('rollback to one');
        connection.exec('release one');
        return error instanceof Conflict ? { outcome: 'conflict' } : faultOf(error);
      }
    });
    connection.exec('commit');
    return outcomes;
  };

  return (sets) => {
    try {
      return together(sets);
    } catch (error) {
      rollback();
      if (sets.length === 1) return [error instanceof Conflict ? { outcome: 'conflict' } : faultOf(error)];
      const fault = faultOf(error);
      // The kernel may have dropped what it could not write: a second sync would succeed without it.
      if (fault.fault === 'io') return sets.map(() => fault);
    }
    try {
      return oneByOne(sets);
    } catch (error) {
      rollback();
      return sets.map(() => faultOf(error));
    }
  };
}
