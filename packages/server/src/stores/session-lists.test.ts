import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Db, Row } from '../storage/db.ts';
import { sqliteInMemory } from '../testing/engines.ts';
import { filledList, sessionListsSuite, walkList } from './session-lists.suite.ts';
import type { SessionFilter } from './session-lists.ts';

sessionListsSuite(sqliteInMemory);

/** Every statement's plan as SQLite tells it. */
function spied(db: Db, plans: string[]): Db {
  const explain = async (sql: string, params: Parameters<Db['all']>[1]) => {
    const rows: Row[] = await db.all(`explain query plan ${sql}`, params);
    plans.push(rows.map(({ detail }) => String(detail)).join(' / '));
  };
  return {
    ...db,
    async all(sql, params) {
      await explain(sql, params);
      return db.all(sql, params);
    },
    async get(sql, params) {
      await explain(sql, params);
      return db.get(sql, params);
    },
  };
}

it('a list is read from an index, whatever is asked', async (t) => {
  const db = await sqliteInMemory.open(t, () => 1_000_000);
  if (!db) return;
  await filledList(db, { count: 50, perMs: 5, status: () => 'created' });
  for (const filter of [
    {},
    { createdFromMs: 2, createdToMs: 8 },
    { status: 'expired' },
    { status: 'created', docType: 'gstn_details' },
    { reference: 'all the same' },
    { reference: 'all the same', status: 'failed', createdFromMs: 2 },
  ] as SessionFilter[]) {
    const plans: string[] = [];
    await walkList(spied(db, plans), filter, 3);
    const index = filter.reference === undefined ? 'sessions_listed' : 'sessions_referenced';
    assert.ok(plans.length > 0);
    for (const plan of plans) assert.match(plan, new RegExp(`^SEARCH sessions USING (COVERING )?INDEX ${index} `));
    for (const plan of plans) assert.doesNotMatch(plan, /TEMP B-TREE FOR ORDER BY/);
  }
});
