import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestEngine } from '../testing/engines.ts';
import { sessionWith } from '../testing/session.ts';
import { auditEntriesStore } from './audit-entries.ts';

const entry = (action: string, atMs: number) => ({ atMs, actor: 'system', action }) as const;

export function auditEntriesSuite({ name, open }: TestEngine): void {
  test(`${name}: a timeline is that of one session, in the order in which it happened`, async (t) => {
    const db = await open(t);
    if (!db) return;
    const audit = auditEntriesStore(db);
    const session = sessionWith({ createdAtMs: 5 });
    const neighbour = sessionWith({ id: '00000000-0000-4000-8000-000000000000', createdAtMs: 5 });
    await db.commit([
      audit.insertion(session, entry('first', 5)),
      audit.insertion(neighbour, entry('other', 5)),
      audit.insertion(session, { ...entry('second', 5), detail: 'why' }),
      audit.insertion(session, entry('third', 9)),
    ]);
    assert.deepEqual(await audit.ofSession(session, 10), [
      { atMs: 5, actor: 'system', action: 'first' },
      { atMs: 5, actor: 'system', action: 'second', detail: 'why' },
      { atMs: 9, actor: 'system', action: 'third' },
    ]);
    const newest = await audit.ofSession(session, 1);
    assert.deepEqual(
      newest.map(({ action }) => action),
      ['third'],
    );
  });

  test(`${name}: a hundred entries of one moment keep their order`, async (t) => {
    const db = await open(t);
    if (!db) return;
    const audit = auditEntriesStore(db);
    const session = sessionWith({ createdAtMs: 5 });
    const actions = Array.from({ length: 100 }, (_, index) => `step ${(index * 37) % 100}`);
    for (const part of [actions.slice(0, 3), actions.slice(3, 50), actions.slice(50)]) {
      await db.commit(part.map((action) => audit.insertion(session, entry(action, 7))));
    }
    const found = await audit.ofSession(session, 100);
    assert.deepEqual(
      found.map(({ action }) => action),
      actions,
    );
  });
}
