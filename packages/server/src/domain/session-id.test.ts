import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { sessionIdAt } from './session-id.ts';

const uuidV4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('a session id is a UUID of version 4 by its form, at every moment', () => {
  for (const atMs of [0, 1, Date.UTC(2026, 10, 26), Date.UTC(9999, 11, 31)]) {
    assert.match(sessionIdAt(atMs, randomUUID), uuidV4);
  }
});

test('ids of later sessions sort after those of earlier ones, so that their rows lie side by side', () => {
  const from = Date.UTC(2026, 10, 26);
  const ids = Array.from({ length: 300 }, (_, ms) => sessionIdAt(from + ms, randomUUID));
  assert.deepEqual(ids.toSorted(), ids);
});

test('ids of one and the same ms differ, and nothing behind the moment repeats', () => {
  const rest = new Set(Array.from({ length: 10_000 }, () => sessionIdAt(1, randomUUID).slice(14)));
  assert.equal(rest.size, 10_000);
});
