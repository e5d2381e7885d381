import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import {
  basic,
  bodyAuth,
  getResource,
  obtainCode,
  otherClient,
  postApi,
  redeem,
  redirectUri,
  refresh,
  startMs,
  type TestSimulator,
  testClient,
  testSimulator,
  verifier,
} from '../test-simulator.ts';

describe('token and revoke', () => {
  let simulator: TestSimulator;
  beforeEach(async () => {
    simulator = await testSimulator();
  });
  afterEach(() => simulator.close());

  const isLive = async (token: unknown) => (await getResource(simulator.app, '/1/user', token)).statusCode === 200;

  test('a code gives tokens with the fields of the person', async () => {
    const till = startMs / 1000 + 7200;
    const code = await obtainCode(simulator.app, '5550000001', { consent_valid_till: String(till) });
    const { status, headers, body } = await redeem(simulator.app, code);
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'application/json; charset=utf-8');
    assert.match(String(body.access_token), /^[0-9a-f]{40}$/);
    assert.match(String(body.refresh_token), /^[0-9a-f]{40}$/);
    assert.match(String(body.digilockerid), /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.match(String(body.reference_key), /^[0-9a-f]{32}$/);
    const { access_token, refresh_token, digilockerid, reference_key, ...rest } = body;
    assert.deepEqual(rest, {
      expires_in: 3600,
      token_type: 'Bearer',
      scope: 'userdetails entitydetails files.issueddocs',
      consent_valid_till: till,
      name: 'Asha Namuna',
      dob: '29021984',
      gender: 'F',
      eaadhaar: 'N',
      new_account: 'N',
      mobile: '5550000001',
    });
  });

  test('a code works once; its second use revokes what the first gave', async () => {
    const code = await obtainCode(simulator.app);
    const first = await redeem(simulator.app, code);
    assert.ok(await isLive(first.body.access_token));
    const second = await redeem(simulator.app, code);
    assert.deepEqual([second.status, second.body.error], [400, 'invalid_grant']);
    assert.equal(await isLive(first.body.access_token), false);
    assert.equal((await refresh(simulator.app, first.body.refresh_token)).body.error, 'invalid_grant');
  });

  test('of two uses at the same moment one at most succeeds', async () => {
    const code = await obtainCode(simulator.app);
    const answers = await Promise.all([redeem(simulator.app, code), redeem(simulator.app, code)]);
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 400]);
  });

  test('a failed try does not use the code up', async () => {
    const code = await obtainCode(simulator.app);
    const wrong: Record<string, string>[] = [
      { code_verifier: 'a'.repeat(43) },
      { redirect_uri: 'https://other.example/return?kept=1' },
      { client_id: otherClient.clientId, client_secret: otherClient.clientSecret },
      { code: `${code}0` },
    ];
    for (const change of wrong) {
      const { status, body } = await redeem(simulator.app, code, change);
      assert.deepEqual([status, body.error], [400, 'invalid_grant'], JSON.stringify(Object.keys(change)));
    }
    assert.equal((await redeem(simulator.app, code)).status, 200);
  });

  test('a code is dead after ten minutes', async () => {
    const code = await obtainCode(simulator.app);
    simulator.clock.nowMs += 10 * 60_000;
    assert.equal((await redeem(simulator.app, code)).body.error, 'invalid_grant');
    simulator.clock.nowMs -= 1;
    assert.equal((await redeem(simulator.app, code)).status, 200);
  });

  test('the client may authenticate in the body or by Basic, encoded or not', async () => {
    const form = { grant_type: 'authorization_code', redirect_uri: redirectUri, code_verifier: verifier };
    const encoded = { ...testClient, clientSecret: encodeURIComponent(testClient.clientSecret) };
    for (const headers of [basic(), basic(encoded)]) {
      const code = await obtainCode(simulator.app);
      assert.equal((await postApi(simulator.app, 'token', { ...form, code }, headers)).status, 200);
    }
  });

  const code = 'c'.repeat(40);
  const grant = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  const refusals: [string, Record<string, string>, Record<string, string>, string][] = [
    ['no client authentication', grant, {}, 'invalid_client'],
    ['a wrong secret', { ...grant, ...bodyAuth, client_secret: 'wrong' }, {}, 'invalid_client'],
    ['an unknown client', { ...grant, ...bodyAuth, client_id: 'NOBODY' }, {}, 'invalid_client'],
    ['a broken Basic header', grant, { authorization: 'Basic ???' }, 'invalid_client'],
    [
      'Basic credentials of another client than the body names',
      { ...grant, client_id: 'NOBODY' },
      basic(),
      'invalid_client',
    ],
    ['two ways of authentication', { ...grant, ...bodyAuth }, basic(), 'invalid_request'],
    ['no grant type', bodyAuth, {}, 'invalid_request'],
    ['an unknown grant type', { ...bodyAuth, grant_type: 'client_credentials' }, {}, 'invalid_grant_type'],
    [
      'no verifier',
      { ...bodyAuth, grant_type: 'authorization_code', code, redirect_uri: redirectUri },
      {},
      'invalid_request',
    ],
    ['a short verifier', { ...grant, ...bodyAuth, code_verifier: 'a'.repeat(42) }, {}, 'invalid_request'],
    ['no refresh token', { ...bodyAuth, grant_type: 'refresh_token' }, {}, 'invalid_request'],
    ['an unknown code', { ...grant, ...bodyAuth }, {}, 'invalid_grant'],
  ];
  for (const [what, form, headers, error] of refusals) {
    test(`refuses ${what} with 400 ${error}`, async () => {
      const answer = await postApi(simulator.app, 'token', form, headers);
      assert.deepEqual([answer.status, answer.body.error], [400, error]);
      assert.equal(typeof answer.body.error_description, 'string');
    });
  }

  test('refuses JSON, doubled fields and bodies that are too big', async () => {
    const post = (payload: string, type: string) =>
      simulator.app.inject({
        method: 'POST',
        url: '/public/oauth2/1/token',
        headers: { 'content-type': type },
        payload,
      });
    const json = await post(JSON.stringify({ ...grant, ...bodyAuth }), 'application/json');
    assert.deepEqual([json.statusCode, json.json().error], [400, 'invalid_request']);
    const doubled = await post(
      'grant_type=refresh_token&grant_type=refresh_token',
      'application/x-www-form-urlencoded',
    );
    assert.deepEqual([doubled.statusCode, doubled.json().error], [400, 'invalid_request']);
    const big = await post(`code=${'a'.repeat(65 * 1024)}`, 'application/x-www-form-urlencoded');
    assert.deepEqual([big.statusCode, big.json().error], [413, 'invalid_request']);
    assert.equal(big.headers['x-entitylocker-simulator'], '1');
  });

  test('refreshing rotates; an old refresh token ends the family', async () => {
    const first = await redeem(simulator.app, await obtainCode(simulator.app));
    const second = await refresh(simulator.app, first.body.refresh_token);
    assert.equal(second.status, 200);
    assert.notEqual(second.body.refresh_token, first.body.refresh_token);
    assert.ok(await isLive(second.body.access_token));
    const reuse = await refresh(simulator.app, first.body.refresh_token);
    assert.deepEqual([reuse.status, reuse.body.error], [400, 'invalid_grant']);
    assert.equal(await isLive(second.body.access_token), false);
    assert.equal((await refresh(simulator.app, second.body.refresh_token)).body.error, 'invalid_grant');
  });

  test('another client cannot refresh, nor end the family by trying', async () => {
    const { body } = await redeem(simulator.app, await obtainCode(simulator.app));
    const form = { grant_type: 'refresh_token', refresh_token: String(body.refresh_token) };
    assert.equal((await postApi(simulator.app, 'token', form, basic(otherClient))).body.error, 'invalid_grant');
    assert.equal((await refresh(simulator.app, body.access_token)).body.error, 'invalid_grant');
    assert.equal((await refresh(simulator.app, body.refresh_token)).status, 200);
  });

  test('access ends after an hour, and everything with the consent', async () => {
    const till = startMs / 1000 + 5400;
    const { body } = await redeem(
      simulator.app,
      await obtainCode(simulator.app, '5550000001', { consent_valid_till: String(till) }),
    );
    simulator.clock.nowMs = startMs + 3_600_000;
    assert.equal(await isLive(body.access_token), false);
    const again = await refresh(simulator.app, body.refresh_token);
    assert.equal(again.body.expires_in, 1800);
    simulator.clock.nowMs = till * 1000 - 1;
    assert.ok(await isLive(again.body.access_token));
    simulator.clock.nowMs = till * 1000;
    assert.equal(await isLive(again.body.access_token), false);
    assert.equal((await refresh(simulator.app, again.body.refresh_token)).body.error, 'invalid_grant');
  });

  test('revoking an access token leaves the refresh token; revoking the refresh token ends both', async () => {
    const { body } = await redeem(simulator.app, await obtainCode(simulator.app));
    const revoke = (token: unknown, hint?: string) =>
      postApi(simulator.app, 'revoke', { token: String(token), ...(hint && { token_type_hint: hint }) }, basic());
    assert.equal((await revoke(body.access_token, 'refresh_token')).status, 400);
    assert.ok(await isLive(body.access_token));
    assert.equal((await revoke(body.access_token, 'access_token')).status, 200);
    assert.equal(await isLive(body.access_token), false);
    assert.equal((await revoke(body.access_token)).status, 400);
    const next = await refresh(simulator.app, body.refresh_token);
    assert.ok(await isLive(next.body.access_token));
    assert.equal((await revoke(next.body.refresh_token)).status, 200);
    assert.equal(await isLive(next.body.access_token), false);
    assert.equal((await refresh(simulator.app, next.body.refresh_token)).body.error, 'invalid_grant');
  });

  test('revoke wants Basic, the right client, a token and a known hint', async () => {
    const { body } = await redeem(simulator.app, await obtainCode(simulator.app));
    const token = String(body.access_token);
    const errorOf = async (form: Record<string, string>, headers: Record<string, string>) => {
      const answer = await postApi(simulator.app, 'revoke', form, headers);
      return `${answer.status} ${answer.body.error}`;
    };
    assert.equal(await errorOf({ token, ...bodyAuth }, {}), '400 invalid_client');
    assert.equal(await errorOf({ token }, basic(otherClient)), '400 invalid_token');
    assert.equal(await errorOf({}, basic()), '400 invalid_request');
    assert.equal(await errorOf({ token, token_type_hint: 'id_token' }, basic()), '400 unsupported_token_type');
    assert.ok(await isLive(token));
  });
});
