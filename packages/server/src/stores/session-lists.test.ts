import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SessionStatus } from '@tijori/wire';
import type { Db, Row } from '../storage/db.ts';
import { openSqlite } from '../storage/sqlite.ts';
import { sessionWith } from '../testing/session.ts';
import { type ListPlace, type SessionFilter, sessionLists } from './session-lists.ts';
import { sessionsStore } from './sessions.ts';

const owner = { workspaceId: 'w', mode: 'test' } as const;
const nowMs = 1_000_000;

/** Sessions one after the other, `perMs` of them in each ms; `status` says which they have. */
async function filled(count: number, perMs: number, status: (index: number) => SessionStatus) {
  const db = await openSqlite({ path: ':memory:', now: () => nowMs });
  const insert = (index: number) =>
    sessionsStore(db).insertion(
      sessionWith({
        ...owner,
        id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
        createdAtMs: Math.floor(index / perMs),
        expiresAtMs: nowMs + 1,
        status: status(index),
        reference: 'all the same',
      }),
    );
  await db.commit(Array.from({ length: count }, (_, index) => insert(index)));
  return db;
}

async function walk(db: Db, filter: SessionFilter, limit: number) {
  const { listPage } = sessionLists(db);
  const ids: string[] = [];
  let pages = 0;
  let after: ListPlace | null = null;
  do {
    const page: Awaited<ReturnType<typeof listPage>> = await listPage(owner, filter, { after, limit, nowMs });
    assert.ok(page.sessions.length <= limit);
    ids.push(...page.sessions.map(({ id }) => id));
    after = page.next;
    pages += 1;
    assert.ok(pages < 1_000, 'the list does not end');
  } while (after);
  return { ids, pages };
}

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

describe('a list of many sessions', () => {
  it('finds the rare ones among thousands, in pages of bounded work, each once', async (t) => {
    const rare = (index: number) => index % 1_999 === 0;
    for (const perMs of [1, 7, 5_000]) {
      const db = await filled(10_000, perMs, (index) => (rare(index) ? 'failed' : 'succeeded'));
      t.after(() => db.close());
      const { ids, pages } = await walk(db, { status: 'failed' }, 100);
      assert.deepEqual(ids, ids.toSorted().reverse(), 'newest first');
      assert.equal(new Set(ids).size, ids.length);
      assert.equal(ids.length, 6, `${perMs} in a ms`);
      assert.ok(pages >= 2, `${perMs} in a ms: all was looked through for one page`);
      assert.equal((await walk(db, {}, 100)).pages, 100);
      assert.equal((await walk(db, { status: 'expired' }, 100)).ids.length, 0);
      assert.equal((await walk(db, { status: 'succeeded', reference: 'all the same' }, 100)).ids.length, 9_994);
    }
  });

  it('is read from an index, whatever is asked', async (t) => {
    const db = await filled(50, 5, () => 'created');
    t.after(() => db.close());
    for (const filter of [
      {},
      { createdFromMs: 2, createdToMs: 8 },
      { status: 'expired' },
      { status: 'created', docType: 'gstn_details' },
      { reference: 'all the same' },
      { reference: 'all the same', status: 'failed', createdFromMs: 2 },
    ] as SessionFilter[]) {
      const plans: string[] = [];
      await walk(spied(db, plans), filter, 3);
      const index = filter.reference === undefined ? 'sessions_listed' : 'sessions_referenced';
      assert.ok(plans.length > 0);
      for (const plan of plans) assert.match(plan, new RegExp(`^SEARCH sessions USING (COVERING )?INDEX ${index} `));
      for (const plan of plans) assert.doesNotMatch(plan, /TEMP B-TREE FOR ORDER BY/);
    }
  });
});
