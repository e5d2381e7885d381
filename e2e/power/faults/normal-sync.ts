/**
 * Makes the gateway wrong on purpose (`node --import`): SQLite runs with `synchronous=NORMAL`, which does not sync at a
 * commit, while the gateway is told that it runs with FULL. The power cut must find the loss, or it proves nothing. There is
 * no setting that does this: a gateway on less than FULL refuses to start.
 */
import { DatabaseSync } from 'node:sqlite';

const { exec, prepare } = DatabaseSync.prototype;

DatabaseSync.prototype.exec = function withLess(this: DatabaseSync, sql: string): void {
  exec.call(this, sql.replace(/synchronous = full/i, 'synchronous = normal'));
};
DatabaseSync.prototype.prepare = function andLie(this: DatabaseSync, sql: string, ...rest: []) {
  return prepare.call(this, /^pragma synchronous$/i.test(sql) ? 'select 2 as synchronous' : sql, ...rest);
};
