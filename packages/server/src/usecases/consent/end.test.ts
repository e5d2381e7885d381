import assert from 'node:assert/strict';
import { test } from 'node:test';
import { integrator, walk } from '../../testing/api.ts';
import { startTestGateway } from '../../testing/gateway.ts';
import { expireConsents } from './end.ts';

test('of the consents whose time is over, one that cannot be ended holds up no other, and its fault is told', async (t) => {
  const gateway = await startTestGateway();
  t.after(() => gateway.close());
  const { deps, clock } = gateway;
  const api = integrator(gateway, await gateway.newKey());
  const [bad, good] = [await api.newSession(), await api.newSession()];
  for (const id of [bad, good]) await walk(gateway, id);
  await deps.background.idle();
  const session = async (id: string) => deps.stores.sessions.find(id);
  clock.nowMs = ((await session(good))?.consentValidUntilMs ?? 0) + 1;

  const { consents } = deps.stores;
  const insertion: typeof consents.insertion = (subject, entry) => {
    if (subject.id === bad) throw new TypeError('by a test');
    return consents.insertion(subject, entry);
  };
  const stores = { ...deps.stores, consents: { ...consents, insertion } };
  await assert.rejects(expireConsents({ ...deps, stores }, 10), /by a test/);
  assert.equal((await session(bad))?.consentEndedAtMs, null);
  assert.equal((await session(good))?.consentEndReason, 'expired');
  assert.ok((await deps.stores.documents.ofSession(good)).every(({ state }) => state === 'erased'));
  assert.equal(await expireConsents(deps, 10), 1);
});
