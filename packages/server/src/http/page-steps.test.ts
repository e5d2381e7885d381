import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { integrator, walk } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';

describe('how far a person got', () => {
  let gateway: TestGateway;
  let api: ReturnType<typeof integrator>;
  before(async () => {
    gateway = await startTestGateway();
    api = integrator(gateway, await gateway.newKey());
  });
  after(() => gateway.close());

  const seen = { 'accept-language': 'hi-IN', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  const look = (id: string, headers: Record<string, string> = seen, method: 'GET' | 'HEAD' = 'GET') =>
    gateway.app.inject({
      method,
      url: `/consent/${id}`,
      headers: { host: new URL(gateway.config.baseUrl).host, ...headers },
    });
  const steps = async (id: string) => {
    await gateway.deps.background.idle();
    const { timeline } = (await api.send({ method: 'GET', url: `/v1/sessions/${id}` })).json<{
      timeline: { action: string; actor: string; detail: string | null }[];
    }>();
    return timeline
      .filter(({ action }) => action.startsWith('page.'))
      .map(({ action, detail }) => `${action} ${detail}`);
  };

  it('stands in the timeline, each step once, however often the pages are opened', async () => {
    const id = await api.newSession();
    for (let times = 0; times < 3; times += 1) await look(id);
    await Promise.all(Array.from({ length: 20 }, () => look(id)));
    assert.deepEqual(await steps(id), ['page.viewed hi-IN']);
    await walk(gateway, id);
    await Promise.all(Array.from({ length: 20 }, () => look(id)));
    assert.deepEqual(await steps(id), [
      'page.viewed hi-IN',
      'page.left signin',
      'page.returned code',
      'page.ended succeeded',
    ]);
  });

  it('is not counted for programs that look at a link, nor for what is fetched ahead', async () => {
    const id = await api.newSession();
    await look(id, {});
    await look(id, seen, 'HEAD');
    await look(id, { ...seen, 'sec-purpose': 'prefetch' });
    await look(id, { ...seen, 'sec-fetch-dest': 'image' });
    assert.deepEqual(await steps(id), []);
    await look(id, { ...seen, 'sec-fetch-dest': 'iframe' });
    assert.deepEqual(await steps(id), ['page.viewed hi-IN']);
  });

  it('never costs a person their page', async () => {
    const id = await api.newSession();
    const { commit } = gateway.deps.stores;
    gateway.deps.stores.commit = () => Promise.reject(new Error('the disk is gone'));
    try {
      assert.equal((await look(id)).statusCode, 200);
      await gateway.deps.background.idle();
    } finally {
      gateway.deps.stores.commit = commit;
    }
    assert.deepEqual(await steps(id), []);
  });
});
