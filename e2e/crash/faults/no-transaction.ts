/**
 * Makes the gateway wrong on purpose (`node --import`): its writer runs every statement by itself, so a kill can come
 * between the rows of one change set. The inspection of the dead folder must notice, or it proves nothing.
 */
import { DatabaseSync } from 'node:sqlite';
import { isMainThread } from 'node:worker_threads';

const exec = DatabaseSync.prototype.exec;

DatabaseSync.prototype.exec = function withoutTransactions(this: DatabaseSync, sql: string): void {
  if (!isMainThread && /^(begin|commit)\b/.test(sql)) return;
  exec.call(this, sql);
};
