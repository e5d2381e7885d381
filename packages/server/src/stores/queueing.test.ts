import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Value } from '../storage/db.ts';
import { sqliteInMemory } from '../testing/engines.ts';
import { openStores } from './index.ts';
import { queueingSuite } from './queueing.suite.ts';

queueingSuite(sqliteInMemory);

it('events that are not queued yet are found by the index that has only them, however many there are', async (t) => {
  const db = await sqliteInMemory.open(t);
  if (!db) return;
  const plans: string[] = [];
  const explain = async (sql: string, params: readonly Value[]) => {
    const rows = await db.all(`explain query plan ${sql}`, params);
    plans.push(...rows.map(({ detail }) => String(detail)));
    return db.all(sql, params);
  };
  const { webhookQueues } = openStores({
    ...db,
    all: explain,
    get: async (sql, params) => (await explain(sql, params))[0],
  });
  await webhookQueues.audiences();
  await webhookQueues.stretch('whe_1', 10);
  for (const { sql, params } of webhookQueues.queueing('whe_1', 'evt_g')) await explain(sql, params);
  const ofEvents = plans.filter((plan) => /\b(events|e)\b/.test(plan.replace('events_unqueued', '')));
  assert.ok(ofEvents.length >= 5, plans.join('\n'));
  for (const plan of ofEvents) assert.match(plan, /^SEARCH (events|e) USING (COVERING )?INDEX events_unqueued /);
});
