import type { DatabaseSync } from 'node:sqlite';

/** Transactions that share a commit, because a commit waits for the disk and they need not wait one after the other. */
export interface GroupCommit {
  /** All or nothing, for itself: one that fails takes back nothing of the others. On disk only with the group's commit. */
  transaction<T>(work: () => T): T;
  /**
   * When all that was written so far is on disk; rejects if it is not and never will be. After a commit that failed it
   * rejects until a later one has succeeded: whoever wrote before it may be asking only now.
   */
  settled(): Promise<void>;
  /** Commits at once what is under way; throws if that fails. */
  commit(): void;
}

/**
 * One group is what comes in one turn of the event loop: the first opens it, the turn's end commits it. What an answer
 * tells may go out only when it is settled, so that a lost power supply takes back nothing that was told (design §4).
 */
export function groupCommit(db: DatabaseSync): GroupCommit {
  const statement = (sql: string) => db.prepare(sql);
  const begin = statement('begin immediate');
  const end = statement('commit');
  const rollback = statement('rollback');
  const savepoint = statement('savepoint one');
  const release = statement('release one');
  const undo = statement('rollback to one');
  let open: PromiseWithResolvers<void> | undefined;
  /** The failed group, if the last one failed. */
  let lost: Promise<void> | undefined;
  const commit = (): void => {
    const group = open;
    if (!group) return;
    open = undefined;
    try {
      end.run();
      lost = undefined;
      group.resolve();
    } catch (error) {
      if (db.isTransaction) rollback.run();
      lost = group.promise;
      group.reject(error);
      throw error;
    }
  };
  const commitForThoseWhoWait = (): void => {
    try {
      commit();
    } catch {
      // They hear of it.
    }
  };
  const join = (): void => {
    if (open) return;
    begin.run();
    open = Promise.withResolvers();
    // Nobody may be waiting; who is, hears of it all the same.
    open.promise.catch(() => {});
    setImmediate(commitForThoseWhoWait);
  };
  return {
    settled: async () => (open ? open.promise : lost),
    commit,
    transaction: (work) => {
      join();
      savepoint.run();
      try {
        const result = work();
        release.run();
        return result;
      } catch (error) {
        // SQLite itself gives up the whole transaction on a full disk, and the group with it.
        if (!db.isTransaction) commitForThoseWhoWait();
        else {
          undo.run();
          release.run();
        }
        throw error;
      }
    },
  };
}
