import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type EventPayload, faultTimesMax, testDeliveryFault, testUpstreamReset } from '@tijori/wire';
import { Webhook } from 'standardwebhooks';
import { deliveryWaitsMs, jitterShare } from '../domain/delivery.ts';
import type { Received } from '../testing/receiver.ts';
import { webhookStage } from '../testing/webhook-stage.ts';

describe('deliveries that are to go wrong', () => {
  const stage = webhookStage();
  const { sendDue, ids } = stage;
  const open = async (mode: 'test' | 'live' = 'test') => {
    const api = await stage.open(mode);
    const { id, secret } = await api.newEndpoint();
    const order = (fault: string, more: object = {}) =>
      api.call('POST', testDeliveryFault.path, { endpoint_id: id, fault, ...more });
    const ordered = async (fault: string, more: object = {}) =>
      assert.equal((await order(fault, more)).statusCode, 200);
    /** What a receiver with the library of the standard says of a delivery, by its own clock. */
    const verdict = ({ body, headers }: Received): string => {
      try {
        new Webhook(secret).verify(body, headers as Record<string, string>);
        return 'taken';
      } catch (error) {
        return (error as Error).message;
      }
    };
    return { api, order, ordered, verdict };
  };

  it('duplicate: come twice with one id, each rightly signed', async () => {
    const { api, ordered, verdict } = await open();
    await ordered('duplicate');
    await api.newSession();
    await sendDue();
    assert.deepEqual(stage.receiver.received.map(verdict), ['taken', 'taken']);
    assert.equal(new Set(ids()).size, 1);
    await api.newSession();
    await sendDue();
    assert.equal(stage.receiver.received.length, 3, 'the next one is as ever');
  });

  it('drop: the first attempt never comes, the retry does', async () => {
    const { api, ordered, verdict } = await open();
    await ordered('drop');
    await api.newSession();
    await sendDue();
    assert.equal(stage.receiver.received.length, 0);
    stage.gateway.clock.nowMs += Number(deliveryWaitsMs[1]) * (1 + jitterShare);
    await sendDue();
    assert.deepEqual(stage.receiver.received.map(verdict), ['taken']);
  });

  it('bad_signature and stale_timestamp: are what a receiver has to refuse, and for that reason', async () => {
    const { api, ordered, verdict } = await open();
    await ordered('bad_signature');
    await ordered('stale_timestamp');
    for (let count = 0; count < 3; count += 1) {
      await api.newSession();
      await sendDue();
    }
    const [bad, stale, good] = stage.receiver.received.map(verdict);
    assert.match(String(bad), /signature/i);
    assert.match(String(stale), /too old/i);
    assert.equal(good, 'taken');
  });

  it('reorder: a later event of the same session overtakes an earlier one', async () => {
    const { api, ordered } = await open();
    await ordered('reorder');
    const id = await api.newSession();
    await api.send({ method: 'POST', url: `/v1/sessions/${id}/cancel` });
    await sendDue();
    const sequences = stage.receiver.received.map(
      ({ body }) => (JSON.parse(body) as EventPayload<'entitylocker.session.created'>).data.sequence,
    );
    assert.deepEqual(sequences, [2, 1]);
  });

  it('delay: come late', async () => {
    const { api, ordered, verdict } = await open();
    await ordered('delay');
    await api.newSession();
    const beganMs = performance.now();
    await sendDue();
    assert.deepEqual(stage.receiver.received.map(verdict), ['taken']);
    assert.ok(performance.now() - beganMs >= 2_900);
  });

  it('are as many as were ordered, and none after a reset', async () => {
    const { api, ordered } = await open();
    await ordered('duplicate', { times: 2 });
    await api.newSession();
    await sendDue();
    assert.equal(stage.receiver.received.length, 2);
    await api.send({ method: testUpstreamReset.method, url: testUpstreamReset.path });
    await api.newSession();
    await sendDue();
    assert.equal(stage.receiver.received.length, 3);
  });

  it('are refused for what is unknown, too many, somebody else’s, or live', async () => {
    const { order } = await open();
    const codeOf = async (call: ReturnType<typeof order>) => {
      const { statusCode, headers } = await call;
      return [statusCode, headers['x-error-code']];
    };
    assert.deepEqual(await codeOf(order('explode')), [400, 'invalid_request_body']);
    assert.deepEqual(await codeOf(order('drop', { times: faultTimesMax + 1 })), [400, 'invalid_request_body']);
    const other = await open();
    const foreign = { endpoint_id: 'whe_00000000000000000000000000000000' };
    assert.deepEqual(await codeOf(other.order('drop', foreign)), [404, 'webhook_endpoint_not_found']);
    assert.deepEqual(await codeOf((await open('live')).order('drop')), [404, 'route_not_found']);
  });
});
