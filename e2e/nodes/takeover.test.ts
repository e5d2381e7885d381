import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createSdkSession, createWebhookEndpoint, sdkSessionRequestEntity, type WebhookDelivery } from '@tijori/wire';
import { postgresOfTests } from '../../packages/server/src/testing/engines.ts';
import { startReceiver } from '../../packages/server/src/testing/receiver.ts';
import { needs } from '../../scripts/needs.ts';
import { startDeliveringNode } from './delivering-node.ts';

const postgres = postgresOfTests((t) => needs(t, 'initdb'));
after(() => postgres.remove());

/** Time after which a node that says nothing counts as dead, ms (decision 16). */
const leaseMs = 15_000;
/** How long it is watched that the other one lets the queue be, ms: many of its looks. */
const watchedMs = 500;
const events = 20;

it('a node that is killed with deliveries in its hands: another process delivers them and all the rest', {
  timeout: 60_000,
}, async (t) => {
  const databaseUrl = await postgres.newMigrated(t);
  if (databaseUrl === undefined) return;
  const dataDir = await mkdtemp(join(tmpdir(), 'tijori-takeover-'));
  t.after(() => rm(dataDir, { recursive: true, force: true }));
  const newKey = () => randomBytes(32).toString('base64');
  const keys = { masterKey: newKey(), tokenKey: newKey(), linkKey: newKey() };
  const receiver = await startReceiver(() => null);
  t.after(() => receiver.close());
  const taken = () => new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size;

  const dying = await startDeliveringNode({ databaseUrl, dataDir, keys });
  t.after(() => dying.kill());
  const headers = { ...dying.headers, 'content-type': 'application/json' };
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${dying.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    assert.ok(answer.ok, await answer.clone().text());
    return (await answer.json()) as { id: string };
  };
  const { id } = await post(createWebhookEndpoint.path, { url: receiver.url });
  const wish = { '@entity': sdkSessionRequestEntity, flow: 'signin', doc_types: ['gstn_details'] };
  for (let count = 0; count < events; count += 1) await post(createSdkSession.path, wish);
  while (receiver.received.length === 0) await wait(5);

  const other = await startDeliveringNode({ databaseUrl, dataDir, keys });
  t.after(() => other.kill());
  receiver.answer(() => 204);
  const inHand = receiver.received.length;
  await wait(watchedMs);
  assert.equal(receiver.received.length, inHand, 'the queue is the first one’s');
  await dying.kill();
  other.putForward(leaseMs + 1);
  while (taken() < events || receiver.received.length < inHand + events) await wait(5);
  await wait(watchedMs);
  assert.equal(receiver.received.length, inHand + events, 'what was in hand goes out once more, with the same ids');
  const log = await fetch(`${other.url}${createWebhookEndpoint.path}/${id}/deliveries`, { headers });
  const { data } = (await log.json()) as { data: WebhookDelivery[] };
  assert.deepEqual(
    data.map(({ state, attempt_count }) => `${state} ${attempt_count}`),
    Array(events).fill('delivered 1'),
  );
});
