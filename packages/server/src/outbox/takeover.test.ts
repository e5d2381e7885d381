import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createWebhookEndpoint, type WebhookDelivery } from '@tijori/wire';
import { needs } from '../../../../scripts/needs.ts';
import { integrator } from '../testing/api.ts';
import { postgresOfTests } from '../testing/engines.ts';
import { startTestGateway } from '../testing/gateway.ts';
import { startReceiver } from '../testing/receiver.ts';

const postgres = postgresOfTests((t) => needs(t, 'initdb'));
after(() => postgres.remove());

/** Time after which a node that says nothing counts as dead, ms (decision 16). */
const leaseMs = 15_000;

it('of two nodes on one PostgreSQL one delivers; when it dies with deliveries in its hands, the other takes them over', async (t) => {
  const url = await postgres.newMigrated(t);
  if (url === undefined) return;
  const clock = { nowMs: Date.now() };
  const now = () => clock.nowMs;
  const receiver = await startReceiver(() => null);
  const dying = await startTestGateway({ database: { url, connectionsMax: 4 } }, { now });
  const { secrets } = dying.config;
  const other = await startTestGateway({ database: { url, connectionsMax: 4 }, secrets }, { now });
  t.after(async () => {
    await receiver.close();
    await other.close();
    await dying.close();
  });
  const key = await dying.newKey();
  const api = integrator(dying, key);
  const made = await api.send({ method: 'POST', url: createWebhookEndpoint.path, payload: { url: receiver.url } });
  assert.equal(made.statusCode, 201, made.body);
  for (let count = 0; count < 20; count += 1) await api.newSession();
  await other.deps.outbox.endpoints.refresh();

  // The receiver holds the attempts of the first node, which never hears how they end.
  const held = dying.deps.outbox.sendDue();
  while (receiver.received.length < 8) await wait(5);
  receiver.answer(() => 204);
  const before = receiver.received.length;
  await other.deps.outbox.sendDue();
  assert.equal(receiver.received.length, before, 'the queue is another’s');

  clock.nowMs += leaseMs + 1;
  await other.deps.outbox.sendDue();
  const ids = new Set(receiver.received.map(({ headers }) => headers['webhook-id']));
  assert.equal(ids.size, 20);
  assert.equal(
    receiver.received.length,
    before + 20,
    'those in the hands of the dead one go out again, with the same ids',
  );

  // Whatever it still says of its attempts changes nothing.
  await receiver.close();
  await held;
  const { id } = made.json<{ id: string }>();
  const path = `${createWebhookEndpoint.path}/${id}/deliveries`;
  const { data } = (await integrator(other, key).send({ method: 'GET', url: path })).json<{
    data: WebhookDelivery[];
  }>();
  assert.deepEqual(
    new Set(data.map(({ state, attempt_count }) => `${state} ${attempt_count}`)),
    new Set(['delivered 1']),
  );
});
