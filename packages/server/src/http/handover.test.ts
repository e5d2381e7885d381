import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { AppError } from '../domain/app-error.ts';
import { integrator, type Person, people, walkFrom, walkToCallback } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { browser } from '../testing/person.ts';
import { allRows } from '../testing/rows.ts';
import { sdkPage } from '../testing/sdk-page.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { NewKey } from '../usecases/keys/create.ts';

const cookie = 'tijori_withdrawal';

/** The answer does not arrive, nor do its cookies. */
async function lose(person: Person, url: string): Promise<void> {
  const before = [...person.jars.gateway];
  await person.visit('GET', url);
  person.jars.gateway.clear();
  for (const [name, value] of before) person.jars.gateway.set(name, value);
}

describe('a browser that is back with a consent', () => {
  let gateway: TestGateway;
  let key: NewKey & { token: string };
  let api: ReturnType<typeof integrator>;
  let upstream: Upstream;
  before(async () => {
    gateway = await startTestGateway();
    key = await gateway.newKey();
    api = integrator(gateway, key);
    upstream = gateway.deps.upstreams.test as Upstream;
  });
  afterEach(async () => {
    await gateway.deps.background.idle();
    gateway.deps.upstreams.test = upstream;
  });
  after(() => gateway.close());

  const linkOf = (page: { body: string }) => /href="\/withdraw#([\w-]{43})"/.exec(page.body)?.[1];
  const receipt = (code: string) => browser(gateway).visit('POST', '/withdraw/receipt', new URLSearchParams({ code }));
  const codesOf = (id: string) => (allRows(gateway).withdrawal_codes ?? []).filter((row) => row.includes(id)).length;

  it('finds its withdrawal link at its second visit, when the answer to the first was lost', async () => {
    const id = await api.newSession();
    const person = browser(gateway);
    const callback = await walkToCallback(person, id);
    await lose(person, callback);
    assert.equal(person.jars.gateway.has(cookie), false);
    const code = linkOf(await person.get(callback));
    assert.ok(code, 'no link');
    assert.equal((await receipt(code)).status, 200);
    assert.equal(linkOf(await person.get(`/consent/${id}`)), code, 'and at the page of the session');
  });

  it('finds it while the documents are not listed yet, too', async () => {
    const id = await api.newSession();
    const person = browser(gateway);
    const callback = await walkToCallback(person, id);
    const issuedDocuments = () => Promise.reject(new AppError('upstream_unavailable', { detail: 'by a test' }));
    gateway.deps.upstreams.test = { ...upstream, issuedDocuments };
    await lose(person, callback);
    await person.get(callback);
    gateway.deps.upstreams.test = upstream;
    const code = person.jars.gateway.get(cookie) ?? '';
    const done = await person.visit('POST', '/withdraw/confirm', new URLSearchParams({ code }));
    assert.match(done.body, /Your consent is withdrawn/);
  });

  it('keeps what it had: at each visit another link, five in all, and every one of them stays good', async () => {
    const id = await api.newSession();
    const person = browser(gateway);
    const callback = await walkToCallback(person, id);
    const codes = new Set<string | undefined>();
    for (let visit = 0; visit < 8; visit += 1) codes.add(linkOf(await person.get(callback)));
    assert.deepEqual([codes.size, codes.has(undefined), codesOf(id)], [5, false, 5]);
    for (const code of codes) assert.equal((await receipt(code ?? '')).status, 200);
    await Promise.all(Array.from({ length: 10 }, () => person.get(callback)));
    assert.equal(codesOf(id), 5);
  });

  it('hands the page that began the trip another handle', async () => {
    const page = sdkPage(gateway, key.apiKey);
    const id = await api.newSession();
    await page.init(id);
    const person = browser(gateway);
    const callback = await walkFrom(person, await person.get(await page.address(id)));
    await lose(person, callback);
    const last = await person.get(callback);
    assert.ok(linkOf(last));
    const handle = /data-request-token="([^"]+)"/.exec(last.body)?.[1] ?? '';
    assert.equal((await page.authorize(id, handle)).statusCode, 200);
    assert.equal((await page.documents(id)).statusCode, 200);
  });

  it('gets none for a consent that is over', async () => {
    const id = await api.newSession();
    const person = browser(gateway);
    const callback = await walkToCallback(person, id);
    await lose(person, callback);
    assert.equal((await api.send({ method: 'POST', url: `/v1/sessions/${id}/withdraw` })).statusCode, 200);
    await person.get(callback);
    assert.equal(person.jars.gateway.has(cookie), false);
    assert.equal(codesOf(id), 1);
  });

  it('gets none for a consent of another trip: in another tab, or after a reset', async () => {
    const page = sdkPage(gateway, key.apiKey);
    const id = await api.newSession();
    await page.init(id);
    const [first, tab, second] = [browser(gateway), browser(gateway), browser(gateway)];
    const issuedDocuments = () => Promise.reject(new AppError('upstream_unavailable', { detail: 'by a test' }));
    gateway.deps.upstreams.test = { ...upstream, issuedDocuments };
    const [callback, late] = [await walkToCallback(first, id, { mobile: people.ravi }), await walkToCallback(tab, id)];
    await lose(first, callback);
    await tab.get(late);
    assert.equal(tab.jars.gateway.has(cookie), false);
    gateway.deps.upstreams.test = upstream;
    await page.reset(id);
    await page.init(id);
    gateway.clock.nowMs += 1_000;
    const own = await walkToCallback(second, id, { mobile: people.asha });
    await lose(second, own);
    await first.get(callback);
    assert.equal(first.jars.gateway.has(cookie), false);
    await second.get(own);
    assert.ok(second.jars.gateway.has(cookie));
    assert.equal(codesOf(id), 2);
  });
});
