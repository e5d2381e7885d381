import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { boot } from './boot.ts';
import { startTestGateway } from './testing/gateway.ts';

test('a data folder serves one gateway at a time, one deployment and one master key', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tijori-boot-'));
  t.after(() => rm(dataDir, { recursive: true }));
  const gateway = await startTestGateway({ dataDir });
  const { config } = gateway;
  await assert.rejects(boot(config), /Another Tijori is running/);
  await gateway.close();

  await assert.rejects(boot({ ...config, deployment: 'dev' }), /belongs to "tijori start"/);
  const secrets = { ...config.secrets, masterKey: randomBytes(32) };
  await assert.rejects(boot({ ...config, secrets }), /master key is not the one/);

  const again = await boot(config);
  await again.stop();
});

test('queues of endpoints that a dead process held are free as soon as the next one listens', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tijori-boot-'));
  t.after(() => rm(dataDir, { recursive: true }));
  const dead = await startTestGateway({ dataDir });
  const { stores, now } = dead.deps;
  await stores.commit([stores.webhookQueues.lease('we_1', 'dead', { nowMs: now(), untilMs: now() + 60_000 })]);
  await dead.close();

  const next = await boot(dead.config);
  t.after(() => next.stop());
  await next.listen();
  const { webhookQueues } = next.deps.stores;
  const taken = webhookQueues.lease('we_1', 'next', { nowMs: now(), untilMs: now() + 60_000 });
  assert.equal(await next.deps.stores.commit([taken]), 'committed');
});
