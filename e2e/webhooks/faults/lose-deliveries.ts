/**
 * Makes the gateway wrong on purpose (`node --import`): its writer forgets for whom every third event is, as one would that keeps this in memory and not in
 * the commit of the event. The kill loop must call them lost, or it proves nothing.
 */
import { StatementSync } from 'node:sqlite';
import { isMainThread } from 'node:worker_threads';

const lostOf = 3;
const { run } = StatementSync.prototype;
let marked = 0;

if (!isMainThread) {
  StatementSync.prototype.run = function forgetfully(this: StatementSync, ...params: unknown[]) {
    const isEvent = this.sourceSQL.includes('insert into events');
    const forgets = isEvent && params.some(isAudience) && ++marked % lostOf === 0;
    return Reflect.apply(run, this, forgets ? params.map((param) => (isAudience(param) ? null : param)) : params);
  };
}

function isAudience(param: unknown): boolean {
  return typeof param === 'string' && param.startsWith('whe_');
}
