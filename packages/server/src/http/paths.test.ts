import assert from 'node:assert/strict';
import { METHODS } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { ErrorBody } from '@tijori/wire';
import type { HTTPMethods } from 'fastify';
import Schema from 'typebox/schema';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { rawSocket } from '../testing/raw-socket.ts';
import type { NewKey } from '../usecases/keys/create.ts';

const id = '7b0c6a1e-52a1-4d0a-9d53-0d1c1f6f9b11';
/** Every path that is known, with its methods as `Allow` tells them. */
const known: Record<string, string> = {
  '/authenticate': 'POST',
  '/kyc/entitylocker-sdk/sessions/create': 'POST',
  [`/kyc/entitylocker-sdk/sessions/${id}/status`]: 'GET',
  [`/kyc/entitylocker-sdk/sessions/${id}/documents/gstn_details`]: 'GET',
  // Browsers ask with OPTIONS before a page calls these.
  [`/kyc/entitylocker-sdk/sessions/${id}`]: 'GET, OPTIONS',
  [`/kyc/entitylocker-sdk/sessions/${id}/init`]: 'OPTIONS, POST',
  [`/kyc/entitylocker-sdk/sessions/${id}/authorization_url`]: 'GET, OPTIONS',
  [`/kyc/entitylocker-sdk/sessions/${id}/authorize`]: 'OPTIONS, POST',
  [`/kyc/entitylocker-sdk/sessions/${id}/documents`]: 'GET, OPTIONS',
  [`/kyc/entitylocker-sdk/sessions/${id}/reset`]: 'OPTIONS, POST',
  [`/vault/documents/${id}`]: 'GET',
  [`/consent/${id}`]: 'GET',
  [`/consent/${id}/continue`]: 'POST',
  [`/consent/${id}/frame`]: 'GET',
  [`/consent/${id}/open`]: 'GET',
  [`/consent/${id}/returned`]: 'GET',
  [`/consent/${id}/window`]: 'GET',
  [`/consent/${id}/retry`]: 'POST',
  '/callbacks/kyc/entitylocker/oauth': 'GET',
  '/assets/docs.css': 'GET',
  '/docs': 'GET',
  '/openapi.json': 'GET',
  '/health/live': 'GET',
  '/health/ready': 'GET',
};

describe('paths and methods', () => {
  let gateway: TestGateway;
  let key: NewKey & { token: string };
  before(async () => {
    gateway = await startTestGateway();
    await gateway.app.listen({ host: '127.0.0.1', port: 0 });
    key = await gateway.newKey();
  });
  after(() => gateway.close());

  const isError = Schema.Compile(ErrorBody);
  const inEnvelope = (
    response: { statusCode: number; headers: Record<string, unknown>; body: string },
    what: string,
  ) => {
    assert.match(String(response.headers['content-type']), /^application\/json/, what);
    assert.equal(response.headers['cache-control'], 'no-store', what);
    const body: unknown = JSON.parse(response.body);
    assert.ok(isError.Check(body), `${what}: ${response.body}`);
    assert.deepEqual(Object.keys(body).sort(), ['code', 'message', 'timestamp', 'transaction_id'], what);
    assert.equal(body.code, response.statusCode, what);
  };

  it('answer 405 with `Allow` to every method that a known path lacks, before any credential is asked for', async () => {
    // GET with a body and the like are for the routes; CONNECT never becomes a request.
    const methods = METHODS.filter((method) => method !== 'CONNECT');
    for (const [url, allowed] of Object.entries(known)) {
      for (const method of methods) {
        if (allowed.split(', ').includes(method)) continue;
        const response = await gateway.app.inject({ method: method as HTTPMethods, url });
        const what = `${method} ${url}`;
        assert.equal(response.statusCode, 405, what);
        assert.equal(response.headers.allow, allowed, what);
        assert.equal(response.headers['x-error-code'], 'method_not_allowed', what);
        if (method !== 'HEAD') inEnvelope(response, what);
      }
      const byBrowser = await gateway.app.inject({ method: 'PATCH', url, headers: { accept: 'text/html' } });
      inEnvelope(byBrowser, `PATCH ${url} by a browser`);
    }
  });

  it('answer every method over a socket, too, and send no body for HEAD', async () => {
    for (const method of ['TRACE', 'OPTIONS', 'PROPFIND', 'DELETE']) {
      const socket = await rawSocket(gateway);
      await socket.write(`${method} /authenticate HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n`);
      assert.equal((await socket.answer())?.status, 405, method);
      socket.close();
    }
    const socket = await rawSocket(gateway);
    await socket.write('HEAD /authenticate HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nConnection: close\r\n\r\n');
    await socket.gone;
    assert.match(socket.received, /^HTTP\/1\.1 405 [\s\S]*\r\n\r\n$/);
  });

  it('answer 404 wherever nothing is', async () => {
    const nowhere = [
      '/',
      '/authenticate/',
      '/Authenticate',
      '//authenticate',
      '/authorize',
      '/kyc',
      '/kyc/entitylocker-sdk/sessions',
      `/kyc/entitylocker-sdk/sessions/${id}/documents/gstn_details/x`,
      '/kyc/entitylocker/sessions',
      `/kyc/entitylocker/sessions/${id}`,
      `/kyc/entitylocker/sessions/${id}/user`,
      '/v1',
      '/vault/documents',
      '/.env',
      '/favicon.ico',
      '/health',
      '/demo',
    ];
    for (const url of nowhere) {
      for (const method of ['GET', 'POST', 'PUT', 'OPTIONS'] as const) {
        const response = await gateway.app.inject({ method, url, headers: gateway.headers(key) });
        assert.equal(response.statusCode, 404, `${method} ${url}`);
        assert.equal(response.headers['x-error-code'], 'route_not_found');
        inEnvelope(response, `${method} ${url}`);
      }
    }
  });

  it('answer 400 for a document type that does not exist', async () => {
    for (const type of ['aadhaar', 'gstn_details ', 'GSTN_DETAILS', '%00', '..%2f', 'constructor', '__proto__']) {
      const url = `/kyc/entitylocker-sdk/sessions/${id}/documents/${type.replace(' ', '%20')}`;
      const response = await gateway.app.inject({ method: 'GET', url, headers: gateway.headers(key) });
      assert.equal(response.statusCode, 400, type);
      inEnvelope(response, type);
    }
  });

  it('never fault on an odd address, and answer in the envelope', async () => {
    const session = (part: string) => `/kyc/entitylocker-sdk/sessions/${part}/status`;
    const odd: [string, number][] = [
      [session(''), 521],
      [session('%00'), 521],
      [session('%zz'), 404],
      [session('%'), 404],
      [session('%c0%af'), 404],
      [session('%ff%fe'), 404],
      [session('%ED%A0%80'), 404],
      [session('a'.repeat(300)), 404],
      [session('a'.repeat(10_000)), 404],
      [session('%0d%0aset-cookie:%20a=b'), 521],
      [session('%e2%80%ae'), 521],
      [session('%252e%252e'), 521],
      [session('..'), 521],
      [session('.'), 521],
      [session('%2e%2e'), 521],
      [session('%2f'), 521],
      [session("'%20or%201=1"), 521],
      [session('<script>'), 521],
      [session(';a=b'), 521],
      ['/kyc/entitylocker-sdk/../authenticate', 404],
      ['/kyc/./entitylocker-sdk/sessions/x/status', 404],
      ['/%61uthenticate', 405],
      ['/%zz', 404],
      ['*', 404],
      ['http://elsewhere.example/health/live', 404],
      [`http://127.0.0.1:8080${session(id)}`, 404],
      [`${session(id)}?${'a=1&'.repeat(2_000)}`, 521],
      [`${session(id)}?a[__proto__][b]=1&__proto__=1`, 521],
      [`${session(id)}?%zz=%zz`, 521],
    ];
    for (const [address, status] of odd) {
      // Over a socket: `inject` would tidy the address up.
      const socket = await rawSocket(gateway);
      const headers = `Host: 127.0.0.1:8080\r\nAuthorization: ${key.token}\r\nx-api-key: ${key.apiKey}`;
      await socket.write(`GET ${address} HTTP/1.1\r\n${headers}\r\nConnection: close\r\n\r\n`);
      const answer = await socket.answer();
      const what = address.slice(0, 80);
      assert.equal(answer?.status, status, what);
      const lines = answer.head.split('\r\n').slice(1);
      const pairs = lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]);
      const response = { statusCode: status, headers: Object.fromEntries(pairs), body: answer.body };
      assert.equal(response.headers['set-cookie'], undefined);
      inEnvelope(response, what);
      socket.close();
    }
  });
});
