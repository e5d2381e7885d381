import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PNG } from 'pngjs';
import { EgressFailure } from '../egress/failure.ts';
import { integrator } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';

describe('the logo of an integrator', () => {
  let gateway: TestGateway;
  let key: Awaited<ReturnType<TestGateway['newKey']>>;
  let id: string;
  let asked: string[] = [];
  const real = PNG.sync.write(new PNG({ width: 600, height: 200 }));
  before(async () => {
    gateway = await startTestGateway();
    key = await gateway.newKey();
    id = await integrator(gateway, key).newSession();
    gateway.deps.egress = {
      ...gateway.deps.egress,
      request: async ({ url }) => {
        asked.push(url);
        if (url.includes('refused')) throw new EgressFailure('destination_refused');
        const body = url.includes('html') ? Buffer.from('<script>') : real;
        return { status: url.includes('gone') ? 404 : 200, headers: {}, body };
      },
    };
  });
  after(() => gateway.close());

  const get = (url: string, change: { key?: string; id?: string } = {}) =>
    gateway.app.inject({
      method: 'GET',
      url: `/consent/${change.id ?? id}/logo?${new URLSearchParams({ key: change.key ?? key.apiKey, url })}`,
      headers: { host: new URL(gateway.config.baseUrl).host },
    });

  it('comes from us, drawn anew, and is fetched once an hour', async () => {
    asked = [];
    for (let times = 0; times < 3; times += 1) {
      const answer = await get('https://cdn.example/logo.png');
      assert.deepEqual([answer.statusCode, answer.headers['content-type']], [200, 'image/png']);
      const { width, height } = PNG.sync.read(answer.rawPayload);
      assert.deepEqual([width, height], [288, 96]);
    }
    assert.deepEqual(asked, ['https://cdn.example/logo.png']);
    gateway.clock.nowMs += 61 * 60_000;
    key = { ...key };
    asked = [];
  });

  it('is none where the guard says no, where there is no picture, or for a stranger’s key', async () => {
    id = await integrator(gateway, key).newSession();
    for (const url of [
      'https://refused.example/',
      'https://cdn.example/gone',
      'https://cdn.example/html',
      '',
      'x'.repeat(3_000),
    ]) {
      assert.equal((await get(url)).statusCode, 404, url.slice(0, 40));
    }
    asked = [];
    const stranger = await gateway.newKey('test', 'Another Lender (fictional)');
    assert.notEqual((await get('https://cdn.example/b.png', { key: stranger.apiKey })).statusCode, 200);
    assert.notEqual((await get('https://cdn.example/b.png', { key: 'key_test_nobody' })).statusCode, 200);
    assert.notEqual((await get('https://cdn.example/b.png', { id: gateway.deps.newId() })).statusCode, 200);
    assert.deepEqual(asked, [], 'nothing is fetched for them');
  });

  it('makes us call out five times an hour for one session, whatever its page asks for', async () => {
    id = await integrator(gateway, key).newSession();
    asked = [];
    await Promise.all(Array.from({ length: 20 }, (_, index) => get(`https://cdn.example/many-${index}.png`)));
    assert.equal(asked.length, 5);
  });
});
