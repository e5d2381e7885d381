import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { eventIdFrom } from '../domain/event.ts';
import { audienceOf, type WebhookEndpoint } from '../domain/webhook-endpoint.ts';
import type { TestEngine } from '../testing/engines.ts';
import { testEvent } from '../testing/event.ts';
import { openStores, type Stores } from './index.ts';

/** Of either workspace; `_` stands for any character where SQL compares patterns. */
const ids = ['whe_1', 'whe_2', 'whe_3'] as const;
const owners = {
  whe_1: { workspaceId: 'w1', mode: 'test' },
  whe_2: { workspaceId: 'w1', mode: 'test' },
  whe_3: { workspaceId: 'w2', mode: 'test' },
} as const;
type EndpointId = keyof typeof owners;

function endpoint(id: EndpointId): WebhookEndpoint {
  return {
    ...owners[id],
    ...{ id, url: 'https://lender.example/hooks', events: null, description: null, vendorSignature: false },
    ...{ enabled: true, disabledReason: null, failingSinceMs: null },
    ...{ sealedSecrets: 'sealed', secretOverlapUntilMs: null, createdAtMs: 1 },
  };
}

/** Of each event its moment, for those that are due for an endpoint. */
async function dueOf(stores: Stores, id: EndpointId): Promise<number[]> {
  const rows = await stores.webhookDeliveries.due(endpoint(id), 1_000_000, 10_000);
  return rows.map(({ event }) => event.atMs);
}

/** What the SQL that queues events after their commit promises on every engine. */
export function queueingSuite({ name, open }: TestEngine): void {
  describe(`${name}: events that are not queued yet`, () => {
    const begin = async (t: TestContext) => {
      const db = await open(t);
      if (!db) return undefined;
      const stores = openStores(db);
      for (const id of ['w1', 'w2'])
        await stores.commit([stores.workspaces.insertion({ id, name: id, createdAtMs: 0 })]);
      for (const id of ids) await stores.commit([stores.webhookEndpoints.insertion(endpoint(id), 16)]);
      const mark = (atMs: number, audience: readonly EndpointId[]) => {
        const owner = owners[audience[0] ?? 'whe_1'];
        return stores.commit([stores.events.insertion(testEvent(owner, atMs), audienceOf(audience))]);
      };
      const { audiences, stretch, queueing } = stores.webhookQueues;
      const queueAll = async (limit = 100) => {
        for (const audience of await audiences()) {
          const last = await stretch(audience, limit);
          if (last !== undefined) await stores.commit(queueing(audience, last));
        }
      };
      return { ...stores, db, mark, queueAll, due: (id: EndpointId) => dueOf(stores, id) };
    };

    it('go into the queue of each endpoint that they were marked for, and of no other, the oldest first', async (t) => {
      const stores = await begin(t);
      if (!stores) return;
      for (const atMs of [3, 1, 2]) await stores.mark(atMs, ['whe_2', 'whe_1']);
      await stores.mark(4, ['whe_1']);
      await stores.mark(5, []);
      await stores.mark(6, ['whe_3']);
      assert.deepEqual(await stores.webhookQueues.audiences(), ['whe_1', 'whe_1,whe_2', 'whe_3']);
      assert.deepEqual(await stores.due('whe_1'), []);
      await stores.queueAll(2);
      assert.deepEqual(await stores.due('whe_1'), [1, 2, 4]);
      assert.deepEqual(await stores.webhookQueues.audiences(), ['whe_1,whe_2']);
      await stores.queueAll(2);
      assert.deepEqual(await stores.webhookQueues.audiences(), []);
      assert.deepEqual(await stores.due('whe_1'), [1, 2, 3, 4]);
      assert.deepEqual(await stores.due('whe_2'), [1, 2, 3]);
      assert.deepEqual(await stores.due('whe_3'), [6]);
    });

    it('keep their mark until they have all of their deliveries, whatever is committed in between', async (t) => {
      const stores = await begin(t);
      if (!stores) return;
      await stores.mark(2, ['whe_1', 'whe_2']);
      const [deliveries, unmarking] = stores.webhookQueues.queueing('whe_1,whe_2', testEvent(owners.whe_1, 9).id);
      assert.ok(deliveries && unmarking);
      await stores.commit([deliveries]);
      await stores.mark(1, ['whe_1', 'whe_2']);
      await stores.commit([unmarking]);
      assert.deepEqual(await stores.webhookQueues.audiences(), ['whe_1,whe_2']);
      await stores.queueAll();
      assert.deepEqual(await stores.due('whe_2'), [1, 2]);
      assert.deepEqual(await stores.webhookQueues.audiences(), []);
    });

    it('are queued once, also by several processes at once and where somebody has ordered a delivery before', async (t) => {
      const stores = await begin(t);
      if (!stores) return;
      for (let atMs = 1; atMs <= 50; atMs += 1) await stores.mark(atMs, ['whe_1']);
      const { order, attempt, due } = stores.webhookDeliveries;
      await stores.commit([order('whe_1', testEvent(owners.whe_1, 7).id, 7)]);
      const [ordered] = await due(endpoint('whe_1'), 99, 1);
      assert.ok(ordered);
      const done = { ...ordered.delivery, state: 'delivered', attempts: 1 } as const;
      await stores.commit([attempt(ordered.delivery, done)]);
      await Promise.all(Array.from({ length: 4 }, () => stores.queueAll()));
      await stores.queueAll();
      assert.deepEqual(await stores.webhookQueues.audiences(), []);
      const all = Array.from({ length: 50 }, (_, index) => index + 1);
      assert.deepEqual(
        await stores.due('whe_1'),
        all.filter((atMs) => atMs !== 7),
      );
    });

    it('wait for nobody that is gone, and for one that is off as for any other', async (t) => {
      const stores = await begin(t);
      if (!stores) return;
      await stores.mark(1, ['whe_1', 'whe_2']);
      await stores.mark(2, ['whe_3']);
      await stores.commit([stores.webhookEndpoints.removal('whe_2'), stores.webhookEndpoints.removal('whe_3')]);
      await stores.commit([stores.webhookEndpoints.disabling(endpoint('whe_1'), 'gone')]);
      await stores.queueAll();
      assert.deepEqual(await stores.webhookQueues.audiences(), []);
      assert.deepEqual(await stores.due('whe_1'), [1]);
      const left = await stores.webhookDeliveries.outdated(eventIdFrom(0), { after: '', limit: 9 });
      assert.deepEqual(left, [], 'nothing is left of those that are gone');
    });
  });
}
