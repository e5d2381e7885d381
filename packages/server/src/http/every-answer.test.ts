import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { AppError } from '../domain/app-error.ts';
import { createBody, createPath, integrator, walk } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { rawSocket } from '../testing/raw-socket.ts';
import type { NewKey } from '../usecases/keys/create.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const id = '7b0c6a1e-52a1-4d0a-9d53-0d1c1f6f9b11';

describe('every answer', () => {
  let gateway: TestGateway;
  let key: NewKey & { token: string };
  before(async () => {
    gateway = await startTestGateway({ hosts: new Set(['127.0.0.1:8080']) });
    key = await gateway.newKey();
  });
  after(() => gateway.close());

  const ask = (options: InjectOptions) =>
    gateway.app.inject({ ...options, headers: { host: '127.0.0.1:8080', ...options.headers } });

  it('has its transaction id in a header, and the body, if it has one, has the same', async () => {
    const headers = gateway.headers(key);
    const api = integrator(gateway, key);
    const made = await api.send({
      method: 'POST',
      url: createPath,
      payload: createBody(),
      headers: { host: '127.0.0.1:8080' },
    });
    const session: string = made.json().data.id;
    await walk(gateway, session);
    const status = `/kyc/entitylocker-sdk/sessions/${session}`;
    const link: string = (await ask({ method: 'GET', url: `${status}/documents/gstn_details`, headers })).json().data
      .files[0].url;
    const requests: InjectOptions[] = [
      { method: 'GET', url: `${status}/status`, headers },
      { method: 'GET', url: `${status}/status` },
      { method: 'GET', url: link.slice(gateway.config.baseUrl.length) },
      { method: 'GET', url: '/vault/documents/none' },
      { method: 'POST', url: '/authenticate' },
      { method: 'POST', url: createPath, headers, payload: '{' },
      { method: 'GET', url: '/nowhere' },
      { method: 'GET', url: '/nowhere', headers: { accept: 'text/html' } },
      { method: 'GET', url: '/%zz' },
      { method: 'GET', url: `/kyc/entitylocker-sdk/sessions/${'a'.repeat(300)}/status`, headers },
      { method: 'DELETE', url: '/authenticate' },
      { method: 'GET', url: '/health/live' },
      { method: 'GET', url: '/assets/docs.css' },
      { method: 'GET', url: `/consent/${session}` },
      { method: 'GET', url: `/consent/${id}` },
      { method: 'POST', url: `/consent/${session}/continue` },
      { method: 'GET', url: '/health/live', headers: { host: 'elsewhere.example' } },
    ];
    const seen = new Set<string>();
    for (const request of requests) {
      const response = await ask(request);
      const transactionId = String(response.headers['x-transaction-id']);
      assert.match(transactionId, uuid, `${request.method} ${request.url}`);
      assert.ok(!seen.has(transactionId));
      seen.add(transactionId);
      const isEnvelope = response.body.startsWith('{') && 'transaction_id' in response.json();
      if (isEnvelope) assert.equal(response.json().transaction_id, transactionId);
      const names = /reference: <code>(.*?)<\/code>/.exec(response.body)?.[1];
      if (names) assert.equal(names, transactionId, 'the page names another');
    }
  });

  it('of the API is JSON, whatever the client says that it wants', async () => {
    const headers = gateway.headers(key);
    for (const accept of ['text/html', 'application/xml', '*/*;q=0', 'image/*', ';', 'application/json;q=0', '']) {
      for (const url of [`/kyc/entitylocker-sdk/sessions/${id}/status`, '/authenticate']) {
        const method = url === '/authenticate' ? 'POST' : 'GET';
        const response = await ask({ method, url, headers: { ...headers, accept } });
        assert.equal(response.headers['content-type'], 'application/json; charset=utf-8', accept);
        assert.equal(response.statusCode, method === 'GET' ? 521 : 401, accept);
      }
    }
  });

  it('comes only under our own name, also for an address that nobody can decode', async () => {
    for (const url of ['/health/live', '/nowhere', '/%zz', '/%', `/consent/${'a'.repeat(300)}`]) {
      for (const host of ['elsewhere.example', '127.0.0.1:8081', 'localhost']) {
        const response = await ask({ method: 'GET', url, headers: { host } });
        assert.equal(response.statusCode, 421, `${url} at ${host}`);
        assert.equal(response.headers['x-error-code'], 'wrong_host');
      }
      assert.notEqual((await ask({ method: 'GET', url })).statusCode, 421);
    }
    await gateway.app.listen({ host: '127.0.0.1', port: 0 });
    const socket = await rawSocket(gateway);
    await socket.write('GET /%zz HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n');
    assert.equal((await socket.answer())?.status, 421);
    socket.close();
  });
});

describe('error_status: standard', () => {
  let gateway: TestGateway;
  let key: NewKey & { token: string };
  before(async () => {
    const extra = async (app: FastifyInstance) => {
      app.get('/v1/none', { config: { problem: true } }, () => {
        throw new AppError('data_not_found', { fill: { id } });
      });
    };
    gateway = await startTestGateway({ errorStatus: 'standard' }, { extra });
    key = await gateway.newKey();
  });
  after(() => gateway.close());

  it('sends 404 for 521 and 409 for 523, in status line and body, under the same code, and changes nothing else', async () => {
    const api = integrator(gateway, key);
    const session = await api.newSession();
    const cases: [Awaited<ReturnType<typeof api.status>>, number, string, string][] = [
      [await api.status(id), 404, 'data_not_found', `Data not found for: ${id}`],
      [
        await api.document(session, 'gstn_details'),
        409,
        'invalid_session_lifecycle',
        'Cannot get document due to invalid session lifecycle',
      ],
      [await api.document(session, 'aadhaar'), 400, 'invalid_request_body', 'Invalid request body'],
    ];
    for (const [response, status, code, message] of cases) {
      assert.equal(response.statusCode, status);
      assert.equal(response.headers['x-error-code'], code);
      const { transaction_id: _, timestamp: __, ...body } = response.json();
      assert.deepEqual(body, { code: status, message });
    }
    const problem = await gateway.app.inject({ method: 'GET', url: '/v1/none' });
    assert.deepEqual([problem.statusCode, problem.json().status, problem.json().code], [404, 404, 'data_not_found']);
    const headers = { host: '127.0.0.1:8080' };
    const page = await gateway.app.inject({ method: 'GET', url: `/consent/${id}`, headers });
    assert.equal(page.statusCode, 404);
    assert.match(page.body, /does not exist/);
    assert.equal((await api.create()).json().code, 200);
  });
});
