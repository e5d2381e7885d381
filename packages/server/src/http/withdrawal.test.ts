import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { type ConsentRecord, locales, type V1Session } from '@tijori/wire';
import { AppError } from '../domain/app-error.ts';
import { textsOf } from '../pages/texts/index.ts';
import { integrator, type Person, walkToCallback } from '../testing/api.ts';
import { initBody, initPath, ownApi, redirectFlow, walkByRedirect } from '../testing/families.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { browser } from '../testing/person.ts';
import { startReceiver } from '../testing/receiver.ts';
import { allRows } from '../testing/rows.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { expireConsents } from '../usecases/consent/end.ts';
import { erasePastRetention } from '../usecases/documents/erase.ts';
import { openGrant } from '../usecases/journey/attempt.ts';

describe('a withdrawal', () => {
  let gateway: TestGateway;
  let own: ReturnType<typeof ownApi>;
  let sdk: ReturnType<typeof integrator>;
  let real: Upstream;
  before(async () => {
    gateway = await startTestGateway();
    const key = await gateway.newKey();
    own = ownApi(gateway, key);
    sdk = integrator(gateway, key);
    if (!gateway.deps.upstreams.test) throw new Error('no upstream');
    real = gateway.deps.upstreams.test;
  });
  afterEach(async () => {
    await gateway.deps.background.idle();
    gateway.deps.upstreams.test = real;
  });
  after(() => gateway.close());

  /** A whole journey: the session, the person's browser, and the code of their link. */
  const consented = async (): Promise<{ id: string; person: Person; code: string }> => {
    const { id } = await own.newSession({ documents: [{ type: 'gstn_details', purpose: 'A loan' }] });
    const person = browser(gateway);
    const page = await person.get(await walkToCallback(person, id));
    await gateway.deps.background.idle();
    const code = /href="\/withdraw#([\w-]{43})"/.exec(page.body)?.[1];
    if (!code) throw new Error('the last page shows no withdrawal link');
    return { id, person, code };
  };
  const post = (person: Person, path: string, code: string) =>
    person.visit('POST', path, new URLSearchParams({ code }));
  const consentOf = async (id: string) =>
    (await own.send({ method: 'GET', url: `/v1/sessions/${id}/consent` })).json<ConsentRecord>();
  const blobs = () =>
    readdirSync(join(gateway.config.dataDir, 'vault'), { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    ).length;
  const tokenOf = async (id: string): Promise<string> => {
    const session = await gateway.deps.stores.sessions.find(id);
    const secrets = await gateway.deps.stores.secrets.find(id);
    if (!session || !secrets) throw new Error('no grant');
    return openGrant(gateway.deps.seal, session, secrets.sealedGrant).accessToken;
  };
  const isLive = (accessToken: string) =>
    real.entity({ accessToken, accessTokenExpiresAtMs: 0 }).then(
      () => true,
      () => false,
    );

  it('by the person ends everything at once: keys, files, links and tokens, and says so to all', async () => {
    const { id, person, code } = await consented();
    const [link = ''] = await sdk.links(id, 'gstn_details');
    const accessToken = await tokenOf(id);
    const before = blobs();
    assert.equal((await gateway.app.inject(link)).statusCode, 200);

    const shown = await post(browser(gateway), '/withdraw', code);
    assert.match(shown.body, /Withdraw my consent/);
    assert.equal((await gateway.app.inject(link)).statusCode, 200, 'looking changes nothing');
    const done = await person.submit(shown, {}, 'Withdraw my consent');
    assert.match(done.body, /Your consent is withdrawn/);

    assert.equal((await gateway.app.inject(link)).statusCode, 403);
    assert.equal(blobs(), before - 1);
    const [document] = await gateway.deps.stores.documents.ofSession(id);
    assert.deepEqual([document?.state, document?.held], ['erased', null]);
    const refused = await sdk.document(id, 'gstn_details');
    assert.deepEqual([refused.statusCode, refused.headers['x-error-code']], [400, 'consent_ended']);
    await gateway.deps.background.idle();
    assert.equal(await isLive(accessToken), false);

    const session = (await own.get(id)).json<V1Session & { timeline: { action: string; actor: string }[] }>();
    assert.deepEqual([session.status, session.consent?.status], ['succeeded', 'withdrawn']);
    assert.deepEqual(
      session.timeline.slice(-3).map(({ actor, action }) => `${actor} ${action}`),
      ['person consent.withdrawn', 'system documents.erased', 'system upstream.revoked'],
    );
    const record = await consentOf(id);
    assert.deepEqual([record.ended?.reason, record.ended?.by], ['withdrawn', 'person']);
    assert.equal(record.erased[0]?.files[0]?.sha256?.length, 64);
    const events = allRows(gateway).events?.filter((row) => row.includes(id)) ?? [];
    for (const type of ['consent.withdrawn', 'document.erased']) {
      assert.equal(events.filter((row) => row.includes(type)).length, 1, type);
    }
    assert.match((await person.get(`/consent/${id}`)).body, /This consent is withdrawn/);
    assert.match((await post(person, '/withdraw/confirm', code)).body, /withdrawn/, 'once more is no fault');
    assert.deepEqual(await consentOf(id), record);
  });

  it('needs no sweep: what it does not do before it answers it has begun by then, with the clock standing still', async (t) => {
    const receiver = await startReceiver();
    t.after(() => receiver.close());
    await own.send({ method: 'POST', url: '/v1/webhook-endpoints', payload: { url: receiver.url } });
    const { id } = await consented();
    await gateway.deps.outbox.sendDue();
    const [link = ''] = await sdk.links(id, 'gstn_details');
    const accessToken = await tokenOf(id);
    const [before, startMs] = [blobs(), gateway.clock.nowMs];
    receiver.received.length = 0;
    const { outbox } = gateway.deps;
    const { expect } = outbox;
    t.after(() => {
      outbox.expect = expect;
    });
    let woken = 0;
    outbox.expect = () => {
      woken += 1;
      expect();
    };

    assert.equal((await own.send({ method: 'POST', url: `/v1/sessions/${id}/withdraw` })).statusCode, 200);
    assert.equal(blobs(), before - 1, 'the file');
    const [document] = await gateway.deps.stores.documents.ofSession(id);
    assert.deepEqual([document?.state, document?.held], ['erased', null], 'and its key');
    assert.equal((await gateway.app.inject(link)).statusCode, 403, 'the link');
    assert.equal(await gateway.deps.stores.secrets.find(id), undefined, 'the tokens');
    const { ended, erased } = await consentOf(id);
    assert.deepEqual([ended?.at, erased[0]?.at, erased[0]?.files.length], [startMs, startMs, 1], 'the proof');
    assert.ok(woken > 0, 'the outbox looks within 10 ms, not at its next round');

    await gateway.deps.background.idle();
    assert.equal(await isLive(accessToken), false, 'EntityLocker does not take the token any more');
    await gateway.deps.outbox.sendDue();
    const told = receiver.received.map(({ body }) => (JSON.parse(body) as { type: string }).type);
    assert.deepEqual(told, ['entitylocker.consent.withdrawn', 'entitylocker.document.erased']);
    assert.equal(gateway.clock.nowMs, startMs);
  });

  it('needs the code: it is shown to the browser that consented alone, and kept as a hash', async () => {
    const { id, person, code } = await consented();
    assert.match((await person.get(`/consent/${id}`)).body, new RegExp(code));
    const other = await browser(gateway).get(`/consent/${id}`);
    assert.ok(!other.body.includes('/withdraw'));
    assert.ok(!(await own.get(id)).body.includes(code));
    const everything = JSON.stringify(allRows(gateway));
    assert.ok(everything.includes(hash('sha256', code, 'hex')) && !everything.includes(code));
    for (const wrong of ['', 'x', code.slice(1), `${code}x`, 'A'.repeat(43)]) {
      for (const path of ['/withdraw', '/withdraw/confirm']) {
        const answer = await post(person, path, wrong);
        assert.equal(answer.status, 403);
        assert.match(answer.body, /This link cannot be used here/);
      }
    }
    assert.equal((await own.get(id)).json<V1Session>().consent?.status, 'given');
  });

  it('takes no GET, and no form of another site', async () => {
    const { id, code } = await consented();
    const page = await gateway.app.inject({
      url: '/withdraw',
      headers: { host: new URL(gateway.config.baseUrl).host },
    });
    assert.equal(page.statusCode, 200);
    assert.match(String(page.headers['content-security-policy']), /default-src 'none'.*script-src 'nonce-/);
    assert.equal((await gateway.app.inject({ url: `/withdraw/confirm?code=${code}` })).statusCode, 405);
    const foreign = await gateway.app.inject({
      method: 'POST',
      url: '/withdraw/confirm',
      headers: { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
      payload: `code=${code}`,
    });
    assert.match(foreign.body, /That came from another site/);
    assert.equal((await own.get(id)).json<V1Session>().consent?.status, 'given');
  });

  it('by the integrator does the same, and again gives the same answer', async () => {
    const { id } = await consented();
    const withdraw = () => own.send({ method: 'POST', url: `/v1/sessions/${id}/withdraw` });
    const first = await withdraw();
    assert.equal(first.statusCode, 200, first.body);
    assert.equal(first.json<V1Session>().consent?.status, 'withdrawn');
    assert.equal((await withdraw()).body, first.body);
    assert.equal((await consentOf(id)).ended?.by, 'integrator');
    const open = await sdk.newSession();
    const early = await own.send({ method: 'POST', url: `/v1/sessions/${open}/withdraw` });
    assert.deepEqual([early.statusCode, early.json().code], [409, 'no_consent']);
    assert.equal((await own.send({ method: 'GET', url: `/v1/sessions/${open}/consent` })).json().code, 'no_consent');
  });

  it('before the documents are listed ends the session', async () => {
    const id = await sdk.newSession();
    const person = browser(gateway);
    const down = async (): Promise<never> => {
      throw new AppError('upstream_unavailable');
    };
    gateway.deps.upstreams.test = { ...real, issuedDocuments: down };
    await person.get(await walkToCallback(person, id));
    const answer = await own.send({ method: 'POST', url: `/v1/sessions/${id}/withdraw` });
    const { status, status_reason } = answer.json<V1Session>();
    assert.deepEqual([status, status_reason], ['failed', 'consent_withdrawn']);
  });

  it('by the person, before the documents are listed, can be pressed twice, and says that it is over', async () => {
    const id = await sdk.newSession();
    const person = browser(gateway);
    const down = () => Promise.reject(new AppError('upstream_unavailable', { detail: 'switched off by a test' }));
    gateway.deps.upstreams.test = { ...real, issuedDocuments: down };
    await person.get(await walkToCallback(person, id));
    const code = person.jars.gateway.get('tijori_withdrawal') ?? '';
    const pressed = await Promise.all([1, 2].map(() => post(person, '/withdraw/confirm', code)));
    pressed.push(await post(person, '/withdraw/confirm', code));
    for (const { status, body } of pressed) {
      assert.equal(status, 200);
      assert.match(body, /Your consent is withdrawn/);
    }
    const shown = await post(person, '/withdraw', code);
    assert.match(shown.body, /This consent is over/);
    assert.ok(!shown.body.includes('/withdraw/confirm') && !shown.body.includes('/withdraw/receipt'));
    const session = (await own.get(id)).json<V1Session & { timeline: { action: string }[] }>();
    assert.equal(session.timeline.filter(({ action }) => action === 'session.failed').length, 1);
    const cancelled = await sdk.newSession();
    const other = browser(gateway);
    await other.get(await walkToCallback(other, cancelled));
    await own.send({ method: 'POST', url: `/v1/sessions/${cancelled}/cancel` });
    const refused = await post(other, '/withdraw/confirm', other.jars.gateway.get('tijori_withdrawal') ?? '');
    assert.equal(refused.status, 403, 'what ended otherwise has no consent behind it');
  });

  it('while a document is on its way leaves nothing of it', async () => {
    const id = await sdk.newSession({ doc_types: ['gstn_details'] });
    const person = browser(gateway);
    const before = blobs();
    gateway.deps.upstreams.test = {
      ...real,
      fetchDocument: async (...args) => {
        const fetched = await real.fetchDocument(...args);
        await own.send({ method: 'POST', url: `/v1/sessions/${id}/withdraw` });
        return fetched;
      },
    };
    await person.get(await walkToCallback(person, id));
    await gateway.deps.background.idle();
    assert.equal(blobs(), before);
    assert.deepEqual(
      (await gateway.deps.stores.documents.ofSession(id)).map(({ state, held }) => [state, held]),
      [['erased', null]],
    );
  });

  it('that comes by itself, at the end of the time agreed to, does the same', async () => {
    const startMs = gateway.clock.nowMs;
    const validUntilMs = startMs + 70 * 60_000;
    const response = await own.send({
      method: 'POST',
      url: initPath,
      payload: initBody({ consent_expiry: validUntilMs }),
    });
    const id = response.json<{ data: { session_id: string } }>().data.session_id;
    gateway.clock.nowMs = startMs + 60 * 60_000;
    const person = browser(gateway);
    await person.get(await walkByRedirect(person, id));
    await gateway.deps.background.idle();
    const stands = (await own.get(id)).json<V1Session>();
    assert.equal(stands.consent?.status, 'given');
    assert.equal(stands.documents_expire_at, stands.consent?.valid_until, 'nothing is kept past the consent');
    gateway.clock.nowMs = stands.consent?.valid_until ?? 0;
    assert.equal((await own.get(id)).json<V1Session>().consent?.status, 'expired', 'before any sweep');
    await expireConsents(gateway.deps, 10);
    const record = await consentOf(id);
    assert.deepEqual(record.ended, { at: stands.consent?.valid_until, reason: 'expired', by: 'system' });
    assert.equal(record.erased[0]?.reason, 'expired');
    gateway.clock.nowMs = startMs;
  });

  it('can be made after the documents are gone', async () => {
    const { id, person, code } = await consented();
    const startMs = gateway.clock.nowMs;
    gateway.clock.nowMs += 61 * 60_000;
    await erasePastRetention(gateway.deps, 10);
    const shown = await post(person, '/withdraw', code);
    await person.submit(shown, {}, 'Withdraw my consent');
    const record = await consentOf(id);
    assert.deepEqual([record.status, record.erased.map(({ reason }) => reason)], ['withdrawn', ['retention']]);
    gateway.clock.nowMs = startMs;
  });

  it('speaks the person’s language, from the code to the end, and names no code in an address', async () => {
    const { code } = await consented();
    for (const locale of locales) {
      const { withdrawing } = textsOf(locale);
      const person = browser(gateway);
      const asked = await person.visit('GET', `/withdraw?lang=${locale}`);
      assert.ok(asked.body.includes(withdrawing.showConsent), locale);
      assert.ok(asked.body.includes(`<html lang="${locale}"`));
      const action = /<form method="post" action="([^"]+)"/.exec(asked.body)?.[1] ?? '';
      const shown = await post(person, action, code);
      assert.ok(shown.body.includes(withdrawing.button), `${locale}, ${action}`);
      assert.ok(shown.body.includes(textsOf(locale).documents.gstn_details.title));
      assert.match(shown.body, new RegExp(`action="/withdraw/confirm\\?lang=${locale}"`));
      assert.ok(shown.body.includes('<footer>'), 'says that it is no government site');
      // A language that somebody chose before in this browser holds, with an address that says none.
      assert.ok((await post(person, '/withdraw', code)).body.includes(withdrawing.button), locale);
    }
    const other = await browser(gateway).visit('POST', '/withdraw?lang=xx', new URLSearchParams({ code }));
    assert.ok(other.body.includes(textsOf('en-IN').withdrawing.button));
    const last = await post(browser(gateway), '/withdraw/confirm?lang=bn-IN', code);
    assert.ok(last.body.includes(textsOf('bn-IN').withdrawing.doneTitle));
  });
});

describe('a consent record', () => {
  let gateway: TestGateway;
  before(async () => {
    gateway = await startTestGateway();
  });
  after(() => gateway.close());

  it('has what was asked, the words that were read, and what was granted of it', async () => {
    const own = ownApi(gateway, await gateway.newKey());
    const { id } = await own.newSession({
      documents: [{ type: 'gstn_details', purpose: 'A loan' }, { type: 'udhyam_certificate' }],
    });
    const person = browser(gateway);
    await person.get(await walkToCallback(person, id, { share: ['GSTND'] }));
    await gateway.deps.background.idle();
    const record = (await own.send({ method: 'GET', url: `/v1/sessions/${id}/consent` })).json<ConsentRecord>();
    assert.deepEqual(record.documents, [
      { type: 'gstn_details', purpose: 'A loan', granted: true, files: 1 },
      { type: 'udhyam_certificate', purpose: null, granted: false, files: 0 },
    ]);
    assert.deepEqual([record.status, record.requester, record.trips], ['given', 'Example Lender (fictional)', 1]);
    const { notice } = record;
    assert.ok(notice);
    assert.equal(notice.sha256, hash('sha256', notice.text, 'hex'));
    for (const words of ['Example Lender (fictional)', 'A loan', 'Continue to EntityLocker']) {
      assert.ok(notice.text.includes(words), words);
    }
    assert.match(record.upstream?.reference ?? '', /^[0-9a-f]+$/);
  });

  it('is of the last trip that led anywhere, and has no notice where none of ours was shown', async () => {
    const key = await gateway.newKey();
    const flow = redirectFlow(gateway, key);
    const id = await flow.newSession();
    const person = browser(gateway);
    const first = await walkByRedirect(person, id);
    await person.visit('GET', `/consent/${id}/authorize`);
    await person.get(first);
    await gateway.deps.background.idle();
    const record = (await flow.send({ method: 'GET', url: `/v1/sessions/${id}/consent` })).json<ConsentRecord>();
    assert.deepEqual([record.trips, record.notice, record.status], [2, null, 'given']);
  });
});
