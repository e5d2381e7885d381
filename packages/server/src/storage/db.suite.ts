import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Db, Statement } from './db.ts';

/** One engine under test: `open` gives an empty database, or skips the test; `reopen` the same one after `close`. */
export interface DbUnderTest {
  name: string;
  open(t: TestContext): Promise<{ db: Db; reopen?: () => Promise<Db>; remove: () => Promise<void> } | undefined>;
}

const workspace = (id: string, name = id): Statement => ({
  sql: 'insert into workspaces (id, name, created_at_ms) values ($1, $2, $3)',
  params: [id, name, 1],
});
const names = async (db: Db) => (await db.all('select name from workspaces order by name', [])).map((row) => row.name);

/** What every engine promises, whatever it is. Runs on SQLite in memory, on a file with its writer thread, and on PostgreSQL. */
export function dbSuite({ name, open }: DbUnderTest): void {
  const onDb = (title: string, work: (db: Db, reopen?: () => Promise<Db>) => Promise<void>) =>
    test(`${name}: ${title}`, async (t) => {
      const opened = await open(t);
      if (!opened) return;
      const { db, reopen, remove } = opened;
      try {
        await work(db, reopen);
      } finally {
        await remove();
      }
    });

  onDb('a committed row is read back, by number of parameter whatever their order', async (db) => {
    assert.equal(await db.commit([workspace('a')]), 'committed');
    const row = await db.get('select name, $2 as second, $1 as first from workspaces where id = $1', ['a', 'x']);
    assert.deepEqual({ ...row }, { name: 'a', second: 'x', first: 'a' });
    assert.equal(await db.get('select name from workspaces where id = $1', ['nobody']), undefined);
  });

  onDb('a change set is done whole or not at all', async (db) => {
    await assert.rejects(db.commit([workspace('a'), workspace('b'), workspace('a')]), { code: 'internal' });
    assert.deepEqual(await names(db), []);
  });

  onDb('a compare-and-set that finds another state is a conflict and undoes its set', async (db) => {
    await db.commit([workspace('a')]);
    const rename: Statement = {
      sql: 'update workspaces set name = $1 where id = $2 and name = $3',
      params: ['new', 'a', 'not this'],
      expectRows: 1,
    };
    assert.equal(await db.commit([workspace('b'), rename]), 'conflict');
    assert.deepEqual(await names(db), ['a']);
  });

  onDb('of many at once, a bad one fails alone and the rest commit', async (db) => {
    await db.commit([workspace('taken')]);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 300 }, (_, index) =>
        db.commit(index % 50 === 7 ? [workspace(`lost${index}`), workspace('taken')] : [workspace(`n${index}`)]),
      ),
    );
    const failed = outcomes.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []));
    assert.deepEqual(failed, [7, 57, 107, 157, 207, 257]);
    const kept = await names(db);
    assert.equal(kept.length, 1 + 294);
    assert.ok(!kept.some((each) => String(each).startsWith('lost')));
  });

  onDb('after a failed group the engine goes on: no transaction is left open', async (db) => {
    await Promise.allSettled([db.commit([workspace('a')]), db.commit([workspace('a')]), db.commit([workspace('b')])]);
    assert.equal(await db.commit([workspace('c')]), 'committed');
    assert.deepEqual(await names(db), ['a', 'b', 'c']);
  });

  onDb('of fifty claims at once exactly one wins', async (db) => {
    await db.commit([workspace('a', 'free')]);
    const claim: Statement = {
      sql: `update workspaces set name = 'claimed' where id = $1 and name = 'free'`,
      params: ['a'],
      expectRows: 1,
    };
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => db.commit([claim])));
    assert.equal(outcomes.filter((outcome) => outcome === 'committed').length, 1);
  });

  onDb('a statement that is wrong is refused and harms nobody else', async (db) => {
    const [bad, good] = await Promise.allSettled([
      db.commit([{ sql: 'insert into nowhere values ($1)', params: [1] }]),
      db.commit([workspace('a')]),
    ]);
    assert.equal(bad?.status, 'rejected');
    assert.equal(good?.status, 'fulfilled');
  });

  onDb(
    'no row has a NUL in a text: who asks for one finds nothing, and others of that moment their own',
    async (db) => {
      await db.commit([workspace('a')]);
      const sql = 'select name from workspaces where id = $1';
      const asked = ['\0', 'a', 'a\0', '\0a', 'a'].map((id) => db.get(sql, [id]));
      assert.deepEqual(
        (await Promise.all(asked)).map((row) => row?.name),
        [undefined, 'a', undefined, undefined, 'a'],
      );
      assert.deepEqual(await db.all(sql, ['\0'], 'a'), []);
    },
  );

  onDb('what was committed before close is there after reopen', async (db, reopen) => {
    if (!reopen) return;
    const pending = Array.from({ length: 20 }, (_, index) => db.commit([workspace(`n${index}`)]));
    await db.close();
    await Promise.all(pending);
    const again = await reopen();
    assert.equal((await names(again)).length, 20);
    await again.close();
  });
}
