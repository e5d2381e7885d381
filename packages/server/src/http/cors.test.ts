import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { endpoints } from '@tijori/wire';
import { integrator } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { sdkPage } from '../testing/sdk-page.ts';
import { changeOrigins } from '../usecases/keys/change-origins.ts';
import type { NewKey } from '../usecases/keys/create.ts';
import { revokeKey } from '../usecases/keys/revoke.ts';

const shop = 'https://shop.example.in';
const corsHeaders = (headers: Record<string, unknown>) =>
  Object.keys(headers).filter((name) => name.startsWith('access-control-'));

describe('calls from other origins', () => {
  let gateway: TestGateway;
  let key: NewKey & { token: string };
  let id: string;
  before(async () => {
    gateway = await startTestGateway();
    key = await gateway.newKey('test', undefined, [shop, 'https://second.example.in']);
    id = await integrator(gateway, key).newSession();
  });
  after(() => gateway.close());

  const preflight = (url: string, origin: string | undefined, method = 'POST', from = gateway) =>
    from.app.inject({
      method: 'OPTIONS',
      url,
      headers: {
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization,content-type,x-api-key',
        ...(origin === undefined ? {} : { origin }),
      },
    });
  const fill = (path: string) => path.replace('{session_id}', id).replace('{doc_type}', 'gstn_details');
  const initUrl = () => `/kyc/entitylocker-sdk/sessions/${id}/init`;

  it('may be asked for beforehand on the browser calls, by pages of the list, with credentials', async () => {
    for (const { family, path, method } of endpoints) {
      if (family !== 'browser') continue;
      for (const origin of [shop, 'https://second.example.in']) {
        const response = await preflight(fill(path), origin, method);
        assert.equal(response.statusCode, 204, path);
        assert.equal(response.body, '');
        const { headers } = response;
        assert.equal(headers['access-control-allow-origin'], origin);
        assert.equal(headers['access-control-allow-credentials'], 'true');
        assert.equal(headers['access-control-allow-methods'], method);
        assert.equal(headers['access-control-allow-headers'], 'authorization, content-type, x-api-key, x-api-version');
        assert.equal(headers['access-control-max-age'], '600');
        assert.equal(headers.vary, 'origin');
      }
    }
  });

  it('are told nothing when no key of the workspace allows the page, or there is no such session', async () => {
    const none = `/kyc/entitylocker-sdk/sessions/${gateway.deps.newId()}/init`;
    const foreign: [string, string][] = [
      [initUrl(), 'https://evil.example'],
      [initUrl(), 'null'],
      [initUrl(), '*'],
      [initUrl(), `${shop}.evil.example`],
      [initUrl(), 'http://localhost:3000'],
      [none, shop],
    ];
    for (const [url, origin] of foreign) {
      const response = await preflight(url, origin);
      assert.equal(response.statusCode, 403, `${url} from ${origin}`);
      assert.equal(response.headers['x-error-code'], 'cross_origin_refused');
      assert.deepEqual(corsHeaders(response.headers), []);
    }
    const bare = await preflight(initUrl(), undefined);
    assert.equal(bare.statusCode, 204);
    assert.equal(bare.headers.allow, 'OPTIONS, POST');
    assert.deepEqual(corsHeaders(bare.headers), []);
  });

  it('are judged by keys of the session’s own workspace and mode that stand', async () => {
    const elsewhere = 'https://elsewhere.example.in';
    const other = await gateway.newKey('test', 'Another Lender (fictional)', [elsewhere]);
    const live = await gateway.newKey('live', undefined, [elsewhere]);
    assert.equal((await preflight(initUrl(), elsewhere)).statusCode, 403);
    const second = await gateway.newKey('test', undefined, [elsewhere]);
    assert.equal((await preflight(initUrl(), elsewhere)).statusCode, 204);
    await revokeKey(gateway.deps, second.apiKey);
    assert.equal((await preflight(initUrl(), elsewhere)).statusCode, 403);
    for (const { apiKey } of [other, live]) {
      const response = await sdkPage(gateway, apiKey, elsewhere).init(id);
      assert.equal(response.headers['x-error-code'], 'data_not_found');
    }
  });

  it('find no such thing on any other call', async () => {
    for (const { family, path, method } of endpoints) {
      if (family === 'browser') continue;
      const asked = await preflight(fill(path), shop, method);
      assert.equal(asked.statusCode, 405, path);
      assert.deepEqual(corsHeaders(asked.headers), [], path);
      const headers = { ...gateway.headers(key), 'x-api-secret': key.apiSecret, origin: shop };
      const called = await gateway.app.inject({ method, url: fill(path), headers });
      assert.deepEqual(corsHeaders(called.headers), [], path);
    }
    for (const url of [`/consent/${id}`, `/consent/${id}/open?ticket=x`, '/health/live', '/assets/docs.css']) {
      const { headers } = await gateway.app.inject({ url, headers: { origin: shop, host: '127.0.0.1:8080' } });
      assert.deepEqual(corsHeaders(headers), [], url);
    }
  });

  it('can be read by the page that was let in, errors too, and by no cache for another', async () => {
    // One of its own: the calls before this one have cancelled the other.
    const id = await integrator(gateway, key).newSession();
    const page = sdkPage(gateway, key.apiKey, shop);
    const init = await page.init(id);
    const again = await sdkPage(gateway, key.apiKey, shop).init(id);
    assert.deepEqual([init.statusCode, again.statusCode], [200, 403]);
    for (const { headers } of [init, again, await page.session(id)]) {
      assert.equal(headers['access-control-allow-origin'], shop);
      assert.equal(headers['access-control-allow-credentials'], 'true');
      assert.match(String(headers['access-control-expose-headers']), /x-error-code/);
      assert.equal(headers.vary, 'origin');
      assert.equal(headers['cache-control'], 'no-store');
    }
  });

  it('follow a change of the list within a second', async () => {
    const own = await gateway.newKey();
    const session = await integrator(gateway, own).newSession();
    const page = sdkPage(gateway, own.apiKey, shop);
    assert.equal((await page.init(session)).headers['x-error-code'], 'cross_origin_refused');
    assert.deepEqual(await changeOrigins(gateway.deps, own.apiKey, { add: [shop, shop], remove: [] }), [shop]);
    gateway.clock.nowMs += 999;
    assert.equal((await page.init(session)).statusCode, 200);
    assert.deepEqual(await changeOrigins(gateway.deps, own.apiKey, { add: [], remove: [shop] }), []);
    gateway.clock.nowMs += 999;
    assert.equal((await page.session(session)).headers['x-error-code'], 'cross_origin_refused');
    for (const add of [
      ['*'],
      ['https://shop.example.in/x'],
      Array.from({ length: 21 }, (_, n) => `https://s${n}.example`),
    ]) {
      await assert.rejects(changeOrigins(gateway.deps, own.apiKey, { add, remove: [] }));
    }
    await revokeKey(gateway.deps, own.apiKey);
    await assert.rejects(changeOrigins(gateway.deps, own.apiKey, { add: [shop], remove: [] }), /No such key/);
  });

  it('come from any page of this machine where the server is for development', async () => {
    const dev = await startTestGateway({ deployment: 'dev', modes: ['test'] });
    try {
      const own = await dev.newKey();
      for (const origin of ['http://localhost:3000', 'http://127.0.0.1:5173', 'http://[::1]:3000']) {
        const session = await integrator(dev, own).newSession();
        const url = `/kyc/entitylocker-sdk/sessions/${session}/init`;
        assert.equal((await preflight(url, origin, 'POST', dev)).statusCode, 204, origin);
        assert.equal((await sdkPage(dev, own.apiKey, origin).init(session)).statusCode, 200, origin);
      }
      const session = await integrator(dev, own).newSession();
      for (const origin of ['https://evil.example', 'http://127.0.0.1.evil.example', 'null']) {
        const response = await sdkPage(dev, own.apiKey, origin).init(session);
        assert.equal(response.headers['x-error-code'], 'cross_origin_refused', origin);
      }
    } finally {
      await dev.close();
    }
  });
});
