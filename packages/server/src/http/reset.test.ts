import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { AppError } from '../domain/app-error.ts';
import { integrator, people, walkFrom, walkToCallback } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { browser } from '../testing/person.ts';
import { sdkPage } from '../testing/sdk-page.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { NewKey } from '../usecases/keys/create.ts';

/** A call that waits until a test lets it go on. */
function gate() {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), passed };
}

describe('reset', () => {
  let gateway: TestGateway;
  let key: NewKey & { token: string };
  let api: ReturnType<typeof integrator>;
  let upstream: Upstream;
  before(async () => {
    gateway = await startTestGateway();
    key = await gateway.newKey();
    api = integrator(gateway, key);
    const { test } = gateway.deps.upstreams;
    if (!test) throw new Error('no upstream');
    upstream = test;
  });
  afterEach(async () => {
    await gateway.deps.background.idle();
    gateway.deps.upstreams.test = upstream;
  });
  after(() => gateway.close());

  const opened = async () => {
    const page = sdkPage(gateway, key.apiKey);
    const id = await api.newSession();
    await page.init(id);
    return { page, id };
  };
  const statusOf = async (id: string) => (await api.session(id)).status;
  const down = () => Promise.reject(new AppError('upstream_unavailable', { detail: 'switched off by a test' }));
  /** Opens the window and comes back to it, up to `authorized`. */
  const authorized = async () => {
    const { page, id } = await opened();
    gateway.deps.upstreams.test = { ...upstream, issuedDocuments: down };
    const { requestToken = '' } = await page.trip(browser(gateway), id);
    gateway.deps.upstreams.test = upstream;
    assert.equal(await statusOf(id), 'authorized');
    return { page, id, requestToken };
  };

  it('takes a session under way back to its beginning, and answers the envelope alone', async () => {
    const { page, id } = await opened();
    const response = await page.reset(id);
    assert.equal(response.statusCode, 200);
    assert.deepEqual(Object.keys(response.json()).sort(), ['code', 'timestamp', 'transaction_id']);
    assert.equal(await statusOf(id), 'created');
    const before = await api.session(id);
    gateway.clock.nowMs += 1_000;
    assert.equal((await page.reset(id)).statusCode, 200, 'at its beginning it stays as it is');
    assert.deepEqual(await api.session(id), before);
    assert.equal((await page.init(id)).statusCode, 200, 'the browser is still bound');
    assert.equal(await statusOf(id), 'initialized');
    assert.equal((await sdkPage(gateway, key.apiKey).init(id)).statusCode, 403);
  });

  it('forgets the tokens of the consent, the open trips, their tickets and the handle; a new trip works', async () => {
    const { page, id, requestToken } = await authorized();
    const { stores } = gateway.deps;
    assert.ok(await stores.secrets.find(id));
    assert.equal((await page.reset(id)).statusCode, 200);
    assert.equal(await stores.secrets.find(id), undefined);
    assert.equal((await page.authorize(id, requestToken)).headers['x-error-code'], 'request_token_refused');
    const { lastPage, requestToken: fresh = '' } = await page.trip(browser(gateway), id, { share: ['UDCER'] });
    assert.match(lastPage.body, /Done\. Thank you\./);
    assert.equal((await page.authorize(id, fresh)).statusCode, 200);
    assert.deepEqual((await api.session(id)).documents_consented, ['udhyam_certificate']);
  });

  it('forgets the withdrawal codes with their consent: whoever consents next is shown to nobody, and stays as they chose', async () => {
    const { page, id } = await opened();
    const [first, second] = [browser(gateway), browser(gateway)];
    gateway.deps.upstreams.test = { ...upstream, issuedDocuments: down };
    await first.get(await walkToCallback(first, id, { mobile: people.ravi }));
    gateway.deps.upstreams.test = upstream;
    const old = new URLSearchParams({ code: first.jars.gateway.get('tijori_withdrawal') ?? '' });
    assert.equal((await first.visit('POST', '/withdraw', old)).status, 200, 'good while its consent stands');
    await page.reset(id);
    await page.init(id);
    await second.get(await walkToCallback(second, id, { mobile: people.asha }));
    assert.equal(await statusOf(id), 'succeeded');
    for (const path of ['/withdraw', '/withdraw/receipt', '/withdraw/confirm']) {
      assert.equal((await first.visit('POST', path, old)).status, 403, path);
    }
    assert.equal((await gateway.deps.stores.sessions.find(id))?.consentEndedAtMs, null);
    const own = new URLSearchParams({ code: second.jars.gateway.get('tijori_withdrawal') ?? '' });
    assert.equal((await second.visit('POST', '/withdraw/receipt', own)).status, 200);
  });

  it('leads who comes back from a forgotten trip to the page, and takes no ticket from before', async () => {
    const { page, id } = await opened();
    const [person, hosted] = [browser(gateway), browser(gateway)];
    const callback = await walkFrom(person, await person.get(await page.address(id)));
    const other = await walkToCallback(hosted, id);
    const ticket = await page.address(id);
    await page.reset(id);
    assert.equal((await browser(gateway).visit('GET', ticket)).status, 403);
    for (const [who, url, path] of [
      [person, callback, '/returned'],
      [hosted, other, ''],
    ] as const) {
      const end = await who.get(url);
      assert.equal(end.url, `${gateway.config.baseUrl}/consent/${id}${path}`);
      assert.match(end.body, /Continue to EntityLocker/);
    }
    await page.init(id);
    assert.equal((await person.get(callback)).url, `${gateway.config.baseUrl}/consent/${id}/returned`);
    assert.equal(await statusOf(id), 'initialized', 'also after the session has begun anew');
  });

  it('lets nobody set out who was about to: not for the session before it, nor for the one after', async () => {
    for (const isBegunAgain of [false, true]) {
      const { page, id } = await opened();
      const person = browser(gateway);
      const request = await person.get(`/consent/${id}`);
      const [reached, goOn] = [gate(), gate()];
      gateway.deps.upstreams.test = {
        ...upstream,
        authorizationStart: async (asked) => {
          reached.open();
          await goOn.passed;
          return upstream.authorizationStart(asked);
        },
      };
      const going = person.submit(request);
      await reached.passed;
      assert.equal((await page.reset(id)).statusCode, 200);
      if (isBegunAgain) await page.init(id);
      goOn.open();
      const next = await going;
      gateway.deps.upstreams.test = upstream;
      assert.equal(next.url, `${gateway.config.baseUrl}/consent/${id}`);
      assert.match(next.body, /Continue to EntityLocker/);
      assert.equal(await statusOf(id), isBegunAgain ? 'initialized' : 'created');
      assert.deepEqual(await gateway.deps.stores.consents.ofSession(id), [], 'nobody was asked');
      await person.get(await walkFrom(person, await person.submit(next)));
      assert.equal(await statusOf(id), 'succeeded', 'pressed anew, it leads on');
    }
  });

  it('lets a code that is being redeemed at that moment land nowhere', async () => {
    const { page, id } = await opened();
    const person = browser(gateway);
    const callback = await walkFrom(person, await person.get(await page.address(id)));
    const [reached, goOn] = [gate(), gate()];
    gateway.deps.upstreams.test = {
      ...upstream,
      redeem: async (input) => {
        reached.open();
        await goOn.passed;
        return upstream.redeem(input);
      },
    };
    const coming = person.get(callback);
    await reached.passed;
    assert.equal((await page.reset(id)).statusCode, 200);
    await page.init(id);
    assert.equal(await statusOf(id), 'initialized');
    goOn.open();
    assert.ok(!(await coming).body.includes('data-request-token'));
    assert.equal(await statusOf(id), 'initialized');
    assert.equal(await gateway.deps.stores.secrets.find(id), undefined);
  });

  it('lets a list of documents that is being read at that moment land nowhere, not even in the next consent', async () => {
    const { page, id } = await opened();
    const [reached, goOn] = [gate(), gate()];
    let calls = 0;
    gateway.deps.upstreams.test = {
      ...upstream,
      issuedDocuments: async (grant) => {
        calls += 1;
        if (calls > 1) return down();
        const issued = await upstream.issuedDocuments(grant);
        reached.open();
        await goOn.passed;
        return issued;
      },
    };
    const first = page.trip(browser(gateway), id);
    await reached.passed;
    assert.equal(await statusOf(id), 'authorized');
    await page.reset(id);
    await page.trip(browser(gateway), id, { share: ['GSTND'] });
    assert.equal(await statusOf(id), 'authorized', 'the second consent, its list not read yet');
    goOn.open();
    await first;
    assert.equal(await statusOf(id), 'authorized');
    assert.deepEqual(await gateway.deps.stores.documents.ofSession(id), []);
    gateway.deps.upstreams.test = upstream;
    await browser(gateway).visit('POST', `/consent/${id}/retry`, new URLSearchParams());
    assert.deepEqual((await api.session(id)).documents_consented, ['gstn_details']);
  });

  it('is done once of many at once', async () => {
    const { page, id } = await authorized();
    const answers = await Promise.all(Array.from({ length: 10 }, () => page.reset(id)));
    for (const { statusCode } of answers) assert.equal(statusCode, 200);
    assert.equal((await gateway.deps.stores.sessions.find(id))?.resets, 1);
  });
});
