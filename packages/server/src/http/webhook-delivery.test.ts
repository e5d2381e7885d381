import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import {
  createWebhookEndpoint,
  type EventPayload,
  type V1Event,
  type WebhookDelivery,
  type WebhookEndpointWithSecret,
} from '@tijori/wire';
import { Webhook } from 'standardwebhooks';
import { deliveryWaitsMs, jitterShare, retryAfterMsMax } from '../domain/delivery.ts';
import { integrator, walk } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { type Received, type Receiver, startReceiver } from '../testing/receiver.ts';

const hourMs = 3_600_000;

describe('events go to endpoints', () => {
  let gateway: TestGateway;
  let api: ReturnType<typeof integrator>;
  let receiver: Receiver;
  let startMs: number;
  before(async () => {
    gateway = await startTestGateway();
    startMs = gateway.clock.nowMs;
    receiver = await startReceiver();
  });
  afterEach(() => {
    receiver.received.length = 0;
    receiver.answer(() => 204);
    gateway.clock.nowMs = startMs;
  });
  after(async () => {
    await receiver.close();
    await gateway.close();
  });

  let workspaces = 0;
  let key: Awaited<ReturnType<TestGateway['newKey']>>;
  /** Each test has a workspace of its own. */
  const newEndpoint = async (wish: Record<string, unknown> = {}) => {
    workspaces += 1;
    key = await gateway.newKey('test', `Lender ${workspaces} (fictional)`);
    api = integrator(gateway, key);
    const made = await api.send({
      method: 'POST',
      url: createWebhookEndpoint.path,
      payload: { url: receiver.url, ...wish },
    });
    assert.equal(made.statusCode, 201, made.body);
    return made.json<WebhookEndpointWithSecret>();
  };
  /** Time passes, and with it the caller's token. */
  const pass = async (ms: number) => {
    gateway.clock.nowMs += ms;
    const { workspaceId, apiKey: apiKeyId } = key;
    const token = await gateway.deps.tokens.issue({ workspaceId, apiKeyId, mode: 'test' });
    api = integrator(gateway, { ...key, token });
  };
  const sendDue = () => gateway.deps.outbox.sendDue();
  const payloadOf = ({ body }: Received) => JSON.parse(body) as EventPayload<'entitylocker.session.created'>;
  const endpoint = async (id: string) =>
    (await api.send({ method: 'GET', url: `${createWebhookEndpoint.path}/${id}` })).json<WebhookEndpointWithSecret>();
  const delivery = async (endpointId: string) => {
    const [event] = (await api.send({ method: 'GET', url: '/v1/events' })).json<{ data: V1Event[] }>().data;
    const log = await api.send({ method: 'GET', url: `/v1/events/${event?.id}/deliveries` });
    const found = log.json<{ data: WebhookDelivery[] }>().data.find(({ endpoint_id }) => endpoint_id === endpointId);
    return found ?? assert.fail('no delivery');
  };

  it('each step of a session, signed, thin, and in the order of its sequence', async () => {
    const { secret } = await newEndpoint();
    const id = await api.newSession();
    await walk(gateway, id);
    await gateway.deps.background.idle();
    await sendDue();
    const told = receiver.received.map(
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
    assert.equal(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size, 7);
    for (const { headers, body } of receiver.received) {
      assert.match(String(headers['webhook-id']), /^evt_[0-9a-f]{32}$/);
      assert.equal(headers['content-type'], 'application/json');
      assert.ok(body.length < 1_000);
    }
  });

  it('only those that it asked for, and nothing of another workspace or the other mode', async () => {
    await newEndpoint({ events: ['entitylocker.session.cancelled'] });
    const id = await api.newSession();
    await integrator(gateway, await gateway.newKey('test', 'Stranger (fictional)')).newSession();
    await integrator(gateway, await gateway.newKey('live', `Lender ${workspaces} (fictional)`)).newSession();
    await api.send({ method: 'POST', url: `/v1/sessions/${id}/cancel` });
    await sendDue();
    assert.deepEqual(
      receiver.received.map((each) => [payloadOf(each).type, payloadOf(each).data.session_id]),
      [['entitylocker.session.cancelled', id]],
    );
  });

  it('again on the published schedule until one succeeds, with the same id and body and a new timestamp', async () => {
    const { id, secret } = await newEndpoint();
    receiver.answer((_received, count) => (count < 4 ? 500 : 200));
    await api.newSession();
    await sendDue();
    for (const [attempt, waitMs] of deliveryWaitsMs.slice(1, 4).entries()) {
      assert.equal(receiver.received.length, attempt + 1);
      gateway.clock.nowMs += waitMs - 1;
      await sendDue();
      assert.equal(receiver.received.length, attempt + 1, 'too early');
      gateway.clock.nowMs += 1 + waitMs * jitterShare;
      await sendDue();
    }
    assert.equal(receiver.received.length, 4);
    assert.equal(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size, 1);
    assert.equal(new Set(receiver.received.map(({ body }) => body)).size, 1);
    assert.equal(new Set(receiver.received.map(({ headers }) => headers['webhook-timestamp'])).size, 4);
    const [last] = receiver.received.slice(-1);
    assert.ok(last);
    const now = Number(last.headers['webhook-timestamp']);
    assert.ok(Math.abs(now - gateway.clock.nowMs / 1000) <= 1);
    assert.ok(secret.startsWith('whsec_'));
    const done = await delivery(id);
    assert.deepEqual(
      [done.state, done.attempt_count, done.attempts.map(({ status }) => status)],
      ['delivered', 4, [500, 500, 500, 200]],
    );
    assert.equal((await endpoint(id)).failing_since, null);
  });

  it('eight times at most, and then no more', async () => {
    const { id } = await newEndpoint();
    receiver.answer(() => ({ status: 503, body: 'x'.repeat(5_000) }));
    await api.newSession();
    for (let round = 0; round < 12; round += 1) {
      await sendDue();
      await pass(13 * hourMs);
    }
    assert.equal(receiver.received.length, deliveryWaitsMs.length);
    const done = await delivery(id);
    assert.deepEqual([done.state, done.attempts.length, done.attempts[0]?.answer.length], ['failed', 8, 1_024]);
  });

  it('with 2xx as the only success: a redirect is none and is not followed', async () => {
    const { id } = await newEndpoint();
    receiver.answer(() => ({ status: 302, headers: { location: receiver.url } }));
    await api.newSession();
    await sendDue();
    assert.equal(receiver.received.length, 1);
    assert.equal((await delivery(id)).state, 'pending');
  });

  it('as late as Retry-After wants it, in seconds or as a date, within a day', async () => {
    const cases: [string, number][] = [
      ['3600', hourMs],
      [new Date(Math.ceil(startMs / 1000) * 1000 + 2 * hourMs).toUTCString(), 2 * hourMs],
      ['9999999999', retryAfterMsMax],
      ['-5', 5_000],
      ['soon', 5_000],
      ['0', 5_000],
    ];
    for (const [header, waitMs] of cases) {
      const { id } = await newEndpoint();
      receiver.answer(() => ({ status: 429, headers: { 'retry-after': header } }));
      await api.newSession();
      await sendDue();
      const afterMs = Number((await delivery(id)).next_attempt_at) - gateway.clock.nowMs;
      assert.ok(afterMs >= waitMs && afterMs <= waitMs + 1_000, `${header}: ${afterMs}`);
    }
  });

  it('no more after 410, which switches the endpoint off and tells the others', async () => {
    const { id } = await newEndpoint();
    const other = await startReceiver();
    await api.send({
      method: 'POST',
      url: createWebhookEndpoint.path,
      payload: { url: other.url, events: ['endpoint.disabled'] },
    });
    receiver.answer(() => 410);
    await api.newSession();
    await sendDue();
    await api.newSession();
    await sendDue();
    assert.equal(receiver.received.length, 1);
    const off = await endpoint(id);
    assert.deepEqual([off.enabled, off.disabled_reason], [false, 'gone']);
    assert.deepEqual(
      other.received.map(({ body }) => JSON.parse(body)).map(({ type, data }) => [type, data]),
      [['endpoint.disabled', { endpoint_id: id, mode: 'test', reason: 'gone' }]],
    );
    await other.close();
  });

  it('no more after five days without a success, and what waited goes out when it is switched on', async () => {
    const { id } = await newEndpoint();
    receiver.answer(() => 500);
    const beganMs = gateway.clock.nowMs;
    for (let day = 0; day < 5; day += 1) {
      await api.newSession();
      await sendDue();
      assert.equal((await endpoint(id)).enabled, true, `day ${day}`);
      await pass(beganMs + (day + 1) * 24 * hourMs - gateway.clock.nowMs);
    }
    await api.newSession();
    await sendDue();
    const off = await endpoint(id);
    assert.deepEqual([off.enabled, off.disabled_reason, off.failing_since], [false, 'failing', beganMs]);
    receiver.answer(() => 200);
    receiver.received.length = 0;
    gateway.clock.nowMs += hourMs;
    await sendDue();
    assert.equal(receiver.received.length, 0);
    await api.send({ method: 'PATCH', url: `${createWebhookEndpoint.path}/${id}`, payload: { enabled: true } });
    gateway.clock.nowMs += 12 * hourMs;
    await sendDue();
    assert.ok(receiver.received.length >= 5);
    assert.deepEqual([(await endpoint(id)).enabled, (await endpoint(id)).failing_since], [true, null]);
  });

  it('on for good where failures are sporadic', async () => {
    const { id } = await newEndpoint();
    for (let day = 0; day < 8; day += 1) {
      receiver.answer((_received, count) => (count % 2 ? 500 : 200));
      receiver.received.length = 0;
      await api.newSession();
      await sendDue();
      await pass(24 * hourMs);
      await sendDue();
    }
    assert.deepEqual([(await endpoint(id)).enabled, (await endpoint(id)).failing_since], [true, null]);
  });

  it('with a signature of each secret for a day after a rotation', async () => {
    const made = await newEndpoint({ vendor_signature: true });
    const rotated = (
      await api.send({ method: 'POST', url: `${createWebhookEndpoint.path}/${made.id}/rotate` })
    ).json<WebhookEndpointWithSecret>();
    assert.notEqual(rotated.secret, made.secret);
    const fits = (secret: string) => {
      const { headers, body } = receiver.received.at(-1) ?? assert.fail('nothing came');
      // The library looks at the real clock.
      const stamped = { ...(headers as Record<string, string>) };
      try {
        return Boolean(new Webhook(secret).verify(body, stamped));
      } catch {
        return false;
      }
    };
    await api.newSession();
    await sendDue();
    assert.deepEqual([fits(made.secret), fits(rotated.secret)], [true, true]);
    assert.match(String(receiver.received[0]?.headers['x-sandbox-signature']), /^[A-Za-z0-9+/]{43}=$/);
    await pass(24 * hourMs);
    await api.newSession();
    await sendDue();
    const signatures = String(receiver.received.at(-1)?.headers['webhook-signature']).split(' ');
    assert.equal(signatures.length, 1);
  });

  it('after a restart, once more where the first attempt was not noted, and never what was not committed', async () => {
    const { id } = await newEndpoint();
    await api.newSession();
    const { stores } = gateway.deps;
    const real = stores.commit;
    // The process dies between the attempt and its note.
    stores.commit = async (changes) => {
      if (changes.some(({ sql }) => sql.includes('update webhook_deliveries'))) throw new Error('killed');
      return real(changes);
    };
    await gateway.deps.outbox.sendDue().catch(() => {});
    stores.commit = real;
    const before = receiver.received.length;
    gateway.clock.nowMs += 5_000;
    assert.equal(before, 1);
    await sendDue();
    assert.equal(receiver.received.length, before + 1);
    assert.equal(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size, 1);
    assert.equal((await delivery(id)).state, 'delivered');
  });
});
