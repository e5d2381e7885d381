import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../domain/app-error.ts';
import { integrator, walk, walkToCallback } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { browser } from '../testing/person.ts';
import { sdkPage } from '../testing/sdk-page.ts';
import { sessionWith } from '../testing/session.ts';
import { orphanSearch } from '../usecases/documents/erase.ts';
import { startClockwork } from './clockwork.ts';

describe('the clockwork', () => {
  /** Runs its first round, until that has done this. */
  const runUntil = async (gateway: TestGateway, isDone: () => Promise<boolean>) => {
    const clockwork = startClockwork(gateway.deps);
    for (let tries = 0; tries < 400 && !(await isDone()); tries += 1) await wait(5);
    await clockwork.stop();
    assert.ok(await isDone());
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
      await runUntil(second, async () => (await second.deps.stores.sessions.find(id))?.status === 'succeeded');
      await second.deps.background.idle();
      const answer = await api.document(id, 'company_master_details');
      assert.equal(answer.statusCode, 200, answer.body);
    } finally {
      await second.close();
      await first.simulator.close();
      await rm(first.config.dataDir, { recursive: true });
    }
  });

  /** So many journeys whose list could not be had, with an upstream of which each further call does this. */
  const stalled = async (gateway: TestGateway, count: number, onCall: () => Promise<void>) => {
    const api = integrator(gateway, await gateway.newKey());
    const { test } = gateway.deps.upstreams;
    if (!test) throw new Error('no upstream');
    let isReady = false;
    gateway.deps.upstreams.test = {
      ...test,
      issuedDocuments: async () => {
        if (isReady) await onCall();
        throw new AppError('upstream_unavailable');
      },
    };
    for (let journeys = 0; journeys < count; journeys += 1) {
      const person = browser(gateway);
      await person.get(await walkToCallback(person, await api.newSession()));
    }
    isReady = true;
    gateway.clock.nowMs += 20_000;
  };

  it('stops after the journeys at hand, however many wait for an upstream that does not answer', async () => {
    const gateway = await startTestGateway();
    try {
      let asked = 0;
      let stopped: Promise<void> | undefined;
      await stalled(gateway, 12, async () => {
        asked += 1;
        stopped ??= clockwork.stop();
      });
      const clockwork = startClockwork(gateway.deps);
      while (!stopped) await wait(5);
      await stopped;
      assert.equal(asked, 10);
    } finally {
      await gateway.close();
    }
  });

  it('lets an upstream that hangs hold up the other sweeps for one call and no longer', async () => {
    const gateway = await startTestGateway();
    try {
      let asked = 0;
      await stalled(gateway, 12, () => {
        asked += 1;
        return wait(2_100);
      });
      const { revocations } = gateway.deps.stores;
      let askedBefore: number | undefined;
      const due = revocations.due.bind(revocations);
      revocations.due = (...page) => {
        askedBefore ??= asked;
        return due(...page);
      };
      const clockwork = startClockwork(gateway.deps);
      while (askedBefore === undefined) await wait(5);
      await clockwork.stop();
      assert.equal(askedBefore, 10);
    } finally {
      await gateway.close();
    }
  });

  it('goes on with the other journeys when some cannot be gone on with for a reason of ours', async () => {
    const gateway = await startTestGateway();
    try {
      let asked = 0;
      await stalled(gateway, 12, async () => {
        asked += 1;
        throw new TypeError('by a test');
      });
      await runUntil(gateway, async () => asked === 12);
    } finally {
      await gateway.close();
    }
  });

  it('erases what it can where the vault will not remove a file', async () => {
    const gateway = await startTestGateway();
    try {
      const { blobs, stores } = gateway.deps;
      const api = integrator(gateway, await gateway.newKey());
      const ids = [await api.newSession(), await api.newSession()];
      for (const id of ids) await walk(gateway, id);
      await gateway.deps.background.idle();
      const remove = blobs.remove.bind(blobs);
      let refused = 0;
      blobs.remove = async () => {
        refused += 1;
        throw new AppError('storage_unavailable', { detail: 'by a test' });
      };
      gateway.clock.nowMs += 3_600_000;
      const isErased = async (id: string) =>
        (await stores.documents.ofSession(id)).every(({ state }) => state === 'erased');
      await runUntil(gateway, async () => (await Promise.all(ids.map(isErased))).every(Boolean));
      // One that does not answer is asked once for all of them.
      assert.equal(refused, 1);
      blobs.remove = remove;
      // Files have the time of the machine, not of the test.
      gateway.clock.nowMs = Date.now() + 11 * 60_000;
      assert.ok((await orphanSearch(gateway.deps).goOn(() => true)) >= ids.length);
    } finally {
      await gateway.close();
    }
  });

  it('goes through a large vault a stretch at a time: neither a stop nor the other sweeps wait for its end', async () => {
    const gateway = await startTestGateway();
    try {
      const { blobs, stores } = gateway.deps;
      let looks = 0;
      blobs.list = async function* () {
        for (;;) yield { name: gateway.deps.newId(), sizeBytes: 1, modifiedAtMs: 0 };
      };
      stores.documents.isHeldBlob = async () => {
        looks += 1;
        await wait(1);
        return true;
      };
      const clockwork = startClockwork(gateway.deps);
      while (looks === 0) await wait(5);
      await clockwork.stop();
      const search = orphanSearch(gateway.deps);
      await search.goOn(() => looks < 100);
      assert.equal(search.isUnderway(), true);
      await search.goOn(() => looks < 200);
      assert.equal(looks, 200);
    } finally {
      await gateway.close();
    }
  });

  it('forgets tickets after two minutes, and which browser a session was bound to when its time is over', async () => {
    const gateway = await startTestGateway();
    try {
      const { stores } = gateway.deps;
      const key = await gateway.newKey();
      const id = await integrator(gateway, key).newSession();
      const page = sdkPage(gateway, key.apiKey);
      await page.init(id);
      const ticket = new URL(await page.address(id)).searchParams.get('ticket') ?? '';
      const ticketHash = hash('sha256', ticket, 'hex');
      assert.ok(await stores.tickets.find(ticketHash));
      gateway.clock.nowMs += 120_000;
      await runUntil(gateway, async () => (await stores.tickets.find(ticketHash)) === undefined);
      assert.ok(await stores.bindings.find(id));
      gateway.clock.nowMs += 3_480_000;
      await runUntil(gateway, async () => (await stores.bindings.find(id)) === undefined);
    } finally {
      await gateway.close();
    }
  });

  it('completes, fetches, expires and erases without any request', async () => {
    const gateway = await startTestGateway();
    try {
      const { stores, upstreams } = gateway.deps;
      const api = integrator(gateway, await gateway.newKey());
      const { test } = upstreams;
      if (!test) throw new Error('no upstream');
      const down = () => Promise.reject(new AppError('upstream_unavailable'));

      const forgotten = await api.newSession();
      const person = browser(gateway);
      const unlisted = await api.newSession();
      const back = await walkToCallback(person, unlisted);
      upstreams.test = { ...test, issuedDocuments: down };
      await person.get(back);
      assert.equal((await api.session(unlisted)).status, 'authorized');
      upstreams.test = { ...test, fetchDocument: down };
      const unfetched = await api.newSession();
      await walk(gateway, unfetched);
      await gateway.deps.background.idle();
      const statesOf = async (id: string) => (await stores.documents.ofSession(id)).map(({ state }) => state);
      assert.deepEqual(await statesOf(unfetched), ['pending', 'pending', 'pending']);

      upstreams.test = test;
      gateway.clock.nowMs += 20_000;
      await runUntil(gateway, async () => (await statesOf(unfetched)).every((state) => state === 'held'));
      await runUntil(gateway, async () => (await stores.sessions.find(unlisted))?.status === 'succeeded');
      gateway.clock.nowMs += 3_600_000;
      await runUntil(gateway, async () => (await stores.sessions.find(forgotten))?.status === 'expired');
      await runUntil(gateway, async () => (await statesOf(unfetched)).every((state) => state === 'erased'));
    } finally {
      await gateway.close();
    }
  });

  it('falls behind nobody: what is over is written down in one round, also where it is more than one piece', async () => {
    const gateway = await startTestGateway();
    try {
      const { stores } = gateway.deps;
      const { workspaceId } = await gateway.newKey();
      const ids = Array.from(
        { length: 450 },
        (_, index) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      );
      await stores.commit(ids.map((id) => stores.sessions.insertion(sessionWith({ id, workspaceId }))));
      await runUntil(gateway, async () => (await stores.sessions.overdue(gateway.clock.nowMs, 1)).length === 0);
      const sessions = await Promise.all(ids.map((id) => stores.sessions.find(id)));
      assert.ok(sessions.every((session) => session?.status === 'expired'));
    } finally {
      await gateway.close();
    }
  });
});
