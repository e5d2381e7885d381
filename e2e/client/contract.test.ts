import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { endpoints } from '@tijori/wire';
import type { TijoriClient } from '../../packages/client/src/index.ts';
import { fits } from '../../packages/server/src/testing/fits.ts';
import { sampleOf } from './sample.ts';
import { rejection, type Stage, startStage } from './stage.ts';

const id = '7b0c6a1e-52a1-4d0a-9d53-0d1c1f6f9b11';
const sdk = '/kyc/entitylocker-sdk/sessions';
const api = '/kyc/entitylocker/sessions';

/** Every method of the client, and the operation that it must be. */
const methods: Record<string, (client: TijoriClient) => Promise<unknown>> = {
  [`POST ${sdk}/create`]: (client) => client.sdkSessions.create({ flow: 'signup', doc_types: ['gstn_details'] }),
  [`GET ${sdk}/{}/status`]: (client) => client.sdkSessions.status(id),
  [`GET ${sdk}/{}/documents/{}`]: (client) => client.sdkSessions.documents(id, 'gstn_details'),
  [`GET ${sdk}/{}/entity`]: (client) => client.sdkSessions.entity(id),
  [`GET ${sdk}/{}/user/profile`]: (client) => client.sdkSessions.userProfile(id),
  [`POST ${api}/init`]: (client) =>
    client.sessions.init({
      flow: 'signin',
      redirect_url: 'https://lender.example/back',
      consent_expiry: Date.now() + 7_200_000,
    }),
  [`GET ${api}/{}/status`]: (client) => client.sessions.status(id),
  [`GET ${api}/{}/documents/{}`]: (client) => client.sessions.documents(id, 'gstn_details'),
  [`GET ${api}/{}/entity`]: (client) => client.sessions.entity(id),
  [`GET ${api}/{}/user/profile`]: (client) => client.sessions.userProfile(id),
  'POST /v1/sessions': (client) =>
    client.v1.sessions.create({
      flow: 'signin',
      documents: [{ type: 'gstn_details', purpose: 'Working capital loan' }],
      reference: 'loan-17',
      metadata: { branch: 'Pune' },
      expected_entity: { pan: 'ZZZCZ9999Z' },
    }),
  'GET /v1/sessions': (client) => client.v1.sessions.page({ status: 'created', limit: 50, reference: 'loan 17&x=1' }),
  'GET /v1/sessions/{}': (client) => client.v1.sessions.get(id),
  'PATCH /v1/sessions/{}': (client) => client.v1.sessions.update(id, { reference: 'loan-18', metadata: null }),
  'POST /v1/sessions/{}/cancel': (client) => client.v1.sessions.cancel(id),
  'POST /v1/webhook-endpoints': (client) =>
    client.v1.webhookEndpoints.create({ url: 'https://lender.example/hooks', events: ['endpoint.disabled'] }),
  'GET /v1/webhook-endpoints/{}': (client) => client.v1.webhookEndpoints.get('whe_0'),
  'PATCH /v1/webhook-endpoints/{}': (client) => client.v1.webhookEndpoints.update('whe_0', { enabled: false }),
  'POST /v1/webhook-endpoints/{}/rotate': (client) => client.v1.webhookEndpoints.rotate('whe_0'),
  'DELETE /v1/webhook-endpoints/{}': (client) => client.v1.webhookEndpoints.delete('whe_0'),
  'POST /v1/webhook-endpoints/{}/test': (client) => client.v1.webhookEndpoints.test('whe_0'),
  'GET /v1/webhook-endpoints/{}/deliveries': (client) =>
    client.v1.webhookEndpoints.deliveriesPage('whe_0', { state: 'failed', limit: 5 }),
  'POST /v1/webhook-endpoints/{}/replay': (client) =>
    client.v1.webhookEndpoints.replayPage('whe_0', { from: 1, to: 2, events: ['endpoint.disabled'], cursor: 'evt_0' }),
  'POST /v1/events/{}/resend': (client) => client.v1.events.resend('evt_0', { endpoint_id: 'whe_0' }),
  'GET /v1/events': (client) => client.v1.events.page({ type: 'endpoint.disabled', order: 'newest', wait: 1 }),
  'GET /v1/events/{}': (client) => client.v1.events.get('evt_0'),
};

const addressOf = ({ method, path }: { method: string; path: string }) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`;
const called = endpoints.filter((endpoint) => Object.hasOwn(methods, addressOf(endpoint)));

describe('each method of the client', () => {
  let stage: Stage;
  before(async () => {
    stage = await startStage();
  });
  beforeEach(() => stage.proxy.reset());
  after(() => stage.close());

  it('is one operation of the contract', () => {
    assert.deepEqual(called.map(addressOf).sort(), Object.keys(methods).sort());
  });

  for (const endpoint of called) {
    it(`${addressOf(endpoint)} sends what the contract takes and gives back what it answers`, async () => {
      const { client } = await stage.newClient();
      const {
        body: bodySchema,
        query: querySchema,
        status,
      } = endpoint as { body?: object; query?: { properties: object }; status?: number };
      const answer = sampleOf(endpoint.response) as { data: { files?: unknown } };
      const path = new RegExp(`^${endpoint.path.replace(/\{\w+\}/g, '[^/?]+')}(\\?|$)`);
      stage.proxy.plan(path, { answer: status ?? 200, body: answer });
      const result = await methods[addressOf(endpoint)]?.(client);

      const [sent] = stage.proxy.seenAt(path);
      assert.equal(sent?.method, endpoint.method);
      assert.equal(sent.headers.authorization?.split('.').length, 3);
      const isRepeatable = 'idempotent' in endpoint && endpoint.idempotent;
      assert.equal(sent.headers['idempotency-key'] !== undefined, isRepeatable);
      if (bodySchema) {
        assert.equal(sent.headers['content-type'], 'application/json');
        assert.ok(fits(bodySchema, JSON.parse(sent.body)), sent.body);
      } else assert.equal(sent.body, '');
      const query = Object.fromEntries(new URL(sent.url, stage.proxy.origin).searchParams);
      for (const key of Object.keys(query)) assert.ok(querySchema && key in querySchema.properties, key);

      const expected = endpoint.path.startsWith('/v1/') ? answer : (answer.data.files ?? answer.data);
      const reason = endpoint.path.endsWith('/status') ? { status_reason: null } : {};
      assert.deepEqual(result, Array.isArray(expected) ? expected : { ...expected, ...reason });
    });
  }

  it('escapes what goes into a query', async () => {
    const { client } = await stage.newClient();
    stage.proxy.plan(/^\/v1/, { answer: 200, body: { data: [], next_cursor: null } });
    await client.v1.sessions.page({ reference: 'loan 17&x=1', created_from: 5 });
    const [sent] = stage.proxy.seenAt(/^\/v1/);
    assert.deepEqual(
      [...new URL(sent?.url ?? '', stage.proxy.origin).searchParams],
      [
        ['reference', 'loan 17&x=1'],
        ['created_from', '5'],
      ],
    );
  });
});

describe('the list of sessions', () => {
  let stage: Stage;
  before(async () => {
    stage = await startStage();
  });
  beforeEach(() => stage.proxy.reset());
  after(() => stage.close());
  const page = (ids: string[], next_cursor: string | null) => ({
    answer: 200,
    body: { data: ids.map((each) => ({ id: each })), next_cursor },
  });

  it('goes on from page to page, and no further than it is read', async () => {
    const { client } = await stage.newClient();
    stage.proxy.plan(/^\/v1/, page(['a', 'b'], 'c1'), page(['c'], 'c2'), page(['d'], null));
    const read: string[] = [];
    for await (const session of client.v1.sessions.list({ status: 'created' })) read.push(session.id);
    assert.deepEqual(read, ['a', 'b', 'c', 'd']);
    const urls = stage.proxy.seenAt(/^\/v1/).map(({ url }) => url);
    assert.deepEqual(
      urls,
      ['', '&cursor=c1', '&cursor=c2'].map((more) => `/v1/sessions?status=created${more}`),
    );

    stage.proxy.reset();
    stage.proxy.plan(/^\/v1/, page(['a', 'b'], 'c1'));
    for await (const _ of client.v1.sessions.list()) break;
    assert.equal(stage.proxy.seen.length, 1);
  });

  it('does not turn in circles', async () => {
    const { client } = await stage.newClient();
    stage.proxy.plan(/^\/v1/, page(['a'], 'c1'), page(['a'], 'c1'), page(['a'], 'c1'));
    const readAll = async () => {
      for await (const session of client.v1.sessions.list()) assert.equal(session.id, 'a');
    };
    assert.equal(((await rejection(readAll())) as { code: string }).code, 'unexpected_answer');
    assert.equal(stage.proxy.seenAt(/^\/v1/).length, 2);
  });

  it('reads problems (RFC 9457), with the fields that were refused', async () => {
    const { client } = await stage.newClient();
    const faults = [{ pointer: '/documents/0/type', message: 'is none of the types' }];
    const body = {
      type: 'urn:tijori:error:invalid_request_body',
      title: 'Invalid request body',
      status: 400,
      code: 'invalid_request_body',
      transaction_id: id,
      errors: faults,
    };
    stage.proxy.plan(/^\/v1/, { answer: 400, headers: { 'content-type': 'application/problem+json' }, body });
    const error = await rejection(client.v1.sessions.create({ flow: 'signin', documents: [] }));
    const { code, status, transactionId, retryable, faults: found } = error as Record<string, unknown>;
    assert.deepEqual([code, status, transactionId, retryable, found], ['invalid_request_body', 400, id, false, faults]);
  });
});
