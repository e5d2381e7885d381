/**
 * Makes the gateway wrong on purpose (`node --import`): its writer runs every statement by itself and takes its time
 * after a session's row, so a kill comes between the rows of one change set. The inspection of the dead folder must
 * notice, or it proves nothing.
 */
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { isMainThread } from 'node:worker_threads';

const pauseMs = 5;

const { exec } = DatabaseSync.prototype;
const { run } = StatementSync.prototype;
const clock = new Int32Array(new SharedArrayBuffer(4));

if (!isMainThread) {
  DatabaseSync.prototype.exec = function withoutTransactions(this: DatabaseSync, sql: string): void {
    if (!/^(begin|commit)\b/.test(sql)) exec.call(this, sql);
  };
  StatementSync.prototype.run = function slowly(this: StatementSync, ...params: unknown[]) {
    const done = Reflect.apply(run, this, params);
    if (this.sourceSQL.startsWith('insert into sessions')) Atomics.wait(clock, 0, 0, pauseMs);
    return done;
  };
}
