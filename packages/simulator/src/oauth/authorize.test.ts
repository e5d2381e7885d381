import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { authorizeUrl, startMs, type TestSimulator, testSimulator } from '../test-simulator.ts';

describe('authorize', () => {
  let simulator: TestSimulator;
  before(async () => {
    simulator = await testSimulator();
  });
  after(() => simulator.close());

  const get = (url: string) => simulator.app.inject({ url });

  test('sends a good request to its first page and ties it to the browser', async () => {
    const answer = await get(authorizeUrl());
    assert.equal(answer.statusCode, 303);
    assert.match(String(answer.headers.location), /^\/public\/journey\/[A-Za-z0-9_-]{43}$/);
    assert.match(
      String(answer.headers['set-cookie']),
      /^entitylocker_simulator=[A-Za-z0-9_-]{43}; Path=\/public; HttpOnly; SameSite=Lax$/,
    );
    assert.equal(answer.headers['x-entitylocker-simulator'], '1');
    assert.equal(answer.headers['cache-control'], 'no-store');
  });

  const pages: [string, string][] = [
    ['an unknown client', authorizeUrl({ client_id: 'NOBODY' })],
    ['no client', authorizeUrl({ client_id: undefined })],
    ['two clients', `${authorizeUrl()}&client_id=AB12CD34EF`],
    ['no redirect URI', authorizeUrl({ redirect_uri: undefined })],
    [
      'a redirect URI that only begins like the registered one',
      authorizeUrl({ redirect_uri: 'http://127.0.0.1:9/callback/' }),
    ],
    ['a redirect URI with a query more', authorizeUrl({ redirect_uri: 'http://127.0.0.1:9/callback?x=1' })],
    ['two redirect URIs', `${authorizeUrl()}&redirect_uri=https%3A%2F%2Fevil.example`],
  ];
  for (const [what, url] of pages) {
    test(`shows a page and never redirects for ${what}`, async () => {
      const answer = await get(url);
      assert.equal(answer.statusCode, 400);
      assert.equal(answer.headers.location, undefined);
      assert.match(answer.body, /SIMULATOR/);
    });
  }

  const seconds = Math.floor(startMs / 1000);
  const faults: [string, string, string][] = [
    ['no response type', authorizeUrl({ response_type: undefined }), 'invalid_request'],
    ['another response type', authorizeUrl({ response_type: 'token' }), 'unsupported_response_type'],
    ['no challenge', authorizeUrl({ code_challenge: undefined }), 'invalid_request'],
    ['a padded challenge', authorizeUrl({ code_challenge: `${'a'.repeat(43)}=` }), 'invalid_request'],
    ['no challenge method', authorizeUrl({ code_challenge_method: undefined }), 'invalid_request'],
    ['the plain challenge method', authorizeUrl({ code_challenge_method: 'plain' }), 'invalid_request'],
    ['an unknown flow', authorizeUrl({ dl_flow: 'login' }), 'invalid_request'],
    ['an unknown acr', authorizeUrl({ acr: 'cin gstin' }), 'invalid_request'],
    ['a purpose with other characters', authorizeUrl({ purpose: 'K.Y.C.' }), 'invalid_request'],
    ['a service name that is too long', authorizeUrl({ service_name: 'a'.repeat(51) }), 'invalid_request'],
    ['a malformed document type', authorizeUrl({ req_doctype: 'CPMTD, GSTND' }), 'invalid_request'],
    ['an unregistered scope', authorizeUrl({ scope: 'openid' }), 'invalid_scope'],
    ['a consent end in ms', authorizeUrl({ consent_valid_till: String(startMs + 9_000_000) }), 'invalid_request'],
    ['a consent end in the past', authorizeUrl({ consent_valid_till: String(seconds) }), 'invalid_request'],
    ['a doubled parameter', `${authorizeUrl()}&purpose=a&purpose=b`, 'invalid_request'],
  ];
  for (const [what, url, error] of faults) {
    test(`redirects with ${error} and the state for ${what}`, async () => {
      const answer = await get(url);
      assert.equal(answer.statusCode, 303);
      const target = new URL(String(answer.headers.location));
      assert.equal(target.origin + target.pathname, 'http://127.0.0.1:9/callback');
      assert.equal(target.searchParams.get('error'), error);
      assert.equal(target.searchParams.get('state'), 'state-0');
      assert.notEqual(target.searchParams.get('error_description'), '');
      assert.equal(target.searchParams.get('code'), null);
      assert.equal(answer.headers['set-cookie'], undefined);
    });
  }

  for (const [what, url] of [
    ['is missing', authorizeUrl({ state: undefined })],
    ['is doubled', `${authorizeUrl()}&state=again`],
    ['has a control character', authorizeUrl({ state: 'a\nb' })],
  ] as const) {
    test(`redirects without a state when it ${what}`, async () => {
      const target = new URL(String((await get(url)).headers.location));
      assert.equal(target.searchParams.get('error'), 'invalid_request');
      assert.equal(target.searchParams.has('state'), false);
    });
  }

  test('keeps the query that a registered redirect URI has', async () => {
    const answer = await get(
      authorizeUrl({ redirect_uri: 'https://other.example/return?kept=1', response_type: 'token' }),
    );
    assert.match(
      String(answer.headers.location),
      /^https:\/\/other\.example\/return\?kept=1&error=unsupported_response_type&/,
    );
  });

  test('accepts everything that a real requester sends together', async () => {
    const answer = await get(
      authorizeUrl({
        state: 'c3RhdGU='.repeat(30),
        dl_flow: 'signup',
        acr: 'cin pan udyam',
        purpose: 'Vendor onboarding_1',
        service_name: 'Specimen service',
        req_doctype: 'CPMTD,GSTND,XXXXX',
        consent_valid_till: String(seconds + 3600),
        pla: 'Y',
      }),
    );
    assert.match(String(answer.headers.location), /^\/public\/journey\//);
  });

  test('begins nothing for a HEAD or a POST', async () => {
    for (const method of ['HEAD', 'POST'] as const) {
      const answer = await simulator.app.inject({ method, url: authorizeUrl() });
      assert.equal(answer.statusCode, 404);
      assert.equal(answer.headers['set-cookie'], undefined);
    }
  });
});
