import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  answerBytesKept,
  createWebhookEndpoint,
  type DeliveryAttempt,
  type EventType,
  eventPayload,
  replayedEventsMax,
} from '@tijori/wire';
import { Webhook } from 'standardwebhooks';
import { testEvent } from '../testing/event.ts';
import { fits } from '../testing/fits.ts';
import { startReceiver } from '../testing/receiver.ts';
import { allRows } from '../testing/rows.ts';
import { webhookStage } from '../testing/webhook-stage.ts';

describe('the delivery log', () => {
  const stage = webhookStage();
  const { open, sendDue, ids } = stage;
  const codeOf = ({ statusCode, headers }: Awaited<ReturnType<Awaited<ReturnType<typeof open>>['send']>>) => [
    statusCode,
    headers['x-error-code'],
  ];
  const all = { from: 0, to: 9_999_999_999_999 };

  it('has each attempt with status, duration and the beginning of the answer, which lies sealed', async () => {
    const api = await open();
    const { id } = await api.newEndpoint();
    const word = 'asha.rao@example.invalid';
    stage.receiver.answer((_one, count) => ({
      status: count === 1 ? 500 : 200,
      body: `${word} ${count}\u0000`.padEnd(5_000),
    }));
    await api.newSession();
    await sendDue();
    const [event] = await api.events();
    const [pending] = (await api.log(id)).data;
    assert.deepEqual(
      [pending?.endpoint_id, pending?.event_id, pending?.type, pending?.state, pending?.attempt_count],
      [id, event?.id, 'entitylocker.session.created', 'pending', 1],
    );
    stage.gateway.clock.nowMs = Number(pending?.next_attempt_at);
    await sendDue();
    const { data, next_cursor } = await api.log(id);
    assert.equal(next_cursor, null);
    const [done] = data;
    assert.deepEqual([done?.state, done?.next_attempt_at], ['delivered', null]);
    assert.deepEqual(
      done?.attempts.map(({ at, status, failure }) => [at, status, failure]),
      [
        [stage.startMs, 500, null],
        [stage.gateway.clock.nowMs, 200, null],
      ],
    );
    for (const [index, { answer, duration_ms }] of done?.attempts.entries() ?? []) {
      assert.ok(answer.startsWith(`${word} ${index + 1}\ufffd`), answer.slice(0, 40));
      assert.equal(answer.length, answerBytesKept);
      assert.ok(duration_ms >= 0 && duration_ms < 15_000);
    }
    assert.deepEqual((await api.call('GET', `/v1/events/${event?.id}/deliveries`)).json(), { data });
    assert.ok(!JSON.stringify(allRows(stage.gateway)).includes(word), 'an answer lies open');
  });

  it('says why there was no answer', async () => {
    const api = await open();
    const gone = await startReceiver();
    const { id } = await api.newEndpoint({ url: gone.url });
    await gone.close();
    await api.newSession();
    await sendDue();
    const [attempt] = (await api.log(id)).data[0]?.attempts ?? [];
    assert.deepEqual([attempt?.status, attempt?.failure, attempt?.answer], [null, 'connection_failed', '']);
  });

  it('is read in pages, newest event first, and by state', async () => {
    const api = await open();
    const { id } = await api.newEndpoint();
    stage.receiver.answer((_one, count) => (count === 2 ? 500 : 204));
    for (let count = 0; count < 5; count += 1) {
      stage.gateway.clock.nowMs += 1;
      await api.newSession();
      await sendDue();
    }
    const newestFirst = (await api.events()).map((event) => event.id).reverse();
    const seen: string[] = [];
    let query = '?limit=2';
    for (;;) {
      const { data, next_cursor } = await api.log(id, query);
      seen.push(...data.map(({ event_id }) => event_id));
      if (next_cursor === null) break;
      query = `?limit=2&cursor=${next_cursor}`;
    }
    assert.deepEqual(seen, newestFirst);
    assert.deepEqual(
      (await api.log(id, '?state=pending')).data.map(({ event_id }) => event_id),
      [newestFirst[3]],
    );
    assert.equal((await api.log(id, '?state=delivered')).data.length, 4);
    assert.deepEqual((await api.log(id, '?state=failed')).data, []);
  });

  it('sends an event again with its id, to all that ask for it or to one', async () => {
    const api = await open();
    const { id } = await api.newEndpoint();
    const deaf = await api.newEndpoint({ events: ['endpoint.disabled'] });
    await api.newSession();
    await sendDue();
    const [event] = await api.events();
    const resend = (payload: object) => api.call('POST', `/v1/events/${event?.id}/resend`, payload);
    assert.deepEqual((await resend({})).json(), { ordered: 1 });
    await sendDue();
    assert.deepEqual(ids(), [event?.id, event?.id]);
    assert.equal((await api.log(id)).data[0]?.attempt_count, 2);
    assert.deepEqual((await resend({ endpoint_id: deaf.id })).json(), { ordered: 1 });
    await sendDue();
    assert.equal((await api.log(deaf.id)).data[0]?.state, 'delivered');
    const off = await api.newEndpoint();
    await api.call('PATCH', `${createWebhookEndpoint.path}/${off.id}`, { enabled: false });
    assert.deepEqual(codeOf(await resend({ endpoint_id: off.id })), [409, 'webhook_endpoint_disabled']);
    assert.deepEqual((await resend({})).json(), { ordered: 1 }, 'those that are off are left out');
    assert.deepEqual((await api.log(off.id)).data, []);
  });

  it('gives an event that is sent again a whole schedule', async () => {
    const api = await open();
    const { id } = await api.newEndpoint();
    stage.receiver.answer(() => 500);
    await api.newSession();
    const [event] = await api.events();
    for (let round = 0; round < 8; round += 1) {
      await sendDue();
      stage.gateway.clock.nowMs += 13 * 3_600_000;
    }
    const owner = { workspaceId: api.key.workspaceId, mode: 'test' } as const;
    const [failed] = await stage.gateway.deps.stores.webhookDeliveries.ofEvent(owner, event?.id ?? '');
    assert.equal(failed?.state, 'failed');
    stage.gateway.clock.nowMs = stage.startMs;
    await api.call('POST', `/v1/events/${event?.id}/resend`, {});
    await sendDue();
    const [again] = (await api.log(id)).data;
    assert.deepEqual([again?.state, again?.attempt_count], ['pending', 9]);
    const waitMs = Number(again?.next_attempt_at) - stage.gateway.clock.nowMs;
    assert.ok(waitMs >= 5_000 && waitMs <= 6_000, String(waitMs));
  });

  it('replays a stretch of time to an endpoint that is new, in order, and only what it asks for', async () => {
    const api = await open();
    const sessions: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      stage.gateway.clock.nowMs += 10;
      sessions.push(await api.newSession());
    }
    await api.call('POST', `/v1/sessions/${sessions[1]}/cancel`);
    const events = await api.events();
    const { id } = await api.newEndpoint();
    const [first, second] = [stage.startMs + 10, stage.startMs + 20];
    assert.deepEqual((await api.replay(id, { from: first, to: second })).json(), { ordered: 1, next_cursor: null });
    await sendDue();
    assert.deepEqual(ids(), [events[0]?.id]);
    const rest = await api.replay(id, { ...all, events: ['entitylocker.session.created'] satisfies EventType[] });
    assert.deepEqual(rest.json(), { ordered: 2, next_cursor: null }, 'what was delivered stays, what is filtered too');
    await sendDue();
    assert.deepEqual((await api.replay(id, { ...all, include_delivered: true })).json().ordered, 4);
    await sendDue();
    assert.equal(stage.receiver.received.length, 7);
    const cancelled = await api.newEndpoint({ events: ['entitylocker.session.cancelled'] });
    assert.equal(
      (await api.replay(cancelled.id, all)).json().ordered,
      1,
      'a replay goes by the filter of the endpoint',
    );
  });

  it(`replays ${replayedEventsMax} events a call, and its cursor leads through all of them once`, async () => {
    const api = await open();
    await api.newSession();
    const [event] = await api.events();
    const { stores, newEventId } = stage.gateway.deps;
    const { workspaceId } = api.key;
    const rows = Array.from({ length: replayedEventsMax + 4 }, () =>
      stores.events.insertion(
        testEvent({ workspaceId, mode: 'test' }, stage.startMs, { id: newEventId(stage.startMs) }),
      ),
    );
    await stores.commit(rows);
    const { id } = await api.newEndpoint();
    const first = (await api.replay(id, all)).json();
    assert.equal(first.ordered, replayedEventsMax);
    const second = (await api.replay(id, { ...all, cursor: first.next_cursor })).json();
    assert.deepEqual(second, { ordered: 5, next_cursor: null });
    await sendDue();
    assert.equal(new Set(ids()).size, replayedEventsMax + 5);
    assert.equal(stage.receiver.received.length, replayedEventsMax + 5);
    assert.ok(ids().includes(event?.id ?? ''));
  });

  it('sends a test at once, signed, to an endpoint that is off as well, and keeps nothing of it', async () => {
    const api = await open();
    const { id, secret } = await api.newEndpoint({ events: ['entitylocker.session.failed'] });
    const at = `${createWebhookEndpoint.path}/${id}`;
    await api.call('PATCH', at, { enabled: false });
    stage.receiver.answer(() => ({ status: 503, body: 'not yet' }));
    const before = allRows(stage.gateway);
    const answer = await api.call('POST', `${at}/test`);
    const { duration_ms, ...attempt } = answer.json<DeliveryAttempt>();
    assert.deepEqual(attempt, { at: stage.gateway.clock.nowMs, status: 503, failure: null, answer: 'not yet' });
    assert.ok(duration_ms >= 0);
    const [one] = stage.receiver.received;
    const body = new Webhook(secret).verify(one?.body ?? '', one?.headers as Record<string, string>);
    assert.ok(fits(eventPayload('endpoint.test'), body), JSON.stringify(body));
    assert.deepEqual(allRows(stage.gateway), before, 'something was written');
  });

  it('is nobody else’s, and orders that make no sense are refused with nothing written', async () => {
    const api = await open();
    const { id } = await api.newEndpoint();
    await api.newSession();
    await sendDue();
    const [event] = await api.events();
    const stranger = await open();
    const before = allRows(stage.gateway);
    const at = `${createWebhookEndpoint.path}/${id}`;
    const foreign: [number, string, Promise<Parameters<typeof codeOf>[0]>][] = [
      [404, 'webhook_endpoint_not_found', stranger.call('GET', `${at}/deliveries`)],
      [404, 'webhook_endpoint_not_found', stranger.call('POST', `${at}/test`)],
      [404, 'webhook_endpoint_not_found', stranger.replay(id, all)],
      [404, 'event_not_found', stranger.call('GET', `/v1/events/${event?.id}/deliveries`)],
      [404, 'event_not_found', stranger.call('POST', `/v1/events/${event?.id}/resend`, {})],
      [404, 'webhook_endpoint_not_found', api.call('POST', `/v1/events/${event?.id}/resend`, { endpoint_id: 'whe_1' })],
      [400, 'invalid_cursor', api.call('GET', `${at}/deliveries?cursor=evt_`)],
      [400, 'invalid_query', api.call('GET', `${at}/deliveries?state=lost`)],
      [400, 'invalid_query', api.call('GET', `${at}/deliveries?limit=0`)],
      [400, 'invalid_cursor', api.replay(id, { ...all, cursor: 'evt_' })],
      [400, 'invalid_request_body', api.replay(id, { from: 5 })],
      [400, 'invalid_request_body', api.replay(id, { ...all, events: ['explosion'] })],
      [400, 'invalid_request_body', api.replay(id, { from: 2, to: 1 })],
    ];
    for (const [status, code, answer] of foreign) assert.deepEqual(codeOf(await answer), [status, code]);
    assert.deepEqual(allRows(stage.gateway), before, 'something was written');
    await api.call('PATCH', at, { enabled: false });
    assert.deepEqual(codeOf(await api.replay(id, all)), [409, 'webhook_endpoint_disabled']);
  });
});
