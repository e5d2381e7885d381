import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { SessionStatus } from '@tijori/wire';
import type { Db } from '../storage/db.ts';
import type { TestEngine } from '../testing/engines.ts';
import { sessionWith } from '../testing/session.ts';
import { type ListPlace, type SessionFilter, sessionLists } from './session-lists.ts';
import { sessionsStore } from './sessions.ts';

const owner = { workspaceId: 'w', mode: 'test' } as const;
const nowMs = 1_000_000;

/** Sessions one after the other, `perMs` of them in each ms; `status` says which they have. */
export async function filledList(
  db: Db,
  { count, perMs, status }: { count: number; perMs: number; status: (index: number) => SessionStatus },
): Promise<void> {
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
}

/** The whole list, page by page. */
export async function walkList(db: Db, filter: SessionFilter, limit: number) {
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

export function sessionListsSuite({ name, open }: TestEngine): void {
  describe(`${name}: a list of many sessions`, () => {
    it('finds the rare ones among thousands, in pages of bounded work, each once', async (t: TestContext) => {
      const rare = (index: number) => index % 1_999 === 0;
      for (const perMs of [1, 7, 5_000]) {
        const db = await open(t, () => nowMs);
        if (!db) return;
        await filledList(db, { count: 10_000, perMs, status: (index) => (rare(index) ? 'failed' : 'succeeded') });
        const { ids, pages } = await walkList(db, { status: 'failed' }, 100);
        assert.deepEqual(ids, ids.toSorted().reverse(), 'newest first');
        assert.equal(new Set(ids).size, ids.length);
        assert.equal(ids.length, 6, `${perMs} in a ms`);
        assert.ok(pages >= 2, `${perMs} in a ms: all was looked through for one page`);
        assert.equal((await walkList(db, {}, 100)).pages, 100);
        assert.equal((await walkList(db, { status: 'expired' }, 100)).ids.length, 0);
        assert.equal((await walkList(db, { status: 'succeeded', reference: 'all the same' }, 100)).ids.length, 9_994);
      }
    });
  });
}
