import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { AppError } from '../domain/app-error.ts';
import { integrator, walkFrom } from '../testing/api.ts';
import { backUrl, leadsTo, redirectFlow, walkByRedirect } from '../testing/families.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { browser } from '../testing/person.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { expireSessions } from '../usecases/sessions/expire.ts';

const hourMs = 3_600_000;

describe('the redirect flow', () => {
  let gateway: TestGateway;
  let api: ReturnType<typeof redirectFlow>;
  let startMs: number;
  let real: Upstream;
  before(async () => {
    gateway = await startTestGateway();
    startMs = gateway.clock.nowMs;
    api = redirectFlow(gateway, await gateway.newKey());
    const { test } = gateway.deps.upstreams;
    if (!test) throw new Error('no upstream');
    real = test;
  });
  afterEach(async () => {
    await gateway.deps.background.idle();
    gateway.clock.nowMs = startMs;
    gateway.deps.upstreams.test = real;
  });
  after(() => gateway.close());

  const pageOf = (id: string) => `${gateway.config.baseUrl}/consent/${id}`;
  const backWith = (id: string, status: string) => `${backUrl}&session_id=${id}&status=${status}`;
  const down = async (): Promise<never> => {
    throw new AppError('upstream_unavailable', { detail: 'switched off by a test' });
  };

  it('goes from init over EntityLocker back to the integrator, and shows nothing in between', async () => {
    const started = await api.init();
    const { session_id: id, authorization_url: address } = started.json().data;
    assert.equal(address, `${pageOf(id)}/authorize`);
    const created = await api.session(id);
    assert.deepEqual(Object.keys(created).sort(), ['@entity', 'created_at', 'id', 'status']);
    const person = browser(gateway);
    const callback = await walkFrom(person, await person.get(address), { share: ['CPMTD', 'UDCER'] });
    assert.deepEqual(await api.session(id), created, 'the person is under way, and nobody need know');
    const last = await person.get(callback);
    assert.equal(last.url, `${pageOf(id)}/return`);
    assert.equal(leadsTo(last.body), backWith(id, 'succeeded'));
    assert.deepEqual(await api.session(id), {
      ...created,
      status: 'succeeded',
      updated_at: startMs,
      documents_consented: ['company_master_details', 'udhyam_certificate'],
    });
    assert.equal((await api.document(id, 'udhyam_certificate')).json().data.files.length, 1);
    const refused = await api.document(id, 'gstn_details');
    assert.deepEqual([refused.statusCode, refused.json().message], [400, 'Consent for gstn_details not provided']);
  });

  it('binds the browser at its own address and sends it on with a state that nobody can guess', async () => {
    const end = startMs + 48 * hourMs;
    const id = await api.newSession({ consent_expiry: end, flow: 'signup' });
    const step = await browser(gateway).visit('GET', `/consent/${id}/authorize`);
    assert.equal(step.status, 302);
    assert.match(String(step.headers['set-cookie']), /^tijori_browser=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    assert.equal(step.headers['cache-control'], 'no-store');
    const { searchParams: query } = new URL(step.location ?? '');
    assert.equal(query.get('consent_valid_till'), String(Math.floor(end / 1_000)), 'in seconds');
    assert.equal(query.get('dl_flow'), 'signup');
    assert.equal(query.get('req_doctype'), 'CPMTD,GSTND,UDCER');
    assert.match(query.get('state') ?? '', /^[\w-]{43}$/);
    assert.ok(!query.get('state')?.includes(id));
  });

  it('comes back only in the browser that left', async () => {
    const id = await api.newSession();
    const callback = await walkByRedirect(browser(gateway), id);
    const page = await browser(gateway).visit('GET', callback);
    assert.equal(page.status, 403);
    assert.equal(page.location, null);
    assert.equal((await api.session(id)).status, 'created');
  });

  it('comes back after a denial, too, and says why it failed', async () => {
    const id = await api.newSession();
    const person = browser(gateway);
    const last = await person.get(await walkByRedirect(person, id, { decision: 'Deny' }));
    assert.equal(leadsTo(last.body), backWith(id, 'failed'));
    const { headers, body } = await api.status(id);
    assert.equal(headers['x-error-code'], 'consent_denied');
    assert.deepEqual(Object.keys(JSON.parse(body).data).sort(), [
      '@entity',
      'created_at',
      'id',
      'status',
      'updated_at',
    ]);
  });

  it('leads a second visit back at once, from its end on, and so after it expired', async () => {
    const person = browser(gateway);
    const done = await api.newSession();
    await person.get(await walkByRedirect(person, done));
    const again = await browser(gateway).visit('GET', `/consent/${done}/authorize`);
    assert.deepEqual([again.status, again.location], [302, backWith(done, 'succeeded')]);
    assert.equal(again.headers['set-cookie'], undefined);
    const late = await api.newSession();
    const callback = await walkByRedirect(person, late);
    gateway.clock.nowMs = startMs + 24 * hourMs;
    assert.equal(
      (await browser(gateway).visit('GET', `/consent/${late}/authorize`)).location,
      backWith(late, 'expired'),
    );
    assert.equal(leadsTo((await person.get(callback)).body), backWith(late, 'expired'));
    const newToken = redirectFlow(gateway, await gateway.newKey());
    assert.equal((await newToken.session(late)).status, 'expired');
  });

  it('keeps the person on our page while EntityLocker does not answer, and leads back once it does', async () => {
    const id = await api.newSession();
    const person = browser(gateway);
    const callback = await walkByRedirect(person, id);
    gateway.deps.upstreams.test = { ...real, issuedDocuments: down };
    const waiting = await person.get(callback);
    assert.equal(waiting.url, pageOf(id));
    assert.equal((await person.get(`/consent/${id}/authorize`)).url, pageOf(id), 'there is nothing to begin any more');
    assert.equal((await person.get(`/consent/${id}/return`)).url, pageOf(id), 'nor anything to return with');
    assert.equal((await api.session(id)).status, 'created');
    gateway.deps.upstreams.test = real;
    assert.equal(leadsTo((await person.submit(waiting)).body), backWith(id, 'succeeded'));
  });

  it('offers the way back on its own last page', async () => {
    const id = await api.newSession();
    const person = browser(gateway);
    await person.get(await walkByRedirect(person, id, { decision: 'Deny' }));
    const page = await person.get(`/consent/${id}`);
    assert.ok(page.body.includes(`href="${backWith(id, 'failed').replaceAll('&', '&amp;')}"`));
    const button = await person.visit('POST', `/consent/${id}/continue`, new URLSearchParams());
    assert.equal(button.location, `${pageOf(id)}/return`);
  });

  it('begins nothing for HEAD, for an image of another page, or for what is fetched in advance', async () => {
    const id = await api.newSession();
    const url = `/consent/${id}/authorize`;
    const host = new URL(gateway.config.baseUrl).host;
    assert.equal((await gateway.app.inject({ method: 'HEAD', url, headers: { host } })).statusCode, 405);
    for (const headers of [
      { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
      { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
      { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-purpose': 'prefetch;prerender' },
      { purpose: 'prefetch' },
    ]) {
      const step = await gateway.app.inject({ method: 'GET', url, headers: { host, ...headers } });
      assert.deepEqual([step.statusCode, step.headers.location], [302, `/consent/${id}`]);
      assert.equal(step.headers['set-cookie'], undefined);
    }
    assert.equal((await gateway.deps.stores.sessions.find(id))?.status, 'created');
    const headers = {
      host,
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
      'sec-fetch-site': 'cross-site',
    };
    assert.ok((await gateway.app.inject({ method: 'GET', url, headers })).headers['set-cookie']);
    assert.equal((await gateway.deps.stores.sessions.find(id))?.status, 'initialized');
  });

  it('goes on under the configured name, where its cookie lives', async () => {
    const url = `/consent/${await api.newSession()}/authorize`;
    const step = await gateway.app.inject({ method: 'GET', url, headers: { host: 'localhost:8080' } });
    assert.deepEqual([step.statusCode, step.headers.location], [302, gateway.config.baseUrl + url]);
    assert.equal(step.headers['set-cookie'], undefined);
  });

  it('is not for sessions of the SDK, whose page has to be read first', async () => {
    const sdk = integrator(gateway, await gateway.newKey());
    const id = await sdk.newSession();
    const step = await browser(gateway).visit('GET', `/consent/${id}/authorize`);
    assert.deepEqual([step.status, step.location], [302, pageOf(id)]);
    assert.equal((await sdk.session(id)).status, 'created');
  });

  it('expires with its consent, or after a day', async () => {
    const day = await api.newSession();
    const long = await api.newSession({ consent_expiry: startMs + 72 * hourMs });
    gateway.clock.nowMs = startMs + 24 * hourMs - 1;
    // Its token would have ended with the session.
    const nextDay = redirectFlow(gateway, await gateway.newKey());
    assert.equal((await nextDay.session(day)).status, 'created');
    gateway.clock.nowMs += 1;
    assert.equal((await nextDay.session(day)).status, 'expired');
    assert.equal((await nextDay.session(long)).status, 'created');
    gateway.clock.nowMs = startMs + 72 * hourMs;
    const inThreeDays = redirectFlow(gateway, await gateway.newKey());
    const read = await inThreeDays.session(long);
    assert.deepEqual([read.status, read.updated_at], ['expired', startMs + 72 * hourMs]);
    await expireSessions(gateway.deps, 100);
    assert.deepEqual(await inThreeDays.session(long), read);
  });

  it('plays the outcome that a test key asks for, and names it', async () => {
    const key = await gateway.newKey();
    const own = redirectFlow(gateway, key);
    const { send } = own;
    const headers = { 'x-tijori-scenario': 'deny' };
    const payload = {
      '@entity': 'in.co.sandbox.kyc.entitylocker.session.request',
      flow: 'signin',
      redirect_url: backUrl,
    };
    const started = await send({ method: 'POST', url: '/kyc/entitylocker/sessions/init', headers, payload });
    const id: string = started.json().data.session_id;
    const person = browser(gateway);
    await person.get(await walkByRedirect(person, id));
    const status = await own.status(id);
    assert.equal(status.headers['x-tijori-scenario'], 'deny');
    assert.equal(status.json().data.status, 'failed');
  });
});

describe('body of sessions/init', () => {
  let gateway: TestGateway;
  let api: ReturnType<typeof redirectFlow>;
  before(async () => {
    gateway = await startTestGateway();
    api = redirectFlow(gateway, await gateway.newKey());
  });
  after(() => gateway.close());

  const refuses = async (change: Record<string, unknown>) => {
    const response = await api.init(change);
    const { transaction_id: _, ...rest } = response.json();
    assert.equal(response.headers['x-error-code'], 'invalid_request_body', JSON.stringify(change));
    assert.deepEqual(rest, { code: 400, timestamp: gateway.clock.nowMs, message: 'Invalid request body' });
  };

  it('may have further keys, as the vendor does not close it', async () => {
    assert.equal((await api.init({ options: { pinless: true }, doc_types: ['gstn_details'] })).statusCode, 200);
  });

  it('names its type, its flow and an https address without user name or fragment', async () => {
    for (const change of [
      { '@entity': 'in.co.sandbox.kyc.entitylocker.sdk.session.request' },
      { '@entity': undefined },
      { flow: 'login' },
      { flow: undefined },
      { redirect_url: undefined },
      { redirect_url: null },
      { redirect_url: 'http://lender.example/' },
      { redirect_url: 'http://localhost:3000/' },
      { redirect_url: 'app://lender' },
      { redirect_url: 'https://user@lender.example/' },
      { redirect_url: 'https://lender.example/#part' },
      { redirect_url: 'https://lender.example:99999/' },
      { redirect_url: `https://lender.example/${'a'.repeat(2_048)}` },
    ]) {
      await refuses(change);
    }
    assert.equal((await api.init({ redirect_url: `https://lender.example/${'a'.repeat(2_025)}` })).statusCode, 200);
  });

  it('may say when the consent ends: in ms, an hour to ten years ahead', async () => {
    const { nowMs } = gateway.clock;
    const inSeconds = Math.floor(nowMs / 1_000) + 7_200;
    for (const consent_expiry of [inSeconds, 0, -1, nowMs, nowMs + 3_539_999, nowMs + 4e11, String(nowMs), null, 1.5]) {
      await refuses({ consent_expiry });
    }
    for (const consent_expiry of [nowMs + 3_540_000, nowMs + 3_600_000, nowMs + 300_000_000_000]) {
      assert.equal((await api.init({ consent_expiry })).statusCode, 200, String(consent_expiry));
    }
  });

  it('may lead to plain http on this machine where the operator allows it, with a test key', async () => {
    const lenient = await startTestGateway({ allowHttpReturn: true });
    try {
      const test = redirectFlow(lenient, await lenient.newKey('test'));
      const live = redirectFlow(lenient, await lenient.newKey('live'));
      for (const redirect_url of ['http://localhost:3000/back', 'http://127.0.0.1:3000/', 'http://[::1]/']) {
        assert.equal((await test.init({ redirect_url })).statusCode, 200, redirect_url);
        assert.equal((await live.init({ redirect_url })).statusCode, 400, redirect_url);
      }
      assert.equal((await test.init({ redirect_url: 'http://lender.example/' })).statusCode, 400);
    } finally {
      await lenient.close();
    }
  });
});
