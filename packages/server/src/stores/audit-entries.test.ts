import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSqlite } from '../storage/sqlite.ts';
import { sessionWith } from '../testing/session.ts';
import { auditEntriesStore } from './audit-entries.ts';

test('a timeline is that of one session, in the order in which it happened, and read from an index', async (t) => {
  const db = await openSqlite({ path: ':memory:', now: () => 0 });
  t.after(() => db.close());
  const audit = auditEntriesStore(db);
  const session = sessionWith({ createdAtMs: 5 });
  const neighbour = sessionWith({ id: '00000000-0000-4000-8000-000000000000', createdAtMs: 5 });
  const entry = (action: string, atMs: number) => ({ atMs, actor: 'system', action }) as const;
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
  const plan = await db.all(
    'explain query plan select action from audit_entries where session_created_at_ms = $1 and session_id = $2',
    [5, session.id],
  );
  assert.match(String(plan[0]?.detail), /USING INDEX audit_entries_timeline/);
});
