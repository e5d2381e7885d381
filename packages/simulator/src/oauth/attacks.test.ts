import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  authorizeUrl,
  browserOf,
  challengeOf,
  getResource,
  obtainCode,
  otherClient,
  redeem,
  redirectUri,
  type TestSimulator,
  testClient,
  testSimulator,
  verifier,
} from '../test-simulator.ts';

const registered = 'https://client.example/app/callback?kept=1';
const local = 'http://127.0.0.1:9/callback';

/** Acceptance B5: what looks like the registered address and is not it. */
const nearMisses: string[] = [
  'https://client.example/app/Callback?kept=1',
  'https://CLIENT.example/app/callback?kept=1',
  'HTTPS://client.example/app/callback?kept=1',
  'https://client.example/app/callback/?kept=1',
  'https://client.example//app/callback?kept=1',
  'https://client.example/app//callback?kept=1',
  'https://client.example/app/callback',
  'https://client.example/app/callback?',
  'https://client.example/app/callback?kept=2',
  'https://client.example/app/callback?kept=1&x=2',
  'https://client.example/app/callback?x=2&kept=1',
  'https://client.example/app/callback?kept=1&code=stolen',
  'https://client.example/app/callback?kept=1&',
  'https://client.example/app/callback?kept=%31',
  'https://client.example/app/callback?kept=1#',
  'https://client.example/app/callback?kept=1#fragment',
  'https://client.example:443/app/callback?kept=1',
  'https://client.example:8443/app/callback?kept=1',
  'https://client.example./app/callback?kept=1',
  'https://user@client.example/app/callback?kept=1',
  'https://client.example@evil.example/app/callback?kept=1',
  'https://client.example:pw@evil.example/app/callback?kept=1',
  'https://client.example.evil.example/app/callback?kept=1',
  'https://evil.example/client.example/app/callback?kept=1',
  'https://sub.client.example/app/callback?kept=1',
  'https://clientexample/app/callback?kept=1',
  'https://cl\u0456ent.example/app/callback?kept=1',
  'https://xn--clent-nvf.example/app/callback?kept=1',
  'https://client.example/app/./callback?kept=1',
  'https://client.example/app/../app/callback?kept=1',
  'https://client.example/app/callback/../callback?kept=1',
  'https://client.example/app/%2e%2e/app/callback?kept=1',
  'https://client.example/app%2Fcallback?kept=1',
  'https://client.example/app/c%61llback?kept=1',
  'https://client.example\\app\\callback?kept=1',
  'https:/client.example/app/callback?kept=1',
  'https:client.example/app/callback?kept=1',
  '//client.example/app/callback?kept=1',
  '/app/callback?kept=1',
  'http://client.example/app/callback?kept=1',
  'javascript:alert(1)//client.example/app/callback?kept=1',
  'data:text/html,https://client.example/app/callback?kept=1',
  'client.example:/app/callback?kept=1',
  ' https://client.example/app/callback?kept=1',
  'https://client.example/app/callback?kept=1 ',
  'https://client.example/app/callback?kept=1\n',
  'https://client.example/app/callback?kept=1\u0000',
  'https://client.example/app/callback;x?kept=1',
  'https://client.example/app/callback*',
  'http://localhost:9/callback',
  'http://127.0.0.1/callback',
  'http://127.0.0.1:10/callback',
  'http://127.0.0.1:09/callback',
  'http://127.1:9/callback',
  'http://2130706433:9/callback',
  'http://0.0.0.0:9/callback',
  'http://[::1]:9/callback',
  'https://127.0.0.1:9/callback',
  '',
];

describe('an attack on the exchange', () => {
  let simulator: TestSimulator;
  before(async () => {
    const clients = [{ ...testClient, redirectUris: [registered, local] }, otherClient];
    simulator = await testSimulator({ clients });
  });
  after(() => simulator.close());

  test('with any of many near misses of the return address ends on a page, never in a redirect', async () => {
    assert.ok(new Set(nearMisses).size >= 40);
    for (const good of [registered, local]) {
      const page = await browserOf(simulator.app).open(authorizeUrl({ redirect_uri: good }));
      assert.equal(page.status, 200, good);
    }
    for (const near of nearMisses) {
      for (const change of [{}, { response_type: 'token' }]) {
        const page = await browserOf(simulator.app).open(authorizeUrl({ redirect_uri: near, ...change }));
        assert.deepEqual([page.status, page.location], [400, undefined], near);
        assert.match(page.body, /is not one that the requester registered/);
      }
    }
  });

  test('with a near miss at the token call is refused, and the code stays good for its own address', async () => {
    const code = await obtainCode(simulator.app);
    for (const near of [...nearMisses, registered]) {
      const answer = await redeem(simulator.app, code, { redirect_uri: near });
      assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_grant'], near);
    }
    assert.equal((await redeem(simulator.app, code)).status, 200);
  });

  const otherAuth = { client_id: otherClient.clientId, client_secret: otherClient.clientSecret };
  /** Acceptance B4: what is changed in a good token call, and the error that it gets. */
  const spoilt: [string, Record<string, string>, string][] = [
    ['by another client', otherAuth, 'invalid_grant'],
    ['another registered address', { redirect_uri: registered }, 'invalid_grant'],
    ['no verifier', { code_verifier: '' }, 'invalid_request'],
    ['the challenge as verifier', { code_verifier: challengeOf(verifier) }, 'invalid_grant'],
    ['another verifier', { code_verifier: `${verifier.slice(0, -1)}x` }, 'invalid_grant'],
    ['a verifier in other case', { code_verifier: verifier.toLowerCase() }, 'invalid_grant'],
    ['a verifier of 42', { code_verifier: 'a'.repeat(42) }, 'invalid_request'],
    ['a verifier of 129', { code_verifier: 'a'.repeat(129) }, 'invalid_request'],
    ['a verifier with a blank', { code_verifier: `${'a'.repeat(43)} ` }, 'invalid_request'],
    ['a code in upper case', { code: 'A'.repeat(40) }, 'invalid_grant'],
  ];
  for (const [what, change, error] of spoilt) {
    test(`at the token call, ${what}: ${error}, and nothing is given`, async () => {
      const code = await obtainCode(simulator.app);
      const answer = await redeem(simulator.app, code, change);
      assert.deepEqual([answer.status, answer.body.error], [400, error]);
      assert.equal(answer.body.access_token, undefined);
      assert.equal((await redeem(simulator.app, code)).status, 200, 'a failed try leaves the code to its owner');
    });
  }

  test('a second use revokes what the first gave, the refreshed tokens too; too late is too late', async () => {
    const code = await obtainCode(simulator.app);
    const first = await redeem(simulator.app, code);
    assert.equal((await getResource(simulator.app, '/1/user', first.body.access_token)).statusCode, 200);
    assert.equal((await redeem(simulator.app, code)).body.error, 'invalid_grant');
    assert.equal((await getResource(simulator.app, '/1/user', first.body.access_token)).statusCode, 401);
    const late = await obtainCode(simulator.app);
    simulator.clock.nowMs += 10 * 60_000;
    assert.equal((await redeem(simulator.app, late)).body.error, 'invalid_grant');
  });

  test('PKCE that is missing or plain begins no journey', async () => {
    for (const change of [
      { code_challenge: undefined },
      { code_challenge_method: undefined },
      { code_challenge_method: 'plain', code_challenge: verifier },
      { code_challenge_method: 's256' },
      { code_challenge: '' },
      { code_challenge: challengeOf(verifier).slice(1) },
      { code_challenge: `${challengeOf(verifier)}a` },
    ]) {
      const page = await browserOf(simulator.app).open(authorizeUrl(change));
      assert.match(page.location ?? '', /^http:\/\/127\.0\.0\.1:9\/callback\?error=invalid_request/);
    }
  });

  test('every parameter that is there twice is refused', async () => {
    for (const name of ['state', 'scope', 'response_type', 'code_challenge', 'code_challenge_method', 'acr', 'pla']) {
      const page = await browserOf(simulator.app).open(`${authorizeUrl({ [name]: 'Y' })}&${name}=Y`);
      assert.match(page.location ?? '', /error=invalid_request/, name);
    }
    for (const name of ['client_id', 'redirect_uri']) {
      const page = await browserOf(simulator.app).open(`${authorizeUrl()}&${name}=x`);
      assert.deepEqual([page.status, page.location], [400, undefined]);
    }
  });

  // Acceptance B6, as far as the locker has it: no pushed requests and no issuer parameter are published for it.
  test('there is no pushed request, no request object and no other site that may read an answer', async () => {
    const par = await simulator.app.inject({ method: 'POST', url: '/public/oauth2/1/par' });
    assert.equal(par.statusCode, 404);
    const only = new URLSearchParams({ client_id: testClient.clientId, request_uri: 'urn:x' });
    assert.equal((await browserOf(simulator.app).open(`/public/oauth2/1/authorize?${only}`)).status, 400);
    const headers = { origin: 'https://evil.example' };
    const urls = [authorizeUrl(), '/public/oauth2/1/user', '/public/oauth2/1/token'];
    for (const url of urls) {
      for (const method of ['GET', 'OPTIONS'] as const) {
        const answer = await simulator.app.inject({ method, url, headers });
        assert.equal(answer.headers['access-control-allow-origin'], undefined);
        assert.equal(answer.headers['cache-control'], 'no-store');
      }
    }
  });

  test('a form post is answered with 303, so that nothing is posted on', async () => {
    const browser = browserOf(simulator.app);
    const page = await browser.open(authorizeUrl());
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? '';
    const answer = await simulator.app.inject({
      method: 'POST',
      url: `${browser.journey}/deny`,
      headers: { cookie: browser.cookie, 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ csrf }).toString(),
    });
    assert.equal(answer.statusCode, 303);
    assert.ok(String(answer.headers.location).startsWith(`${redirectUri}?error=access_denied`));
    assert.match(String(answer.headers.location), /state=state-0/);
  });
});
