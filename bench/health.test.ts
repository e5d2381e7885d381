import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { it } from 'node:test';
import { watchHealth } from './health.ts';

it('a server that takes no connection counts as one that never answers, and ends no measurement', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const health = await watchHealth(`http://127.0.0.1:${port}`);
  assert.equal(await health.stop(), Number.POSITIVE_INFINITY);
});
