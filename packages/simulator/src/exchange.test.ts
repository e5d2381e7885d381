import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as oauth from 'oauth4webapi';
import { decideInBrowser } from './test-browser.ts';
import { redirectUri, testClient, testSimulator } from './test-simulator.ts';

test('a strict OAuth client does code, PKCE, refresh and revocation over a socket', async (t) => {
  const simulator = await testSimulator({ now: Date.now });
  t.after(() => simulator.close());
  const { origin, port } = await simulator.listen(0);
  assert.equal(origin, `http://127.0.0.1:${port}`);

  const base = `${origin}/public/oauth2/1`;
  const as: oauth.AuthorizationServer = {
    issuer: origin,
    authorization_endpoint: `${base}/authorize`,
    token_endpoint: `${base}/token`,
    revocation_endpoint: `${base}/revoke`,
    userinfo_endpoint: `${base}/user`,
  };
  const client: oauth.Client = { client_id: testClient.clientId };
  const http = { [oauth.allowInsecureRequests]: true };
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const start = new URL(`${base}/authorize`);
  start.search = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: redirectUri,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }).toString();

  const back = await decideInBrowser(start);
  const parameters = oauth.validateAuthResponse(as, client, back, state);
  const bodyAuth = oauth.ClientSecretPost(testClient.clientSecret);
  const basicAuth = oauth.ClientSecretBasic(testClient.clientSecret);
  const redeem = () =>
    oauth.authorizationCodeGrantRequest(as, client, bodyAuth, parameters, redirectUri, verifier, http);
  const first = await oauth.processAuthorizationCodeResponse(as, client, await redeem());
  assert.equal(first.token_type, 'bearer');
  assert.equal(first.expires_in, 3600);

  const user = await oauth.protectedResourceRequest(
    first.access_token,
    'GET',
    new URL(`${base}/user`),
    undefined,
    null,
    http,
  );
  assert.equal(user.status, 200);

  const refreshing = await oauth.refreshTokenGrantRequest(as, client, basicAuth, first.refresh_token ?? '', http);
  const second = await oauth.processRefreshTokenResponse(as, client, refreshing);
  assert.notEqual(second.refresh_token, first.refresh_token);

  await oauth.processRevocationResponse(
    await oauth.revocationRequest(as, client, basicAuth, second.refresh_token ?? '', http),
  );
  const after = oauth.protectedResourceRequest(
    second.access_token,
    'GET',
    new URL(`${base}/user`),
    undefined,
    null,
    http,
  );
  // The client turns the WWW-Authenticate challenge of a 401 into an error of its own.
  await assert.rejects(after, oauth.WWWAuthenticateChallengeError);
  await assert.rejects(
    async () => oauth.processAuthorizationCodeResponse(as, client, await redeem()),
    (error) => error instanceof oauth.ResponseBodyError && error.error === 'invalid_grant',
  );
});

test('closing lets a request in flight finish', async () => {
  const simulator = await testSimulator();
  let arrived = (): void => {};
  let release = (): void => {};
  const isThere = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  simulator.app.addHook('preHandler', async () => {
    arrived();
    await gate;
  });
  const { origin } = await simulator.listen(0);
  const asking = fetch(`${origin}/public/oauth2/1/user`);
  await isThere;
  const closing = simulator.close();
  release();
  assert.equal((await asking).status, 401);
  await closing;
  await simulator.close();
});

test('slow senders are cut off: 10 s for the headers, 30 s for the request', async () => {
  const simulator = await testSimulator();
  const { headersTimeout, requestTimeout } = simulator.app.server;
  assert.deepEqual([headersTimeout, requestTimeout], [10_000, 30_000]);
  await simulator.close();
});
