import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type Fetch, TijoriError } from '../../packages/client/src/index.ts';
import { walk } from '../../packages/server/src/testing/api.ts';
import { rejection, type Stage, startStage } from './stage.ts';

const vendor = 'https://test-api.sandbox.co.in';
const status = /\/status$/;
const create = /\/sessions\/create$/;
const authenticate = /^\/authenticate$/;
const session = () => ({ flow: 'signin' as const, doc_types: ['gstn_details' as const] });

/** The vendor's host, played by a gateway whose answers lose every header that the vendor's do not have. */
describe("a client and the vendor's own host", () => {
  let stage: Stage;
  before(async () => {
    stage = await startStage();
  });
  beforeEach(() => stage.proxy.reset());
  after(() => stage.close());

  const atVendor: Fetch = async (url, init) => {
    const response = await fetch(url.replace(vendor, stage.proxy.origin), init);
    const headers = [...response.headers].filter(([name]) => !/^(x-|ratelimit|repr-digest)/.test(name));
    return new Response(response.body, { status: response.status, headers });
  };
  const vendorClient = () => stage.newClient({ baseUrl: vendor, fetch: atVendor });

  const refused = async (call: Promise<unknown>, code: string, httpStatus: number) => {
    const error = await rejection(call);
    assert.ok(error instanceof TijoriError, String(error));
    assert.deepEqual([error.code, error.status], [code, httpStatus]);
    assert.match(error.transactionId ?? '', /^[0-9a-f-]{36}$/);
  };

  it('go the whole way', async () => {
    const { client } = await vendorClient();
    const { id } = await client.sdkSessions.create(session());
    await walk(stage.gateway, id);
    const { status: end, status_reason: reason } = await client.waitForSession(id);
    assert.deepEqual([end, reason], ['succeeded', null]);
    const [file] = await client.sdkSessions.documents(id, 'gstn_details');
    assert.ok(file);
    const bytes = await new Response(await client.downloadDocument(file)).arrayBuffer();
    assert.equal(bytes.byteLength, file.size);
  });

  it('tell errors apart by their texts', async () => {
    const { client } = await vendorClient();
    const { id } = await client.sdkSessions.create(session());
    await refused(client.sdkSessions.documents(id, 'gstn_details'), 'invalid_session_lifecycle', 523);
    await refused(client.sdkSessions.status('nobody'), 'data_not_found', 521);
    await refused(client.sdkSessions.create({ ...session(), doc_types: [] }), 'invalid_request_body', 400);
    await walk(stage.gateway, id);
    await refused(client.sdkSessions.documents(id, 'udhyam_certificate'), 'consent_not_provided', 400);
    const { apiKey } = await stage.gateway.newKey();
    const { client: stranger } = await stage.newClient({ baseUrl: vendor, fetch: atVendor, apiKey });
    await refused(stranger.sdkSessions.status(id), 'unauthorized', 401);
  });

  it('renew the token for each text that stands for a stale one, once', async () => {
    for (const message of ['Invalid access token', 'Access token has expired', 'Insufficient privilege']) {
      const { client } = await vendorClient();
      const { id } = await client.sdkSessions.create(session());
      stage.proxy.reset();
      const refusal = {
        answer: 403,
        body: { code: 403, message, timestamp: 1, transaction_id: stage.gateway.deps.newId() },
      };
      stage.proxy.plan(status, refusal);
      await client.sdkSessions.status(id);
      assert.equal(stage.proxy.seenAt(authenticate).length, 1, message);

      stage.proxy.plan(status, refusal, refusal, refusal);
      assert.equal(((await rejection(client.sdkSessions.status(id))) as TijoriError).status, 403, message);
      assert.equal(stage.proxy.seenAt(authenticate).length, 2, message);
    }
  });

  it('renew none for a refusal that no token cures', async () => {
    const { client } = await vendorClient();
    const { id } = await client.sdkSessions.create(session());
    stage.proxy.reset();
    for (const message of ['Insufficient credits', 'Usage quota exhausted', 'Access revoked']) {
      stage.proxy.plan(status, { answer: 403, body: { code: 403, message } });
      const error = (await rejection(client.sdkSessions.status(id))) as TijoriError;
      assert.deepEqual([error.code, error.retryable], ['http_403', false]);
      assert.ok(error.message.startsWith(message));
    }
    assert.equal(stage.proxy.seen.length, 3);
  });

  it('never repeat a create, and send no header that is ours', async () => {
    const { client } = await vendorClient();
    await client.sdkSessions.create(session(), { idempotencyKey: 'loan-17' });
    stage.proxy.reset();
    stage.proxy.plan(create, { answer: 503 }, { reset: 'after' }, { answer: 429 });
    for (const code of ['http_503', 'network_error', 'http_429']) {
      assert.equal(((await rejection(client.sdkSessions.create(session()))) as TijoriError).code, code);
    }
    assert.equal(stage.proxy.seenAt(create).length, 3);
    for (const { headers } of stage.proxy.seen) {
      assert.equal(headers['idempotency-key'], undefined);
      assert.equal(headers['x-tijori-scenario'], undefined);
    }
  });
});
