import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { docTypes, type V1Session } from '@tijori/wire';
import { integrator, walk, walkToCallback } from '../testing/api.ts';
import { leadsTo, ownApi, redirectFlow } from '../testing/families.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { browser } from '../testing/person.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const returnUrl = 'https://lender.example/back';

describe('a session in our own API', () => {
  let gateway: TestGateway;
  let own: ReturnType<typeof ownApi>;
  let sdk: ReturnType<typeof integrator>;
  let startMs: number;
  before(async () => {
    gateway = await startTestGateway();
    startMs = gateway.clock.nowMs;
    const key = await gateway.newKey();
    own = ownApi(gateway, key);
    sdk = integrator(gateway, key);
  });
  afterEach(async () => {
    await gateway.deps.background.idle();
    gateway.clock.nowMs = startMs;
  });
  after(() => gateway.close());

  const wanted = {
    flow: 'signup',
    documents: [{ type: 'gstn_details', purpose: 'Check of the GST registration' }, { type: 'company_master_details' }],
    reference: 'LOAN 2026/000117',
    metadata: { branch: 'indore-02', 'a.b_c-1': '', constructor: 'own' },
    locale: 'en-IN',
    return_url: returnUrl,
    expected_entity: { pan: 'ZZZCZ9999Z' },
  };

  it('is made with all that was said, and null for the rest', async () => {
    const expires_at = startMs + 2 * hourMs;
    const response = await own.create({ ...wanted, expires_at });
    assert.equal(response.statusCode, 201);
    const session = response.json<V1Session>();
    assert.equal(response.headers.location, `${gateway.config.baseUrl}/v1/sessions/${session.id}`);
    const full = {
      id: session.id,
      mode: 'test',
      family: 'sdk',
      flow: 'signup',
      status: 'created',
      status_reason: null,
      documents: [
        { type: 'gstn_details', purpose: 'Check of the GST registration', consented: false },
        { type: 'company_master_details', purpose: null, consented: false },
      ],
      reference: 'LOAN 2026/000117',
      metadata: wanted.metadata,
      locale: 'en-IN',
      return_url: returnUrl,
      expected_entity: { pan: 'ZZZCZ9999Z' },
      created_at: startMs,
      updated_at: null,
      expires_at,
      documents_expire_at: null,
      consent: null,
      redacted_at: null,
      follow_up_of: null,
      url: `${gateway.config.baseUrl}/consent/${session.id}`,
    };
    assert.deepEqual(session, full);
    const bare = await own.newSession({ documents: [{ type: 'gstn_details' }] });
    assert.deepEqual(bare, {
      ...full,
      id: bare.id,
      flow: 'signin',
      documents: [{ type: 'gstn_details', purpose: null, consented: false }],
      reference: null,
      metadata: null,
      locale: null,
      return_url: null,
      expected_entity: null,
      expires_at: startMs + hourMs,
      url: `${gateway.config.baseUrl}/consent/${bare.id}`,
    });
  });

  it('asks once for a type that stands twice, for its first purpose', async () => {
    const documents = [
      { type: 'gstn_details' },
      { type: 'gstn_details', purpose: 'A' },
      { type: 'gstn_details', purpose: 'B' },
    ];
    assert.deepEqual((await own.newSession({ documents })).documents, [
      { type: 'gstn_details', purpose: 'A', consented: false },
    ]);
  });

  it('is one of the SDK family to the addresses of the vendor, and leads back when it ends', async () => {
    const { id } = await own.newSession({ return_url: `${returnUrl}?x=1` });
    assert.equal((await sdk.session(id)).status, 'created');
    const last = await walk(gateway, id, { share: ['GSTND'] });
    assert.equal(leadsTo(last.body), `${returnUrl}?x=1&session_id=${id}&status=succeeded`);
    const session = (await own.get(id)).json<V1Session>();
    assert.deepEqual(
      session.documents.map(({ type, consented }) => [type, consented]),
      docTypes.map(({ name }) => [name, name === 'gstn_details']),
    );
    assert.equal(session.documents_expire_at, startMs + hourMs);
    assert.equal(session.updated_at, startMs);
  });

  it('expires when it was told to', async () => {
    const { id } = await own.newSession({ expires_at: startMs + 10 * minuteMs });
    gateway.clock.nowMs = startMs + 10 * minuteMs;
    const { status, status_reason, updated_at } = (await own.get(id)).json<V1Session>();
    assert.deepEqual([status, status_reason, updated_at], ['expired', 'session_expired', startMs + 10 * minuteMs]);
    assert.equal((await sdk.session(id)).status, 'expired');
  });

  it('has a timeline of who did what and when, without anything personal', async () => {
    const { id } = await own.newSession({ return_url: returnUrl });
    const person = browser(gateway);
    gateway.clock.nowMs += 1_000;
    const callback = await walkToCallback(person, id, { share: ['CPMTD'] });
    gateway.clock.nowMs += 1_000;
    await person.get(callback);
    await gateway.deps.background.idle();
    const { timeline } = (await own.get(id)).json<{ timeline: { action: string; detail: string | null }[] }>();
    const digest = timeline.find(({ action }) => action === 'document.held')?.detail?.split(':')[1];
    assert.match(digest ?? '', /^[0-9a-f]{64}$/);
    assert.deepEqual(timeline, [
      { at: startMs, actor: 'integrator', action: 'session.created', detail: null },
      { at: startMs + 1_000, actor: 'person', action: 'session.initialized', detail: null },
      { at: startMs + 1_000, actor: 'person', action: 'page.left', detail: 'signin' },
      { at: startMs + 2_000, actor: 'person', action: 'page.returned', detail: 'code' },
      { at: startMs + 2_000, actor: 'person', action: 'session.authorized', detail: null },
      { at: startMs + 2_000, actor: 'person', action: 'session.succeeded', detail: 'company_master_details' },
      {
        at: startMs + 2_000,
        actor: 'system',
        action: 'document.held',
        detail: `company_master_details sha256:${digest}`,
      },
      {
        at: startMs + 2_000,
        actor: 'system',
        action: 'document.judged',
        detail: 'company_master_details genuine',
      },
    ]);
  });

  it('shows in its timeline no more than the newest five hundred entries', async () => {
    const { id } = await own.newSession();
    const { stores } = gateway.deps;
    const session = await stores.sessions.find(id);
    if (!session) throw new Error('no session');
    for (let count = 0; count < 510; count += 1) {
      const entry = { atMs: startMs + count, actor: 'integrator', action: 'session.updated' } as const;
      await stores.commit([stores.audit.insertion(session, entry)]);
    }
    const { timeline } = (await own.get(id)).json<{ timeline: { at: number }[] }>();
    assert.equal(timeline.length, 500);
    assert.deepEqual([timeline[0]?.at, timeline.at(-1)?.at], [startMs + 10, startMs + 509]);
  });

  it('takes a reference and metadata later, also when it was made in the way of the vendor or has ended', async () => {
    const key = await gateway.newKey();
    const [both, flow] = [ownApi(gateway, key), redirectFlow(gateway, key)];
    const ended = await sdk.newSession();
    await walk(gateway, ended, { decision: 'Deny' });
    for (const id of [await sdk.newSession(), await flow.newSession(), ended]) {
      const before = (await both.get(id)).json<V1Session>();
      const first = await both.update(id, { reference: 'A-1', metadata: { a: '1', b: '2' } });
      assert.equal(first.statusCode, 200, first.body);
      const { timeline: _, ...rest } = before as V1Session & { timeline: unknown };
      assert.deepEqual(first.json(), { ...rest, reference: 'A-1', metadata: { a: '1', b: '2' } });
      assert.deepEqual((await both.update(id, { metadata: { c: '3' } })).json().metadata, { c: '3' });
      assert.equal((await both.update(id, { metadata: null })).json().reference, 'A-1');
      const cleared = (await both.update(id, { reference: null })).json<V1Session>();
      assert.deepEqual([cleared.reference, cleared.metadata], [null, null]);
      const { timeline } = (await both.get(id)).json<{ timeline: { action: string; detail: string | null }[] }>();
      assert.deepEqual(
        timeline.filter(({ action }) => action === 'session.updated').map(({ detail }) => detail),
        ['reference metadata', 'metadata', 'metadata', 'reference'],
      );
    }
  });

  it('does not lose one of two changes at once', async () => {
    const { id } = await own.newSession();
    await Promise.all([own.update(id, { reference: 'A' }), own.update(id, { metadata: { a: 'b' } })]);
    const { reference, metadata } = (await own.get(id)).json<V1Session>();
    assert.deepEqual([reference, metadata], ['A', { a: 'b' }]);
  });

  it('does not exist for another workspace or mode, in any of its addresses', async () => {
    const { id } = await own.newSession();
    const never = gateway.deps.newId();
    for (const stranger of [await gateway.newKey('test', 'Example Broker (fictional)'), await gateway.newKey('live')]) {
      const theirs = ownApi(gateway, stranger);
      const seen = async (ask: (id: string) => ReturnType<typeof theirs.get>, of: string) => {
        const { statusCode, headers, body } = await ask(of);
        const { transaction_id: _, ...problem } = JSON.parse(body);
        return { statusCode, code: headers['x-error-code'], problem };
      };
      for (const ask of [theirs.get, theirs.cancel, (of: string) => theirs.update(of, { reference: 'x' })]) {
        const answer = await seen(ask, id);
        assert.equal(answer.statusCode, 404);
        assert.deepEqual(answer, await seen(ask, never));
      }
      assert.deepEqual(await theirs.all(), []);
    }
    const { status, reference } = (await own.get(id)).json<V1Session>();
    assert.deepEqual([status, reference], ['created', null]);
  });
});
