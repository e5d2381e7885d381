import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { boot } from './boot.ts';
import { AppError } from './domain/app-error.ts';
import { integrator, walkToCallback } from './testing/api.ts';
import { startTestGateway, type TestGateway } from './testing/gateway.ts';
import { browser } from './testing/person.ts';

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

/** A gateway whose clockwork waits for an upstream that does not answer; `answer` lets it. */
async function withSilentUpstream(gateway: TestGateway) {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const { test: upstream } = gateway.deps.upstreams;
  if (!upstream) throw new Error('no upstream');
  let isSilent = false;
  gateway.deps.upstreams.test = {
    ...upstream,
    issuedDocuments: async () => {
      if (isSilent) {
        asked.resolve();
        await answer.promise;
      }
      throw new AppError('upstream_unavailable');
    },
  };
  const api = integrator(gateway, await gateway.newKey());
  const person = browser(gateway);
  await person.get(await walkToCallback(person, await api.newSession()));
  gateway.clock.nowMs += 20_000;
  isSilent = true;
  await gateway.listen();
  await asked.promise;
  return answer.resolve;
}

test('a stop closes the port at once, and lets the clockwork end the step it is at', async (t) => {
  const gateway = await startTestGateway();
  const answer = await withSilentUpstream(gateway);
  t.after(() => answer());
  const { server } = gateway.app;
  assert.equal(server.listening, true);
  let isStopped = false;
  const stopped = gateway.close().then(() => {
    isStopped = true;
  });
  for (let turns = 0; turns < 1_000 && server.listening; turns += 1) await nextTurn();
  assert.equal(server.listening, false);
  assert.equal(isStopped, false);
  answer();
  await stopped;
});

test('a stop gives up what waits for an upstream for longer than a stop may take', { timeout: 60_000 }, async (t) => {
  const gateway = await startTestGateway({}, { lateWorkMsMax: 200 });
  const answer = await withSilentUpstream(gateway);
  t.after(() => answer());
  await gateway.close();
});
