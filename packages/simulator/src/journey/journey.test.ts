import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  authorizeUrl,
  type Browser,
  browserOf,
  documentsOf,
  otpOf,
  type Page,
  postForm,
  signIn,
  startMs,
  type TestSimulator,
  testSimulator,
} from '../test-simulator.ts';

describe('journey', () => {
  let simulator: TestSimulator;
  before(async () => {
    simulator = await testSimulator();
  });
  after(() => simulator.close());

  const begin = async (change: Record<string, string | undefined> = {}): Promise<{ browser: Browser; page: Page }> => {
    const browser = browserOf(simulator.app);
    return { browser, page: await browser.open(authorizeUrl(change)) };
  };

  test('lists the fictional people and lets one click choose one', async () => {
    const { browser, page } = await begin();
    assert.match(page.body, /name="persona" value="5550000001"/);
    assert.match(page.body, /Neelkamal Specimen Textiles Private Limited/);
    const next = await browser.post('sign-in', { persona: '5550000004' });
    assert.match(next.body, /5550000004/);
    assert.match(otpOf(next), /^\d{6}$/);
  });

  test('says on the page that a mobile number is unknown, tied to its field', async () => {
    const { browser } = await begin();
    const page = await browser.post('sign-in', { mobile: '9999999999' });
    assert.equal(page.status, 200);
    assert.match(page.body, /Nobody here has this mobile number/);
    assert.match(page.body, /aria-describedby="mobile-hint mobile-error" aria-invalid="true"/);
    assert.match(page.body, /value="9999999999"/);
    assert.match(page.body, /<title>Error: /);
  });

  test('escapes what was typed', async () => {
    const { browser } = await begin();
    const page = await browser.post('sign-in', { mobile: '"><b>x' });
    assert.ok(!page.body.includes('<b>x'));
    assert.match(page.body, /&#34;&#62;&#60;b&#62;x/);
  });

  test('locks after three wrong one-time passwords and offers the way back', async () => {
    const { browser } = await begin();
    const right = otpOf(await browser.post('sign-in', { mobile: '5550000001' }));
    const wrong = right === '000000' ? '000001' : '000000';
    assert.match((await browser.post('otp', { otp: '12ab' })).body, /Type the six digits/);
    await browser.post('otp', { otp: wrong });
    assert.match((await browser.post('otp', { otp: wrong })).body, /One more wrong try/);
    const locked = await browser.post('otp', { otp: wrong });
    assert.equal(locked.status, 403);
    assert.equal((await browser.post('otp', { otp: right })).status, 403);
    const back = new URL((await browser.post('deny', {})).location ?? '');
    assert.equal(back.searchParams.get('error'), 'access_denied');
    assert.equal(back.searchParams.get('state'), 'state-0');
  });

  test('going back to another number does not give new tries', async () => {
    const { browser } = await begin();
    const right = otpOf(await browser.post('sign-in', { mobile: '5550000001' }));
    const wrong = right === '000000' ? '000001' : '000000';
    await browser.post('otp', { otp: wrong });
    await browser.post('otp', { otp: wrong });
    await browser.post('other-number', {});
    await browser.post('sign-in', { mobile: '5550000001' });
    assert.equal((await browser.post('otp', { otp: wrong })).status, 403);
  });

  test('asks for the entity only when there are several, and insists on an answer', async () => {
    assert.match((await signIn(browserOf(simulator.app), '5550000001')).body, /Share documents\?/);
    const browser = browserOf(simulator.app);
    const chooser = await signIn(browser, '5550000005');
    const entities = [...chooser.body.matchAll(/name="entity" id="entity-\d" value="([^"]+)"/g)].map(
      (match) => match[1] ?? '',
    );
    assert.equal(entities.length, 2);
    assert.match((await browser.post('entity', {})).body, /Choose one of the entities/);
    assert.match((await browser.post('entity', { entity: 'of-somebody-else' })).body, /Choose one of the entities/);
    const consent = await browser.post('entity', { entity: entities[1] ?? '' });
    assert.match(consent.body, /Parijat Imaginary Traders/);
    assert.deepEqual(documentsOf(consent), [
      'in.org.gstn-GSTND-07ZZZFZ0002Z1ZV',
      'in.gov.msme-UDCER-UDYAM-ZZ-00-0000004zz5550000025',
    ]);
  });

  test('shows who asks, for what and until when, with every document ticked', async () => {
    const page = await signIn(browserOf(simulator.app), '5550000001', {
      service_name: 'Specimen service',
      purpose: 'Vendor onboarding',
      consent_valid_till: String(startMs / 1000 + 86_400),
    });
    for (const text of ['Specimen Requester', 'Specimen service', 'Vendor onboarding', '23 November 2026', 'IST']) {
      assert.ok(page.body.includes(text), text);
    }
    assert.equal(page.body.match(/type="checkbox"[^>]* checked/g)?.length, 3);
    for (const code of ['CPMTD', 'GSTND', 'UDCER']) assert.ok(page.body.includes(`data-doctype="${code}"`), code);
  });

  test('lists only what was asked for, and says what is not available', async () => {
    const page = await signIn(browserOf(simulator.app), '5550000002', { req_doctype: 'GSTND,UDCER,XXXXX' });
    assert.equal(documentsOf(page).length, 3);
    assert.ok(documentsOf(page).every((uri) => uri.includes('-GSTND-')));
    const missing = [...page.body.matchAll(/data-testid="not-available">([^<]+)</g)].map((match) => match[1]);
    assert.deepEqual(missing, ['Udyam Registration Certificate — not available', 'XXXXX — not available']);
  });

  test('denial goes back with access_denied, a description and the state', async () => {
    const browser = browserOf(simulator.app);
    await signIn(browser, '5550000001');
    const back = new URL((await browser.post('consent', { decision: 'deny' })).location ?? '');
    assert.deepEqual(Object.fromEntries(back.searchParams), {
      error: 'access_denied',
      error_description: 'the person denied the request',
      state: 'state-0',
    });
  });

  test('an answered request cannot be answered again', async () => {
    const browser = browserOf(simulator.app);
    await signIn(browser, '5550000001');
    const cookiePage = await simulator.app.inject({ url: browser.journey, headers: { cookie: browser.cookie } });
    const csrf = /name="csrf" value="([^"]+)"/.exec(cookiePage.body)?.[1] ?? '';
    const payload = new URLSearchParams({ csrf, decision: 'allow' });
    const first = await postForm(browser, `${browser.journey}/consent`, payload);
    assert.match(
      String(first.headers.location),
      /^http:\/\/127\.0\.0\.1:9\/callback\?code=[0-9a-f]{40}&state=state-0$/,
    );
    const second = await postForm(browser, `${browser.journey}/consent`, payload);
    assert.equal(second.headers.location, browser.journey);
    assert.match((await browser.open(browser.journey)).body, /Already answered/);
  });

  test('refuses a document that was not on the page and leaves the consent open', async () => {
    const browser = browserOf(simulator.app);
    const consent = await signIn(browser, '5550000001', { req_doctype: 'GSTND' });
    const foreign = 'in.gov.mca-CPMTD-U99999ZZ2014PTC999901';
    const refused = await browser.post('consent', { decision: 'allow', document: [...documentsOf(consent), foreign] });
    assert.equal(refused.status, 400);
    assert.equal((await browser.post('consent', { decision: 'perhaps' })).status, 400);
    assert.match((await browser.open(browser.journey)).body, /Share documents\?/);
  });

  test('a post without the right csrf token changes nothing', async () => {
    const { browser } = await begin();
    for (const csrf of ['', 'x', 'A'.repeat(43)]) {
      const answer = await postForm(
        browser,
        `${browser.journey}/sign-in`,
        new URLSearchParams({ csrf, mobile: '5550000001' }),
      );
      assert.equal(answer.statusCode, 403);
    }
    assert.match((await browser.open(browser.journey)).body, /Sign in with a mobile number/);
  });

  test('another browser cannot see or use the journey', async () => {
    const { browser } = await begin();
    const { browser: other } = await begin();
    for (const cookie of ['', other.cookie]) {
      assert.equal((await simulator.app.inject({ url: browser.journey, headers: { cookie } })).statusCode, 400);
    }
    assert.equal((await browser.open('/public/journey/unknown')).status, 400);
  });

  test('two journeys in two tabs of one browser do not disturb each other', async () => {
    const { browser } = await begin();
    const first = browser.journey;
    await browser.open(authorizeUrl({ state: 'second' }));
    assert.notEqual(browser.journey, first);
    assert.equal((await browser.open(first)).status, 200);
  });

  test('a post of another step changes nothing and leads to the page that is due', async () => {
    const { browser } = await begin();
    for (const step of ['otp', 'entity', 'consent', 'other-number']) {
      const page = await browser.post(step, { otp: '000000', decision: 'allow' });
      assert.match(page.body, /Sign in with a mobile number/, step);
    }
  });

  test('ends when it has waited too long', async () => {
    const { browser } = await begin();
    simulator.clock.nowMs += 15 * 60_000;
    const page = await browser.post('sign-in', { mobile: '5550000001' });
    assert.match(page.body, /Out of time/);
    assert.match((await browser.post('deny', {})).location ?? '', /error=access_denied/);
    simulator.clock.nowMs = startMs;
  });

  test('leads through sign-up when it was asked for, and back to sign-in on request', async () => {
    const { browser, page } = await begin({ dl_flow: 'signup' });
    assert.match(page.body, /Open an account for an entity/);
    assert.match((await browser.post('other-way', {})).body, /Sign in with a mobile number/);
    assert.doesNotMatch((await begin()).page.body, /Open an account/);
  });

  test('every page is marked and forbids script, framing and foreign forms', async () => {
    const { page } = await begin();
    assert.match(page.body, /<strong>SIMULATOR<\/strong> — not a government service/);
    assert.equal(
      page.headers['content-security-policy'],
      "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' http://127.0.0.1:9 https://other.example; frame-ancestors 'none'; base-uri 'none'",
    );
    assert.doesNotMatch(page.body, /<script|style=|javascript:/);
  });
});
