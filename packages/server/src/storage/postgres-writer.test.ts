import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Connections } from './postgres-connections.ts';
import { postgresWriter } from './postgres-writer.ts';

test('a write that was answered stays so, and is counted once, when its connection breaks afterwards', async () => {
  const connections: Pick<Connections, 'use'> = {
    async use(work) {
      await work({ run: async () => [] } as unknown as Parameters<typeof work>[0]);
      throw new Error('the connection broke as it was given back');
    },
  };
  const writer = postgresWriter(connections as Connections);
  assert.equal(await writer.commit([{ sql: 'select 1', params: [] }]), 'committed');
  await new Promise(setImmediate);
  let isDrained = false;
  void writer.drain().then(() => {
    isDrained = true;
  });
  await new Promise(setImmediate);
  assert.ok(isDrained, 'nothing is under way any more');
});
