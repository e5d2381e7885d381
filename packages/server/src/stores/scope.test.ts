import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Db } from '../storage/db.ts';
import { openStores } from './index.ts';

test('what is read for an owner is read in the scope of its workspace, where the database has walls', async () => {
  const scopes: (string | undefined)[] = [];
  const db: Db = {
    all: async (_sql, _params, workspaceId) => {
      scopes.push(workspaceId);
      return [];
    },
    get: async (_sql, _params, workspaceId) => {
      scopes.push(workspaceId);
      return undefined;
    },
    commit: async () => 'committed',
    commitWaitMs: () => 0,
    close: async () => {},
  };
  const { sessions, events, apiKeys, idempotentAnswers } = openStores(db);
  const owner = { workspaceId: 'w', mode: 'test' } as const;
  await sessions.findOwn(owner, 'id');
  await sessions.standing(owner, 'id');
  await sessions.listPage(owner, { status: 'failed' }, { after: null, limit: 1, nowMs: 0 });
  await events.find(owner, 'id');
  await events.listPage(owner, { after: '', limit: 1 });
  await apiKeys.standing(owner.workspaceId, owner.mode);
  await idempotentAnswers.find({ ...owner, keyHash: 'h' }, 0);
  assert.ok(scopes.length >= 8);
  assert.deepEqual([...new Set(scopes)], ['w']);
});
