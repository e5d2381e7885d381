import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { integrator, walk } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import type { NewKey } from '../usecases/keys/create.ts';
import { revokeKey } from '../usecases/keys/revoke.ts';

type Key = NewKey & { token: string };
const b64 = (text: string) => Buffer.from(text).toString('base64url');

describe('access to the API', () => {
  let gateway: TestGateway;
  let key: Key;
  let startMs: number;
  before(async () => {
    gateway = await startTestGateway();
    startMs = gateway.clock.nowMs;
    key = await gateway.newKey();
  });
  after(() => gateway.close());

  const statusWith = (authorization: string, apiKey = key.apiKey) =>
    integrator(gateway, { apiKey, token: authorization }).status('none');
  const seconds = () => Math.floor(gateway.clock.nowMs / 1000);
  const claims = (change: Record<string, unknown> = {}) => ({
    workspace_id: key.workspaceId,
    api_key: key.apiKey,
    mode: 'test',
    intent: 'ACCESS_TOKEN',
    iss: 'tijori',
    aud: 'API',
    sub: key.apiKey,
    iat: seconds(),
    exp: seconds() + 86_400,
    ...change,
  });
  /** A token as somebody with our key could make it, from texts, so that they can be malformed. */
  const forge = (payload: string, header = '{"typ":"JWT","alg":"HS256"}', hash = 'sha256', secret?: Buffer) => {
    const signed = `${b64(header)}.${b64(payload)}`;
    const mac = createHmac(hash, secret ?? gateway.config.secrets.tokenKey).update(signed);
    return `${signed}.${mac.digest('base64url')}`;
  };
  const forged = (change: Record<string, unknown>) => forge(JSON.stringify(claims(change)));

  const refused = async (authorization: string, what: string) => {
    const response = await statusWith(authorization);
    assert.equal(response.statusCode, 403, what);
    assert.equal(response.headers['x-error-code'], 'invalid_access_token', what);
    const { transaction_id: _, ...rest } = response.json();
    assert.deepEqual(rest, { code: 403, timestamp: gateway.clock.nowMs, message: 'Invalid access token' }, what);
  };

  it('takes a token forged with our own key, so that the refusals below are for the reason they name', async () => {
    assert.equal((await statusWith(forged({}))).statusCode, 521);
  });

  it('refuses every header that is not ours to the letter', async () => {
    const payload = JSON.stringify(claims());
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '']) {
      const header = JSON.stringify({ typ: 'JWT', alg });
      await refused(`${b64(header)}.${b64(payload)}.`, `alg ${alg}, no signature`);
      await refused(forge(payload, header), `alg ${alg}, signed`);
    }
    await refused(forge(payload, '{"typ":"JWT","alg":"HS512"}', 'sha512'), 'HS512 with our key');
    await refused(forge(payload, '{"typ":"JWT","alg":"HS384"}', 'sha384'), 'HS384 with our key');
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const rsHeader = JSON.stringify({ typ: 'JWT', alg: 'RS256', jwk: publicKey.export({ format: 'jwk' }) });
    const rsSigned = `${b64(rsHeader)}.${b64(payload)}`;
    await refused(`${rsSigned}.${sign('sha256', Buffer.from(rsSigned), privateKey).toString('base64url')}`, 'RS256');
    await refused(forge(payload, rsHeader), 'RS256 header over our HMAC');
    const esHeader = '{"typ":"JWT","alg":"ES256"}';
    await refused(`${b64(esHeader)}.${b64(payload)}.${Buffer.alloc(64).toString('base64url')}`, 'ES256 of zeros');
    await refused(forge(payload, '{"typ":"JWT","alg":"HS256","crit":["x"],"x":1}'), 'unknown crit');
    await refused(forge(payload, '{"typ":"at+jwt","alg":"HS256"}'), 'another typ');
    await refused(forge(payload, '{"alg":"HS256"}'), 'no typ');
    await refused(forge(payload, '{"typ":"JWT"}'), 'no alg');
    await refused(forge(payload, '[]'), 'header is a list');
    await refused(forge(payload, undefined, undefined, randomBytes(32)), 'another key');
    await refused(forge(payload, undefined, undefined, Buffer.alloc(0)), 'an empty key');
    await refused(forge(payload, undefined, undefined, gateway.config.secrets.linkKey), 'the key of the links');
  });

  it('refuses every claim that is not ours', async () => {
    const wrong: Record<string, Record<string, unknown>> = {
      'another audience': { aud: 'WEB' },
      'no audience': { aud: undefined },
      'another issuer': { iss: 'prod1-api.sandbox.co.in' },
      'no issuer': { iss: undefined },
      'another intent': { intent: 'REFRESH_TOKEN' },
      'no intent': { intent: undefined },
      'no expiry': { exp: undefined },
      'expiry as text': { exp: String(seconds() + 60) },
      'no issue time': { iat: undefined },
      'not yet valid': { nbf: seconds() + 1 },
      'no workspace': { workspace_id: undefined },
      'workspace of another type': { workspace_id: 1 },
      'a workspace that the key is not of': { workspace_id: '00000000-0000-4000-8000-000000000000' },
      'another mode word': { mode: 'prod' },
      'no subject': { sub: undefined },
      'subject of another key': { sub: `key_test_${'0'.repeat(32)}` },
      'key of another subject': { api_key: `key_test_${'0'.repeat(32)}` },
      'a key that does not exist': { sub: `key_test_${'0'.repeat(32)}`, api_key: `key_test_${'0'.repeat(32)}` },
    };
    for (const [what, change] of Object.entries(wrong)) await refused(forged(change), what);
    assert.equal((await statusWith(forged({ nbf: seconds() }))).statusCode, 521, 'valid from this very second');
  });

  it('refuses a doubled claim that would make somebody else of the caller', async () => {
    const other = await gateway.newKey('test', 'Another Lender (fictional)');
    const text = JSON.stringify(claims());
    await refused(forge(text.replace('{', `{"sub":"${other.apiKey}",`).replace(/"aud"/, '"api_key":"x","aud"')), 'key');
    await refused(forge(text.replace(/}$/, `,"sub":"${other.apiKey}"}`)), 'subject');
    await refused(forge(text.replace(/}$/, `,"workspace_id":"${other.workspaceId}"}`)), 'workspace');
  });

  it('refuses what is no token at all, however large', async () => {
    const [header, payload, signature] = key.token.split('.');
    const tokens = [
      '',
      ' ',
      '.',
      '..',
      '...',
      'null',
      `${header}.${payload}`,
      `${header}.${payload}.`,
      `${header}.${payload}.${signature}.`,
      `${header}.${payload}.${signature}.x.y`,
      `${header}..${signature}`,
      `${payload}.${header}.${signature}`,
      `${key.token}A`,
      key.token.toLowerCase(),
      `${header}.${payload}.${'A'.repeat(43)}`,
      key.apiKey,
      key.apiSecret,
      'x'.repeat(100_000),
      `${header}.${'A'.repeat(100_000)}.${signature}`,
    ];
    for (const token of tokens) await refused(token, token.slice(0, 40));
    const none = await gateway.app.inject({ method: 'GET', url: '/kyc/entitylocker-sdk/sessions/none/status' });
    assert.equal(none.headers['x-error-code'], 'invalid_access_token');
  });

  it('ends a token at its very second, whether or not it was seen before', async () => {
    const seen = forged({});
    const { exp } = claims();
    const expired = async (token: string) => {
      const response = await statusWith(token);
      assert.equal(response.statusCode, 403);
      assert.equal(response.headers['x-error-code'], 'access_token_expired');
      assert.equal(response.json().message, 'Access token has expired');
    };
    try {
      assert.equal((await statusWith(seen)).statusCode, 521);
      gateway.clock.nowMs = exp * 1000 - 1;
      assert.equal((await statusWith(seen)).statusCode, 521);
      assert.equal((await statusWith(forged({ exp, iat: exp - 86_400 }))).statusCode, 521);
      gateway.clock.nowMs = exp * 1000;
      await expired(seen);
      await expired(forged({ exp, iat: exp - 86_400 }));
      gateway.clock.nowMs = exp * 1000 + 1000;
      await expired(seen);
      await expired(key.token);
    } finally {
      gateway.clock.nowMs = startMs;
    }
  });

  it('wants the header of the very key that the token is for', async () => {
    const other = await gateway.newKey();
    const withKey = (apiKey: string | undefined) =>
      gateway.app.inject({
        method: 'GET',
        url: '/kyc/entitylocker-sdk/sessions/none/status',
        headers: { authorization: key.token, ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }) },
      });
    for (const apiKey of [other.apiKey, undefined, '', key.apiKey.toUpperCase(), `${key.apiKey}, ${key.apiKey}`]) {
      const response = await withKey(apiKey);
      assert.equal(response.statusCode, 403);
      assert.equal(response.headers['x-error-code'], 'insufficient_privilege');
      assert.equal(response.json().message, 'Insufficient privilege');
    }
    assert.equal((await withKey(key.apiKey)).statusCode, 521);
  });

  it('forgets a revoked key within a second, and does not authenticate it again', async () => {
    const doomed = await gateway.newKey();
    const api = integrator(gateway, doomed);
    assert.equal((await api.status('none')).statusCode, 521);
    assert.equal(await revokeKey(gateway.deps, doomed.apiKey), true);
    try {
      gateway.clock.nowMs += 999;
      const response = await api.status('none');
      assert.equal(response.statusCode, 403);
      assert.equal(response.headers['x-error-code'], 'invalid_access_token');
    } finally {
      gateway.clock.nowMs = startMs;
    }
    const again = await gateway.app.inject({
      method: 'POST',
      url: '/authenticate',
      headers: { 'x-api-key': doomed.apiKey, 'x-api-secret': doomed.apiSecret },
    });
    assert.equal(again.statusCode, 401);
    assert.equal(await revokeKey(gateway.deps, doomed.apiKey), false);
  });

  it('writes neither secret nor token nor document to the data folder', async () => {
    const api = integrator(gateway, key);
    const id = await api.newSession();
    await walk(gateway, id);
    const [link = ''] = await api.links(id, 'company_master_details');
    const pdf = (await gateway.app.inject({ method: 'GET', url: link })).rawPayload;
    const files = await readdir(gateway.config.dataDir, { recursive: true, withFileTypes: true });
    const contents = await Promise.all(
      files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name))),
    );
    const all = Buffer.concat(contents);
    assert.ok(all.includes(key.apiKey), 'the search does not see the database');
    const canaries: Record<string, string | Buffer> = {
      'api secret': key.apiSecret,
      'the secret without its prefix': key.apiSecret.slice(-32),
      'access token': key.token,
      'signature of the token': key.token.split('.')[2] ?? '',
      'link signature': link.slice(-43),
      'bytes of the document': pdf.subarray(100, 160),
      'name of the person': 'Asha Namuna',
      'client secret': gateway.config.upstreams.test?.clientSecret ?? 'none',
      'master key': gateway.config.secrets.masterKey,
    };
    for (const [what, canary] of Object.entries(canaries)) assert.ok(!all.includes(canary), `${what} is on disk`);
  });
});
