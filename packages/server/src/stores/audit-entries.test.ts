import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sqliteInMemory } from '../testing/engines.ts';
import { sessionWith } from '../testing/session.ts';
import { auditEntriesSuite } from './audit-entries.suite.ts';

auditEntriesSuite(sqliteInMemory);

test('a timeline is read from an index', async (t) => {
  const db = await sqliteInMemory.open(t);
  const plan = await db?.all(
    'explain query plan select action from audit_entries where session_created_at_ms = $1 and session_id = $2',
    [5, sessionWith().id],
  );
  assert.match(String(plan?.[0]?.detail), /USING INDEX audit_entries_timeline/);
});
