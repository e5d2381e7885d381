import assert from 'node:assert/strict';
import { after, describe, it, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { needs } from '../../../../scripts/needs.ts';
import { postgresOfTests } from '../testing/engines.ts';
import type { Statement } from './db.ts';
import { openPostgres } from './postgres.ts';
import { ratesSuite } from './rate-store.suite.ts';

const postgres = postgresOfTests((t) => needs(t, 'initdb'));
after(() => postgres.remove());

const windowMs = 60_000;
const bucket = { policy: 'default', key: 'key' };

/** The counters of several nodes on one database. */
async function nodes(t: TestContext, count: number, now: () => number = () => 1_000) {
  const url = await postgres.newMigrated(t);
  if (url === undefined) return undefined;
  const opened = await Promise.all(Array.from({ length: count }, () => openPostgres({ url, now })));
  t.after(() => Promise.all(opened.map((node) => node.close())));
  return { all: opened.map(({ rates }) => rates), first: opened[0] };
}

ratesSuite({
  name: 'counters in PostgreSQL',
  open: async (t, now) => (await nodes(t, 1, now))?.all[0],
});

describe('counters that three nodes share', () => {
  for (const quota of [1, 25, 500]) {
    it(`admit exactly ${quota} in a window, however the calls fall on the nodes`, async (t) => {
      const shared = await nodes(t, 3);
      if (!shared) return;
      let admitted = 0;
      const call = async (index: number) => {
        const node = shared.all[index % 7 === 0 ? 0 : index % 3];
        const use = await node?.take(bucket, windowMs, quota);
        if (use && use.used <= quota) admitted += 1;
      };
      // Bursts and single calls, then what may have been taken ahead somewhere comes back.
      for (let burst = 0; burst < quota * 2; burst += 40) {
        await Promise.all(Array.from({ length: 40 }, (_, index) => call(index)));
        for (let index = 0; index < 9; index += 1) await call(index);
      }
      assert.ok(admitted <= quota, `${admitted} of ${quota}`);
      await wait(600);
      for (let index = 0; index < 60; index += 1) await call(index);
      assert.equal(admitted, quota);
    });
  }

  it('ask the database for a small part of the calls of a busy key', async (t) => {
    const shared = await nodes(t, 1);
    const [rates] = shared?.all ?? [];
    if (!rates) return;
    let waited = 0;
    for (let index = 0; index < 4_000; index += 1) {
      const use = rates.take(bucket, windowMs, 100_000);
      if (use instanceof Promise) waited += 1;
      await use;
    }
    assert.ok(waited < 100, `${waited} of 4000 waited`);
  });

  it('begin anew together when the window is over', async (t) => {
    const clock = { nowMs: 1_000 };
    const shared = await nodes(t, 2, () => clock.nowMs);
    if (!shared) return;
    const [one, other] = shared.all;
    for (let count = 1; count <= 5; count += 1) {
      assert.equal((await (count % 2 ? one : other)?.take(bucket, windowMs, 5))?.used, count);
    }
    assert.equal((await one?.take(bucket, windowMs, 5))?.used, 6);
    clock.nowMs += windowMs;
    assert.deepEqual(await other?.take(bucket, windowMs, 5), { used: 1, resetsInMs: windowMs });
    assert.deepEqual(await one?.take(bucket, windowMs, 5), { used: 2, resetsInMs: windowMs });
  });

  it('give back what a node took ahead when it stops', async (t) => {
    const url = await postgres.newMigrated(t);
    if (url === undefined) return;
    const [stopping, staying] = await Promise.all([1, 2].map(() => openPostgres({ url, now: () => 1_000 })));
    if (!stopping || !staying) return;
    t.after(() => staying.close());
    for (let count = 0; count < 20; count += 1) await stopping.rates.take(bucket, windowMs, 1_000);
    await stopping.close();
    assert.equal((await staying.rates.look(bucket, windowMs)).used, 20);
  });

  it('leave no trace on their connection when they cannot count: whoever has it next is served', async (t) => {
    const server = await postgres.server(t);
    const url = await postgres.newMigrated(t);
    if (!server || url === undefined) return;
    const node = await openPostgres({ url, now: () => 1_000, statementMsMax: 100 });
    t.after(() => node.close());
    await node.rates.take(bucket, windowMs);
    const holder = new Client({ connectionString: url });
    await holder.connect();
    try {
      for (let times = 0; times < 5; times += 1) {
        await holder.query('begin; select * from rate_windows for update');
        await assert.rejects(Promise.resolve(node.rates.take(bucket, windowMs)), { detail: 'database: 57014' });
        await holder.query('rollback');
        assert.deepEqual(await node.all('select 1 as one', []), [{ one: 1 }]);
        const name: Statement = { sql: 'update settings set value = $1 where name = $1', params: ['x'] };
        assert.equal(await node.commit([name]), 'committed');
      }
    } finally {
      await holder.end();
    }
    assert.equal((await node.rates.take(bucket, windowMs)).used, 2);
  });

  it('are tried again after a deadlock', async (t) => {
    const server = await postgres.server(t);
    const url = await postgres.newMigrated(t);
    if (!server || url === undefined) return;
    const node = await openPostgres({ url, now: () => 1_000 });
    t.after(() => node.close());
    const keys = ['a', 'b'];
    const take = () => Promise.all(keys.map((key) => node.rates.take({ policy: 'default', key }, windowMs)));
    await take();
    const other = new Client({ connectionString: url.replace('tijori@', 'postgres@') });
    await other.connect();
    try {
      // The other one never looks whether it waits in a circle, so that it is the node that gives way.
      await other.query(`set deadlock_timeout = '1h'`);
      const lock = 'select * from rate_windows order by bucket_hash';
      await other.query(`begin; ${lock} desc limit 1 for update`);
      const taking = take();
      const waiting = `select 1 from pg_stat_activity where application_name = 'tijori' and wait_event_type = 'Lock'`;
      while ((await server.query(waiting)).length === 0) await wait(5);
      await other.query(`${lock} limit 1 for update`);
      await other.query('commit');
      assert.deepEqual(
        (await taking).map(({ used }) => used),
        [2, 2],
      );
    } finally {
      await other.end();
    }
  });

  it('are looked at together by the calls of one moment, and each sees its own', async (t) => {
    const server = await postgres.server(t);
    const url = await postgres.newMigrated(t);
    if (!server || url === undefined) return;
    const node = await openPostgres({ url, now: () => 1_000 });
    t.after(() => node.close());
    const buckets = Array.from({ length: 100 }, (_, at) => ({ policy: 'guess', key: `key ${at}` }));
    // Of so small a quota none is taken ahead.
    for (const upTo of [30, 60]) {
      await Promise.all(buckets.slice(0, upTo).map((each) => node.rates.take(each, windowMs, 10)));
    }
    const uses = await Promise.all(buckets.map((each) => node.rates.look(each, windowMs)));
    assert.deepEqual(
      uses.map(({ used }) => used),
      buckets.map((_, at) => (at < 30 ? 2 : at < 60 ? 1 : 0)),
    );
    const name = new URL(url).pathname.slice(1);
    const connections = await server.query(`select 1 from pg_stat_activity where datname = '${name}'`);
    assert.ok(connections.length <= 4, `${connections.length} connections`);
  });

  it('keep no address and no session in the table', async (t) => {
    const shared = await nodes(t, 1);
    if (!shared?.first) return;
    await shared.all[0]?.take({ policy: 'guess', key: '203.0.113.7 key_test_canary' }, windowMs);
    const rows = await shared.first.all('select * from rate_windows', []);
    assert.equal(rows.length, 1);
    assert.doesNotMatch(JSON.stringify(rows), /203|canary/);
  });
});
