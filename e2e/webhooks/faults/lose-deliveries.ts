/**
 * Makes the gateway wrong on purpose (`node --import`): its writer leaves out every third delivery, as one would that queued
 * them after the commit of their event. The kill loop must call them lost, or it proves nothing.
 */
import { StatementSync } from 'node:sqlite';
import { isMainThread } from 'node:worker_threads';

const lostOf = 3;
const { run } = StatementSync.prototype;
let queued = 0;

if (!isMainThread) {
  StatementSync.prototype.run = function forgetfully(this: StatementSync, ...params: unknown[]) {
    if (this.sourceSQL.includes('insert into webhook_deliveries') && ++queued % lostOf === 0)
      return { changes: 1, lastInsertRowid: 0 };
    return Reflect.apply(run, this, params);
  };
}
