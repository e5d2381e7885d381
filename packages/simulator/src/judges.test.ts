import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import * as openid from 'openid-client';
import { bodyHmac } from './resources/download.ts';
import { decideInBrowser } from './test-browser.ts';
import { redirectUri, type TestSimulator, testClient, testSimulator } from './test-simulator.ts';

/** Clients that we did not write, over a real socket; `exchange.test.ts` has a third. */
describe('a client of somebody else', () => {
  let simulator: TestSimulator;
  let origin: string;
  before(async () => {
    simulator = await testSimulator({ now: Date.now });
    ({ origin } = await simulator.listen(0));
  });
  after(() => simulator.close());

  const configured = (auth: openid.ClientAuth): openid.Configuration => {
    const base = `${origin}/public/oauth2/1`;
    const server: openid.ServerMetadata = {
      issuer: origin,
      authorization_endpoint: `${base}/authorize`,
      token_endpoint: `${base}/token`,
      revocation_endpoint: `${base}/revoke`,
    };
    const config = new openid.Configuration(server, testClient.clientId, testClient.clientSecret, auth);
    openid.allowInsecureRequests(config);
    return config;
  };
  const begin = async (config: openid.Configuration) => {
    const [pkceCodeVerifier, expectedState] = [openid.randomPKCECodeVerifier(), openid.randomState()];
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      state: expectedState,
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    });
    return { url, checks: { pkceCodeVerifier, expectedState } };
  };

  test('openid-client: code, PKCE, resources, refresh, revocation', async () => {
    const byBody = configured(openid.ClientSecretPost(testClient.clientSecret));
    const byBasic = configured(openid.ClientSecretBasic(testClient.clientSecret));
    const { url, checks } = await begin(byBody);
    const first = await openid.authorizationCodeGrant(byBody, await decideInBrowser(url), checks);
    assert.equal(first.expires_in, 3600);
    const list = new URL(`${origin}/public/oauth2/2/entity/files/issued`);
    const answer = await openid.fetchProtectedResource(byBody, first.access_token, list, 'GET');
    const { items } = (await answer.json()) as { items: unknown[] };
    assert.equal(items.length, 3);
    const second = await openid.refreshTokenGrant(byBasic, first.refresh_token ?? '');
    await openid.tokenRevocation(byBasic, second.refresh_token ?? '');
    await assert.rejects(
      openid.fetchProtectedResource(byBody, second.access_token, list, 'GET'),
      openid.WWWAuthenticateChallengeError,
    );
  });

  test('openid-client: a denial, a wrong state and a wrong verifier end in its own errors', async () => {
    const config = configured(openid.ClientSecretPost(testClient.clientSecret));
    const denied = await begin(config);
    const back = await decideInBrowser(denied.url, 'deny');
    await assert.rejects(
      openid.authorizationCodeGrant(config, back, denied.checks),
      (error) => error instanceof openid.AuthorizationResponseError && error.error === 'access_denied',
    );
    const other = await begin(config);
    const allowed = await decideInBrowser(other.url);
    const pkceCodeVerifier = openid.randomPKCECodeVerifier();
    await assert.rejects(
      openid.authorizationCodeGrant(config, allowed, { ...other.checks, pkceCodeVerifier }),
      (error) => error instanceof openid.ResponseBodyError && error.error === 'invalid_grant',
    );
  });

  test('entity-locker-sdk: every call that it has', async () => {
    const sdk = lockerSdk(origin);
    const { url, codeVerifier } = sdk.getAuthorizationUrl('state-of-the-sdk');
    const back = await decideInBrowser(new URL(url.replace(lockerHost, origin)));
    assert.equal(back.searchParams.get('state'), 'state-of-the-sdk');
    const first = await sdk.getAccessToken(back.searchParams.get('code') ?? '', codeVerifier);
    const { access_token: token } = await sdk.refreshAccessToken(first.refresh_token);
    assert.equal((await sdk.getUserDetails(token)).name, 'Asha Namuna');
    assert.equal((await sdk.getEntityDetails(token)).verified_by, 'cin');
    assert.deepEqual((await sdk.getSelfUploadedDocuments(token)).items, []);
    const { items } = await sdk.getIssuedDocuments(token);
    const uri = items.find(({ doctype }) => doctype === 'GSTND')?.uri ?? '';
    assert.equal((await sdk.downloadFileFromURI(token, uri)).subarray(0, 5).toString(), '%PDF-');
    assert.match(await sdk.downloadXmlFromURI(token, uri), /<Certificate /);
    const pdf = Buffer.from('%PDF-1.7\n');
    const hmac = bodyHmac(testClient.clientSecret, pdf);
    await assert.rejects(sdk.uploadFile(token, pdf, '/a.pdf', 'application/pdf', hmac), { status: 403 });
    await sdk.revokeToken(token);
    await assert.rejects(sdk.getUserDetails(token), { status: 401 });
  });
});

const lockerHost = 'https://entity.digilocker.gov.in';

/** As the package's own code has it; it comes without types. */
interface LockerSdk {
  getAuthorizationUrl(state: string): { url: string; codeVerifier: string };
  getAccessToken(code: string, verifier: string): Promise<{ access_token: string; refresh_token: string }>;
  refreshAccessToken(token: string): Promise<{ access_token: string }>;
  revokeToken(token: string, kind?: string): Promise<void>;
  getUserDetails(token: string): Promise<{ name: string }>;
  getEntityDetails(token: string): Promise<{ verified_by: string }>;
  getSelfUploadedDocuments(token: string): Promise<{ items: unknown[] }>;
  getIssuedDocuments(token: string): Promise<{ items: { doctype: string; uri: string }[] }>;
  downloadFileFromURI(token: string, uri: string): Promise<Buffer>;
  downloadXmlFromURI(token: string, uri: string): Promise<string>;
  uploadFile(token: string, bytes: Buffer, path: string, mime: string, hmac: string): Promise<unknown>;
}

interface Axios {
  interceptors: {
    request: { use(change: (config: { url?: string; proxy?: false }) => { url?: string }): number };
  };
}

/** The SDK with its host, which is fixed in its code, turned to the simulator; no request can reach the real one. */
function lockerSdk(origin: string): LockerSdk {
  const require = createRequire(import.meta.url);
  const main = require.resolve('entity-locker-sdk');
  const axios: Axios = createRequire(main)('axios');
  axios.interceptors.request.use((config) => {
    const url = config.url ?? '';
    assert.ok(url.startsWith(`${lockerHost}/`));
    return { ...config, proxy: false, url: url.replace(lockerHost, origin) };
  });
  const make: (config: object) => LockerSdk = require(main);
  return make({ clientId: testClient.clientId, clientSecret: testClient.clientSecret, redirectUri });
}
