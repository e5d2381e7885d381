import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Client } from 'pg';
import { needs } from '../../../../scripts/needs.ts';
import type { Db, Value } from '../storage/db.ts';
import { openPostgres } from '../storage/postgres.ts';
import { postgresOfTests } from '../testing/engines.ts';
import { auditEntriesSuite } from './audit-entries.suite.ts';
import { consentsSuite } from './consents.suite.ts';
import { openStores } from './index.ts';
import { queueingSuite } from './queueing.suite.ts';
import { sessionListsSuite } from './session-lists.suite.ts';
import { sessionsSuite } from './sessions.suite.ts';
import { turnsSuite } from './turns.suite.ts';
import { webhooksSuite } from './webhooks.suite.ts';

const postgres = postgresOfTests((t) => needs(t, 'initdb'));
after(() => postgres.remove());

for (const suite of [
  auditEntriesSuite,
  consentsSuite,
  sessionListsSuite,
  sessionsSuite,
  turnsSuite,
  webhooksSuite,
  queueingSuite,
])
  suite(postgres);

test('sweeps go by an index on a PostgreSQL that has not counted its tables yet', async (t) => {
  const db = await postgres.open(t);
  if (!db) return;
  const asked = new Map<string, readonly Value[]>();
  const noting: Db = {
    ...db,
    all(sql, params) {
      asked.set(sql, params);
      return db.all(sql, params);
    },
    get(sql, params) {
      asked.set(sql, params);
      return db.get(sql, params);
    },
  };
  const stores = openStores(noting);
  await stores.auditTrees.cutoff(500);
  await stores.webhookQueues.audiences();
  await stores.events.outdated('evt_1', { after: '', limit: 10 });
  for (const [sql, params] of asked) {
    const plan = (await db.all(`explain ${sql}`, params)).map((row) => String(row['QUERY PLAN'])).join('\n');
    assert.match(plan, /Index (Only )?Scan/);
    assert.doesNotMatch(plan, /Seq Scan on (audit_entries|events)|Bitmap|Sort/);
  }
});

test('the sweep of counts passes over one that a call is counted in at this moment', async (t) => {
  const url = await postgres.newMigrated(t);
  if (url === undefined) return;
  const db = await openPostgres({ url, now: () => 0 });
  t.after(() => db.close());
  const { commit, turns } = openStores(db);
  const count = (bucket: string, endsAtMs: number) => ({
    sql: 'insert into rate_windows (bucket_hash, used, granted, ends_at_ms) values ($1, 1, 1, $2)',
    params: [bucket, endsAtMs],
  });
  const left = async () =>
    (await db.all('select bucket_hash as b, used from rate_windows order by b', [])).map(({ b, used }) => [b, used]);
  await commit([count('busy', 2), count('over', 1), count('later', 3), count('running', 100)]);
  const counting = new Client({ connectionString: url });
  await counting.connect();
  try {
    await counting.query(`begin; update rate_windows set used = 2, ends_at_ms = 100 where bucket_hash = 'busy'`);
    assert.equal(await commit([turns.removalOfCounts(10, 2)]), 'committed');
    assert.deepEqual(await left(), [
      ['busy', 1],
      ['running', 1],
    ]);
    await counting.query('commit');
  } finally {
    await counting.end();
  }
  assert.equal(await commit([turns.removalOfCounts(10, 2)]), 'committed');
  assert.deepEqual(await left(), [
    ['busy', 2],
    ['running', 1],
  ]);
});
