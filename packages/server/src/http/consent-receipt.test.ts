import assert from 'node:assert/strict';
import { createPublicKey, hash, verify } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { type ConsentReceiptResponse, locales, type V1Session } from '@tijori/wire';
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { AppError } from '../domain/app-error.ts';
import { textsOf } from '../pages/texts/index.ts';
import { type Person, walkToCallback } from '../testing/api.ts';
import { ownApi, redirectFlow, walkByRedirect } from '../testing/families.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { browser } from '../testing/person.ts';

describe('a consent receipt', () => {
  let gateway: TestGateway;
  let own: ReturnType<typeof ownApi>;
  before(async () => {
    gateway = await startTestGateway();
    own = ownApi(gateway, await gateway.newKey());
  });
  after(() => gateway.close());

  const consented = async (
    change: Record<string, unknown> = {},
  ): Promise<{ id: string; person: Person; last: string }> => {
    const { id } = await own.newSession({
      documents: [{ type: 'gstn_details', purpose: 'A loan' }, { type: 'udhyam_certificate' }],
      ...change,
    });
    const person = browser(gateway);
    const last = await person.get(await walkToCallback(person, id, { share: ['GSTND'] }));
    await gateway.deps.background.idle();
    return { id, person, last: last.body };
  };
  const ask = (id: string, query = '') =>
    own.send({ method: 'GET', url: `/v1/sessions/${id}/consent-receipt${query}` });
  const receiptOf = async (id: string) => (await ask(id)).json<ConsentReceiptResponse>();
  const keys = async () => (await gateway.app.inject('/.well-known/jwks.json')).json<JSONWebKeySet>();
  const codeIn = (page: string) => /\/withdraw#([\w-]{43})/.exec(page)?.[1] ?? '';

  it('is signed by a published key, as two programs that are not ours find', async () => {
    const { id } = await consented();
    const { receipt, jws } = await receiptOf(id);
    const set = await keys();
    const { payload, protectedHeader } = await compactVerify(jws, createLocalJWKSet(set), { algorithms: ['EdDSA'] });
    assert.deepEqual(JSON.parse(Buffer.from(payload).toString()), receipt);
    assert.equal(protectedHeader.typ, 'tijori-consent-receipt+jws');
    const [header = '', body = '', signature = ''] = jws.split('.');
    const key = createPublicKey({ key: set.keys[0] as never, format: 'jwk' });
    const isGood = (text: string) => verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
    assert.ok(isGood(`${header}.${body}`));
    const changed = Buffer.from(JSON.stringify({ ...receipt, mode: 'live' })).toString('base64url');
    assert.ok(!isGood(`${header}.${changed}`));
    assert.deepEqual(
      Object.keys(set.keys[0] ?? {}).sort(),
      ['alg', 'crv', 'kid', 'kty', 'use', 'x'],
      'no private half',
    );
  });

  it('says who asked whom for what, what was given, and until when', async () => {
    const { id } = await consented();
    const session = (await own.get(id)).json<V1Session>();
    const { receipt } = await receiptOf(id);
    assert.deepEqual(
      receipt.purposes.map(({ pii_information, purpose, granted }) => [pii_information[0]?.pii_type, purpose, granted]),
      [
        ['gstn_details', 'A loan', true],
        ['udhyam_certificate', null, false],
      ],
    );
    assert.equal(receipt.record_id, id);
    assert.ok(receipt.pii_principal_name && receipt.entity_name && receipt.pii_principal_id);
    assert.deepEqual(
      receipt.events.map(({ event_type, entity_id }) => `${event_type} ${entity_id}`),
      ['consent_requested pii_controller', 'consent_given pii_principal'],
    );
    assert.equal(Date.parse(receipt.events[1]?.valid_until ?? ''), session.consent?.valid_until);
    const record = (await own.send({ method: 'GET', url: `/v1/sessions/${id}/consent` })).json();
    assert.equal(receipt.privacy_notice?.sha256, record.notice.sha256);
    assert.equal(receipt.collection_reference, record.upstream.reference);
  });

  it('is a page, too, with the signed text in it, in the language in which the person read', async () => {
    const { id } = await consented({ locale: 'hi-IN' });
    const { html, jws, receipt } = await receiptOf(id);
    assert.match(html, /<html lang="hi-IN">[\s\S]*<h1>सहमति की रसीद<\/h1>/);
    assert.ok(html.includes(jws) && html.includes(receipt.entity_name ?? '?'));
    assert.match((await ask(id, '?locale=ta-IN')).json<ConsentReceiptResponse>().html, /<html lang="ta-IN">/);
    assert.equal((await ask(id, '?locale=xx')).statusCode, 400);
    assert.ok(!/<script|<link|src=|url\(/.test(html), 'it is whole in itself');
  });

  it('leads to the withdrawal in the copy of the person alone', async () => {
    const { id, person, last } = await consented();
    const code = codeIn(last);
    const theirs = await person.visit('POST', '/withdraw/receipt', new URLSearchParams({ code }));
    assert.equal(theirs.status, 200);
    assert.equal(codeIn(theirs.body), code);
    const { html, jws } = await receiptOf(id);
    assert.ok(!html.includes(code) && codeIn(html) === '');
    assert.ok(
      !Buffer.from(jws.split('.')[1] ?? '', 'base64url')
        .toString()
        .includes(code),
    );
    const foreign = await person.visit('POST', '/withdraw/receipt', new URLSearchParams({ code: 'A'.repeat(43) }));
    assert.equal(foreign.status, 403);
    const page = await gateway.app.inject({
      method: 'POST',
      url: '/withdraw/receipt',
      headers: { origin: gateway.config.baseUrl, 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ code }).toString(),
    });
    const style = /<style>([\s\S]*?)<\/style>/.exec(page.body)?.[1] ?? '';
    const policy = String(page.headers['content-security-policy']);
    assert.ok(policy.includes(`style-src 'sha256-${hash('sha256', style, 'base64')}'`), policy);
  });

  it('stands in the timeline with its id and hash, and each copy tells how things are then', async () => {
    const { id } = await consented();
    const first = await receiptOf(id);
    const timeline = (await own.get(id)).json<{ timeline: { action: string; detail: string | null }[] }>().timeline;
    assert.equal(
      timeline.find(({ action }) => action === 'consent.receipt_issued')?.detail,
      `${first.receipt.receipt_id} sha256:${hash('sha256', first.jws, 'hex')}`,
    );
    gateway.clock.nowMs += 1_000;
    await own.send({ method: 'POST', url: `/v1/sessions/${id}/withdraw` });
    const { receipt, html } = await receiptOf(id);
    assert.notEqual(receipt.receipt_id, first.receipt.receipt_id);
    assert.deepEqual(
      receipt.events.slice(2).map(({ event_type, event_state, entity_id }) => [event_type, event_state, entity_id]),
      [
        ['consent_withdrawn', 'withdrawn', 'pii_controller'],
        ['data_erased', 'withdrawn', 'system'],
      ],
    );
    assert.match(html, /Consent withdrawn/);
  });

  it('says, in every language, that EntityLocker had the consent end before everything was fetched', async () => {
    const real = gateway.deps.upstreams.test ?? assert.fail();
    gateway.deps.upstreams.test = {
      ...real,
      fetchDocument: async () => {
        throw new AppError('upstream_refused', { cause: { status: 401, error: 'invalid_token' } });
      },
    };
    const { id } = await consented().finally(() => {
      gateway.deps.upstreams.test = real;
    });
    const { receipt } = await receiptOf(id);
    assert.deepEqual(
      receipt.events.map(({ event_type, event_state, entity_id }) => [event_type, event_state, entity_id]),
      [
        ['consent_requested', 'requested', 'pii_controller'],
        ['consent_given', 'given', 'pii_principal'],
        ['consent_ended_upstream', 'given', 'pii_source'],
      ],
    );
    for (const locale of locales) {
      const { html } = (await ask(id, `?locale=${locale}`)).json<ConsentReceiptResponse>();
      assert.ok(html.includes(textsOf(locale).receipt.overThere), locale);
      assert.equal(html.split(receipt.events[2]?.event_time ?? '?').length > 1, true, `${locale}: when`);
    }
    const { html } = await receiptOf((await consented()).id);
    assert.ok(!html.includes(textsOf('en-IN').receipt.overThere));
  });

  it('is refused where no consent was given, and has no notice where none of our pages was shown', async () => {
    const { id } = await own.newSession();
    const refused = await ask(id);
    assert.deepEqual([refused.statusCode, refused.json().code], [409, 'no_consent']);
    const person = browser(gateway);
    await person.get(await walkToCallback(person, id, { decision: 'Deny' }));
    assert.equal((await ask(id)).json().code, 'no_consent');
    const flow = redirectFlow(gateway, await gateway.newKey());
    const byRedirect = await flow.newSession();
    const other = browser(gateway);
    await other.get(await walkByRedirect(other, byRedirect));
    const { receipt } = await receiptOf(byRedirect);
    assert.deepEqual([receipt.privacy_notice, receipt.language], [null, null]);
  });
});
