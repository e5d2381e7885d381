import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { testEvent } from '../testing/event.ts';
import { webhookStage } from '../testing/webhook-stage.ts';

/** Time after which a process that says nothing loses its queues, ms (decision 16). */
const leaseMs = 15_000;

describe('deliveries that give way to callers', () => {
  let room = 0;
  let isSlow = false;
  const pace = {
    get isSlow() {
      return isSlow;
    },
    noteCall: () => {},
    mayBegin: () => room-- > 0,
  };
  const stage = webhookStage({ deliveryPace: pace });
  const { open, sendDue, ids } = stage;

  it('wait for room and then go out, the endpoints in turns: a long queue takes nothing from a short one', async () => {
    const [long, short] = [await open(), await open()];
    await long.newEndpoint();
    await short.newEndpoint();
    for (let count = 0; count < 20; count += 1) await long.newSession();
    for (let count = 0; count < 3; count += 1) await short.newSession();
    const few = (await short.events()).map(({ id }) => id);
    const cameOfShort = () => ids().filter((id) => few.includes(id)).length;
    room = 0;
    const sent = sendDue();
    await wait(50);
    assert.deepEqual(ids(), []);
    room = 4;
    while (ids().length < 4) await wait(5);
    await wait(20);
    assert.deepEqual([ids().length, cameOfShort()], [4, 2]);
    room = 2;
    while (ids().length < 6) await wait(5);
    assert.equal(cameOfShort(), 3);
    room = Number.POSITIVE_INFINITY;
    await sent;
    assert.equal(new Set(ids()).size, 23);
    assert.equal(ids().length, 23, 'each once');
  });

  it('are not sent where another process has taken their queue over while they waited', async () => {
    const api = await open();
    const { id } = await api.newEndpoint();
    for (let count = 0; count < 3; count += 1) await api.newSession();
    const { clock, deps } = stage.gateway;
    const { webhookQueues } = deps.stores;
    const { due } = webhookQueues;
    room = 0;
    const sent = sendDue();
    await wait(20);
    // This process stands still between two looks.
    webhookQueues.due = () => Promise.reject(new Error('stopped'));
    await assert.rejects(sent, /stopped/);
    webhookQueues.due = due;
    clock.nowMs += leaseMs + 1;
    const nowMs = clock.nowMs;
    assert.equal(
      await deps.stores.commit([webhookQueues.lease(id, 'another', { nowMs, untilMs: nowMs + leaseMs })]),
      'committed',
    );
    const endpoint = { id, workspaceId: api.key.workspaceId, mode: 'test' } as const;
    const [taken] = await deps.stores.webhookDeliveries.due(endpoint, nowMs, 1);
    assert.ok(taken);
    const done = { ...taken.delivery, state: 'delivered', attempts: 1 } as const;
    await deps.stores.commit([deps.stores.webhookDeliveries.attempt(taken.delivery, done)]);
    room = Number.POSITIVE_INFINITY;
    await sendDue();
    assert.deepEqual(ids(), []);
    clock.nowMs += leaseMs + 1;
    await sendDue();
    assert.equal(ids().length, 2, 'what the other one has sent is not sent again');
    assert.ok(!ids().includes(taken.event.id));
  });

  it('are queued as they can be sent while callers fill the process, and all of them afterwards', async () => {
    const api = await open();
    const { id } = await api.newEndpoint();
    const { stores, newEventId } = stage.gateway.deps;
    const { workspaceId } = api.key;
    const events = Array.from({ length: 300 }, () =>
      testEvent({ workspaceId, mode: 'test' }, stage.startMs, { id: newEventId(stage.startMs) }),
    );
    await stores.commit(events.map((event) => stores.events.insertion(event, id)));
    const endpoint = { id, workspaceId, mode: 'test' } as const;
    const queued = async () => (await stores.webhookDeliveries.due(endpoint, stage.startMs, 1_000)).length;
    isSlow = true;
    room = 0;
    const sent = sendDue();
    while ((await queued()) === 0) await wait(5);
    await wait(20);
    assert.equal(await queued(), 128);
    isSlow = false;
    while ((await queued()) < 300) await wait(5);
    isSlow = true;
    room = Number.POSITIVE_INFINITY;
    await sent;
    assert.deepEqual([ids().length, new Set(ids()).size], [300, 300]);
  });

  it('are not read again and again while they wait', async () => {
    const api = await open();
    await api.newEndpoint();
    for (let count = 0; count < 3; count += 1) await api.newSession();
    const { webhookDeliveries, webhookQueues } = stage.gateway.deps.stores;
    let [reads, looks] = [0, 0];
    const [{ due }, { due: look }] = [webhookDeliveries, webhookQueues];
    webhookDeliveries.due = (...which) => {
      reads += 1;
      return due(...which);
    };
    webhookQueues.due = (...which) => {
      looks += 1;
      return look(...which);
    };
    room = 0;
    const sent = sendDue();
    while (looks < 10) await wait(1);
    assert.equal(reads, 1);
    room = Number.POSITIVE_INFINITY;
    await sent;
    assert.equal(ids().length, 3);
    Object.assign(webhookDeliveries, { due });
    Object.assign(webhookQueues, { due: look });
  });

  it('are not sent where their endpoint was switched off while they waited', async () => {
    const api = await open();
    const { id } = await api.newEndpoint();
    await api.newSession();
    room = 0;
    const sent = sendDue();
    await wait(20);
    await api.call('PATCH', `/v1/webhook-endpoints/${id}`, { enabled: false });
    room = Number.POSITIVE_INFINITY;
    await sent;
    assert.deepEqual(ids(), []);
  });
});
