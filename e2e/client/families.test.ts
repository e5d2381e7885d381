import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { TijoriError } from '../../packages/client/src/index.ts';
import { people, walk, walkFrom } from '../../packages/server/src/testing/api.ts';
import { browser } from '../../packages/server/src/testing/person.ts';
import { rejection, type Stage, startStage } from './stage.ts';

const nobody = '7b0c6a1e-52a1-4d0a-9d53-0d1c1f6f9b11';

describe('a client, and the families of the gateway beyond the first', () => {
  let stage: Stage;
  before(async () => {
    stage = await startStage();
  });
  after(() => stage.close());

  const codeOf = async (call: Promise<unknown>) => {
    const error = await rejection(call);
    assert.ok(error instanceof TijoriError, String(error));
    assert.match(error.transactionId ?? '', /^[0-9a-f-]{36}$/);
    return [error.code, error.status];
  };

  it('go the way by redirect: init, consent, status, documents, entity, user', async () => {
    const { client } = await stage.newClient();
    const redirect_url = 'https://lender.example/back?step=2';
    const { session_id: id, authorization_url: url } = await client.sessions.init({
      flow: 'signin',
      redirect_url,
    });
    assert.deepEqual(await codeOf(client.sessions.entity(id)), ['invalid_session_lifecycle', 523]);
    const person = browser(stage.gateway);
    const back = await walkFrom(person, await person.get(url), { mobile: people.asha });
    await person.get(back);

    const session = await client.waitForSession(id, { family: 'api' });
    assert.equal(session.status, 'succeeded');
    assert.ok(session.documents_consented?.includes('gstn_details'));
    const [file] = await client.sessions.documents(id, 'gstn_details');
    assert.ok(file);
    assert.equal((await new Response(await client.downloadDocument(file)).arrayBuffer()).byteLength, file.size);
    assert.match((await client.sessions.entity(id)).id, /^[0-9a-f]{8}-[0-9a-f]{4}-5/);
    assert.equal(typeof (await client.sessions.userProfile(id)).eaadhaar, 'boolean');
    assert.deepEqual(await codeOf(client.sdkSessions.status(id)), ['data_not_found', 521]);
  });

  it('make rich sessions, find, change and cancel them', async () => {
    const { client } = await stage.newClient();
    const created = await client.v1.sessions.create({
      flow: 'signin',
      documents: [{ type: 'gstn_details', purpose: 'Working capital loan' }, { type: 'udhyam_certificate' }],
      reference: 'loan-17',
      metadata: { branch: 'Pune' },
      return_url: 'https://lender.example/back',
    });
    assert.deepEqual([created.status, created.reference, created.status_reason], ['created', 'loan-17', null]);
    assert.ok(created.url.endsWith(`/consent/${created.id}`));
    await walk(stage.gateway, created.id, { mobile: people.asha });
    assert.equal((await client.waitForSession(created.id)).status, 'succeeded');
    assert.equal((await client.sdkSessions.entity(created.id)).id, (await client.sdkSessions.entity(created.id)).id);
    const { timeline, documents } = await client.v1.sessions.get(created.id);
    assert.ok(timeline.some(({ action }) => action === 'session.succeeded'));
    assert.deepEqual(
      documents.map(({ consented }) => consented),
      [true, true],
    );

    const changed = await client.v1.sessions.update(created.id, { reference: 'loan-18', metadata: null });
    assert.deepEqual([changed.reference, changed.metadata], ['loan-18', null]);
    assert.deepEqual(await codeOf(client.v1.sessions.cancel(created.id)), ['session_ended', 409]);
    const { id } = await client.v1.sessions.create({ flow: 'signin', documents: [{ type: 'gstn_details' }] });
    for (const _ of ['first', 'again']) {
      assert.equal((await client.v1.sessions.cancel(id)).status_reason, 'session_cancelled');
    }
    assert.deepEqual(await codeOf(client.v1.sessions.get(nobody)), ['session_not_found', 404]);
  });

  it('turn pages', async () => {
    const { client } = await stage.newClient();
    const reference = 'list-of-seven';
    const made = new Set<string>();
    for (let count = 0; count < 7; count += 1) {
      const documents = [{ type: 'gstn_details' as const }];
      made.add((await client.v1.sessions.create({ flow: 'signin', documents, reference })).id);
    }
    const listed: string[] = [];
    for await (const { id } of client.v1.sessions.list({ reference, limit: 3 })) listed.push(id);
    assert.deepEqual(listed.toSorted(), [...made].sort());
    assert.deepEqual(await codeOf(client.v1.sessions.page({ cursor: 'made-up' })), ['invalid_cursor', 400]);
  });

  it('name the fields of a body that is refused', async () => {
    const { client } = await stage.newClient();
    const wrong = { flow: 'signin', documents: [{ type: 'aadhaar' as 'gstn_details' }] } as const;
    const error = await rejection(client.v1.sessions.create({ ...wrong, documents: [...wrong.documents] }));
    assert.ok(error instanceof TijoriError);
    assert.equal(error.code, 'invalid_request_body');
    assert.equal(error.faults[0]?.pointer, '/documents/0/type');
  });

  it('make one session of a create whose answer was lost', async () => {
    const { client } = await stage.newClient();
    stage.proxy.plan(/\/create$/, { reset: 'after' });
    const session = { flow: 'signin' as const, doc_types: ['gstn_details' as const] };
    const { id } = await client.sdkSessions.create(session);
    const [{ headers } = { headers: {} }] = stage.proxy.seenAt(/\/create$/);
    const idempotencyKey = String((headers as Record<string, unknown>)['idempotency-key']);
    assert.equal((await client.sdkSessions.create(session, { idempotencyKey })).id, id);
    const other = client.sdkSessions.create({ ...session, flow: 'signup' }, { idempotencyKey });
    assert.deepEqual(await codeOf(other), ['idempotency_key_reused', 422]);
  });
});
