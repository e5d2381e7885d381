import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { docTypes } from '@tijori/wire';
import { AppError } from '../domain/app-error.ts';
import { eventIds } from '../domain/event.ts';
import { integrator, walk, walkToCallback, withoutDownloads } from '../testing/api.ts';
import { ownApi } from '../testing/families.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { browser } from '../testing/person.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { collectSession } from '../usecases/documents/collect.ts';
import { erasePastRetention } from '../usecases/documents/erase.ts';
import { eventIdsOfSession } from '../usecases/events/of-session.ts';
import { expireSessions } from '../usecases/sessions/expire.ts';

describe('what happens to a session is recorded as events', () => {
  let gateway: TestGateway;
  let key: Awaited<ReturnType<TestGateway['newKey']>>;
  let api: ReturnType<typeof integrator>;
  before(async () => {
    gateway = await startTestGateway();
    key = await gateway.newKey();
    api = integrator(gateway, key);
  });
  after(() => gateway.close());

  const eventsOf = async (sessionId: string) => {
    await gateway.deps.background.idle();
    const all = await gateway.deps.stores.events.listPage(
      { workspaceId: key.workspaceId, mode: 'test' },
      { after: '', limit: 1000 },
    );
    return all.filter((event) => event.sessionId === sessionId);
  };
  const stepsOf = async (sessionId: string) =>
    (await eventsOf(sessionId)).map(({ type, previousStatus, status }) => [
      type.replace('entitylocker.', ''),
      previousStatus,
      status,
    ]);
  /** The same for every session, whatever it went through. */
  const assertInOrder = async (sessionId: string) => {
    const events = await eventsOf(sessionId);
    assert.deepEqual(
      events.map(({ sequence }) => sequence).sort((left, right) => Number(left) - Number(right)),
      events.map((_, index) => index + 1),
    );
    for (const { id } of events) assert.match(id, /^evt_[0-9a-f]{32}$/);
    // A redaction finds them by the session's timeline.
    const { stores } = gateway.deps;
    const session = (await stores.sessions.find(sessionId)) ?? assert.fail();
    assert.deepEqual(
      await eventIdsOfSession(stores, session),
      events.map(({ id }) => id),
    );
  };

  it('from creation to success, and each document', async () => {
    const id = await api.newSession();
    await walk(gateway, id);
    const succeeded = [
      ['session.created', null, 'created'],
      ['session.opened', 'created', 'initialized'],
      ['session.authorized', 'initialized', 'authorized'],
      ['session.succeeded', 'authorized', 'succeeded'],
      ...docTypes.map(() => ['document.available', 'succeeded', 'succeeded']),
    ];
    assert.deepEqual(await stepsOf(id), succeeded);
    const held = (await gateway.deps.stores.documents.ofSession(id)).map((each) => ({
      id: each.id,
      type: each.docType,
      verdict: 'genuine',
    }));
    const told = (await eventsOf(id)).flatMap(({ details }) => details.document ?? []);
    assert.deepEqual(told, held);

    gateway.clock.nowMs += 3_600_000;
    assert.equal(await erasePastRetention(gateway.deps, 10), 1);
    assert.deepEqual(await stepsOf(id), [
      ...succeeded,
      ...docTypes.map(() => ['document.erased', 'succeeded', 'succeeded']),
    ]);
    await assertInOrder(id);
  });

  it('a refusal, a cancellation and the end of time, each with its reason', async () => {
    const [denied, cancelled, late] = [await api.newSession(), await api.newSession(), await api.newSession()];
    await walk(gateway, denied, { decision: 'Deny' });
    await ownApi(gateway, key).cancel(cancelled);
    await ownApi(gateway, key).cancel(cancelled);
    gateway.clock.nowMs += 3_600_000;
    await expireSessions(gateway.deps, 100);
    await expireSessions(gateway.deps, 100);
    const lastOf = async (id: string) => {
      const { type, status, details } = (await eventsOf(id)).at(-1) ?? assert.fail('no event');
      return [type, status, details.statusReason];
    };
    assert.deepEqual(await lastOf(denied), ['entitylocker.session.failed', 'failed', 'consent_denied']);
    assert.deepEqual(await lastOf(cancelled), ['entitylocker.session.cancelled', 'failed', 'session_cancelled']);
    assert.deepEqual(await lastOf(late), ['entitylocker.session.expired', 'expired', 'session_expired']);
    assert.equal((await eventsOf(cancelled)).length, 2);
    assert.equal((await eventsOf(late)).length, 2);
    for (const id of [denied, cancelled, late]) await assertInOrder(id);
  });

  it('documents that will not come because the consent is over', async () => {
    const id = await api.newSession();
    await withoutDownloads(gateway, () => walk(gateway, id));
    const real = gateway.deps.upstreams.test as Upstream;
    const over = new AppError('upstream_refused', { cause: { status: 401 } });
    gateway.deps.upstreams.test = { ...real, fetchDocument: () => Promise.reject(over) };
    await collectSession(gateway.deps, id);
    assert.deepEqual(
      (await eventsOf(id)).flatMap(({ type, details }) => (details.document ? [[type, details.document.code]] : [])),
      docTypes.map(() => ['entitylocker.document.failed', 'consent_ended']),
    );
    gateway.deps.upstreams.test = real;
    await assertInOrder(id);
  });

  it('nothing, when a step was not taken', async () => {
    const id = await api.newSession();
    const person = browser(gateway);
    const callback = await walkToCallback(person, id);
    await Promise.all([person.get(callback), person.get(callback), ownApi(gateway, key).cancel(id)]);
    const ends = (await stepsOf(id)).filter(([type]) => /succeeded|failed|cancelled/.test(String(type)));
    assert.equal(ends.length, 1);
    await assertInOrder(id);
  });

  it('two at the same moment with numbers of their own', async () => {
    const id = await api.newSession();
    const session = (await gateway.deps.stores.sessions.find(id)) ?? assert.fail();
    const { stores, newEventId } = gateway.deps;
    const event = { ...session, sessionId: id, previousStatus: null, atMs: session.createdAtMs, details: {} };
    const commits = Array.from({ length: 50 }, () =>
      stores.commit(
        stores.events.ofSession({ ...event, id: newEventId(event.atMs), type: 'entitylocker.consent.expired' }),
      ),
    );
    assert.deepEqual(new Set(await Promise.all(commits)), new Set(['committed']));
    assert.equal((await eventsOf(id)).length, 51);
    await assertInOrder(id);
  });

  it('none, if the commit that they belong to conflicts', async () => {
    const id = await api.newSession();
    const { stores } = gateway.deps;
    const session = (await stores.sessions.find(id)) ?? assert.fail();
    const event = { ...session, sessionId: id, previousStatus: null, atMs: 1, details: {} };
    const outcome = await stores.commit([
      ...stores.events.ofSession({ ...event, id: 'evt_never', type: 'entitylocker.consent.expired' }),
      stores.sessions.expiry({ ...session, status: 'authorized' }),
    ]);
    assert.equal(outcome, 'conflict');
    assert.equal((await eventsOf(id)).length, 1);
    assert.equal(await stores.events.find(session, 'evt_never'), undefined);
  });
});

describe('ids of events', () => {
  it('sort by time, also within one ms and when the clock was set back', () => {
    const newEventId = eventIds(() => '00000000-0000-4000-8000-000000000000');
    const moments = [1, 5, 5, 5, 3, ...Array.from({ length: 5_000 }, () => 6), 7, 255, 256, 1_763_800_000_000];
    const ids = moments.map(newEventId);
    assert.deepEqual([...ids].sort(), ids);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('go on above those of before, when the clock was set back while the gateway was down', async () => {
    const first = await startTestGateway();
    const key = await first.newKey();
    first.clock.nowMs += 24 * 3_600_000;
    const token = await first.deps.tokens.issue({ ...key, apiKeyId: key.apiKey, mode: 'test' });
    const made = [await integrator(first, { ...key, token }).newSession()];
    await first.stop();
    const second = await startTestGateway(first.config);
    try {
      made.push(await integrator(second, key).newSession());
      const owner = { workspaceId: key.workspaceId, mode: 'test' } as const;
      const events = await second.deps.stores.events.listPage(owner, { after: '', limit: 10 });
      assert.deepEqual(
        events.map(({ sessionId }) => sessionId),
        made,
      );
    } finally {
      await second.close();
      await first.simulator.close();
      await rm(first.config.dataDir, { recursive: true });
    }
  });
});
