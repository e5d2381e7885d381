import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { Statement } from './db.ts';
import { groupCommit } from './group-commit.ts';

/** SQLITE_IOERR_FSYNC (sqlite.org/rescode.html) */
const failedSync = 1034;

const note = (id: string): Statement => ({ sql: 'insert into notes (id) values ($1)', params: [id] });

/** A database whose next commits fail with that result code, and the transactions that were begun. */
function failing(errcode: number, times: number) {
  const connection = new DatabaseSync(':memory:');
  connection.exec('create table notes (id text primary key)');
  const begun: string[] = [];
  const exec = (sql: string) => {
    if (sql.startsWith('begin')) begun.push(sql);
    if (sql === 'commit' && times > 0) {
      times -= 1;
      throw Object.assign(new Error('disk I/O error'), { errcode });
    }
    connection.exec(sql);
  };
  const commit = groupCommit(
    new Proxy(connection, {
      get(target, name) {
        if (name === 'exec') return exec;
        const value = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    }),
  );
  const ids = () =>
    connection
      .prepare('select id from notes order by id')
      .all()
      .map(({ id }) => id);
  return { commit, ids, begun };
}

test('after a sync that failed nothing of the group is acknowledged, and nothing is tried again', () => {
  for (const size of [1, 2, 5]) {
    const { commit, ids, begun } = failing(failedSync, 1);
    const outcomes = commit(Array.from({ length: size }, (_, index) => [note(`n${index}`)]));
    assert.deepEqual(
      outcomes,
      Array.from({ length: size }, () => ({ fault: 'io', detail: 'disk I/O error' })),
    );
    assert.equal(begun.length, 1, 'it was tried a second time');
    assert.deepEqual(ids(), []);
  }
});

test('after any other failure of a group its sets are tried one by one', () => {
  const { commit, ids, begun } = failing(1, 1);
  assert.deepEqual(commit([[note('a')], [note('b')]]), [{ outcome: 'committed' }, { outcome: 'committed' }]);
  assert.equal(begun.length, 2);
  assert.deepEqual(ids(), ['a', 'b']);
});
