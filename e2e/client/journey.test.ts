import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { type DriveFile, type TijoriClient, TijoriError } from '../../packages/client/src/index.ts';
import { people, walk } from '../../packages/server/src/testing/api.ts';
import { revokeKey } from '../../packages/server/src/usecases/keys/revoke.ts';
import { rejection, type Stage, startStage } from './stage.ts';

const everything = ['company_master_details', 'gstn_details', 'udhyam_certificate'] as const;
const nobody = '7b0c6a1e-52a1-4d0a-9d53-0d1c1f6f9b11';
const authenticate = /^\/authenticate$/;

describe('a client and a gateway', () => {
  let stage: Stage;
  before(async () => {
    stage = await startStage();
  });
  after(() => stage.close());

  const bytesOf = async (client: TijoriClient, file: DriveFile) =>
    Buffer.from(await new Response(await client.downloadDocument(file)).arrayBuffer());

  const refused = async (call: Promise<unknown>, expected: Partial<TijoriError>) => {
    const error = await rejection(call);
    assert.ok(error instanceof TijoriError, String(error));
    for (const [key, value] of Object.entries(expected)) assert.equal(error[key as keyof TijoriError], value, key);
    assert.match(error.transactionId ?? '', /^[0-9a-f-]{36}$/);
    assert.ok(error.message.includes(String(error.transactionId)));
  };

  it('go the whole way: create, consent, status, documents, and the very bytes', async () => {
    const { client } = await stage.newClient();
    const created = await client.sdkSessions.create({ flow: 'signin', doc_types: [...everything] });
    assert.equal(created.status, 'created');
    const { status, status_reason: reason } = await client.sdkSessions.status(created.id);
    assert.deepEqual([status, reason], ['created', null]);
    await walk(stage.gateway, created.id, { mobile: people.asha });

    const session = await client.waitForSession(created.id);
    assert.equal(session.status, 'succeeded');
    assert.deepEqual(session.documents_consented, everything);
    for (const docType of everything) {
      const files = await client.sdkSessions.documents(created.id, docType);
      assert.equal(files.length, 1);
      for (const file of files) {
        const bytes = await bytesOf(client, file);
        assert.equal(bytes.length, file.size);
        const [document] = await stage.gateway.deps.stores.documents.ofType(created.id, docType);
        assert.equal(hash('sha256', bytes), document?.held?.sha256);
      }
    }
  });

  it('use one token for many calls at once', async () => {
    const { client } = await stage.newClient();
    stage.proxy.reset();
    const calls = Array.from({ length: 20 }, () =>
      client.sdkSessions.create({ flow: 'signin', doc_types: [...everything] }),
    );
    assert.equal(new Set((await Promise.all(calls)).map(({ id }) => id)).size, 20);
    assert.equal(stage.proxy.seenAt(authenticate).length, 1);
  });

  it('tell a reason for a session that failed', async () => {
    const { client } = await stage.newClient();
    const { id } = await client.sdkSessions.create(
      { flow: 'signin', doc_types: ['gstn_details'] },
      { scenario: 'deny' },
    );
    await walk(stage.gateway, id, { decision: 'Deny' });
    const { status, status_reason: reason } = await client.waitForSession(id);
    assert.deepEqual([status, reason], ['failed', 'consent_denied']);
  });

  it('name each error as the catalogue does', async () => {
    const { client } = await stage.newClient();
    const { id } = await client.sdkSessions.create({
      flow: 'signin',
      doc_types: ['gstn_details', 'udhyam_certificate'],
    });
    stage.proxy.reset();
    await refused(client.sdkSessions.documents(id, 'gstn_details'), { code: 'invalid_session_lifecycle', status: 523 });
    await refused(client.sdkSessions.status(nobody), { code: 'data_not_found', status: 521, retryable: false });
    assert.equal(stage.proxy.seenAt(/^\/kyc/).length, 2, 'neither is asked again');

    await walk(stage.gateway, id, { share: ['GSTND'] });
    await refused(client.sdkSessions.documents(id, 'udhyam_certificate'), {
      code: 'consent_not_provided',
      status: 400,
    });
    const wrong = { flow: 'sideways' as 'signin', doc_types: [] };
    await refused(client.sdkSessions.create(wrong), { code: 'invalid_request_body', status: 400, retryable: false });
    const [file] = await client.sdkSessions.documents(id, 'gstn_details');
    assert.ok(file);
    const altered = { ...file, url: file.url.replace(/signature=./, 'signature=') };
    await refused(client.downloadDocument(altered), { code: 'link_refused', status: 403 });
  });

  it('go on with a new token when the old one is over, and when it is no longer taken', async () => {
    const { client } = await stage.newClient();
    const { id } = await client.sdkSessions.create({ flow: 'signin', doc_types: ['gstn_details'] });
    stage.proxy.reset();
    stage.gateway.clock.nowMs += 24 * 3_600_000 + 1_000;
    assert.equal((await client.sdkSessions.status(id)).status, 'expired');
    assert.equal(stage.proxy.seenAt(authenticate).length, 1);
    assert.equal(stage.proxy.seenAt(/\/status$/).length, 2);
  });

  it('stop at one renewal where the key itself has ended', async () => {
    const { client, apiKey } = await stage.newClient();
    const { id } = await client.sdkSessions.create({ flow: 'signin', doc_types: ['gstn_details'] });
    await revokeKey(stage.gateway.deps, apiKey);
    stage.gateway.clock.nowMs += 1_000;
    stage.proxy.reset();
    await refused(client.sdkSessions.status(id), { code: 'unauthorized', status: 401 });
    assert.equal(stage.proxy.seen.length, 2);
  });

  it('take no other address for the one that was meant', async () => {
    const { client } = await stage.newClient();
    stage.proxy.reset();
    for (const id of ['', '.', '..'])
      assert.ok((await rejection(client.sdkSessions.status(id))) instanceof TypeError, id);
    await refused(client.sdkSessions.status('../create'), { code: 'data_not_found' });
    await refused(client.sdkSessions.status('a/b?c#d'), { code: 'data_not_found' });
    assert.deepEqual(
      stage.proxy.seenAt(/^\/kyc/).map(({ url }) => url),
      ['..%2Fcreate', 'a%2Fb%3Fc%23d'].map((id) => `/kyc/entitylocker-sdk/sessions/${id}/status`),
    );
  });
});
