import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { decodeJwt } from 'jose';
import { AppError } from '../domain/app-error.ts';
import { integrator, people, walk, walkFrom, walkToCallback } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { browser } from '../testing/person.ts';
import { sdkPage } from '../testing/sdk-page.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { NewKey } from '../usecases/keys/create.ts';

const minuteMs = 60_000;
const shop = 'https://shop.example.in';
const errorOf = (response: { headers: Record<string, unknown> }) => response.headers['x-error-code'];

describe('the browser calls', () => {
  let gateway: TestGateway;
  let key: NewKey & { token: string };
  let api: ReturnType<typeof integrator>;
  let upstream: Upstream;
  let startMs: number;
  before(async () => {
    gateway = await startTestGateway();
    startMs = gateway.clock.nowMs;
    key = await gateway.newKey('test', undefined, [shop]);
    api = integrator(gateway, key);
    const { test } = gateway.deps.upstreams;
    if (!test) throw new Error('no upstream');
    upstream = test;
  });
  afterEach(async () => {
    await gateway.deps.background.idle();
    gateway.clock.nowMs = startMs;
    gateway.deps.upstreams.test = upstream;
  });
  after(() => gateway.close());

  const newPage = () => sdkPage(gateway, key.apiKey, shop);
  const statusOf = async (id: string) => (await api.session(id)).status;
  /** A page that has opened a new session. */
  const opened = async () => {
    const [page, id] = [newPage(), await api.newSession()];
    assert.equal((await page.init(id)).statusCode, 200);
    return { page, id };
  };

  it('go the whole way: init, session, window, handle, authorize, documents', async () => {
    const id = await api.newSession({ doc_types: ['company_master_details', 'gstn_details'] });
    const page = newPage();
    const init = await page.init(id);
    assert.deepEqual(init.json().data, {
      '@entity': 'in.co.sandbox.kyc.entitylocker.sdk.authorization.response',
      access_token: page.token,
    });
    assert.equal(await statusOf(id), 'initialized');
    const { data: seen } = (await page.session(id)).json();
    assert.deepEqual(seen, {
      ...(await api.session(id)),
      documents_requested: ['company_master_details', 'gstn_details'],
    });

    const { requestToken, lastPage } = await page.trip(browser(gateway), id, { share: ['GSTND'] });
    assert.equal(lastPage.url, `${gateway.config.baseUrl}/consent/${id}/returned`);
    assert.equal(await statusOf(id), 'succeeded');
    assert.equal(errorOf(await page.documents(id)), 'insufficient_privilege', 'the token of init lists nothing');
    const before = page.token;
    assert.equal((await page.authorize(id, requestToken ?? '')).statusCode, 200);
    assert.notEqual(page.token, before);
    const { data } = (await page.documents(id)).json();
    assert.equal(data['@entity'], 'org.quicko.paginated_list');
    assert.deepEqual(
      data.items.map(({ doc_type, uri }: Record<string, string>) => [doc_type, uri]),
      [['gstn_details', 'in.org.gstn-GSTND-***']],
    );
    assert.deepEqual((await page.session(id)).json().data.documents_consented, ['gstn_details']);
  });

  it('tell a page nothing about entity or person, and hand out no link', async () => {
    const { page, id } = await opened();
    const { requestToken } = await page.trip(browser(gateway), id, { mobile: people.ravi });
    await page.authorize(id, requestToken ?? '');
    const documents = await gateway.deps.stores.documents.ofSession(id);
    const answers = [await page.documents(id), await page.session(id)].map(({ body }) => body).join('\n');
    assert.equal((await page.documents(id)).json().data.items.length, documents.length);
    for (const { uri, name, description } of documents) {
      const identifier = uri.split('-').slice(2).join('-');
      assert.ok(identifier.length > 5);
      for (const told of [uri, identifier]) assert.ok(!answers.includes(told), told);
      assert.ok(name.length > 0 && description.length > 0);
    }
    for (const told of ['http', people.ravi, 'Udaharan']) assert.ok(!answers.includes(told), told);
    assert.ok(!JSON.stringify(decodeJwt(page.token)).includes(people.ravi));
  });

  for (const status of ['created', 'initialized']) {
    it(`bind exactly one browser of fifty that come at once without a cookie (${status})`, () =>
      bindOneOfFifty(status));
  }
  const bindOneOfFifty = async (status: string) => {
    const id = await api.newSession();
    if (status === 'initialized') await walkToCallback(browser(gateway), id);
    assert.equal(await statusOf(id), status);
    const pages = Array.from({ length: 50 }, newPage);
    const answers = await Promise.all(pages.map((page) => page.init(id)));
    const bound = pages.filter((_, index) => answers[index]?.statusCode === 200);
    assert.equal(bound.length, 1);
    for (const answer of answers) {
      if (answer.statusCode === 200) continue;
      assert.equal(answer.statusCode, 403);
      assert.equal(errorOf(answer), 'insufficient_privilege');
      assert.equal(answer.headers['set-cookie'], undefined);
    }
    assert.equal((await bound[0]?.session(id))?.statusCode, 200);
  };

  it('give the bound browser another token whenever it asks, and no second cookie', async () => {
    const { page, id } = await opened();
    const [first, cookies] = [page.token, [...page.jar]];
    gateway.clock.nowMs += 5_000;
    const again = await page.init(id);
    assert.equal(again.statusCode, 200);
    assert.equal(again.headers['set-cookie'], undefined);
    assert.deepEqual([...page.jar], cookies);
    assert.notEqual(page.token, first);
  });

  it('never bind to a cookie that was there before', async () => {
    const id = await api.newSession();
    const page = newPage();
    const planted = 'A'.repeat(43);
    page.jar.set(`tijori_sdk_${id}`, planted);
    assert.equal((await page.init(id)).statusCode, 200);
    assert.notEqual(page.jar.get(`tijori_sdk_${id}`), planted);
    const planter = newPage();
    planter.jar.set(`tijori_sdk_${id}`, planted);
    assert.equal(errorOf(await planter.init(id)), 'insufficient_privilege');
  });

  it('keep two sessions in one page apart', async () => {
    const page = newPage();
    const [one, two] = [await api.newSession(), await api.newSession()];
    await Promise.all([page.init(one), page.init(two)]);
    assert.equal(page.jar.size, 2);
    for (const id of [one, two]) {
      assert.equal((await page.init(id)).statusCode, 200);
      assert.equal((await page.session(id)).statusCode, 200);
    }
  });

  it('set a cookie that only this host reads, no script sees, and each site has for itself, until the session expires', async () => {
    gateway.clock.nowMs = startMs;
    const id = await api.newSession();
    gateway.clock.nowMs += 10 * minuteMs;
    const plain = (await newPage().init(id)).headers['set-cookie'];
    const attributes = 'Max-Age=3000; Path=/; HttpOnly; Secure; Partitioned; SameSite=None';
    assert.match(String(plain), new RegExp(`^tijori_sdk_${id}=[\\w-]{43}; ${attributes}$`));
    const https = await startTestGateway({ baseUrl: 'https://consent.example.in' });
    try {
      const own = await https.newKey();
      const session = await integrator(https, own).newSession();
      const page = sdkPage(https, own.apiKey);
      const secured = (await page.init(session)).headers['set-cookie'];
      assert.match(String(secured), new RegExp(`^__Host-tijori_sdk_${session}=[\\w-]{43}; Max-Age=3600; Path=/; `));
      const journey = await browser(https).visit('GET', await page.address(session));
      assert.match(
        String(journey.headers['set-cookie']),
        /^__Host-tijori_browser=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      );
    } finally {
      await https.close();
    }
  });

  it('open a window once, though fifty try, and only for two minutes', async () => {
    const { page, id } = await opened();
    const url = await page.address(id);
    const tries = await Promise.all(Array.from({ length: 50 }, () => browser(gateway).visit('GET', url)));
    const gone = tries.filter(({ status }) => status === 302);
    assert.equal(gone.length, 1);
    assert.ok(gone[0]?.location?.startsWith(upstream.authorizationOrigin));
    assert.equal(gone[0]?.headers['referrer-policy'], 'no-referrer');
    for (const refused of tries.filter((each) => each !== gone[0])) {
      assert.equal(refused.status, 403);
      assert.equal(refused.headers['set-cookie'], undefined);
      assert.match(refused.body, /^<!doctype html>/);
    }
    const late = await page.address(id);
    gateway.clock.nowMs += 2 * minuteMs - 1;
    const still = await page.address(id);
    gateway.clock.nowMs += 1;
    assert.equal((await browser(gateway).visit('GET', late)).status, 403);
    assert.equal((await browser(gateway).visit('GET', still)).status, 302);
  });

  it('open it for no frame, script, prefetch, HEAD or other session, and the ticket is still good after', async () => {
    const { page, id } = await opened();
    const other = await opened();
    const url = new URL(await page.address(id));
    const address = `${url.pathname}${url.search}`;
    const { host } = url;
    for (const headers of [
      { 'sec-fetch-dest': 'iframe' },
      { 'sec-fetch-dest': 'object' },
      { 'sec-fetch-dest': 'empty' },
      { 'sec-fetch-dest': 'document', 'sec-purpose': 'prefetch;prerender' },
      { purpose: 'prefetch' },
    ]) {
      const response = await gateway.app.inject({ url: address, headers: { host, ...headers } });
      assert.equal(response.statusCode, 403, JSON.stringify(headers));
      assert.equal(response.headers['set-cookie'], undefined);
    }
    assert.equal((await gateway.app.inject({ method: 'HEAD', url: address, headers: { host } })).statusCode, 405);
    const wrong = [
      address.replace(id, other.id),
      address.replace(/ticket=.*/, 'ticket='),
      address.replace(/\?.*/, ''),
      `${address}&${url.search.slice(1)}`,
      `${address}x`,
      address.replace(/ticket=.*/, `ticket=${'A'.repeat(43)}`),
    ];
    for (const each of wrong) {
      assert.equal((await gateway.app.inject({ url: each, headers: { host } })).statusCode, 403, each);
    }
    const headers = {
      host,
      'sec-fetch-dest': 'document',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-site': 'cross-site',
    };
    assert.equal((await gateway.app.inject({ url: address, headers })).statusCode, 302);
  });

  it('bind the trip to the window: its callback in another browser is refused', async () => {
    const { page, id } = await opened();
    const person = browser(gateway);
    const callback = await walkFrom(person, await person.get(await page.address(id)));
    assert.equal((await browser(gateway).visit('GET', callback)).status, 403);
    assert.equal(await statusOf(id), 'initialized');
    await person.get(callback);
    assert.equal(await statusOf(id), 'succeeded');
  });

  it('leave a handle only after a trip that a page began and that brought a consent', async () => {
    const hosted = await api.newSession();
    const end = await walk(gateway, hosted);
    assert.ok(!end.body.includes('data-request-token'));
    assert.equal(await statusOf(hosted), 'succeeded');
    const mixed = await opened();
    const person = browser(gateway);
    const begun = await person.get(await walkToCallback(person, mixed.id));
    assert.ok(!begun.body.includes('data-request-token'), 'begun on the hosted page');
    assert.equal(await statusOf(mixed.id), 'succeeded');
    const denied = await opened();
    const trip = await denied.page.trip(browser(gateway), denied.id, { decision: 'Deny' });
    assert.equal(trip.requestToken, undefined);
    assert.equal(await statusOf(denied.id), 'failed');
    assert.equal(errorOf(await denied.page.session(denied.id)), 'consent_denied');
  });

  it('carry the handle in no address, in a cookie for the one page, and show it only while it is good', async () => {
    const { page, id } = await opened();
    const person = browser(gateway);
    const callback = await walkFrom(person, await person.get(await page.address(id)));
    const back = await person.visit('GET', callback);
    assert.equal(back.location, `${gateway.config.baseUrl}/consent/${id}/returned`);
    assert.match(
      [back.headers['set-cookie']].flat().at(-1) ?? '',
      new RegExp(`^tijori_return=[\\w-]{43}; Max-Age=120; Path=/consent/${id}; HttpOnly; SameSite=Lax$`),
    );
    const handle = person.jars.gateway.get('tijori_return') ?? '';
    const shows = async () =>
      (await person.get(`/consent/${id}/returned`)).body.includes(`data-request-token="${handle}"`);
    assert.ok(await shows());
    assert.ok(await shows(), 'looking uses nothing up');
    assert.ok(!(await browser(gateway).get(`/consent/${id}/returned`)).body.includes('data-request-token'));
    const elsewhere = await person.get(`/consent/${await api.newSession()}/returned`);
    assert.ok(!elsewhere.body.includes('data-request-token'));
    await page.authorize(id, handle);
    assert.ok(!(await shows()), 'used up');
    person.jars.gateway.set('tijori_return', '"><script>alert(1)</script>');
    assert.ok(!(await person.get(`/consent/${id}/returned`)).body.includes('alert'));
  });

  it('take a handle once, though fifty show it, and only for two minutes', async () => {
    const { page, id } = await opened();
    const { requestToken = '' } = await page.trip(browser(gateway), id);
    const answers = await Promise.all(Array.from({ length: 50 }, () => page.authorize(id, requestToken)));
    assert.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1);
    for (const answer of answers.filter(({ statusCode }) => statusCode !== 200)) {
      assert.equal(errorOf(answer), 'request_token_refused');
    }
    const late = await opened();
    const trip = await late.page.trip(browser(gateway), late.id);
    gateway.clock.nowMs += 2 * minuteMs;
    assert.equal(errorOf(await late.page.authorize(late.id, trip.requestToken ?? '')), 'request_token_refused');
  });

  it('take no other thing for a handle: not of another session, a ticket, a token, a cookie', async () => {
    const { page, id } = await opened();
    const { requestToken = '' } = await page.trip(browser(gateway), id);
    const other = await opened();
    const foreign = await other.page.trip(browser(gateway), other.id);
    const third = await opened();
    const ticket = new URL(await third.page.address(third.id)).searchParams.get('ticket') ?? '';
    const wrong = [foreign.requestToken ?? '', ticket, page.token.slice(0, 256), [...page.jar.values()][0] ?? '', id];
    for (const each of wrong) assert.equal(errorOf(await page.authorize(id, each)), 'request_token_refused', each);
    assert.equal(errorOf(await third.page.authorize(third.id, ticket)), 'request_token_refused', 'a ticket to open');
    const asTicket = `/consent/${id}/open?ticket=${requestToken}`;
    assert.equal((await browser(gateway).visit('GET', asTicket)).status, 403);
    assert.equal((await page.authorize(id, requestToken)).statusCode, 200, 'the right one is still good');
  });

  it('list nothing before the session has succeeded, or once retention has taken it', async () => {
    const { page, id } = await opened();
    const down = () => Promise.reject(new AppError('upstream_unavailable', { detail: 'switched off by a test' }));
    gateway.deps.upstreams.test = { ...upstream, issuedDocuments: down };
    const { requestToken = '', lastPage } = await page.trip(browser(gateway), id);
    assert.match(lastPage.body, /Waiting for EntityLocker/);
    assert.equal((await page.authorize(id, requestToken)).statusCode, 200);
    assert.equal(errorOf(await page.documents(id)), 'invalid_session_lifecycle');
    gateway.deps.upstreams.test = upstream;
    gateway.clock.nowMs += minuteMs;
    await browser(gateway).visit('POST', `/consent/${id}/retry`, new URLSearchParams());
    assert.equal((await page.documents(id)).statusCode, 200);
  });

  it('are gone for a page when the session is past its time, whatever its end', async () => {
    const { page, id } = await opened();
    gateway.clock.nowMs = startMs + 60 * minuteMs;
    assert.equal(errorOf(await page.session(id)), 'access_token_expired');
    assert.equal(errorOf(await page.init(id)), 'invalid_session_lifecycle');
  });

  it('leave neither cookie, ticket, handle nor token in the data folder', async () => {
    const { page, id } = await opened();
    const address = await page.address(id);
    const early = page.token;
    const { requestToken = '' } = await page.trip(browser(gateway), id);
    await page.authorize(id, requestToken);
    const files = await readdir(gateway.config.dataDir, { recursive: true, withFileTypes: true });
    const contents = await Promise.all(
      files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name))),
    );
    const all = Buffer.concat(contents);
    assert.ok(all.includes(id), 'the search does not see the database');
    const canaries = {
      cookie: [...page.jar.values()][0] ?? '',
      ticket: new URL(address).searchParams.get('ticket') ?? '',
      handle: requestToken,
      'first token': early.split('.')[2] ?? '',
      'second token': page.token.split('.')[2] ?? '',
    };
    for (const [what, canary] of Object.entries(canaries)) {
      assert.equal(canary.length, 43, `${what} was not caught by the test`);
      assert.ok(!all.includes(canary), `${what} is on disk`);
    }
  });

  it('cannot send anybody off where the mode has no upstream, and say so', async () => {
    const live = await gateway.newKey('live', undefined, [shop]);
    const id = await integrator(gateway, live).newSession();
    const page = sdkPage(gateway, live.apiKey, shop);
    assert.equal((await page.init(id)).statusCode, 200);
    assert.equal(errorOf(await page.authorizationUrl(id)), 'upstream_unavailable');
  });
});
