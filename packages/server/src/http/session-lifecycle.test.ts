import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { sessionStatuses } from '@tijori/wire';
import { AppError } from '../domain/app-error.ts';
import { blobNameOf } from '../domain/document.ts';
import { mayMove } from '../domain/session.ts';
import { integrator, walk, walkToCallback } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { browser } from '../testing/person.ts';
import { erasePastRetention, orphanSearch } from '../usecases/documents/erase.ts';
import { expireSessions } from '../usecases/sessions/expire.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

describe('a session by the clock', () => {
  let gateway: TestGateway;
  let api: ReturnType<typeof integrator>;
  let startMs: number;
  before(async () => {
    gateway = await startTestGateway();
    startMs = gateway.clock.nowMs;
    api = integrator(gateway, await gateway.newKey());
  });
  afterEach(async () => {
    await gateway.deps.background.idle();
    gateway.clock.nowMs = startMs;
  });
  after(() => gateway.close());

  const later = (ms: number) => {
    gateway.clock.nowMs = startMs + ms;
  };
  const blobs = async () => {
    const files = await readdir(join(gateway.config.dataDir, 'vault'), { recursive: true, withFileTypes: true });
    return files.filter((file) => file.isFile()).map((file) => file.name);
  };
  /** How many of these still lie in the vault. */
  const lying = async (names: string[]) => {
    const there = await blobs();
    return names.filter((name) => there.includes(name)).length;
  };
  const errorOf = (response: { statusCode: number; headers: Record<string, unknown> }) => [
    response.statusCode,
    response.headers['x-error-code'],
  ];
  /** A session in this state, reached the way that people reach it. */
  const inState = async (state: string): Promise<string> => {
    const id = await api.newSession();
    if (state === 'initialized' || state === 'authorized') {
      const person = browser(gateway);
      const callback = await walkToCallback(person, id);
      if (state === 'initialized') return id;
      const upstream = gateway.deps.upstreams.test;
      if (!upstream) throw new Error('no upstream');
      gateway.deps.upstreams.test = { ...upstream, issuedDocuments: unavailable };
      await person.get(callback);
      gateway.deps.upstreams.test = upstream;
    }
    if (state === 'succeeded') await walk(gateway, id, { share: ['CPMTD', 'GSTND'] });
    if (state === 'failed') await walk(gateway, id, { decision: 'Deny' });
    if (state === 'expired') later(hourMs);
    assert.equal((await api.session(id)).status, state);
    return id;
  };

  it('expires at its very moment, before and after the sweep alike', async () => {
    for (const state of ['created', 'initialized', 'authorized']) {
      const id = await inState(state);
      later(hourMs - 1);
      assert.equal((await api.session(id)).status, state);
      later(hourMs);
      const read = await api.session(id);
      assert.equal(read.status, 'expired');
      assert.equal(read.updated_at, startMs + hourMs, 'dated to the moment, not to the reading');
      later(hourMs + 5_000);
      assert.deepEqual(await api.session(id), read);
      assert.ok((await expireSessions(gateway.deps, 100)) >= 1);
      assert.equal((await gateway.deps.stores.sessions.find(id))?.status, 'expired');
      assert.deepEqual(await api.session(id), read, 'the sweep changed what was read');
      assert.equal(await gateway.deps.stores.secrets.find(id), undefined, 'tokens outlived the session');
      assert.equal(await expireSessions(gateway.deps, 100), 0);
      later(0);
    }
  });

  it('has `updated_at` from its first step on, and `documents_consented` only when succeeded', async () => {
    for (const state of sessionStatuses) {
      const id = await inState(state);
      const session = await api.session(id);
      const keys = ['@entity', 'id', 'status', 'created_at'];
      if (state !== 'created') keys.push('updated_at');
      if (state === 'succeeded') keys.push('documents_consented');
      assert.deepEqual(Object.keys(session).sort(), keys.sort(), state);
      assert.equal(session.created_at, startMs);
      later(0);
    }
  });

  it('moves `updated_at` with each step', async () => {
    const id = await api.newSession();
    const person = browser(gateway);
    later(1_000);
    const callback = await walkToCallback(person, id);
    assert.equal((await api.session(id)).updated_at, startMs + 1_000);
    later(9_000);
    await person.get(callback);
    assert.equal((await api.session(id)).updated_at, startMs + 9_000);
    later(30 * minuteMs);
    assert.equal((await api.session(id)).updated_at, startMs + 9_000);
  });

  it('never leaves an end', async () => {
    const { stores } = gateway.deps;
    for (const from of ['succeeded', 'failed', 'expired'] as const) {
      const id = await inState(from);
      if (from === 'expired') await expireSessions(gateway.deps, 100);
      const before = await api.session(id);
      for (const to of sessionStatuses) {
        assert.equal(mayMove(from, to), false);
        for (const claimed of ['created', 'initialized', 'authorized'] as const) {
          const move = stores.sessions.move({ id, resets: 0, from: claimed, to, atMs: gateway.clock.nowMs });
          assert.equal(await stores.commit([move]), 'conflict');
        }
      }
      const page = await browser(gateway).visit('POST', `/consent/${id}/continue`, new URLSearchParams());
      assert.equal(page.location, `${gateway.config.baseUrl}/consent/${id}`);
      later(2 * hourMs);
      await expireSessions(gateway.deps, 100);
      assert.deepEqual(await api.session(id), before);
      later(0);
    }
  });

  it('gives documents only after success, only what was consented, and only until retention', async () => {
    for (const state of ['created', 'initialized', 'authorized', 'failed', 'expired']) {
      const id = await inState(state);
      const answer = await api.document(id, 'company_master_details');
      assert.deepEqual(errorOf(answer), [523, 'invalid_session_lifecycle'], state);
      later(0);
    }
    const id = await inState('succeeded');
    // What comes only after the clock has moved came late, and is kept for longer.
    await gateway.deps.background.idle();
    const refused = await api.document(id, 'udhyam_certificate');
    assert.deepEqual(errorOf(refused), [400, 'consent_not_provided']);
    assert.equal(refused.json().message, 'Consent for udhyam_certificate not provided');
    later(hourMs - 1);
    assert.equal((await api.document(id, 'gstn_details')).statusCode, 200);
    later(hourMs);
    const gone = await api.document(id, 'gstn_details');
    assert.deepEqual(errorOf(gone), [521, 'data_not_found']);
    assert.equal(gone.json().message, `Data not found for: ${id}`);
    assert.deepEqual(errorOf(await api.document(id, 'udhyam_certificate')), [400, 'consent_not_provided']);
    assert.equal((await api.session(id)).status, 'succeeded', 'the session itself stays what it was');
  });

  it('kills a link at retention, although the link itself would have been good for longer', async () => {
    const id = await inState('succeeded');
    await gateway.deps.background.idle();
    const document = (await gateway.deps.stores.documents.ofType(id, 'gstn_details'))[0];
    later(hourMs - 1_000);
    const [link = ''] = await api.links(id, 'gstn_details');
    assert.match(link, new RegExp(`expires=${startMs + hourMs}&`), 'a link may not promise more than retention gives');
    // Signed by us, as if retention had been longer when it was made.
    const held = document?.held;
    if (!held) throw new Error('not held');
    const path = link.slice(0, link.indexOf('?'));
    const subject = {
      workspaceId: document.workspaceId,
      documentId: document.id,
      version: 1,
      contentType: held.contentType,
      filename: 'gstn_details.xml',
    };
    const terms = { expiresAtMs: startMs + hourMs + minuteMs, disposition: 'attachment' as const };
    const long = `${path}?${gateway.deps.presign.sign({ method: 'GET', path }, subject, terms, gateway.clock.nowMs)}`;
    const fetchLink = () => gateway.app.inject({ method: 'GET', url: long });
    assert.equal((await fetchLink()).statusCode, 200);
    later(hourMs - 1);
    assert.equal((await fetchLink()).statusCode, 200);
    later(hourMs);
    assert.deepEqual(errorOf(await fetchLink()), [403, 'link_refused']);
  });

  it('has its bytes, keys and tokens erased by the sweep', async () => {
    await erasePastRetention(gateway.deps, 100);
    const id = await inState('succeeded');
    await gateway.deps.background.idle();
    const held = await gateway.deps.stores.documents.ofSession(id);
    const names = held.map((document) => document.held?.blob ?? '');
    assert.equal(await lying(names), names.length);
    later(hourMs - 1);
    await erasePastRetention(gateway.deps, 100);
    assert.equal(await lying(names), names.length, 'erased too early');
    later(hourMs);
    assert.ok((await erasePastRetention(gateway.deps, 100)) >= 1);
    assert.equal(await lying(names), 0, 'files outlived retention');
    for (const document of await gateway.deps.stores.documents.ofSession(id)) {
      assert.equal(document.state, 'erased');
      assert.equal(document.held, null);
    }
    assert.equal(await gateway.deps.stores.secrets.find(id), undefined);
    assert.equal(await erasePastRetention(gateway.deps, 100), 0);
    assert.deepEqual(errorOf(await api.document(id, 'gstn_details')), [521, 'data_not_found']);
  });

  it('loses no young file, no held one and none of a document that it does not know to the removal of orphans', async () => {
    const id = await inState('succeeded');
    await gateway.deps.background.idle();
    const held = await blobs();
    assert.ok(held.length >= 2);
    const { newId } = gateway.deps;
    const [document] = await gateway.deps.stores.documents.ofType(id, 'gstn_details');
    const orphan = blobNameOf(document?.id ?? '', newId());
    const strangers = [blobNameOf(newId(), newId()), newId()];
    for (const name of [orphan, ...strangers]) await gateway.deps.blobs.put(name, [Buffer.from('left by a crash')]);
    // Files have the time of the machine, not of the test.
    gateway.clock.nowMs = Date.now();
    const removeOrphans = () => orphanSearch(gateway.deps).goOn(() => true);
    await removeOrphans();
    assert.ok((await blobs()).includes(orphan), 'a row may be about to name it');
    gateway.clock.nowMs = Date.now() + 10 * minuteMs + 5_000;
    assert.equal(await removeOrphans(), 1);
    assert.deepEqual((await blobs()).sort(), [...held, ...strangers].sort());
    for (const name of strangers) await gateway.deps.blobs.remove(name);
    gateway.clock.nowMs = startMs;
    assert.equal((await api.document(id, 'gstn_details')).statusCode, 200);
  });
});

async function unavailable(): Promise<never> {
  throw new AppError('upstream_unavailable', { detail: 'switched off by a test' });
}
