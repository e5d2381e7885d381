import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { Delivery } from '../domain/delivery.ts';
import { eventIdFrom, type GatewayEvent } from '../domain/event.ts';
import type { WebhookEndpoint } from '../domain/webhook-endpoint.ts';
import type { TestEngine } from '../testing/engines.ts';
import { testEvent } from '../testing/event.ts';
import { openStores } from './index.ts';

const owner = { workspaceId: 'w1', mode: 'test' } as const;

function endpointWith(change: Partial<WebhookEndpoint> = {}): WebhookEndpoint {
  return {
    ...owner,
    id: 'whe_1',
    url: 'https://lender.example/hooks',
    events: null,
    description: null,
    vendorSignature: false,
    enabled: true,
    disabledReason: null,
    failingSinceMs: null,
    sealedSecrets: 'sealed',
    secretOverlapUntilMs: null,
    createdAtMs: 1,
    ...change,
  };
}

const eventAt = (atMs: number, change: Partial<GatewayEvent> = {}) => testEvent(owner, atMs, change);

/** What the SQL of events, endpoints, deliveries and queues promises on every engine. */
export function webhooksSuite({ name, open }: TestEngine): void {
  describe(`${name}: webhooks`, () => {
    const begin = async (t: TestContext, endpoints: readonly WebhookEndpoint[] = [endpointWith()]) => {
      const db = await open(t);
      if (!db) return undefined;
      const stores = openStores(db);
      for (const id of ['w1', 'w2'])
        await stores.commit([stores.workspaces.insertion({ id, name: id, createdAtMs: 0 })]);
      for (const endpoint of endpoints) await stores.commit([stores.webhookEndpoints.insertion(endpoint, 16)]);
      const queue = (event: GatewayEvent, ids: readonly string[] = endpoints.map(({ id }) => id)) =>
        stores.commit([
          stores.events.insertion(event),
          ...ids.map((id) => stores.webhookDeliveries.order(id, event.id, event.atMs)),
        ]);
      const due = async (nowMs: number, endpoint = endpointWith(), limit = 100) =>
        (await stores.webhookDeliveries.due(endpoint, nowMs, limit)).map(({ event }) => event.atMs);
      return { ...stores, queue, due };
    };
    const note = (before: Delivery, change: Partial<Delivery>): Delivery => ({
      ...before,
      attempts: before.attempts + 1,
      ...change,
    });

    it('deliveries are due when their time has come, the longest waiting first, and no more once they are through', async (t) => {
      const stores = await begin(t);
      if (!stores) return;
      for (const atMs of [30, 10, 20]) await stores.queue(eventAt(atMs));
      assert.deepEqual(await stores.due(5), []);
      assert.deepEqual(await stores.due(25), [10, 20]);
      assert.deepEqual(await stores.due(99), [10, 20, 30]);
      assert.deepEqual(await stores.due(99, endpointWith(), 2), [10, 20]);
      const [first, second] = await stores.webhookDeliveries.due(endpointWith(), 99, 2);
      assert.ok(first && second);
      const log = [{ atMs: 99, durationMs: 3, status: 204, failure: null }];
      const done = note(first.delivery, { state: 'delivered', log, sealedAnswers: 'sealed' });
      const { attempt } = stores.webhookDeliveries;
      assert.equal(await stores.commit([attempt(first.delivery, done)]), 'committed');
      assert.equal(await stores.commit([attempt(first.delivery, done)]), 'conflict', 'none is noted twice');
      await stores.commit([attempt(second.delivery, note(second.delivery, { nextAtMs: 200 }))]);
      assert.deepEqual(await stores.due(99), [30]);
      assert.deepEqual(await stores.due(200), [30, 20]);
      const [kept] = await stores.webhookDeliveries.ofEvent(owner, first.event.id);
      assert.deepEqual(kept, done);
    });

    it('logs are read newest first, by state, and by event; nobody else sees them', async (t) => {
      const other = endpointWith({ id: 'whe_2', createdAtMs: 2 });
      const stores = await begin(t, [endpointWith(), other]);
      if (!stores) return;
      const events = [1, 2, 3, 4].map((atMs) => eventAt(atMs));
      for (const event of events) await stores.queue(event);
      const { due, attempt, listPage, ofEvent, states } = stores.webhookDeliveries;
      const rows = await due(endpointWith(), 99, 3);
      const states3 = ['delivered', 'failed', 'pending'] as const;
      for (const [index, row] of rows.entries())
        await stores.commit([attempt(row.delivery, note(row.delivery, { state: states3[index] ?? 'pending' }))]);
      const last = 'evt_g';
      const page = async (change: object) =>
        (await listPage(endpointWith(), { before: last, limit: 10, ...change })).map(({ event }) => event.atMs);
      assert.deepEqual(await page({}), [4, 3, 2, 1]);
      assert.deepEqual(await page({ limit: 2 }), [4, 3]);
      assert.deepEqual(await page({ before: events[2]?.id }), [2, 1]);
      assert.deepEqual(await page({ state: 'delivered' }), [1]);
      assert.deepEqual(await page({ state: 'failed' }), [2]);
      assert.deepEqual(await page({ state: 'pending' }), [4, 3]);
      const of = (await ofEvent(owner, events[0]?.id ?? '')).map(({ endpointId, state }) => [endpointId, state]);
      assert.deepEqual(of, [
        ['whe_1', 'delivered'],
        ['whe_2', 'pending'],
      ]);
      assert.deepEqual(await ofEvent({ ...owner, mode: 'live' }, events[0]?.id ?? ''), []);
      assert.deepEqual(await ofEvent({ ...owner, workspaceId: 'w2' }, events[0]?.id ?? ''), []);
      const between = await states(endpointWith(), { first: events[1]?.id ?? '', last: events[2]?.id ?? '' });
      assert.deepEqual([...between.values()], ['failed', 'pending']);
    });

    it('an order brings a delivery forward, or back, or makes it; what is due sooner stays as it is', async (t) => {
      const stores = await begin(t);
      if (!stores) return;
      const events = [1, 2, 3, 4].map((atMs) => eventAt(atMs));
      for (const event of events) await stores.queue(event, event.atMs === 4 ? [] : ['whe_1']);
      const { due, attempt, order, ofEvent } = stores.webhookDeliveries;
      const [done, later] = await due(endpointWith(), 99, 2);
      assert.ok(done && later);
      await stores.commit([
        attempt(done.delivery, note(done.delivery, { state: 'delivered' })),
        attempt(later.delivery, note(later.delivery, { nextAtMs: 5_000 })),
      ]);
      assert.deepEqual(await stores.due(99), [3]);
      await stores.commit(events.map(({ id }) => order('whe_1', id, 50)));
      assert.deepEqual(await stores.due(99), [3, 1, 2, 4]);
      const [again] = await ofEvent(owner, done.event.id);
      assert.deepEqual([again?.state, again?.attempts, again?.attemptsBefore], ['pending', 1, 1]);
    });

    it('an order that meets an attempt under way is not lost with it', async (t) => {
      const stores = await begin(t);
      if (!stores) return;
      const event = eventAt(1);
      await stores.queue(event, ['whe_1']);
      const { due, attempt, order } = stores.webhookDeliveries;
      const take = async () => {
        const [row] = await due(endpointWith(), 99, 1);
        assert.ok(row);
        return row.delivery;
      };
      await stores.commit([attempt(await take(), note(await take(), { nextAtMs: 2 }))]);
      const underway = await take();
      await stores.commit([order('whe_1', event.id, 50)]);
      assert.equal(await stores.commit([attempt(underway, note(underway, { state: 'failed' }))]), 'conflict');
      const again = await take();
      assert.deepEqual([again.attempts, again.attemptsBefore, again.nextAtMs], [1, 1, 2]);
    });

    it('queues with something due are found among those that rest; of many nodes one has a queue until its time is over', async (t) => {
      const endpoints = ['whe_1', 'whe_2', 'whe_3', 'whe_4'].map((id, createdAtMs) =>
        endpointWith({ id, createdAtMs }),
      );
      const stores = await begin(t, endpoints);
      if (!stores) return;
      assert.deepEqual(await stores.webhookQueues.due(99), []);
      for (let atMs = 1; atMs <= 5; atMs += 1) await stores.queue(eventAt(atMs), ['whe_1', 'whe_3']);
      await stores.queue(eventAt(500), ['whe_4']);
      assert.deepEqual(await stores.webhookQueues.due(99), ['whe_1', 'whe_3']);
      const holders = ['a', 'b', 'c', 'd'];
      const tries = async (nowMs: number, who: readonly string[] = holders) => {
        const taken = await Promise.all(
          who.map(async (holder) => {
            const lease = stores.webhookQueues.lease('whe_1', holder, { nowMs, untilMs: nowMs + 10 });
            return (await stores.commit([lease])) === 'committed' ? [holder] : [];
          }),
        );
        return taken.flat();
      };
      const [first, ...more] = await tries(100);
      assert.ok(first);
      assert.deepEqual(more, []);
      assert.deepEqual(await tries(105), [first], 'whoever has it may keep it');
      const [second] = await tries(
        115,
        holders.filter((holder) => holder !== first),
      );
      assert.ok(second && second !== first, 'a dead node is outlived');
      await stores.commit([stores.webhookQueues.release(first)]);
      assert.deepEqual(await tries(116, [first]), [], 'nobody lets go of what is another’s');
      await stores.commit([stores.webhookQueues.release(second)]);
      assert.deepEqual(await tries(117, [first]), [first]);
      await stores.commit([stores.webhookQueues.removal(128, 10)]);
      assert.deepEqual(await tries(118, [second]), [second]);
      assert.deepEqual(await tries(100_000, [second]), [second]);
      assert.deepEqual(await tries(119), [holders[0]], 'a clock that was ahead gave it for too long');
    });

    it('endpoints are as many as may be; a second end, and secrets that two replace at once, conflict', async (t) => {
      const stores = await begin(t, []);
      if (!stores) return;
      const { insertion, rotation, disabling, firstFailure, recovery, findOwn, listOwn } = stores.webhookEndpoints;
      const all = ['whe_1', 'whe_2', 'whe_3'].map((id) => insertion(endpointWith({ id }), 2));
      const outcomes = await Promise.all(all.map((each) => stores.commit([each])));
      assert.deepEqual(outcomes.toSorted(), ['committed', 'committed', 'conflict']);
      assert.equal((await listOwn(owner)).length, 2);
      assert.equal(await stores.commit([insertion(endpointWith({ id: 'whe_4', mode: 'live' }), 2)]), 'committed');
      const [first] = await listOwn(owner);
      assert.ok(first);
      const to = { sealedSecrets: 'new', secretOverlapUntilMs: 9 };
      assert.equal(await stores.commit([rotation(first, to)]), 'committed');
      assert.equal(await stores.commit([rotation(first, to)]), 'conflict');
      assert.deepEqual(await findOwn(owner, first.id), { ...first, ...to });
      await stores.commit([firstFailure(first, 10)]);
      await stores.commit([firstFailure(first, 20)]);
      assert.equal((await findOwn(owner, first.id))?.failingSinceMs, 10);
      await stores.commit([recovery(first)]);
      assert.equal((await findOwn(owner, first.id))?.failingSinceMs, null);
      const failing = { ...first, failingSinceMs: 10 };
      assert.equal(await stores.commit([disabling(failing, 'failing')]), 'conflict', 'it has taken something since');
      assert.equal(await stores.commit([disabling(failing, 'gone')]), 'committed');
      assert.equal(await stores.commit([disabling(first, 'gone')]), 'conflict');
      const off = await findOwn(owner, first.id);
      assert.deepEqual([off?.enabled, off?.disabledReason], [false, 'gone']);
    });

    it('a change of an endpoint writes what it names and nothing else; switched on, it has its time anew', async (t) => {
      const stores = await begin(t, [endpointWith({ events: ['endpoint.disabled'], description: 'Loan desk' })]);
      if (!stores) return;
      const { change, disabling, firstFailure, findOwn } = stores.webhookEndpoints;
      const begun = await findOwn(owner, 'whe_1');
      assert.ok(begun);
      await stores.commit([firstFailure(begun, 10)]);
      const changes: Partial<WebhookEndpoint>[] = [
        { url: begun.url },
        { events: null },
        { description: null },
        { vendorSignature: true },
        { enabled: true },
      ];
      const outcomes = await Promise.all(changes.map((each) => stores.commit([change('whe_1', each)])));
      assert.deepEqual(new Set(outcomes), new Set(['committed']));
      const changed = { ...begun, ...Object.assign({}, ...changes), failingSinceMs: 10 };
      assert.deepEqual(await findOwn(owner, 'whe_1'), changed, 'it was on already');
      await stores.commit([disabling(changed, 'failing')]);
      await stores.commit([change('whe_1', { enabled: false })]);
      assert.deepEqual(await findOwn(owner, 'whe_1'), { ...changed, enabled: false, disabledReason: 'failing' });
      await stores.commit([change('whe_1', { enabled: true })]);
      assert.deepEqual(await findOwn(owner, 'whe_1'), { ...changed, failingSinceMs: null });
      assert.equal(await stores.commit([change('whe_9', { enabled: true })]), 'conflict', 'there is none');
    });

    it('what an old address of an endpoint did is nothing to the new one, which has its own time', async (t) => {
      const stores = await begin(t);
      if (!stores) return;
      const { change, disabling, firstFailure, recovery, findOwn } = stores.webhookEndpoints;
      const old = endpointWith();
      const state = async () => {
        const found = await findOwn(owner, old.id);
        return [found?.enabled, found?.failingSinceMs];
      };
      await stores.commit([firstFailure(old, 10)]);
      const url = 'https://other.example/hooks';
      await stores.commit([change(old.id, { url })]);
      assert.deepEqual(await state(), [true, null]);
      await stores.commit([firstFailure(old, 20)]);
      assert.deepEqual(await state(), [true, null]);
      assert.equal(await stores.commit([disabling(old, 'gone')]), 'conflict');
      const moved = { ...old, url, failingSinceMs: 30 };
      await stores.commit([firstFailure(moved, 30)]);
      await stores.commit([recovery(old)]);
      assert.deepEqual(await state(), [true, 30]);
      assert.equal(await stores.commit([disabling({ ...moved, url: old.url }, 'failing')]), 'conflict');
      assert.equal(await stores.commit([disabling(moved, 'failing')]), 'committed');
    });

    it('what is older than it is kept is found with its owner and goes in pieces, oldest first; so does what is left of a gone endpoint', async (t) => {
      const stores = await begin(t, [endpointWith(), endpointWith({ id: 'whe_3' })]);
      if (!stores) return;
      for (const atMs of [1, 2, 3, 100]) await stores.queue(eventAt(atMs), ['whe_1', 'whe_2']);
      await stores.queue(eventAt(100, { workspaceId: 'w2', id: `${eventIdFrom(100)}${'1'.repeat(20)}` }), ['whe_3']);
      assert.equal(await stores.events.newestId(), `${eventIdFrom(100)}${'1'.repeat(20)}`);
      const before = eventIdFrom(50);
      const { webhookDeliveries, events } = stores;
      const found = (after = '', limit = 10) => webhookDeliveries.outdated(before, { after, limit });
      assert.deepEqual(await found(), [
        { id: 'whe_1', isGone: false },
        { id: 'whe_2', isGone: true },
      ]);
      assert.deepEqual(await found('', 1), [{ id: 'whe_1', isGone: false }]);
      assert.deepEqual(await found('whe_1', 1), [{ id: 'whe_2', isGone: true }]);
      await stores.commit([webhookDeliveries.removal('whe_1', before, 2)]);
      assert.deepEqual(await stores.due(200), [3, 100]);
      await stores.commit([
        webhookDeliveries.removal('whe_1', before, 2),
        webhookDeliveries.removal('whe_2', undefined, 9),
      ]);
      assert.deepEqual(await stores.due(200), [100]);
      assert.deepEqual(await found(), []);
      assert.deepEqual(await events.outdated(before, { after: '', limit: 10 }), [{ id: 'w1' }]);
      assert.deepEqual(await events.outdated(before, { after: 'w1', limit: 10 }), []);
      const left = async () => (await events.listPage(owner, { after: '', limit: 10 })).map(({ atMs }) => atMs);
      await stores.commit([events.removal('w1', 'live', before, 2), events.removal('w1', 'test', before, 2)]);
      assert.deepEqual(await left(), [3, 100]);
      await stores.commit([events.removal('w1', 'test', before, 2)]);
      assert.deepEqual(await left(), [100]);
      assert.deepEqual(await events.outdated(before, { after: '', limit: 10 }), []);
    });
  });
}
