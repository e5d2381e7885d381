import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  authorizeUrl,
  bodyAuth,
  browserOf,
  documentsOf,
  getResource,
  obtainCode,
  otpOf,
  type Page,
  redeem,
  redirectUri,
  refresh,
  signIn,
  type TestSimulator,
  testSimulator,
  verifier,
} from '../test-simulator.ts';
import { listScenarios } from './published.ts';
import { type ScenarioName, scenarioNames, scenarioTable } from './table.ts';

const cpmtd = 'in.gov.mca-CPMTD-U99999ZZ2014PTC999901';
const gstnd = 'in.org.gstn-GSTND-27ZZZCZ9999Z1ZJ';
const pdf = `/1/entity/file/${cpmtd}`;
const list = '/2/entity/files/issued';

/** The list of the issue: what is reachable has to be just this. */
const wanted = {
  failed:
    'consent_none deny otp_locked no_account entity_not_verified not_authorised redirect_mismatch timeout connection_reset',
  expired: 'link_expired',
  open: 'abandon_login abandon_otp abandon_consent',
  succeeded:
    'consent_all consent_some wrong_otp_then_right signup consent_expired withdrawn_after_fetch refresh_refused issuer_down_then_up issuer_down document_missing pdf_only malformed_xml tampered wrapped_signature unknown_root certificate_expired signer_revoked name_mismatch gst_cancelled company_struck_off udyam_surrendered pan_mismatch state_replayed callback_twice code_reused slow rate_limited',
};

const chosen = (page: Page): string[] =>
  [...page.body.matchAll(/name="document" id="[^"]+" value="([^"]+)" data-doctype="[A-Z]+" checked/g)].map(
    (match) => match[1] ?? '',
  );
const codeOf = (page: Page) => new URL(page.location ?? 'http://none.invalid').searchParams.get('code');
const errorOf = (page: Page) => new URL(page.location ?? 'http://none.invalid').searchParams.get('error');

test('the table has every outcome of the list with its end, and no other', () => {
  for (const [end, names] of Object.entries(wanted)) {
    const found = scenarioNames.filter((name) => scenarioTable[name].end === end);
    assert.deepEqual(found.sort(), names.split(' ').sort());
  }
  const mobiles = scenarioNames.flatMap((name) => scenarioTable[name].mobile ?? []);
  assert.equal(new Set(mobiles).size, mobiles.length);
  for (const mobile of mobiles) assert.match(mobile, /^55500100\d\d$/);
  for (const { actor, mobile, name } of listScenarios()) assert.equal(mobile === undefined, actor === 'caller', name);
});

describe('a scenario', () => {
  let simulator: TestSimulator;
  before(async () => {
    simulator = await testSimulator({ pace: { slowMs: 20 } });
  });
  after(() => simulator.close());

  const under = (scenario: ScenarioName, change = {}) => ({ x_simulator_scenario: scenario, ...change });
  const tokensOf = async (scenario: ScenarioName, mobile = '5550000001') =>
    (await redeem(simulator.app, await obtainCode(simulator.app, mobile, under(scenario)))).body;
  const get = async (path: string, token: unknown) => {
    const answer = await getResource(simulator.app, path, token);
    const type = String(answer.headers['content-type']);
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: answer.body,
      json: type.includes('json') ? answer.json() : {},
    };
  };
  const statuses = async (paths: string[], token: unknown) => {
    const found: number[] = [];
    for (const path of paths) found.push((await get(path, token)).status);
    return found;
  };
  const uris = async (token: unknown): Promise<string[]> =>
    (await get(list, token)).json.items.map((item: { uri: string }) => item.uri);

  test('that does not exist is an error page with every name, and never a redirect', async () => {
    const page = await browserOf(simulator.app).open(authorizeUrl({ x_simulator_scenario: 'nonsense' }));
    assert.deepEqual([page.status, page.location], [400, undefined]);
    for (const name of scenarioNames) assert.ok(page.body.includes(name));
    const twice = await browserOf(simulator.app).open(
      `${authorizeUrl({ x_simulator_scenario: 'deny' })}&x_simulator_scenario=slow`,
    );
    assert.equal(errorOf(twice), 'invalid_request');
    const workspace = await browserOf(simulator.app).open(authorizeUrl({ x_simulator_workspace: 'a b' }));
    assert.equal(workspace.status, 400);
  });

  test('consent_some, consent_none and consent_all tick and share so many', async () => {
    const counts: [ScenarioName, number][] = [
      ['consent_all', 3],
      ['consent_some', 1],
      ['consent_none', 0],
    ];
    for (const [name, count] of counts) {
      const page = await signIn(browserOf(simulator.app), '5550000001', under(name));
      assert.equal(chosen(page).length, count, name);
      assert.equal((await uris((await tokensOf(name)).access_token)).length, count, name);
    }
  });

  test('deny denies whatever is pressed', async () => {
    const browser = browserOf(simulator.app);
    const page = await signIn(browser, '5550000001', under('deny'));
    const back = await browser.post('consent', { decision: 'allow', document: documentsOf(page) });
    assert.equal(errorOf(back), 'access_denied');
  });

  test('wrong_otp_then_right refuses the first password, otp_locked every one', async () => {
    const first = browserOf(simulator.app);
    const again = await signIn(first, '5550000001', under('wrong_otp_then_right'));
    assert.match(again.body, /This is not the one-time password/);
    assert.match((await first.post('otp', { otp: otpOf(again) })).body, /Share documents/);
    const locked = browserOf(simulator.app);
    let page = await signIn(locked, '5550000001', under('otp_locked'));
    page = await locked.post('otp', { otp: otpOf(page) });
    page = await locked.post('otp', { otp: otpOf(page) });
    assert.match(page.body, /Too many wrong tries/);
    assert.equal(errorOf(await locked.post('deny', {})), 'access_denied');
  });

  for (const name of ['no_account', 'entity_not_verified', 'not_authorised'] as const) {
    test(`${name} ends on a page and returns an error`, async () => {
      const browser = browserOf(simulator.app);
      await browser.open(authorizeUrl(under(name)));
      let page = await browser.post('sign-in', { mobile: '5550000005' });
      if (name !== 'no_account') page = await browser.post('otp', { otp: otpOf(page) });
      const entity = /name="entity" id="entity-1" value="([^"]+)"/.exec(page.body)?.[1] ?? '';
      if (name !== 'no_account') page = await browser.post('entity', { entity });
      assert.equal(page.status, 403);
      const back = new URL((await browser.post('deny', {})).location ?? '');
      assert.deepEqual([back.searchParams.get('error'), back.searchParams.get('state')], ['access_denied', 'state-0']);
      assert.match(back.searchParams.get('error_description') ?? '', /account|verified|authorised/);
    });
  }

  test('consent_expired and refresh_refused open the list, but no document and no refresh', async () => {
    for (const name of ['consent_expired', 'refresh_refused'] as const) {
      const tokens = await tokensOf(name);
      assert.equal(tokens.expires_in, name === 'refresh_refused' ? 1 : 3600);
      assert.deepEqual(
        await statuses([list, '/1/user', pdf, pdf, list], tokens.access_token),
        [200, 200, 401, 401, 200],
      );
      assert.equal((await get(pdf, tokens.access_token)).json.error, 'invalid_token');
      assert.equal((await refresh(simulator.app, tokens.refresh_token)).body.error, 'invalid_grant');
    }
  });

  test('withdrawn_after_fetch gives one document and then nothing', async () => {
    const tokens = await tokensOf('withdrawn_after_fetch');
    assert.deepEqual(await statuses([list, pdf, pdf, list, '/1/user'], tokens.access_token), [200, 200, 401, 401, 401]);
    assert.equal((await refresh(simulator.app, tokens.refresh_token)).body.error, 'invalid_grant');
  });

  test('issuer_down stays down, issuer_down_then_up and rate_limited recover after two', async () => {
    const down = (await tokensOf('issuer_down')).access_token;
    assert.deepEqual(await statuses([list, pdf, pdf, pdf, pdf], down), [200, 530, 530, 530, 530]);
    assert.equal((await get(pdf, down)).json.error, 'repository_service_unresponsive');
    const upAgain = (await tokensOf('issuer_down_then_up')).access_token;
    assert.deepEqual(await statuses([list, pdf, pdf, pdf, list], upAgain), [200, 530, 530, 200, 200]);
    const limited = (await tokensOf('rate_limited')).access_token;
    assert.equal((await get('/1/user', limited)).headers['retry-after'], '1');
    assert.deepEqual(await statuses([list, list, pdf], limited), [429, 200, 200]);
  });

  test('two consents of one scenario do not share their counts', async () => {
    const [one, two] = await Promise.all([tokensOf('issuer_down_then_up'), tokensOf('issuer_down_then_up')]);
    assert.deepEqual(await statuses([pdf, pdf, pdf], one.access_token), [530, 530, 200]);
    assert.deepEqual(await statuses([pdf, pdf, pdf], two.access_token), [530, 530, 200]);
  });

  test('document_missing says so on the page and leaves it out of the list', async () => {
    const asked = under('document_missing', { req_doctype: 'CPMTD,UDCER' });
    const page = await signIn(browserOf(simulator.app), '5550000001', asked);
    assert.match(page.body, /Udyam Registration Certificate — not available/);
    assert.deepEqual(await uris((await tokensOf('document_missing')).access_token), [cpmtd, gstnd]);
  });

  test('pdf_only offers and serves no XML', async () => {
    const token = (await tokensOf('pdf_only')).access_token;
    for (const { mime } of (await get(list, token)).json.items) assert.deepEqual(mime, ['application/pdf']);
    assert.deepEqual(await statuses([`/1/entity/xml/${gstnd}`, `/1/entity/file/${gstnd}`], token), [404, 200]);
  });

  test('the faults of a seal change the bytes, each in its own way, and the hmac still fits', async () => {
    const xml = `/1/entity/xml/${gstnd}`;
    const usual = (await get(xml, (await tokensOf('consent_all')).access_token)).text;
    const seen = new Set([usual]);
    const names = scenarioNames.filter((name) => 'seal' in scenarioTable[name].effect);
    assert.equal(names.length, 6);
    for (const name of names) {
      const answer = await get(xml, (await tokensOf(name)).access_token);
      assert.equal(answer.status, 200);
      seen.add(answer.text);
    }
    assert.equal(seen.size, 7);
  });

  test('what the registers say changes in list and document alike', async () => {
    const xmlOf = async (name: ScenarioName, doctype: string): Promise<[string, string]> => {
      const token = (await tokensOf(name)).access_token;
      const uri = (await uris(token)).find((candidate) => candidate.includes(doctype)) ?? '';
      return [uri, (await get(`/1/entity/xml/${uri}`, token)).text];
    };
    assert.match((await xmlOf('name_mismatch', 'GSTND'))[1], /legalnameofBusiness="OTHERWISE NAMED/);
    assert.doesNotMatch((await xmlOf('name_mismatch', 'UDCER'))[1], /OTHERWISE NAMED/);
    assert.match((await xmlOf('gst_cancelled', 'GSTND'))[1], /taxpayerType="Regular \(cancelled\)"/);
    assert.match((await xmlOf('gst_cancelled', 'GSTND'))[1], /<Certificate [^>]*status="R"/);
    assert.match((await xmlOf('udyam_surrendered', 'UDCER'))[1], /Surrendered/);
    assert.match((await xmlOf('udyam_surrendered', 'UDCER'))[1], /<Certificate [^>]*status="R"/);
    const [uri, text] = await xmlOf('pan_mismatch', 'GSTND');
    assert.equal(uri, 'in.org.gstn-GSTND-27ZZZPZ9999Z1ZS');
    assert.match(text, /gstidentificationNumber="27ZZZPZ9999Z1ZS"/);
    const usual = await getResource(simulator.app, pdf, (await tokensOf('consent_all')).access_token);
    const struckOff = await getResource(simulator.app, pdf, (await tokensOf('company_struck_off')).access_token);
    assert.notDeepEqual(usual.rawPayload, struckOff.rawPayload);
  });

  test('redirect_mismatch fails the token call; code_reused is up to the caller', async () => {
    const mismatched = await obtainCode(simulator.app, '5550000001', under('redirect_mismatch'));
    const answer = await redeem(simulator.app, mismatched);
    assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_grant']);
    const code = await obtainCode(simulator.app, '5550000001', under('code_reused'));
    assert.equal((await redeem(simulator.app, code)).status, 200);
    assert.equal((await redeem(simulator.app, code)).body.error, 'invalid_grant');
  });

  test('slow holds back each answer', async () => {
    const { access_token: token } = await tokensOf('slow');
    const since = performance.now();
    assert.equal((await get(list, token)).status, 200);
    assert.ok(performance.now() - since >= 19);
  });

  test('signup leads through its screens and says that the account is new', async () => {
    const browser = browserOf(simulator.app);
    await browser.open(authorizeUrl(under('signup')));
    assert.match((await browser.post('sign-up', { identifier: 'U00000' })).body, /No entity here/);
    const kind = { kind: 'llp', identifier: 'U99999ZZ2014PTC999901' };
    assert.match((await browser.post('sign-up', kind)).body, /is of another kind/);
    const link = await browser.post('sign-up', { kind: 'company', identifier: ' u99999zz2014ptc999901 ' });
    assert.match(link.body, /Neelkamal Specimen Textiles/);
    assert.match((await browser.post('link', { mobile: '5550000001' })).body, /Choose what you are/);
    assert.match((await browser.post('link', { role: 'director', mobile: '1' })).body, /not the number/);
    const otp = await browser.post('link', { role: 'authorised_person', mobile: '5550000001' });
    assert.match((await browser.post('otp', { otp: otpOf(otp) })).body, /Pending approval/);
    const consent = await browser.post('approval', {});
    const back = await browser.post('consent', { decision: 'allow', document: documentsOf(consent) });
    const { body } = await redeem(simulator.app, codeOf(back) ?? '');
    assert.equal(body.new_account, 'Y');
    assert.equal((await tokensOf('consent_all')).new_account, 'N');
  });

  test('a reserved number plays its scenario as the first of the people; any other is not found', async () => {
    for (const { name, mobile } of listScenarios()) {
      if (mobile === undefined) continue;
      const browser = browserOf(simulator.app);
      await browser.open(authorizeUrl());
      const page = await browser.post('sign-in', { mobile });
      const expected = name === 'no_account' ? /No account/ : name === 'signup' ? /Open an account/ : /5550000001/;
      assert.match(page.body, expected, name);
      assert.match(
        page.body,
        name === 'no_account' ? /No account/ : new RegExp(`<option value="${name}" selected`),
        name,
      );
    }
    const browser = browserOf(simulator.app);
    await browser.open(authorizeUrl());
    assert.match((await browser.post('sign-in', { mobile: '5550010099' })).body, /Nobody here/);
  });

  test('the test bar and one parameter of the address choose an outcome on the way', async () => {
    const browser = browserOf(simulator.app);
    await signIn(browser, '5550000001');
    assert.equal((await browser.post('outcome', { scenario: 'nonsense' })).status, 400);
    const some = await browser.post('outcome', { scenario: 'consent_some' });
    assert.equal(chosen(some).length, 1);
    assert.equal((await browser.open(`${browser.journey}?x_simulator_scenario=nonsense`)).status, 400);
    const locked = await browser.open(`${browser.journey}?x_simulator_scenario=otp_locked`);
    assert.match(locked.body, /Too many wrong tries/);
    const anew = await browser.post('outcome', { scenario: 'tampered' });
    assert.match(anew.body, /Sign in with a mobile/);
    assert.match(anew.body, /Test bar: tampered/);
    const other = browserOf(simulator.app);
    await other.open(authorizeUrl());
    assert.equal(errorOf(await other.post('outcome', { scenario: 'deny' })), 'access_denied');
    const gone = await other.open(`${other.journey}?x_simulator_scenario=consent_all`);
    assert.match(gone.body, /Already answered/);
  });
});

test('timeout leaves the token call without an answer, and closing does not wait for it', {
  timeout: 20_000,
}, async () => {
  const simulator = await testSimulator();
  const { origin } = await simulator.listen(0);
  const code = await obtainCode(simulator.app, '5550000001', { x_simulator_scenario: 'timeout' });
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  const body = new URLSearchParams({ ...form, ...bodyAuth });
  const ask = (signal?: AbortSignal) =>
    fetch(`${origin}/public/oauth2/1/token`, { method: 'POST', body, ...(signal && { signal }) });
  await assert.rejects(ask(AbortSignal.timeout(80)), /timeout/i);
  const waiting = assert.rejects(ask());
  await new Promise((resolve) => setTimeout(resolve, 50));
  const since = performance.now();
  await simulator.close();
  assert.ok(performance.now() - since < 2000);
  await waiting;
});

test('connection_reset breaks the connection at the token call', async () => {
  const simulator = await testSimulator();
  const { origin } = await simulator.listen(0);
  const code = await obtainCode(simulator.app, '5550000001', { x_simulator_scenario: 'connection_reset' });
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  const body = new URLSearchParams({ ...form, ...bodyAuth });
  const asking = fetch(`${origin}/public/oauth2/1/token`, { method: 'POST', body });
  await assert.rejects(asking, (error: Error) => (error.cause as { code?: string })?.code === 'ECONNRESET');
  await simulator.close();
});

test('queued answers go first, to whom they are for, so many times', async () => {
  const simulator = await testSimulator();
  const body = '{"error":"busy"}';
  const headers = { 'content-type': 'application/json' };
  simulator.enqueue({
    match: { point: 'user', workspace: 'b' },
    answer: { kind: 'answer', status: 503, headers, body },
  });
  simulator.enqueue({
    match: { point: 'issued' },
    answer: { kind: 'fault', status: 'internal', error: 'unexpected_error', description: 'd' },
    times: 2,
  });
  const tokenOf = async (workspace: string) =>
    (await redeem(simulator.app, await obtainCode(simulator.app, '5550000001', { x_simulator_workspace: workspace })))
      .body.access_token;
  const [a, b] = [await tokenOf('a'), await tokenOf('b')];
  const ask = async (path: string, token: unknown) => (await getResource(simulator.app, path, token)).statusCode;
  assert.deepEqual([await ask('/1/user', a), await ask('/1/user', b), await ask('/1/user', b)], [200, 503, 200]);
  assert.deepEqual([await ask(list, a), await ask(list, b), await ask(list, a)], [530, 530, 200]);
  assert.throws(() => simulator.enqueue({ match: {}, answer: { kind: 'delay' }, times: 0 }), /times/);

  simulator.enqueue({ match: { workspace: 'a' }, answer: { kind: 'answer', status: 500, headers, body } });
  simulator.reset({ workspace: 'a' });
  assert.deepEqual([await ask('/1/user', a), await ask('/1/user', b)], [401, 200]);
  simulator.reset({ clientId: 'nobody' });
  assert.equal(await ask('/1/user', b), 200);
  simulator.reset();
  assert.equal(await ask('/1/user', b), 401);
  await simulator.close();
});

test('the same seed and the same requests give the same bytes', async () => {
  const run = async (seed: string): Promise<string> => {
    const simulator = await testSimulator({ seed });
    const { body } = await redeem(simulator.app, await obtainCode(simulator.app));
    await simulator.close();
    return JSON.stringify(body);
  };
  assert.equal(await run('a'), await run('a'));
  assert.notEqual(await run('a'), await run('b'));
  await assert.rejects(testSimulator({ seed: 'a', statePath: '/tmp/never-made.db' }), /:memory:/);
});
