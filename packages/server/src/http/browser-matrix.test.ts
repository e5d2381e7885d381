import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  type Endpoint,
  endpoints,
  errorCatalogue,
  legacyAuthorize,
  problemMediaType,
  problemType,
  sdkAuthorizationRequestEntity,
} from '@tijori/wire';
import type { InjectOptions } from 'fastify';
import { createBody, integrator } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { browser } from '../testing/person.ts';
import { sdkPage } from '../testing/sdk-page.ts';
import type { NewKey } from '../usecases/keys/create.ts';
import { revokeKey } from '../usecases/keys/revoke.ts';

type Key = NewKey & { token: string };
type Page = ReturnType<typeof sdkPage>;
interface Call {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  url: string;
  payload?: Record<string, unknown>;
}

const shop = 'https://shop.example.in';
const all: readonly Endpoint[] = [...endpoints, legacyAuthorize];
const browserCalls = all.filter(({ family }) => family === 'browser');
const withToken = browserCalls.filter(({ credentials }) => credentials === 'key_and_sdk_token');
const serverCalls = all.filter(({ credentials }) => credentials === 'key_and_token');

const isProblem = ({ headers }: { headers: Record<string, unknown> }) =>
  String(headers['content-type']).startsWith(problemMediaType);

const fill = (path: string, id: string) => path.replace('{session_id}', id).replace('{doc_type}', 'gstn_details');
/** A request that is right in everything but, perhaps, its credentials. */
const callOf = ({ method, path, body }: Endpoint, id: string): Call => {
  const payload = path.endsWith('/create')
    ? createBody()
    : { '@entity': sdkAuthorizationRequestEntity, request_token: 'A'.repeat(43) };
  return { method, url: fill(path, id), ...(body ? { payload } : {}) };
};

describe('who may make which call', () => {
  let gateway: TestGateway;
  let key: Key;
  let api: ReturnType<typeof integrator>;
  let startMs: number;
  before(async () => {
    // A session outlives its tokens here, so that a token can be past its time while the session is not.
    const limits = {
      sessionLifeMs: 7_200_000,
      apiSessionLifeMs: 7_200_000,
      retentionMs: 3_600_000,
      linkLifeMs: 3_600_000,
    };
    gateway = await startTestGateway({ limits, legacyAuthorize: true });
    startMs = gateway.clock.nowMs;
    key = await gateway.newKey('test', undefined, [shop]);
    api = integrator(gateway, key);
  });
  after(() => gateway.close());

  const opened = async (own: Key = key) => {
    const page = sdkPage(gateway, own.apiKey, shop);
    const id = await integrator(gateway, own).newSession();
    assert.equal((await page.init(id)).statusCode, 200);
    return { page, id };
  };

  /** The answer is this refusal and nothing else, and nothing has changed. */
  const refused = async (send: () => ReturnType<Page['send']>, code: keyof typeof errorCatalogue, what: string) => {
    const response = await send();
    const { status, message } = errorCatalogue[code];
    assert.equal(response.headers['x-error-code'], code, `${what}: ${response.body}`);
    const { transaction_id: _, ...body } = response.json();
    if (isProblem(response)) {
      assert.deepEqual(body, { type: problemType(code), title: message, status, code }, what);
      return;
    }
    const filled = body.message.replace(/^(Data not found for: ).*/, '$1{id}');
    assert.deepEqual({ ...body, message: filled }, { code: status, timestamp: gateway.clock.nowMs, message }, what);
    assert.equal(response.headers['set-cookie'], undefined, what);
    assert.equal(response.headers['cache-control'], 'no-store', what);
  };

  it('covers six browser calls and every server call', () => {
    assert.equal(browserCalls.length, 6);
    assert.equal(withToken.length, 5);
    assert.ok(serverCalls.length >= 4);
  });

  it('the right key, origin, token and cookie are never refused for who they are', async () => {
    for (const endpoint of withToken) {
      const { page, id } = await opened();
      const code = String((await page.send(callOf(endpoint, id))).headers['x-error-code']);
      const byItself = { authorize: 'request_token_refused', documents: 'insufficient_privilege' };
      const step = endpoint.path.split('/').at(-1) ?? '';
      assert.equal(code, byItself[step as keyof typeof byItself] ?? 'undefined', endpoint.path);
    }
  });

  it('no server call takes an SDK token, of either kind', async () => {
    const { page, id } = await opened();
    const early = page.token;
    const { requestToken = '' } = await page.trip(browser(gateway), id);
    await page.authorize(id, requestToken);
    for (const endpoint of serverCalls) {
      for (const token of [early, page.token]) {
        for (const authorization of [token, `Bearer ${token}`]) {
          const call = callOf(endpoint, id);
          const url = endpoint.path === legacyAuthorize.path ? `${call.url}?request_token=${token}` : call.url;
          const headers = { authorization, 'x-api-key': key.apiKey };
          await refused(() => gateway.app.inject({ ...call, url, headers }), 'invalid_access_token', url);
        }
      }
    }
  });

  it('no browser call takes an access token, and init looks at none', async () => {
    const { page, id } = await opened();
    for (const endpoint of withToken) {
      const call = { ...callOf(endpoint, id), headers: { authorization: key.token } };
      await refused(() => page.send(call), 'invalid_access_token', endpoint.path);
    }
    const stranger = sdkPage(gateway, key.apiKey, shop);
    const headers = { authorization: key.token };
    const init = { method: 'POST', url: fill(browserCalls[0]?.path ?? '', id), headers } as const;
    await refused(() => stranger.send(init), 'insufficient_privilege', 'the secret’s token opens no second browser');
  });

  it('a key that does not stand is refused before anything else', async () => {
    const { page, id } = await opened();
    const doomed = await gateway.newKey('test', undefined, [shop]);
    const doomedPage = await opened(doomed);
    await revokeKey(gateway.deps, doomed.apiKey);
    gateway.clock.nowMs += 999;
    for (const endpoint of browserCalls) {
      for (const apiKey of ['', 'key', key.apiKey.toUpperCase(), `key_test_${'0'.repeat(32)}`, key.apiSecret]) {
        const call = {
          ...callOf(endpoint, id),
          headers: { 'x-api-key': apiKey },
        };
        await refused(() => page.send(call), 'unauthorized', `${endpoint.path} with "${apiKey}"`);
      }
      const call = callOf(endpoint, doomedPage.id);
      await refused(() => doomedPage.page.send(call), 'unauthorized', `${endpoint.path} with a revoked key`);
    }
    gateway.clock.nowMs = startMs;
  });

  it('another key, of this workspace, another, or the other mode, is no key to this session’s token', async () => {
    const { page, id } = await opened();
    const others = {
      'a second key of the workspace': await gateway.newKey('test', undefined, [shop]),
      'another workspace’s': await gateway.newKey('test', 'Another Lender (fictional)', [shop]),
      'a live key of the workspace': await gateway.newKey('live', undefined, [shop]),
    };
    for (const [whose, other] of Object.entries(others)) {
      for (const endpoint of withToken) {
        const call = { ...callOf(endpoint, id), headers: { 'x-api-key': other.apiKey } };
        await refused(() => page.send(call), 'insufficient_privilege', `${endpoint.path} with ${whose}`);
      }
    }
  });

  it('init answers for another workspace’s or mode’s session as for none, and binds nobody', async () => {
    const id = await api.newSession();
    for (const [mode, name] of [
      ['test', 'Another Lender (fictional)'],
      ['live', undefined],
    ] as const) {
      const page = sdkPage(gateway, (await gateway.newKey(mode, name, [shop])).apiKey, shop);
      await refused(() => page.init(id), 'data_not_found', `${mode} ${name}`);
      await refused(() => page.init(gateway.deps.newId()), 'data_not_found', 'an id that never was');
    }
    assert.equal((await api.session(id)).status, 'created');
    assert.equal((await sdkPage(gateway, key.apiKey, shop).init(id)).statusCode, 200);
  });

  it('a token is for its own session alone', async () => {
    const { page, id } = await opened();
    const other = await opened();
    for (const [name, value] of other.page.jar) page.jar.set(name, value);
    for (const endpoint of withToken) {
      const cookie = `tijori_sdk_${other.id}=${page.jar.get(`tijori_sdk_${id}`)}`;
      const call = { ...callOf(endpoint, other.id), headers: { cookie } };
      await refused(() => page.send(call), 'insufficient_privilege', `${endpoint.path} with its cookie renamed`);
      await refused(() => page.send(callOf(endpoint, other.id)), 'insufficient_privilege', endpoint.path);
      await refused(() => page.send(callOf(endpoint, gateway.deps.newId())), 'insufficient_privilege', endpoint.path);
    }
  });

  it('a token is for its own browser alone: without the cookie, or with any other, it is worth nothing', async () => {
    const { page, id } = await opened();
    const other = await opened();
    const foreign = [...other.page.jar.values()][0] ?? '';
    const own = page.jar.get(`tijori_sdk_${id}`) ?? '';
    const jars = {
      'no cookie': '',
      'the cookie of another session': `tijori_sdk_${other.id}=${foreign}`,
      'the cookie of another browser': `tijori_sdk_${id}=${foreign}`,
      'a made-up cookie': `tijori_sdk_${id}=${'A'.repeat(43)}`,
      'an empty cookie': `tijori_sdk_${id}=`,
      'the cookie under another name': `tijori_browser=${own}`,
      'the cookie and a bit': `tijori_sdk_${id}=${own}A`,
    };
    for (const [what, cookie] of Object.entries(jars)) {
      for (const endpoint of withToken) {
        const call: InjectOptions = { ...callOf(endpoint, id), headers: { cookie } };
        await refused(() => page.send(call), 'insufficient_privilege', `${endpoint.path} with ${what}`);
      }
      const init: InjectOptions = { method: 'POST', url: fill(browserCalls[0]?.path ?? '', id), headers: { cookie } };
      await refused(() => page.send(init), 'insufficient_privilege', `init with ${what}`);
    }
  });

  it('no token, a garbled one, or one past its hour is refused, though the session goes on', async () => {
    const { page, id } = await opened();
    const [header, payload, signature] = page.token.split('.');
    for (const endpoint of withToken) {
      for (const authorization of [
        '',
        'none',
        `${header}.${payload}.`,
        `${header}.${payload}.${signature}A`,
        page.token.toLowerCase(),
      ]) {
        const call = { ...callOf(endpoint, id), headers: { authorization } };
        await refused(() => page.send(call), 'invalid_access_token', endpoint.path);
      }
    }
    gateway.clock.nowMs = startMs + 3_600_000;
    for (const endpoint of withToken) {
      await refused(() => page.send(callOf(endpoint, id)), 'access_token_expired', endpoint.path);
    }
    assert.equal((await page.init(id)).statusCode, 200, 'the same browser gets another');
    assert.equal((await page.session(id)).statusCode, 200);
    gateway.clock.nowMs = startMs;
  });

  it('a page of a foreign origin is refused, whatever else it has', async () => {
    const { page, id } = await opened();
    const origins = [
      '',
      'null',
      '*',
      'https://evil.example',
      `${shop}.evil.example`,
      `${shop}:8443`,
      `${shop}/`,
      'http://shop.example.in',
      'https://SHOP.example.in',
      'https://sub.shop.example.in',
      'http://localhost:3000',
      'http://127.0.0.1:3000',
      gateway.config.baseUrl.replace('127.0.0.1', 'localhost'),
    ];
    for (const endpoint of browserCalls) {
      for (const origin of origins) {
        const call = { ...callOf(endpoint, id), headers: { origin } };
        await refused(() => page.send(call), 'cross_origin_refused', `${endpoint.path} from "${origin}"`);
        const { headers } = await page.send(call);
        assert.equal(headers['access-control-allow-origin'], undefined, origin);
        assert.equal(headers.vary, 'origin');
      }
      const own = await page.send({ ...callOf(endpoint, id), headers: { origin: gateway.config.baseUrl } });
      assert.notEqual(own.headers['x-error-code'], 'cross_origin_refused', 'our own pages may');
    }
    const bare = sdkPage(gateway, (await gateway.newKey()).apiKey, shop);
    await refused(() => bare.init(id), 'cross_origin_refused', 'a key without origins');
  });

  it('a session at its end takes no step; it can still be looked at', async () => {
    const ends = {
      succeeded: async ({ page, id }: { page: Page; id: string }) => {
        await page.trip(browser(gateway), id);
      },
      failed: async ({ page, id }: { page: Page; id: string }) => {
        await page.trip(browser(gateway), id, { decision: 'Deny' });
      },
    };
    for (const [status, end] of Object.entries(ends)) {
      const session = await opened();
      const { page, id } = session;
      await end(session);
      const { data } = (await page.session(id)).json();
      assert.equal(data.status, status);
      await refused(() => page.init(id), 'invalid_session_lifecycle', `init, ${status}`);
      await refused(() => page.authorizationUrl(id), 'invalid_session_lifecycle', `authorization_url, ${status}`);
      await refused(() => page.reset(id), 'invalid_session_lifecycle', `reset, ${status}`);
      assert.deepEqual((await page.session(id)).json().data, data);
    }
    const failed = await opened();
    await ends.failed(failed);
    const { page, id } = failed;
    await refused(() => page.authorize(id, 'A'.repeat(43)), 'invalid_session_lifecycle', 'authorize, failed');
  });

  it('an expired session takes no step either', async () => {
    const { page, id } = await opened();
    gateway.clock.nowMs = startMs + 7_200_000 - 20_000;
    assert.equal((await page.init(id)).statusCode, 200, 'a token of its last seconds');
    assert.equal((await page.session(id)).statusCode, 200);
    gateway.clock.nowMs = startMs + 7_200_000;
    await refused(() => page.init(id), 'invalid_session_lifecycle', 'init');
    for (const endpoint of withToken) {
      await refused(() => page.send(callOf(endpoint, id)), 'access_token_expired', endpoint.path);
    }
    assert.equal((await api.session(id)).status, 'expired');
    gateway.clock.nowMs = startMs;
  });

  it('a body of authorize is taken to the letter', async () => {
    const { page, id } = await opened();
    const url = `/kyc/entitylocker-sdk/sessions/${id}/authorize`;
    const right = { '@entity': sdkAuthorizationRequestEntity, request_token: 'A'.repeat(43) };
    const bodies: unknown[] = [
      {},
      [],
      'text',
      { ...right, '@entity': 'in.co.sandbox.kyc.entitylocker.sdk.authorization.response' },
      { request_token: right.request_token },
      { '@entity': right['@entity'] },
      { ...right, request_token: '' },
      { ...right, request_token: 1 },
      { ...right, request_token: ['A'] },
      { ...right, request_token: 'A'.repeat(257) },
      { ...right, code: 'x' },
    ];
    for (const body of bodies) {
      const payload = JSON.stringify(body);
      const headers = { 'content-type': 'application/json' };
      await refused(() => page.send({ method: 'POST', url, payload, headers }), 'invalid_request_body', payload);
    }
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    await refused(
      () => page.send({ method: 'POST', url, payload: 'a=1', headers: form }),
      'invalid_request_body',
      'form',
    );
  });

  it('init and reset take whatever body clients send, and read none', async () => {
    for (const [payload, type] of [
      ['', 'application/json'],
      ['{}', 'application/json; charset=utf-8'],
      ['a=1', 'application/x-www-form-urlencoded'],
      ['{', 'application/json'],
    ] as const) {
      const { page, id } = await opened();
      for (const step of ['init', 'reset']) {
        const url = `/kyc/entitylocker-sdk/sessions/${id}/${step}`;
        const response = await page.send({ method: 'POST', url, payload, headers: { 'content-type': type } });
        assert.equal(response.statusCode, 200, `${step} with ${payload} as ${type}`);
      }
    }
  });
});
