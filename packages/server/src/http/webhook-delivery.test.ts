import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createWebhookEndpoint, type EventPayload } from '@tijori/wire';
import { Webhook } from 'standardwebhooks';
import { deliveryWaitsMs, jitterShare, retryAfterMsMax } from '../domain/delivery.ts';
import { integrator, walk } from '../testing/api.ts';
import { type Received, startReceiver } from '../testing/receiver.ts';
import { webhookStage } from '../testing/webhook-stage.ts';

const hourMs = 3_600_000;

describe('events go to endpoints', () => {
  const stage = webhookStage();
  const { open, sendDue } = stage;
  const payloadOf = ({ body }: Received) => JSON.parse(body) as EventPayload<'entitylocker.session.created'>;

  it('each step of a session, signed, thin, and in the order of its sequence', async () => {
    const api = await open();
    const { secret } = await api.newEndpoint();
    const id = await api.newSession();
    await walk(stage.gateway, id);
    await stage.gateway.deps.background.idle();
    await sendDue();
    const told = stage.receiver.received.map(
      (each) => new Webhook(secret).verify(each.body, each.headers as Record<string, string>) as EventPayload,
    );
    const inOrder = told
      .map(({ data }) => data)
      .sort((left, right) => ('sequence' in left && 'sequence' in right ? left.sequence - right.sequence : 0));
    assert.deepEqual(
      inOrder.map((data) => ('sequence' in data ? data.sequence : 0)),
      [1, 2, 3, 4, 5, 6, 7],
    );
    assert.deepEqual(
      inOrder.slice(0, 4).map((data) => 'status' in data && data.status),
      ['created', 'initialized', 'authorized', 'succeeded'],
    );
    assert.equal(new Set(stage.receiver.received.map(({ headers }) => headers['webhook-id'])).size, 7);
    for (const { headers, body } of stage.receiver.received) {
      assert.match(String(headers['webhook-id']), /^evt_[0-9a-f]{32}$/);
      assert.equal(headers['content-type'], 'application/json');
      assert.ok(body.length < 1_000);
    }
  });

  it('only those that it asked for, and nothing of another workspace or the other mode', async () => {
    const api = await open();
    await api.newEndpoint({ events: ['entitylocker.session.cancelled'] });
    const id = await api.newSession();
    await (await open()).newSession();
    await integrator(stage.gateway, await stage.gateway.newKey('live', api.name)).newSession();
    await api.send({ method: 'POST', url: `/v1/sessions/${id}/cancel` });
    await sendDue();
    assert.deepEqual(
      stage.receiver.received.map((each) => [payloadOf(each).type, payloadOf(each).data.session_id]),
      [['entitylocker.session.cancelled', id]],
    );
  });

  it('again on the published schedule until one succeeds, with the same id and body and a new timestamp', async () => {
    const api = await open();
    const { id, secret } = await api.newEndpoint();
    stage.receiver.answer((_received, count) => (count < 4 ? 500 : 200));
    await api.newSession();
    await sendDue();
    for (const [attempt, waitMs] of deliveryWaitsMs.slice(1, 4).entries()) {
      assert.equal(stage.receiver.received.length, attempt + 1);
      stage.gateway.clock.nowMs += waitMs - 1;
      await sendDue();
      assert.equal(stage.receiver.received.length, attempt + 1, 'too early');
      stage.gateway.clock.nowMs += 1 + waitMs * jitterShare;
      await sendDue();
    }
    assert.equal(stage.receiver.received.length, 4);
    assert.equal(new Set(stage.receiver.received.map(({ headers }) => headers['webhook-id'])).size, 1);
    assert.equal(new Set(stage.receiver.received.map(({ body }) => body)).size, 1);
    assert.equal(new Set(stage.receiver.received.map(({ headers }) => headers['webhook-timestamp'])).size, 4);
    const [last] = stage.receiver.received.slice(-1);
    assert.ok(last);
    const now = Number(last.headers['webhook-timestamp']);
    assert.ok(Math.abs(now - stage.gateway.clock.nowMs / 1000) <= 1);
    assert.ok(secret.startsWith('whsec_'));
    const done = await api.delivery(id);
    assert.deepEqual(
      [done.state, done.attempt_count, done.attempts.map(({ status }) => status)],
      ['delivered', 4, [500, 500, 500, 200]],
    );
    assert.equal((await api.endpoint(id)).failing_since, null);
  });

  it('eight times at most, and then no more', async () => {
    const api = await open();
    const { id } = await api.newEndpoint();
    stage.receiver.answer(() => ({ status: 503, body: 'x'.repeat(5_000) }));
    await api.newSession();
    for (let round = 0; round < 12; round += 1) {
      await sendDue();
      await api.pass(13 * hourMs);
    }
    assert.equal(stage.receiver.received.length, deliveryWaitsMs.length);
    const done = await api.delivery(id);
    assert.deepEqual([done.state, done.attempts.length, done.attempts[0]?.answer.length], ['failed', 8, 1_024]);
  });

  it('with 2xx as the only success: a redirect is none and is not followed', async () => {
    const api = await open();
    const { id } = await api.newEndpoint();
    stage.receiver.answer(() => ({ status: 302, headers: { location: stage.receiver.url } }));
    await api.newSession();
    await sendDue();
    assert.equal(stage.receiver.received.length, 1);
    assert.equal((await api.delivery(id)).state, 'pending');
  });

  it('as late as Retry-After wants it, in seconds or as a date, within a day', async () => {
    const cases: [string, number][] = [
      ['3600', hourMs],
      [new Date(Math.ceil(stage.startMs / 1000) * 1000 + 2 * hourMs).toUTCString(), 2 * hourMs],
      ['9999999999', retryAfterMsMax],
      ['-5', 5_000],
      ['soon', 5_000],
      ['0', 5_000],
    ];
    for (const [header, waitMs] of cases) {
      const api = await open();
      const { id } = await api.newEndpoint();
      stage.receiver.answer(() => ({ status: 429, headers: { 'retry-after': header } }));
      await api.newSession();
      await sendDue();
      const afterMs = Number((await api.delivery(id)).next_attempt_at) - stage.gateway.clock.nowMs;
      assert.ok(afterMs >= waitMs && afterMs <= waitMs + 1_000, `${header}: ${afterMs}`);
    }
  });

  it('no more after 410, which switches the endpoint off and tells the others', async () => {
    const api = await open();
    const { id } = await api.newEndpoint();
    const other = await startReceiver();
    await api.send({
      method: 'POST',
      url: createWebhookEndpoint.path,
      payload: { url: other.url, events: ['endpoint.disabled'] },
    });
    stage.receiver.answer(() => 410);
    await api.newSession();
    await sendDue();
    await api.newSession();
    await sendDue();
    assert.equal(stage.receiver.received.length, 1);
    const off = await api.endpoint(id);
    assert.deepEqual([off.enabled, off.disabled_reason], [false, 'gone']);
    assert.deepEqual(
      other.received.map(({ body }) => JSON.parse(body)).map(({ type, data }) => [type, data]),
      [['endpoint.disabled', { endpoint_id: id, mode: 'test', reason: 'gone' }]],
    );
    await other.close();
  });

  for (const [status, by] of [
    [410, 'here'],
    [500, 'here'],
    [410, 'at another node'],
    [500, 'at another node'],
  ] as const)
    it(`to the new address of one that is moved ${by} while its old address answers ${status}, which is nothing to the new one`, async (t) => {
      const api = await open();
      const { id } = await api.newEndpoint();
      const fresh = await startReceiver();
      t.after(() => fresh.close());
      const { stores, outbox } = stage.gateway.deps;
      const move = {
        here: () => api.call('PATCH', `${createWebhookEndpoint.path}/${id}`, { url: fresh.url }),
        'at another node': () =>
          stores.commit([stores.webhookEndpoints.change(id, { url: fresh.url }), outbox.endpoints.changed()]),
      };
      stage.receiver.answer(async () => {
        await move[by]();
        return status;
      });
      await api.newSession();
      await sendDue();
      const moved = await api.endpoint(id);
      assert.deepEqual([moved.url, moved.enabled, moved.failing_since], [fresh.url, true, null]);
      assert.equal(stage.receiver.received.length, 1);
      stage.gateway.clock.nowMs += deliveryWaitsMs[1] * (1 + jitterShare);
      await outbox.endpoints.refresh();
      await sendDue();
      assert.deepEqual([fresh.received.length, (await api.delivery(id)).state], [1, 'delivered']);
    });

  it('no more when an event has used up its attempts in five days without a success, and what waited goes out when it is switched on', async () => {
    const api = await open();
    const { id } = await api.newEndpoint();
    stage.receiver.answer(() => 500);
    const beganMs = stage.gateway.clock.nowMs;
    // Longer than any wait of the schedule; from the eighth round on an event uses up its attempts in each.
    for (let round = 0; round < 10; round += 1) {
      await api.newSession();
      await sendDue();
      assert.equal((await api.endpoint(id)).enabled, true, `after ${round * 13} hours`);
      await api.pass(13 * hourMs);
    }
    await api.newSession();
    await sendDue();
    const off = await api.endpoint(id);
    assert.deepEqual([off.enabled, off.disabled_reason, off.failing_since], [false, 'failing', beganMs]);
    stage.receiver.answer(() => 200);
    stage.receiver.received.length = 0;
    stage.gateway.clock.nowMs += hourMs;
    await sendDue();
    assert.equal(stage.receiver.received.length, 0);
    await api.send({ method: 'PATCH', url: `${createWebhookEndpoint.path}/${id}`, payload: { enabled: true } });
    stage.gateway.clock.nowMs += 12 * hourMs;
    await sendDue();
    assert.ok(stage.receiver.received.length >= 5);
    assert.deepEqual([(await api.endpoint(id)).enabled, (await api.endpoint(id)).failing_since], [true, null]);
  });

  it('on after a failure long after an event that nobody took, where nothing was to be sent in between', async () => {
    const api = await open();
    const { id } = await api.newEndpoint();
    stage.receiver.answer(() => 500);
    await api.newSession();
    for (let round = 0; round < deliveryWaitsMs.length; round += 1) {
      await sendDue();
      await api.pass(13 * hourMs);
    }
    assert.equal((await api.delivery(id)).state, 'failed');
    await api.pass(3 * 24 * hourMs);
    await api.newSession();
    await sendDue();
    assert.equal((await api.endpoint(id)).enabled, true);
    stage.receiver.answer(() => 204);
    await api.pass(deliveryWaitsMs[1] * (1 + jitterShare));
    await sendDue();
    assert.deepEqual([(await api.endpoint(id)).enabled, (await api.endpoint(id)).failing_since], [true, null]);
  });

  it('on for good where failures are sporadic', async () => {
    const api = await open();
    const { id } = await api.newEndpoint();
    for (let day = 0; day < 8; day += 1) {
      stage.receiver.answer((_received, count) => (count % 2 ? 500 : 200));
      stage.receiver.received.length = 0;
      await api.newSession();
      await sendDue();
      await api.pass(24 * hourMs);
      await sendDue();
    }
    assert.deepEqual([(await api.endpoint(id)).enabled, (await api.endpoint(id)).failing_since], [true, null]);
  });

  it('that heard of it at its commit, whatever became of them before it was queued', async () => {
    const api = await open();
    const wide = await api.newEndpoint();
    const narrow = await api.newEndpoint({ events: ['entitylocker.session.cancelled'] });
    const off = await api.newEndpoint({ vendor_signature: true });
    const gone = await api.newEndpoint();
    await api.newSession();
    const at = (id: string) => `${createWebhookEndpoint.path}/${id}`;
    await api.call('PATCH', at(wide.id), { events: ['entitylocker.session.cancelled'] });
    await api.call('PATCH', at(narrow.id), { events: ['entitylocker.session.created'] });
    await api.call('PATCH', at(off.id), { enabled: false });
    await api.call('DELETE', at(gone.id));
    await api.newEndpoint();
    await sendDue();
    const vendorSigned = () => stage.receiver.received.map(({ headers }) => 'x-sandbox-signature' in headers);
    assert.deepEqual(vendorSigned(), [false]);
    assert.equal((await api.log(wide.id)).data[0]?.state, 'delivered');
    assert.equal((await api.log(off.id)).data[0]?.state, 'pending');
    await api.call('PATCH', at(off.id), { enabled: true });
    await sendDue();
    assert.deepEqual(vendorSigned(), [false, true]);
  });

  it('though their queue could not be read on after one of them', async () => {
    const api = await open();
    await api.newEndpoint();
    // More than go out at a time at first.
    for (let count = 0; count < 12; count += 1) await api.newSession();
    const { webhookDeliveries } = stage.gateway.deps.stores;
    const { due } = webhookDeliveries;
    let reads = 0;
    webhookDeliveries.due = (...which) => {
      reads += 1;
      return reads === 2 ? Promise.reject(new Error('the database is away')) : due(...which);
    };
    await sendDue();
    webhookDeliveries.due = due;
    assert.ok(reads > 1);
    assert.deepEqual([stage.ids().length, new Set(stage.ids()).size], [12, 12]);
  });

  it('no more once the process stood still for longer than its lease, until it has looked whose the queue is', async (t) => {
    const api = await open();
    await api.newEndpoint();
    // More than go out at a time at first: the rest waits in memory.
    for (let count = 0; count < 20; count += 1) await api.newSession();
    const { clock, deps } = stage.gateway;
    const { due } = deps.stores.webhookQueues;
    t.after(() => {
      deps.stores.webhookQueues.due = due;
    });
    stage.receiver.answer((_received, count) => {
      if (count === 1) {
        clock.nowMs += 15_001;
        deps.stores.webhookQueues.due = async () => [];
      }
      return 204;
    });
    await sendDue();
    assert.ok(stage.ids().length <= 8, `${stage.ids().length} went out`);
    deps.stores.webhookQueues.due = due;
    await sendDue();
    assert.equal(new Set(stage.ids()).size, 20);
  });

  it('after a restart, once more where the first attempt was not noted, and never what was not committed', async () => {
    const api = await open();
    const { id } = await api.newEndpoint();
    await api.newSession();
    const { stores } = stage.gateway.deps;
    const real = stores.commit;
    // The process dies between the attempt and its note.
    stores.commit = async (changes) => {
      if (changes.some(({ sql }) => sql.includes('update webhook_deliveries'))) throw new Error('killed');
      return real(changes);
    };
    await stage.gateway.deps.outbox.sendDue().catch(() => {});
    stores.commit = real;
    const before = stage.receiver.received.length;
    stage.gateway.clock.nowMs += 5_000;
    assert.equal(before, 1);
    await sendDue();
    assert.equal(stage.receiver.received.length, before + 1);
    assert.equal(new Set(stage.receiver.received.map(({ headers }) => headers['webhook-id'])).size, 1);
    assert.equal((await api.delivery(id)).state, 'delivered');
  });
});
