import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { webhookStage } from '../testing/webhook-stage.ts';

describe('deliveries that give way to callers', () => {
  let room = 0;
  const pace = { noteCall: () => {}, mayBegin: () => room-- > 0 };
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
