import assert from 'node:assert/strict';
import { after, before, describe, it, mock } from 'node:test';
import { ApiUserCredentials } from '@in-co-sandbox/api-client-core';
import { Endpoint as VendorHosts } from '@in-co-sandbox/api-endpoints';
import { EntityLockerClient } from '@in-co-sandbox/kyc-api-client/entitylocker';
import { EntityLockerSDKClient } from '@in-co-sandbox/kyc-api-client/entitylocker-sdk';
import { type ErrorCode, errorCatalogue, sdkSessionEntity, sdkSessionRequestEntity } from '@tijori/wire';
import { AppError } from '../domain/app-error.ts';
import { walk } from '../testing/api.ts';
import { allEndpoints } from '../testing/contract-calls.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import type { NewKey } from '../usecases/keys/create.ts';
import { revokeKey } from '../usecases/keys/revoke.ts';

/** What the vendor's client throws. */
interface VendorError extends Error {
  getCode(): number;
  getTransactionId(): string | undefined;
  getTimestamp(): number | undefined;
}

const request = {
  '@entity': sdkSessionRequestEntity,
  flow: 'signin',
  doc_types: ['company_master_details', 'gstn_details'],
} as const;
/** As its types want it: they know no read-only list. */
const asked = (change: object = {}) =>
  ({ ...request, ...change }) as unknown as Parameters<EntityLockerSDKClient['createSession']>[0];

/**
 * The vendor's own published client, unchanged: only the host that it knows as a static value is ours (sandbox-api §8).
 * It brings the two packages of its own along, and wants `zod` without declaring it: hence the three names in knip.json.
 */
describe("the vendor's npm client", () => {
  let gateway: TestGateway;
  let key: NewKey;
  let client: EntityLockerSDKClient;
  const vendorHosts = { ...VendorHosts };
  before(async () => {
    // It prints every error that it throws.
    mock.method(console, 'error', () => {});
    gateway = await startTestGateway();
    await gateway.app.listen({ host: '127.0.0.1', port: 0 });
    const address = gateway.app.server.address();
    if (typeof address !== 'object' || !address) throw new Error('the gateway does not listen');
    const host = `http://127.0.0.1:${address.port}`;
    Object.assign(VendorHosts, { TEST: host, LIVE: host });
    key = await gateway.newKey();
    client = clientOf(key);
  });
  after(async () => {
    Object.assign(VendorHosts, vendorHosts);
    mock.restoreAll();
    await gateway.close();
  });

  const clientOf = ({ apiKey, apiSecret }: NewKey) =>
    new EntityLockerSDKClient(new ApiUserCredentials(apiKey, apiSecret));
  const succeeded = async () => {
    const created = await client.createSession(asked());
    const id = String(Reflect.get(Object(created.getData()), 'id'));
    await walk(gateway, id, { share: ['CPMTD'] });
    await gateway.deps.background.idle();
    return id;
  };
  /** The client throws what stands in the body, so that body and status line must agree. */
  const fails = async (call: Promise<unknown>, code: ErrorCode, fill: Record<string, string> = {}) => {
    const error = await call.then(
      () => assert.fail('the call succeeded'),
      (thrown: VendorError) => thrown,
    );
    const { status, message } = errorCatalogue[code];
    assert.equal(error.name, 'SandboxException');
    assert.equal(error.getCode(), status);
    assert.equal(
      error.message,
      message.replace(/\{(\w+)\}/g, (_, name: string) => fill[name] ?? ''),
    );
    assert.match(error.getTransactionId() ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    assert.equal(error.getTimestamp(), gateway.clock.nowMs);
  };

  it('authenticates by itself and creates a session', async () => {
    const created = await client.createSession(asked());
    assert.equal(created.getCode(), 200);
    const data = Object(created.getData()) as Record<string, unknown>;
    assert.deepEqual(Object.keys(data).sort(), ['@entity', 'created_at', 'id', 'status']);
    assert.equal(data['@entity'], sdkSessionEntity);
    assert.equal(data.status, 'created');
    // Strict clients take only the versions 1 to 5 (sandbox-api §8).
    assert.match(String(data.id), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('follows a session from created to succeeded and gets its document', async () => {
    const id = await succeeded();
    const status = Object(await client.getSessionStatus(id).then((answer) => answer.getData())) as Record<
      string,
      unknown
    >;
    assert.equal(status.status, 'succeeded');
    assert.deepEqual(status.documents_consented, ['company_master_details']);
    const document = await client.getDocument(id, 'company_master_details');
    const { files } = document.getData() as unknown as { files: { url: string; size: number }[] };
    const path = files[0]?.url.slice(gateway.config.baseUrl.length);
    const { rawPayload } = await gateway.app.inject({ url: path ?? '' });
    assert.equal(rawPayload.length, files[0]?.size);
  });

  it('is told each error of a session as the vendor tells it', async () => {
    const id = await succeeded();
    const created = await client.createSession(asked());
    const open = String(Reflect.get(Object(created.getData()), 'id'));
    const never = gateway.deps.newId();
    await fails(client.getSessionStatus(never), 'data_not_found', { id: never });
    await fails(client.getDocument(never, 'gstn_details'), 'data_not_found', { id: never });
    await fails(client.getDocument(open, 'gstn_details'), 'invalid_session_lifecycle');
    await fails(client.getDocument(id, 'gstn_details'), 'consent_not_provided', { doc_type: 'gstn_details' });
    // Its types know the three document types; a caller in plain JavaScript can send any.
    await fails(client.getDocument(id, 'aadhaar' as 'gstn_details'), 'invalid_request_body');
  });

  it('is told of a fault of ours, of a full disk and of a stop', async () => {
    const { commit } = gateway.deps.stores;
    for (const code of ['internal', 'storage_full', 'shutting_down'] as const) {
      gateway.deps.stores.commit = () => Promise.reject(new AppError(code));
      await fails(client.createSession(asked()), code);
    }
    gateway.deps.stores.commit = commit;
  });

  it('is told of a source that is down', async () => {
    const { test } = gateway.deps.upstreams;
    assert.ok(test);
    for (const code of [
      'upstream_unavailable',
      'upstream_timeout',
      'issuer_unavailable',
      'upstream_refused',
    ] as const) {
      gateway.deps.upstreams.test = { ...test, fetchDocument: () => Promise.reject(new AppError(code)) };
      const id = await succeeded();
      await fails(client.getDocument(id, 'company_master_details'), code);
    }
    gateway.deps.upstreams.test = test;
  });

  it('is told of a wrong secret, and of a key that is no more', async () => {
    const wrong = { ...key, apiSecret: `secret_test_${'0'.repeat(32)}` };
    await fails(clientOf(wrong).createSession(asked()), 'unauthorized');
    const doomed = await gateway.newKey();
    const its = clientOf(doomed);
    await its.createSession(asked());
    await revokeKey(gateway.deps, doomed.apiKey);
    gateway.clock.nowMs += 1_000;
    await fails(its.createSession(asked()), 'invalid_access_token');
  });

  it('is told of a token that is past its day, as far as it does not see that by itself', async () => {
    const startMs = gateway.clock.nowMs;
    gateway.clock.nowMs += 86_400_000;
    await fails(client.createSession(asked()), 'access_token_expired');
    gateway.clock.nowMs = startMs;
  });

  it('refuses by itself what we would refuse, too', async () => {
    await assert.rejects(client.createSession(asked({ doc_types: [] })), /^SandboxException: Invalid request body/);
  });
});

/** The operations of the vendor's other client, from the moment the contract has them. */
const entityLockerApi = allEndpoints.filter(({ family }) => family === 'entitylocker_api');

describe("the vendor's other npm client, for the EntityLocker API", () => {
  it('knows the path of every operation that we have of that family', () => {
    const { constructor: _, ...methods } = Object.getOwnPropertyDescriptors(EntityLockerClient.prototype);
    const source = Object.values<PropertyDescriptor>(methods).map(({ value }) => String(value));
    const known = [...source.join().matchAll(/"(\/kyc\/entitylocker\/[^"]+)"/g)].map(([, path]) => path);
    assert.equal(known.length, 5);
    for (const { path } of entityLockerApi) assert.ok(known.includes(path), path);
  });
});
