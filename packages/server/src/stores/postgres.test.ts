import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { needs } from '../../../../scripts/needs.ts';
import type { Db, Value } from '../storage/db.ts';
import { postgresOfTests } from '../testing/engines.ts';
import { auditEntriesSuite } from './audit-entries.suite.ts';
import { openStores } from './index.ts';
import { queueingSuite } from './queueing.suite.ts';
import { sessionListsSuite } from './session-lists.suite.ts';
import { sessionsSuite } from './sessions.suite.ts';
import { turnsSuite } from './turns.suite.ts';
import { webhooksSuite } from './webhooks.suite.ts';

const postgres = postgresOfTests((t) => needs(t, 'initdb'));
after(() => postgres.remove());

for (const suite of [auditEntriesSuite, sessionListsSuite, sessionsSuite, turnsSuite, webhooksSuite, queueingSuite])
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
