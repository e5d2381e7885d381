import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { AppError } from '../domain/app-error.ts';
import { integrator, walk, walkFrom, walkToCallback } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { browser } from '../testing/person.ts';
import { sdkPage } from '../testing/sdk-page.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { callbackPath } from '../usecases/journey/attempt.ts';

const minuteMs = 60_000;

describe('the journey', () => {
  let gateway: TestGateway;
  let api: ReturnType<typeof integrator>;
  let real: Upstream;
  let startMs: number;
  const calls = { redeem: 0, issued: 0 };
  before(async () => {
    gateway = await startTestGateway();
    startMs = gateway.clock.nowMs;
    api = integrator(gateway, await gateway.newKey());
    const { test } = gateway.deps.upstreams;
    if (!test) throw new Error('no upstream');
    real = {
      ...test,
      redeem: (input) => {
        calls.redeem += 1;
        return test.redeem(input);
      },
      issuedDocuments: (grant) => {
        calls.issued += 1;
        return test.issuedDocuments(grant);
      },
    };
    gateway.deps.upstreams.test = real;
  });
  afterEach(async () => {
    await gateway.deps.background.idle();
    gateway.clock.nowMs = startMs;
    gateway.deps.upstreams.test = real;
    calls.redeem = 0;
    calls.issued = 0;
  });
  after(() => gateway.close());

  const statusOf = async (id: string) => (await api.session(id)).status;
  const sessionPage = (id: string) => `${gateway.config.baseUrl}/consent/${id}`;
  const down = async (): Promise<never> => {
    throw new AppError('upstream_unavailable', { detail: 'switched off by a test' });
  };

  it('goes through all states, one token request in all', async () => {
    const id = await api.newSession();
    const person = browser(gateway);
    assert.equal(await statusOf(id), 'created');
    const callback = await walkToCallback(person, id);
    assert.equal(await statusOf(id), 'initialized');
    const page = await person.get(callback);
    assert.equal(page.url, sessionPage(id));
    assert.equal(await statusOf(id), 'succeeded');
    assert.deepEqual(calls, { redeem: 1, issued: 1 });
  });

  it('binds the browser with a cookie that no script and no other site can use', async () => {
    const id = await api.newSession();
    const page = await browser(gateway).visit('POST', `/consent/${id}/continue`, new URLSearchParams());
    assert.match(String(page.headers['set-cookie']), /^tijori_browser=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    assert.ok(page.location?.startsWith(new URL(gateway.config.upstreams.test?.baseUrl ?? '').origin));
  });

  it('is not changed by looking at its page', async () => {
    for (const headers of [{}, { purpose: 'prefetch' }, { 'sec-fetch-mode': 'no-cors' }]) {
      const id = await api.newSession();
      const before = await api.session(id);
      for (let times = 0; times < 3; times += 1) {
        const host = new URL(gateway.config.baseUrl).host;
        const page = await gateway.app.inject({ url: `/consent/${id}`, headers: { host, ...headers } });
        assert.equal(page.statusCode, 200);
        assert.equal(page.headers['set-cookie'], undefined);
      }
      assert.deepEqual(await api.session(id), before);
    }
  });

  it('takes no step from a form of another site, or from one that does not say where it is from', async () => {
    const id = await api.newSession();
    const host = new URL(gateway.config.baseUrl).host;
    const origins = [
      undefined,
      'null',
      '',
      'https://evil.example',
      `${gateway.config.baseUrl}.evil.example`,
      gateway.config.baseUrl.replace('http:', 'https:'),
      gateway.config.baseUrl.replace('127.0.0.1', 'localhost'),
      `${gateway.config.baseUrl}/`,
    ];
    for (const step of ['continue', 'retry']) {
      for (const origin of origins) {
        const response = await gateway.app.inject({
          method: 'POST',
          url: `/consent/${id}/${step}`,
          headers: { host, ...(origin === undefined ? {} : { origin }) },
        });
        assert.equal(response.statusCode, 403, `${step} from ${origin}`);
        assert.match(String(response.headers['content-type']), /^text\/html/);
        assert.equal(response.headers['set-cookie'], undefined);
        assert.equal(response.headers.location, undefined);
      }
    }
    assert.equal(await statusOf(id), 'created');
  });

  it('refuses an unknown, missing or doubled state', async () => {
    const person = browser(gateway);
    const id = await api.newSession();
    const callback = new URL(await walkToCallback(person, id));
    const state = callback.searchParams.get('state') ?? '';
    const queries = [
      '',
      'code=x',
      'code=x&state=',
      `code=x&state=${'A'.repeat(43)}`,
      `code=x&state=${state}x`,
      `code=x&state=${state}&state=${state}`,
      `code=x&state[]=${state}`,
      `code=x&state=%00${state}`,
    ];
    for (const query of queries) {
      const page = await person.visit('GET', `${callbackPath}?${query}`);
      assert.equal(page.status, 403, query);
      assert.match(page.body, /^<!doctype html>/, query);
    }
    assert.equal(await statusOf(id), 'initialized');
    assert.equal(calls.redeem, 0);
    assert.equal((await person.get(callback.href)).url, sessionPage(id), 'the right one is still good');
    assert.equal(await statusOf(id), 'succeeded');
  });

  it('refuses another browser, with no cookie or a cookie of its own, and stays open for the right one', async () => {
    const person = browser(gateway);
    const id = await api.newSession();
    const callback = await walkToCallback(person, id);
    const bare = browser(gateway);
    const other = browser(gateway);
    await walkToCallback(other, await api.newSession());
    const forged = browser(gateway);
    forged.jars.gateway.set('tijori_browser', 'A'.repeat(43));
    for (const stranger of [bare, other, forged]) {
      const page = await stranger.visit('GET', callback);
      assert.equal(page.status, 403);
      assert.ok(!page.body.includes(id));
    }
    assert.equal(await statusOf(id), 'initialized');
    assert.equal(calls.redeem, 0);
    await person.get(callback);
    assert.equal(await statusOf(id), 'succeeded');
  });

  it('refuses an attempt past its ten minutes; a new one works', async () => {
    const person = browser(gateway);
    const id = await api.newSession();
    const callback = await walkToCallback(person, id);
    gateway.clock.nowMs = startMs + 10 * minuteMs;
    assert.equal((await person.get(callback)).url, sessionPage(id));
    assert.equal(await statusOf(id), 'initialized');
    assert.equal(calls.redeem, 0);
    await person.get(await walkToCallback(person, id));
    assert.equal(await statusOf(id), 'succeeded');
  });

  it('leads a replay by the same browser to the session page and changes nothing', async () => {
    const person = browser(gateway);
    const id = await api.newSession();
    const callback = await walkToCallback(person, id);
    await person.get(callback);
    const before = await api.session(id);
    gateway.clock.nowMs += 1_000;
    const again = await person.visit('GET', callback);
    assert.equal(again.status, 303);
    assert.equal(again.location, sessionPage(id));
    const refusal = callback.replace(/code=[^&]*/, 'error=access_denied');
    assert.equal((await person.visit('GET', refusal)).location, sessionPage(id));
    assert.deepEqual(await api.session(id), before);
    assert.deepEqual(calls, { redeem: 1, issued: 1 });
  });

  it('makes exactly one token request of fifty callbacks at once', async () => {
    const person = browser(gateway);
    const id = await api.newSession();
    const callback = await walkToCallback(person, id);
    const pages = await Promise.all(Array.from({ length: 50 }, () => person.visit('GET', callback)));
    for (const page of pages) assert.equal(page.location, sessionPage(id));
    assert.equal(calls.redeem, 1);
    assert.equal(await statusOf(id), 'succeeded');
    const documents = await gateway.deps.stores.documents.ofSession(id);
    assert.equal(documents.length, 3);
  });

  it('works in two tabs: the one that comes back first counts, the other is shown the outcome', async () => {
    const person = browser(gateway);
    const id = await api.newSession();
    const first = await walkToCallback(person, id);
    const tab = await person.get(`/consent/${id}`);
    const second = await walkFrom(person, await person.submit(tab), { share: ['GSTND'] });
    await person.get(second);
    assert.deepEqual((await api.session(id)).documents_consented, ['gstn_details']);
    assert.equal((await person.get(first)).url, sessionPage(id));
    assert.deepEqual((await api.session(id)).documents_consented, ['gstn_details']);
    assert.equal(calls.redeem, 1);
  });

  it('starts once of many clicks at once', async () => {
    const id = await api.newSession();
    const person = browser(gateway);
    const clicks = Array.from({ length: 10 }, () =>
      person.visit('POST', `/consent/${id}/continue`, new URLSearchParams()),
    );
    for (const page of await Promise.all(clicks)) assert.equal(page.status, 303);
    assert.equal(await statusOf(id), 'initialized');
  });

  it('ends failed on Deny, without a token request', async () => {
    const id = await api.newSession();
    const page = await walk(gateway, id, { decision: 'Deny' });
    assert.equal(page.url, sessionPage(id));
    assert.equal(await statusOf(id), 'failed');
    assert.equal(calls.redeem, 0);
    assert.equal(await gateway.deps.stores.secrets.find(id), undefined);
  });

  it('ends failed on Allow without a single tick, and forgets the tokens', async () => {
    const id = await api.newSession();
    await walk(gateway, id, { share: [] });
    assert.equal(await statusOf(id), 'failed');
    assert.equal(await gateway.deps.stores.secrets.find(id), undefined);
  });

  it('survives a refusal that may pass, and ends on any other', async () => {
    for (const [error, status] of [
      ['server_error', 'initialized'],
      ['temporarily_unavailable', 'initialized'],
      ['invalid_request', 'failed'],
      ['made_up_error', 'failed'],
    ]) {
      const person = browser(gateway);
      const id = await api.newSession();
      const callback = await walkToCallback(person, id);
      await person.get(callback.replace(/code=[^&]*/, `error=${error}`));
      assert.equal(await statusOf(id), status, error);
    }
    assert.equal(calls.redeem, 0);
  });

  it('stands where it stood when the answer says nothing, or two things; its page leads on, and a window tells its page', async () => {
    const key = await gateway.newKey();
    for (const answer of ['', 'code=&', 'code=a&code=b&', 'error=access_denied&error=server_error&']) {
      const id = await api.newSession();
      const person = browser(gateway);
      const callback = await walkToCallback(person, id);
      const page = await person.get(callback.replace(/code=[^&]*&/, answer));
      assert.equal(page.status, 200, answer);
      assert.ok(page.body.includes('EntityLocker did not answer just now'), answer);
      assert.equal(await statusOf(id), 'initialized');
      await person.get(await walkFrom(person, await person.submit(page)));
      assert.equal(await statusOf(id), 'succeeded', answer);

      const [frame, opened] = [sdkPage(gateway, key.apiKey), await integrator(gateway, key).newSession()];
      await frame.init(opened);
      const inWindow = browser(gateway);
      const back = await walkFrom(inWindow, await inWindow.get(await frame.address(opened)));
      const last = await inWindow.get(back.replace(/code=[^&]*&/, answer));
      assert.equal(last.url, `${sessionPage(opened)}/returned`);
      assert.match(last.body, /data-window="returned"/, 'with the script that tells the page');
    }
  });

  it('stands where it stood when the exchange of the code has no answer, and a new attempt works', async () => {
    for (const code of ['upstream_unavailable', 'upstream_timeout'] as const) {
      const person = browser(gateway);
      const id = await api.newSession();
      const callback = await walkToCallback(person, id);
      gateway.deps.upstreams.test = { ...real, redeem: () => Promise.reject(new AppError(code)) };
      const page = await person.visit('GET', callback);
      assert.equal(page.status, code === 'upstream_timeout' ? 504 : 503);
      assert.match(page.body, /^<!doctype html>/);
      gateway.deps.upstreams.test = real;
      assert.equal(await statusOf(id), 'initialized');
      assert.equal((await person.get(callback)).url, sessionPage(id), 'the code is spent');
      assert.equal(await statusOf(id), 'initialized');
      await person.get(await walkToCallback(person, id));
      assert.equal(await statusOf(id), 'succeeded', code);
    }
  });

  it('ends as failed at the third exchange without an answer, and at the first that is refused', async () => {
    for (const [code, tries] of [
      ['upstream_timeout', 3],
      ['upstream_refused', 1],
    ] as const) {
      const person = browser(gateway);
      const id = await api.newSession();
      for (let tried = 1; tried <= tries; tried += 1) {
        assert.equal(await statusOf(id), tried === 1 ? 'created' : 'initialized');
        const callback = await walkToCallback(person, id);
        gateway.deps.upstreams.test = { ...real, redeem: () => Promise.reject(new AppError(code)) };
        await person.get(callback);
        gateway.deps.upstreams.test = real;
      }
      const { headers, body } = await api.status(id);
      assert.equal(JSON.parse(body).data.status, 'failed');
      assert.equal(headers['x-error-code'], code === 'upstream_refused' ? 'exchange_refused' : 'exchange_failed');
    }
  });

  it('stays authorized while the list cannot be had, and the retry of its page completes it', async () => {
    const person = browser(gateway);
    const id = await api.newSession();
    const callback = await walkToCallback(person, id);
    gateway.deps.upstreams.test = { ...real, issuedDocuments: down };
    const waiting = await person.get(callback);
    assert.equal(waiting.url, sessionPage(id));
    assert.equal(await statusOf(id), 'authorized');
    const still = await person.submit(waiting);
    assert.equal(still.url, sessionPage(id));
    assert.equal(await statusOf(id), 'authorized');
    gateway.deps.upstreams.test = real;
    await person.submit(still);
    assert.equal(await statusOf(id), 'succeeded');
    assert.equal(calls.redeem, 1);
  });

  it('hands out documents on demand when they could not be fetched at once', async () => {
    const id = await api.newSession();
    gateway.deps.upstreams.test = { ...real, fetchDocument: down };
    await walk(gateway, id);
    await gateway.deps.background.idle();
    assert.equal(await statusOf(id), 'succeeded');
    const refused = await api.document(id, 'gstn_details');
    assert.equal(refused.statusCode, 503);
    assert.equal(refused.headers['x-error-code'], 'upstream_unavailable');
    gateway.deps.upstreams.test = real;
    assert.equal((await api.document(id, 'gstn_details')).statusCode, 200);
  });

  it('keeps one file of a document that many fetch at once', async () => {
    const id = await api.newSession();
    gateway.deps.upstreams.test = { ...real, fetchDocument: down };
    await walk(gateway, id);
    await gateway.deps.background.idle();
    gateway.deps.upstreams.test = real;
    const answers = await Promise.all(Array.from({ length: 10 }, () => api.document(id, 'company_master_details')));
    for (const answer of answers) assert.equal(answer.statusCode, 200);
    const [document] = await gateway.deps.stores.documents.ofType(id, 'company_master_details');
    let named = 0;
    let unnamed = 0;
    for await (const { name } of gateway.deps.blobs.list()) {
      if (name === document?.held?.blob) named += 1;
      if (!(await gateway.deps.stores.documents.isHeldBlob(name))) unnamed += 1;
    }
    assert.deepEqual({ named, unnamed }, { named: 1, unnamed: 0 });
  });

  it('cannot be begun where the mode has no upstream, and says so', async () => {
    const live = integrator(gateway, await gateway.newKey('live'));
    const id = await live.newSession();
    const page = await browser(gateway).visit('POST', `/consent/${id}/continue`, new URLSearchParams());
    assert.equal(page.status, 503);
    assert.equal((await live.session(id)).status, 'created');
  });

  it('shows a page for an id that nobody has', async () => {
    const page = await browser(gateway).get(`/consent/${gateway.deps.newId()}`);
    assert.equal(page.status, 521);
    assert.match(page.body, /^<!doctype html>/);
  });
});
