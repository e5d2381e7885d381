import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { integrator, walkFrom, walkToCallback } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { browser } from '../testing/person.ts';
import { sdkPage } from '../testing/sdk-page.ts';
import type { NewKey } from '../usecases/keys/create.ts';

const shop = 'https://shop.example.in';
const policyOf = (page: { headers: Record<string, unknown> }) => String(page.headers['content-security-policy']);

describe('the pages that an SDK brings up', () => {
  let gateway: TestGateway;
  let key: NewKey & { token: string };
  let api: ReturnType<typeof integrator>;
  before(async () => {
    gateway = await startTestGateway();
    key = await gateway.newKey('test', undefined, [shop]);
    api = integrator(gateway, key);
  });
  after(() => gateway.close());

  const get = (url: string, headers: Record<string, string> = {}) =>
    gateway.app.inject({ url, headers: { host: new URL(gateway.config.baseUrl).host, ...headers } });
  const framePath = (id: string, keyId = key.apiKey) => `/consent/${id}/frame?key=${keyId}`;

  it('may be framed by the origins on the key’s list, and by nobody without one', async () => {
    const id = await api.newSession();
    const page = await get(framePath(id));
    assert.equal(page.statusCode, 200);
    assert.match(policyOf(page), /frame-ancestors 'self' https:\/\/shop\.example\.in;/);
    const bare = await gateway.newKey('test');
    const other = await get(framePath(await integrator(gateway, bare).newSession(), bare.apiKey));
    assert.match(policyOf(other), /frame-ancestors 'self';/);
    for (const path of [`/consent/${id}`, `/consent/${id}/returned`, `/consent/${id}/window`]) {
      assert.match(policyOf(await get(path)), /frame-ancestors 'none';/, path);
    }
  });

  it('show a session only under a key of its workspace that stands', async () => {
    const id = await api.newSession();
    const foreign = await gateway.newKey('test', 'Another Lender (fictional)', [shop]);
    for (const [keyId, code, status] of [
      [foreign.apiKey, 'data_not_found', 521],
      ['', 'unauthorized', 401],
      ['key_test_00000000000000000000000000000000', 'unauthorized', 401],
      ["'; script-src *", 'unauthorized', 401],
    ] as const) {
      const page = await get(framePath(id, encodeURIComponent(keyId)));
      assert.equal(page.statusCode, status, code);
      assert.match(policyOf(page), /frame-ancestors 'none';/);
    }
  });

  it('have one script with a nonce that is never the same, and no other', async () => {
    const id = await api.newSession();
    const nonces = new Set<string>();
    for (const path of [framePath(id), framePath(id), `/consent/${id}/window`, `/consent/${id}/returned`]) {
      const page = await get(path);
      const nonce = /script-src 'nonce-([^']+)'/.exec(policyOf(page))?.[1] ?? '';
      assert.ok(page.body.includes(`<script nonce="${nonce}"`));
      assert.equal(page.body.match(/<script/g)?.length, 1);
      nonces.add(nonce);
    }
    assert.equal(nonces.size, 4);
    assert.doesNotMatch((await get(`/consent/${id}`)).body, /<script/, 'the page to read has none');
  });

  it('name the window of a trip as nobody can guess it, and say which browsers are another app’s', async () => {
    const id = await api.newSession();
    const said = async (userAgent: string) => {
      const { body } = await get(framePath(id), { 'user-agent': userAgent });
      const written = /data-frame="([^"]+)"/.exec(body)?.[1]?.replaceAll('&quot;', '"') ?? '';
      return JSON.parse(written) as { trip: string; isInOtherApp: boolean };
    };
    const [chrome, again] = [await said('Chrome/126.0'), await said('Chrome/126.0')];
    assert.match(chrome.trip, /^[A-Za-z0-9+/]{22}==$/);
    assert.notEqual(chrome.trip, again.trip);
    assert.equal(chrome.isInOtherApp, false);
    for (const app of ['Pixel 8; wv) Chrome/126.0', 'Instagram 340', '[FBAN/FBIOS]', 'iPhone Line/13']) {
      assert.equal((await said(app)).isInOtherApp, true, app);
    }
  });

  it('have the script of the frame from an address that a browser may keep for good, and that another release’s page may ask for', async () => {
    const { body } = await get(framePath(await api.newSession()));
    const address = /<script nonce="[^"]+" src="([^"]+)" defer>/.exec(body)?.[1] ?? '';
    const [plain, packed, older] = await Promise.all([
      get(address),
      get(address, { 'accept-encoding': 'gzip' }),
      get('/assets/frame/AAAAAAAAAAAAAAAA.js'),
    ]);
    assert.match(String(plain.headers['content-type']), /^text\/javascript/);
    assert.match(String(plain.headers['cache-control']), /immutable/);
    assert.equal(gunzipSync(packed.rawPayload).toString(), plain.body);
    assert.deepEqual([older.body, older.headers['cache-control']], [plain.body, 'no-store']);
  });

  it('know their opener only where a frame of ours waits for them', async () => {
    const id = await api.newSession();
    const policy = async (path: string) => (await get(path)).headers['cross-origin-opener-policy'];
    assert.equal(await policy(`/consent/${id}/returned`), 'unsafe-none');
    assert.equal(await policy(`/consent/${id}/window`), 'unsafe-none');
    assert.equal(await policy(`/consent/${id}`), 'same-origin');
    assert.equal(await policy(framePath(id)), 'same-origin');
    assert.equal((await get(`/consent/${id}/window`, { 'sec-fetch-dest': 'iframe' })).statusCode, 403);
  });

  it('send a trip that a page began to where its window can say so, also when it was denied', async () => {
    for (const decision of ['Allow', 'Deny'] as const) {
      const [page, id] = [sdkPage(gateway, key.apiKey, shop), await api.newSession()];
      await page.init(id);
      const { lastPage } = await page.trip(browser(gateway), id, { decision });
      assert.equal(lastPage.url, `${gateway.config.baseUrl}/consent/${id}/returned`);
    }
  });

  it('lead from the end in the frame, while the consent stands, to where the browser that consented finds its withdrawal link', async () => {
    const [page, id, person] = [sdkPage(gateway, key.apiKey, shop), await api.newSession(), browser(gateway)];
    await page.init(id);
    await page.trip(person, id);
    const framed = async () => (await get(`${framePath(id)}&lang=hi-IN`)).body;
    const link = /<a href="([^"]+)" target="_blank" rel="noopener">/.exec(await framed())?.[1] ?? '';
    assert.equal(link, `/consent/${id}?lang=hi-IN`);
    const own = await person.get(link);
    assert.match(own.body, /lang="hi-IN"[\s\S]*href="\/withdraw#[\w-]{43}"[\s\S]*action="\/withdraw\/receipt"/);
    assert.ok(!(await browser(gateway).get(link)).body.includes('/withdraw'), 'and no other browser');
    assert.equal((await api.send({ method: 'POST', url: `/v1/sessions/${id}/withdraw` })).statusCode, 200);
    assert.ok(!(await framed()).includes('target="_blank"'));
  });

  it('lead back to a page where the key may be used, and nowhere else', async () => {
    const way = async (address: string, keyId = key.apiKey) => {
      const [person, id] = [browser(gateway), await api.newSession()];
      await person.get(`/consent/${id}?key=${keyId}&return=${encodeURIComponent(address)}`);
      const end = await person.get(await walkToCallback(person, id));
      return [/data-back="([^"]*)"/.exec(end.body)?.[1], /class="way-on"><a[^>]* href="([^"]+)"/.exec(end.body)?.[1]];
    };
    const address = `${shop}/onboarding?step=2#business`;
    assert.deepEqual(await way(address), [address, address]);
    const foreign = await gateway.newKey('test', 'Third Lender (fictional)', [shop]);
    assert.deepEqual(await way(address, foreign.apiKey), [undefined, undefined]);
    for (const wrong of [
      'https://evil.example/',
      'https://shop.example.in.evil.example/',
      'https://user:word@shop.example.in/',
      'javascript:alert(1)//https://shop.example.in',
      '//shop.example.in/',
      `${shop}/${'x'.repeat(2_100)}`,
    ]) {
      assert.deepEqual(await way(wrong), [undefined, undefined], wrong);
    }
  });

  it('lead back after a ticket that was used in the same tab', async () => {
    const [page, id, person] = [sdkPage(gateway, key.apiKey, shop), await api.newSession(), browser(gateway)];
    await page.init(id);
    const address = `${await page.address(id)}&key=${key.apiKey}&return=${encodeURIComponent(`${shop}/here`)}`;
    const end = await person.get(await walkFrom(person, await person.get(address)));
    assert.match(end.body, new RegExp(`data-back="${shop}/here"`));
  });

  it('come with a script for integrators, which knows our address and may be kept for a while', async () => {
    const path = '/kyc/entitylocker/sdk.js';
    const plain = await get(path);
    assert.ok(plain.body.includes(`'${gateway.config.baseUrl}'`) || plain.body.includes(`"${gateway.config.baseUrl}"`));
    assert.equal(plain.headers['content-type'], 'text/javascript; charset=utf-8');
    assert.equal(plain.headers['cross-origin-resource-policy'], 'cross-origin');
    assert.match(String(plain.headers['cache-control']), /max-age=300/);
    const packed = await get(path, { 'accept-encoding': 'br, gzip' });
    assert.equal(gunzipSync(packed.rawPayload).toString(), plain.body);
    assert.equal((await get(path, { 'if-none-match': String(plain.headers.etag) })).statusCode, 304);
  });
});
