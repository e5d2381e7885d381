import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createWebhookEndpoint, eventsKeptDays, type V1Event, type WebhookEndpointWithSecret } from '@tijori/wire';
import type { GatewayEvent } from '../domain/event.ts';
import { integrator } from '../testing/api.ts';
import { startTestGateway } from '../testing/gateway.ts';
import { allRows } from '../testing/rows.ts';
import { eventRetention } from './retain-events.ts';

const dayMs = 24 * 3_600_000;

describe('events and deliveries', () => {
  it('are kept for 30 days, then go in pieces, also many of them; those of a removed endpoint go at once', async () => {
    const gateway = await startTestGateway();
    try {
      const { stores, newEventId } = gateway.deps;
      const sweep = eventRetention(gateway.deps);
      const key = await gateway.newKey();
      const startMs = gateway.clock.nowMs;
      const api = integrator(gateway, key);
      const make = async () => {
        const payload = { url: 'http://127.0.0.1:9/hooks' };
        return (
          await api.send({ method: 'POST', url: createWebhookEndpoint.path, payload })
        ).json<WebhookEndpointWithSecret>().id;
      };
      const [kept, removed] = [await make(), await make()];
      const events = (atMs: number, count: number) =>
        Array.from(
          { length: count },
          (): GatewayEvent => ({
            ...{ id: newEventId(atMs), workspaceId: key.workspaceId, mode: 'test', type: 'endpoint.disabled', atMs },
            ...{ sessionId: null, status: null, previousStatus: null, sequence: null },
            details: { endpoint: { id: kept, reason: 'gone' } },
          }),
        );
      const old = events(startMs, 1_200);
      const young = events(startMs + dayMs, 3);
      const queued = [...old, ...young].flatMap((event) => [
        stores.events.insertion(event),
        ...[kept, removed].map((id) => stores.webhookDeliveries.order(id, event.id, event.atMs)),
      ]);
      await stores.commit(queued);
      const count = (table: string) => allRows(gateway)[table]?.length;

      await api.send({ method: 'DELETE', url: `${createWebhookEndpoint.path}/${removed}` });
      gateway.clock.nowMs = startMs + eventsKeptDays * dayMs;
      await sweep();
      assert.equal(count('webhook_deliveries'), old.length + young.length, 'those of the removed one are gone');
      assert.equal(count('events'), old.length + young.length);
      gateway.clock.nowMs += 1;
      await sweep();
      assert.deepEqual([count('webhook_deliveries'), count('events')], [young.length, young.length]);
      const token = await gateway.deps.tokens.issue({ ...key, apiKeyId: key.apiKey, mode: 'test' });
      const list = await integrator(gateway, { ...key, token }).send({ method: 'GET', url: '/v1/events' });
      assert.deepEqual(
        list.json<{ data: V1Event[] }>().data.map(({ id }) => id),
        young.map(({ id }) => id),
      );
    } finally {
      await gateway.close();
    }
  });
});
