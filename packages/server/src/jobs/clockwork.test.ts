import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../domain/app-error.ts';
import { integrator, walkToCallback } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { browser } from '../testing/person.ts';
import { startClockwork } from './clockwork.ts';

describe('the clockwork', () => {
  /** Runs it until a session has this status. */
  const runUntil = async (gateway: TestGateway, id: string, status: string) => {
    const clockwork = startClockwork(gateway.deps);
    for (let tries = 0; tries < 400; tries += 1) {
      if ((await gateway.deps.stores.sessions.find(id))?.status === status) break;
      await wait(5);
    }
    await clockwork.stop();
    assert.equal((await gateway.deps.stores.sessions.find(id))?.status, status);
  };

  it('completes what a crash left between the token and the list, on the same data folder', async () => {
    const first = await startTestGateway();
    const key = await first.newKey();
    const person = browser(first);
    const id = await integrator(first, key).newSession();
    const callback = await walkToCallback(person, id);
    const { test } = first.deps.upstreams;
    if (!test) throw new Error('no upstream');
    first.deps.upstreams.test = {
      ...test,
      issuedDocuments: () => Promise.reject(new AppError('internal', { detail: 'the process ends here' })),
    };
    assert.equal((await person.visit('GET', callback)).status, 500);
    await first.stop();

    // The simulator of the first goes on, as EntityLocker would.
    const second = await startTestGateway(first.config);
    try {
      second.clock.nowMs = first.clock.nowMs;
      const api = integrator(second, key);
      assert.equal((await api.session(id)).status, 'authorized');
      second.clock.nowMs += 15_000;
      await runUntil(second, id, 'succeeded');
      await second.deps.background.idle();
      const answer = await api.document(id, 'company_master_details');
      assert.equal(answer.statusCode, 200, answer.body);
    } finally {
      await second.close();
      await first.simulator.close();
      await rm(first.config.dataDir, { recursive: true });
    }
  });

  it('completes and fetches what a dead upstream held up, and writes down what is over', async () => {
    const gateway = await startTestGateway();
    try {
      const api = integrator(gateway, await gateway.newKey());
      const person = browser(gateway);
      const stalled = await api.newSession();
      const callback = await walkToCallback(person, stalled);
      const { test } = gateway.deps.upstreams;
      if (!test) throw new Error('no upstream');
      const down = () => Promise.reject(new AppError('upstream_unavailable'));
      gateway.deps.upstreams.test = { ...test, issuedDocuments: down, fetchDocument: down };
      await person.get(callback);
      assert.equal((await api.session(stalled)).status, 'authorized');
      gateway.deps.upstreams.test = test;
      gateway.clock.nowMs += 20_000;
      await runUntil(gateway, stalled, 'succeeded');
      await gateway.deps.background.idle();
      for (const document of await gateway.deps.stores.documents.ofSession(stalled)) {
        assert.equal(document.state, 'held');
      }
      const forgotten = await api.newSession();
      gateway.clock.nowMs += 3_600_000;
      await runUntil(gateway, forgotten, 'expired');
    } finally {
      await gateway.close();
    }
  });
});
