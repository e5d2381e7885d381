import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { integrator, walk } from '../testing/api.ts';
import { forger } from '../testing/forged-tokens.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import type { NewKey } from '../usecases/keys/create.ts';
import { revokeKey } from '../usecases/keys/revoke.ts';

type Key = NewKey & { token: string };

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
  const forged = (change: Record<string, unknown> = {}) => forger(gateway, key).forged(change);

  it('takes a token forged with our own key, so that the refusals of forged ones (auth-matrix) are for the reason they name', async () => {
    assert.equal((await statusWith(forged())).statusCode, 521);
    const now = Math.floor(gateway.clock.nowMs / 1000);
    assert.equal((await statusWith(forged({ nbf: now }))).statusCode, 521, 'valid from this very second');
  });

  it('ends a token at its very second, whether or not it was seen before', async () => {
    const seen = forged();
    const exp = Number(forger(gateway, key).claims().exp);
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
