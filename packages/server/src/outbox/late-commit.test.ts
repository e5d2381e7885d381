import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { createWebhookEndpoint } from '@tijori/wire';
import { Client } from 'pg';
import { needs } from '../../../../scripts/needs.ts';
import { toPostgres } from '../storage/postgres-dialect.ts';
import { integrator } from '../testing/api.ts';
import { postgresOfTests } from '../testing/engines.ts';
import { testEvent } from '../testing/event.ts';
import { startTestGateway } from '../testing/gateway.ts';
import { startReceiver } from '../testing/receiver.ts';

const postgres = postgresOfTests((t) => needs(t, 'initdb'));
after(() => postgres.remove());

it('an event that is committed long after younger ones were delivered is delivered, too', async (t) => {
  const url = await postgres.newMigrated(t);
  if (url === undefined) return;
  const receiver = await startReceiver();
  const gateway = await startTestGateway({ database: { url, connectionsMax: 4 } });
  const slow = new Client({ connectionString: url });
  await slow.connect();
  t.after(async () => {
    await slow.end();
    await receiver.close();
    await gateway.close();
  });
  const { stores, newEventId, outbox } = gateway.deps;
  const key = await gateway.newKey();
  const api = integrator(gateway, key);
  const made = await api.send({ method: 'POST', url: createWebhookEndpoint.path, payload: { url: receiver.url } });
  const { id: endpointId } = made.json<{ id: string }>();
  const { nowMs: atMs } = gateway.clock;
  const id = newEventId(atMs);
  const event = testEvent({ workspaceId: key.workspaceId, mode: 'test' }, atMs, { id });
  const { sql, params } = stores.events.insertion(event, endpointId);
  await slow.query('begin');
  await slow.query(`select set_config('tijori.workspace', '*', true)`);
  await slow.query(toPostgres(sql), [...params]);
  for (let count = 0; count < 3; count += 1) await api.newSession();
  await outbox.sendDue();
  const ids = () => receiver.received.map(({ headers }) => String(headers['webhook-id']));
  assert.ok(ids().length === 3 && ids().every((each) => each > id));
  // Longer than any limit of a statement or a lease.
  gateway.clock.nowMs += 3_600_000;
  await outbox.sendDue();
  await slow.query('commit');
  await outbox.sendDue();
  assert.equal(ids().length, 4);
  assert.equal(ids().at(-1), id);
});
