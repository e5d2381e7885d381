import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { registerClients, type SimulatorClient } from './clients.ts';
import { readAuthorizationRequest } from './oauth/authorization-request.ts';
import { authorizeUrl, startMs, type TestSimulator, testClient, testSimulator } from './test-simulator.ts';

describe('bad input', () => {
  let simulator: TestSimulator;
  before(async () => {
    simulator = await testSimulator();
  });
  after(() => simulator.close());

  test('any query gives a page, a redirect to the registered address, or a journey', () => {
    const clients = registerClients([testClient]);
    const good = [...new URL(authorizeUrl(), 'http://x.invalid').searchParams];
    const name = fc.oneof(
      fc.constantFrom('state', 'scope', 'acr', 'req_doctype', 'consent_valid_till', 'redirect_uri'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string({ unit: 'binary' }))), fc.boolean(), (extra, isGood) => {
        const read = readAuthorizationRequest(
          new URLSearchParams([...(isGood ? good : []), ...extra]),
          clients,
          startMs,
        );
        if (read.outcome === 'redirect') assert.ok(testClient.redirectUris.includes(read.redirectUri));
        if (read.outcome === 'accepted') assert.match(read.request.challenge, /^[\w-]{43}$/);
      }),
    );
  });

  test('no request makes a server fault, and every answer is marked', async () => {
    const path = fc.constantFrom(
      '/public/oauth2/1/authorize',
      '/public/oauth2/1/token',
      '/public/oauth2/1/revoke',
      '/public/oauth2/1/user',
      '/public/oauth2/1/entity/file/uri',
      '/public/journey/x',
      '/public/journey/x/consent',
      '/elsewhere',
    );
    const type = fc.constantFrom(
      'application/x-www-form-urlencoded',
      'application/json',
      'text/html',
      'multipart/form-data',
    );
    const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS');
    await fc.assert(
      fc.asyncProperty(
        method,
        path,
        fc.string(),
        type,
        fc.string({ unit: 'binary' }),
        async (verb, url, query, contentType, payload) => {
          const answer = await simulator.app.inject({
            method: verb as 'GET',
            url: `${url}?${encodeURIComponent(query)}`,
            headers: { 'content-type': contentType, authorization: `Basic ${Buffer.from(query).toString('base64')}` },
            payload,
          });
          assert.ok(answer.statusCode < 500, `${answer.statusCode}`);
          assert.equal(answer.headers['x-entitylocker-simulator'], '1');
          assert.equal(answer.headers['cache-control'], 'no-store');
        },
      ),
      { numRuns: 150 },
    );
  });

  for (const url of [
    '/public/journey/%zz',
    '/public/oauth2/1/entity/file/%E0%A4%A',
    `/public/journey/${'a'.repeat(3000)}`,
  ]) {
    test(`an address that cannot be read is a plain refusal: ${url.slice(0, 40)}`, async () => {
      const answer = await simulator.app.inject({ url });
      assert.ok(answer.statusCode >= 400 && answer.statusCode < 500, `${answer.statusCode}`);
      assert.equal(answer.headers['x-entitylocker-simulator'], '1');
      assert.equal(answer.headers['cache-control'], 'no-store');
    });
  }

  test('a fault of ours tells nothing and has the status of the profile', async () => {
    const broken = await testSimulator();
    broken.app.addHook('preHandler', async () => {
      throw new Error('secret detail');
    });
    const api = await broken.app.inject({ url: '/public/oauth2/1/user' });
    assert.deepEqual([api.statusCode, api.json().error], [530, 'unexpected_error']);
    const page = await broken.app.inject({ url: '/public/journey/x', headers: { accept: 'text/html' } });
    assert.equal(page.statusCode, 500);
    assert.ok(!`${api.body}${page.body}`.includes('secret detail'));
    await broken.close();
  });

  const faulty: [string, Partial<SimulatorClient>][] = [
    ['no name', { name: ' ' }],
    ['no secret', { clientSecret: '' }],
    ['a relative redirect URI', { redirectUris: ['/callback'] }],
    ['a redirect URI with a fragment', { redirectUris: ['https://a.example/#x'] }],
    [
      'a redirect URI that would end the policy header',
      { redirectUris: ["https://a.example/;script-src 'unsafe-inline'"] },
    ],
  ];
  for (const [what, change] of faulty) {
    test(`a client with ${what} is refused at the start`, () => {
      assert.doesNotThrow(() => registerClients([testClient]));
      assert.throws(() => registerClients([{ ...testClient, ...change }]), /simulator client/);
    });
  }
});
