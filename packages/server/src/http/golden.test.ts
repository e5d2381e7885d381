import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type ErrorCode, errorCatalogue, sdkAuthorizationRequestEntity } from '@tijori/wire';
import type { InjectOptions } from 'fastify';
import { AppError } from '../domain/app-error.ts';
import { createBody, createPath, integrator, people, walk, walkToCallback } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { goldenFolder } from '../testing/golden.ts';
import { browser } from '../testing/person.ts';
import { sdkPage } from '../testing/sdk-page.ts';
import type { NewKey } from '../usecases/keys/create.ts';
import { revokeKey } from '../usecases/keys/revoke.ts';

type Key = NewKey & { token: string };

describe('golden transcripts', () => {
  const golden = goldenFolder(join(import.meta.dirname, 'golden'));
  let gateway: TestGateway;
  let key: Key;
  let api: ReturnType<typeof integrator>;
  let startMs: number;
  before(async () => {
    gateway = await startTestGateway();
    startMs = gateway.clock.nowMs;
    key = await gateway.newKey();
    api = integrator(gateway, key);
  });
  after(() => gateway.close());

  const record = (name: string, options: InjectOptions, from: TestGateway = gateway) =>
    golden.record(name, options, from);
  const call = (method: 'GET' | 'POST', url: string, more: InjectOptions = {}): InjectOptions => ({
    method,
    url,
    ...more,
    headers: { ...gateway.headers(key), ...more.headers },
  });
  const create = (change: Record<string, unknown> = {}) => call('POST', createPath, { payload: createBody(change) });
  const statusPath = (id: string) => `/kyc/entitylocker-sdk/sessions/${id}/status`;
  const documentPath = (id: string, docType: string) => `/kyc/entitylocker-sdk/sessions/${id}/documents/${docType}`;
  const withUpstream = async <T>(change: object, run: () => Promise<T>): Promise<T> => {
    const { test } = gateway.deps.upstreams;
    if (!test) throw new Error('no upstream');
    gateway.deps.upstreams.test = { ...test, ...change };
    try {
      return await run();
    } finally {
      await gateway.deps.background.idle();
      gateway.deps.upstreams.test = test;
    }
  };
  const failing = (code: ErrorCode) => () => Promise.reject(new AppError(code, { detail: 'by a test' }));

  it('authenticate', async () => {
    const url = '/authenticate';
    const headers = { 'x-api-key': key.apiKey, 'x-api-secret': key.apiSecret };
    await record('authenticate.200', { method: 'POST', url, headers });
    const wrong = { ...headers, 'x-api-secret': `secret_test_${'0'.repeat(32)}` };
    await record('authenticate.401', { method: 'POST', url, headers: wrong });
    await record('authenticate.405', { method: 'GET', url, headers });
  });

  it('create', async () => {
    await record('create.200', create());
    await record('create.200-signup-one-type', create({ flow: 'signup', doc_types: ['gstn_details', 'gstn_details'] }));
    await record('create.400-unknown-type', create({ doc_types: ['aadhaar'] }));
    await record('create.400-unknown-scenario', {
      ...create(),
      headers: { ...gateway.headers(key), 'x-tijori-scenario': 'nonsense' },
    });
    await record('create.400-extra-key', create({ redirect_url: 'https://lender.example' }));
    await record('create.400-malformed', call('POST', createPath, { payload: '{', headers: json }));
    await record('create.400-content-type', call('POST', createPath, { payload: 'a=1', headers: form }));
    await record('create.403-invalid', call('POST', createPath, { headers: { authorization: 'none' } }));
    const large = await gateway.app.inject(create({ padding: 'x'.repeat(70_000) }));
    assert.equal(large.statusCode, 413);
    await record('create.405', call('GET', createPath));
  });

  it('create with an Idempotency-Key', async () => {
    const keyed = (idempotencyKey: string, change: Record<string, unknown> = {}) => ({
      ...create(change),
      headers: { ...gateway.headers(key), 'idempotency-key': idempotencyKey },
    });
    await gateway.app.inject(keyed('order-1042'));
    await record('create.200-replayed', keyed('order-1042'));
    await record('create.422-key-reused', keyed('order-1042', { flow: 'signup' }));
    await record('create.400-key-invalid', keyed('order 1042'));
    const { commit } = gateway.deps.stores;
    gateway.deps.stores.commit = async () => 'conflict';
    await record('create.409-in-progress', keyed('order-1043'));
    gateway.deps.stores.commit = commit;
  });

  it('status in each of the six states', async () => {
    const created = await api.newSession();
    await record('status.200-created', call('GET', statusPath(created)));
    const person = browser(gateway);
    const initialized = await api.newSession();
    const callback = await walkToCallback(person, initialized);
    await record('status.200-initialized', call('GET', statusPath(initialized)));
    await withUpstream({ issuedDocuments: failing('upstream_unavailable') }, () => person.get(callback));
    await record('status.200-authorized', call('GET', statusPath(initialized)));
    const succeeded = await api.newSession();
    await walk(gateway, succeeded, { share: ['CPMTD', 'UDCER'] });
    await record('status.200-succeeded', call('GET', statusPath(succeeded)));
    const failed = await api.newSession();
    await walk(gateway, failed, { decision: 'Deny' });
    await record('status.200-failed', call('GET', statusPath(failed)));
    gateway.clock.nowMs = startMs + 3_600_000;
    await record('status.200-expired', call('GET', statusPath(created)));
    gateway.clock.nowMs = startMs;
    await record('status.521', call('GET', statusPath(gateway.deps.newId())));
  });

  it('documents', async () => {
    const id = await api.newSession();
    await walk(gateway, id, { share: ['CPMTD', 'UDCER'] });
    const pdf = await record('document.200-pdf', call('GET', documentPath(id, 'company_master_details')));
    await record('document.200-xml', call('GET', documentPath(id, 'udhyam_certificate')));
    await record('document.400-not-consented', call('GET', documentPath(id, 'gstn_details')));
    await record('document.400-unknown-type', call('GET', documentPath(id, 'aadhaar')));
    const three = await api.newSession();
    await walk(gateway, three, { mobile: people.ravi });
    await record('document.200-three-files', call('GET', documentPath(three, 'gstn_details')));
    const open = await api.newSession();
    await record('document.523', call('GET', documentPath(open, 'gstn_details')));
    await record('document.521', call('GET', documentPath(gateway.deps.newId(), 'gstn_details')));

    const url: string = pdf.json().data.files[0].url;
    const link = url.slice(gateway.config.baseUrl.length);
    await record('link.200', { method: 'GET', url: link });
    await record('link.403', { method: 'GET', url: `${link}x` });
    await record('link.405', { method: 'HEAD', url: link });
    gateway.clock.nowMs = startMs + 3_600_000;
    await record('document.521-after-retention', call('GET', documentPath(id, 'company_master_details')));
    gateway.clock.nowMs = startMs;
  });

  it('documents that cannot be had now', async () => {
    for (const code of [
      'upstream_unavailable',
      'issuer_unavailable',
      'upstream_refused',
      'upstream_timeout',
    ] as const) {
      const id = await api.newSession();
      await withUpstream({ fetchDocument: failing(code) }, async () => {
        await walk(gateway, id);
        await gateway.deps.background.idle();
        const { status } = errorCatalogue[code];
        await record(`document.${status}-${code}`, call('GET', documentPath(id, 'gstn_details')));
      });
    }
    const ended = await api.newSession();
    const over = new AppError('upstream_refused', { cause: { status: 401, error: 'invalid_token' } });
    const never = () => Promise.reject(over);
    await withUpstream({ fetchDocument: never, refresh: never }, () => walk(gateway, ended));
    await record('document.400-consent_ended', call('GET', documentPath(ended, 'gstn_details')));
    const id = await api.newSession();
    const { put } = gateway.deps.blobs;
    gateway.deps.blobs.put = failing('storage_full');
    await walk(gateway, id);
    await gateway.deps.background.idle();
    await record('document.507', call('GET', documentPath(id, 'gstn_details')));
    gateway.deps.blobs.put = put;
  });

  it('the browser calls', async () => {
    const origin = 'https://shop.example.in';
    const own = await gateway.newKey('test', undefined, [origin]);
    const id = await integrator(gateway, own).newSession();
    const page = sdkPage(gateway, own.apiKey, origin);
    const path = (step: string) => `/kyc/entitylocker-sdk/sessions/${id}${step}`;
    const bare = { 'x-api-key': own.apiKey, origin };
    const headers = () => ({ ...bare, authorization: page.token, cookie: [...page.jar][0]?.join('=') });
    const send = (method: 'GET' | 'POST', step: string, more: InjectOptions = {}) => ({
      method,
      url: path(step),
      headers: headers(),
      ...more,
    });
    const ask = { origin, 'access-control-request-method': 'POST' };
    await record('browser-init.204-preflight', { method: 'OPTIONS', url: path('/init'), headers: ask });
    const init = await record('browser-init.200', { method: 'POST', url: path('/init'), headers: bare });
    for (const { name, value } of init.cookies) page.jar.set(name, value);
    await record('browser-init.403-another-browser', { method: 'POST', url: path('/init'), headers: bare });
    const nobody = { 'x-api-key': 'nobody', origin };
    await record('browser-init.401', { method: 'POST', url: path('/init'), headers: nobody });
    await page.init(id);
    await record('browser-session.200', send('GET', ''));
    const foreign = { ...headers(), origin: 'https://evil.example' };
    await record('browser-session.403-foreign-origin', send('GET', '', { headers: foreign }));
    await record('browser-authorization-url.200', send('GET', '/authorization_url'));
    await record('browser-reset.200', send('POST', '/reset'));
    await record('browser-session.200-after-reset', send('GET', ''));
    const { requestToken } = await page.trip(browser(gateway), id, { share: ['CPMTD', 'GSTND'] });
    const payload = { '@entity': sdkAuthorizationRequestEntity, request_token: requestToken };
    await record('browser-documents.403-before-authorize', send('GET', '/documents'));
    const authorized = await record('browser-authorize.200', send('POST', '/authorize', { payload }));
    await record('browser-authorize.403-replay', send('POST', '/authorize', { payload }));
    const token = { ...headers(), authorization: authorized.json().data.access_token };
    await record('browser-documents.200', send('GET', '/documents', { headers: token }));
    await record('browser-reset.523', send('POST', '/reset'));
  });

  it('errors of every operation', async () => {
    const url = statusPath('7b0c6a1e-52a1-4d0a-9d53-0d1c1f6f9b11');
    const without = { authorization: '' };
    await record('any.403-no-token', call('GET', url, { headers: without }));
    const other = await gateway.newKey();
    await record('any.403-another-key', call('GET', url, { headers: { 'x-api-key': other.apiKey } }));
    await revokeKey(gateway.deps, other.apiKey);
    await record('any.403-revoked', { method: 'GET', url, headers: gateway.headers(other) });
    gateway.clock.nowMs = startMs + 86_400_000;
    await record('any.403-expired', call('GET', url));
    gateway.clock.nowMs = startMs;
    await record('any.404', call('GET', '/kyc/entitylocker-sdk/sessions'));
    await record('any.404-undecodable', call('GET', '/kyc/entitylocker-sdk/sessions/%zz/status'));
    const payload = 'x'.repeat(65_537);
    const response = await gateway.app.inject(call('POST', createPath, { payload, headers: json }));
    assert.equal(response.headers['x-error-code'], 'body_too_large');
    await record('any.413', call('POST', createPath, { headers: { ...json, 'content-length': '65537' } }));
    const { commit } = gateway.deps.stores;
    for (const code of ['internal', 'overloaded', 'shutting_down', 'storage_full'] as const) {
      gateway.deps.stores.commit = failing(code);
      await record(`any.${errorCatalogue[code].status}-${code}`, create());
    }
    gateway.deps.stores.commit = commit;
  });

  it('errors of a server that guards its name and counts calls', async () => {
    const guarded = await startTestGateway({
      modes: ['test'],
      hosts: new Set(['127.0.0.1:8080']),
      rateLimits: { testPerMinute: 2, livePerMinute: 2 },
    });
    try {
      const own = await guarded.newKey();
      const headers = { ...guarded.headers(own), host: '127.0.0.1:8080' };
      const url = statusPath('7b0c6a1e-52a1-4d0a-9d53-0d1c1f6f9b11');
      await record('any.421', { method: 'GET', url, headers: { ...headers, host: 'elsewhere.example' } }, guarded);
      for (let count = 0; count < 2; count += 1) {
        assert.equal((await guarded.app.inject({ method: 'GET', url, headers })).statusCode, 521);
      }
      const limited = await record('any.429', { method: 'GET', url, headers }, guarded);
      assert.equal(limited.headers['retry-after'], '60');
      const another = await guarded.newKey();
      const others = { ...guarded.headers(another), host: '127.0.0.1:8080' };
      assert.equal((await guarded.app.inject({ method: 'GET', url, headers: others })).statusCode, 521);
    } finally {
      await guarded.close();
    }
  });

  it('cover every code of the catalogue, and there is none that nobody checks', () => {
    const expected = Object.keys(errorCatalogue).filter((code) => !elsewhere.has(code));
    assert.deepEqual([...golden.codes].sort(), expected.sort());
    golden.assertComplete();
  });
});

/** Codes that never stand in the vendor's envelope. */
const elsewhere = new Set([
  // Our own addresses: http/golden-v1.test.ts.
  'destination_refused',
  'event_not_found',
  'invalid_cursor',
  'invalid_query',
  'no_consent',
  'nothing_missing',
  'session_ended',
  'session_not_found',
  'session_open',
  'session_redacted',
  // Only where the database is another machine: storage/postgres.test.ts.
  'storage_unavailable',
  'webhook_endpoint_disabled',
  'webhook_endpoint_not_found',
  'webhook_endpoints_full',
  // Levers of tests: http/test-controls.test.ts.
  'invalid_action',
  'unknown_choice',
  'unknown_persona',
  // What is no request, or comes too slowly to be one: http/framing.test.ts, http/connections.test.ts.
  'malformed_request',
  'headers_too_large',
  'request_timeout',
]);

const json = { 'content-type': 'application/json' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
