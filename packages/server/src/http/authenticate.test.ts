import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { authenticate } from '@tijori/wire';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import Schema from 'typebox/schema';
import { integrator } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import type { NewKey } from '../usecases/keys/create.ts';
import { revokeKey } from '../usecases/keys/revoke.ts';

describe('POST /authenticate', () => {
  let gateway: TestGateway;
  let key: NewKey & { token: string };
  before(async () => {
    gateway = await startTestGateway({ modes: ['test'] });
    key = await gateway.newKey();
  });
  after(() => gateway.close());

  const ask = (headers: Record<string, string>, payload?: string) =>
    gateway.app.inject({
      method: 'POST',
      url: '/authenticate',
      headers,
      ...(payload === undefined ? {} : { payload }),
    });
  const credentials = () => ({ 'x-api-key': key.apiKey, 'x-api-secret': key.apiSecret });
  const tokenOf = async () => {
    const response = await ask(credentials());
    return response.json<{ access_token: string }>().access_token;
  };

  it('takes every body that real clients send, and any version header', async () => {
    const json = { 'content-type': 'application/json' };
    const bodies: [Record<string, string>, string | undefined][] = [
      [{}, undefined],
      [json, undefined],
      [json, ''],
      [json, '{}'],
      [{ 'content-type': 'application/json; charset=utf-8' }, '{}'],
      [{ 'content-type': 'application/x-www-form-urlencoded' }, ''],
      [{ 'content-type': 'application/x-www-form-urlencoded' }, 'a=1'],
      [{ 'content-type': 'text/plain' }, 'not read'],
      [{}, '{}'],
      [{ 'x-api-version': '1.0' }, undefined],
      [{ 'x-api-version': 'whatever' }, '{}'],
    ];
    for (const [headers, body] of bodies) {
      const response = await ask({ ...credentials(), ...headers }, body);
      assert.equal(response.statusCode, 200, `${JSON.stringify(headers)} ${body}: ${response.body}`);
      assert.ok(Schema.Compile(authenticate.response).Check(response.json()));
    }
  });

  it('gives the token in `data` and at the root, and nothing else', async () => {
    const body = (await ask(credentials())).json();
    assert.deepEqual(Object.keys(body).sort(), ['access_token', 'code', 'data', 'timestamp', 'transaction_id']);
    assert.deepEqual(Object.keys(body.data), ['access_token']);
    assert.equal(body.data.access_token, body.access_token);
  });

  it('gives a JWT whose claims clients can decode', async () => {
    const token = await tokenOf();
    const { kid, ...protectedHeader } = decodeProtectedHeader(token);
    assert.deepEqual(protectedHeader, { typ: 'JWT', alg: 'HS256' });
    assert.match(kid ?? '', /^[\w-]{12}$/);
    const iat = Math.floor(gateway.clock.nowMs / 1000);
    assert.deepEqual(decodeJwt(token), {
      workspace_id: key.workspaceId,
      api_key: key.apiKey,
      sub: key.apiKey,
      mode: 'test',
      intent: 'ACCESS_TOKEN',
      iss: 'tijori',
      aud: 'API',
      iat,
      exp: iat + 86_400,
    });
    // As the vendor's begins (sandbox-api §2.3): some clients look at the prefix.
    const [header = '', payload = ''] = token.split('.');
    assert.match(Buffer.from(header, 'base64url').toString(), /^\{"typ":"JWT","alg":/);
    assert.match(Buffer.from(payload, 'base64url').toString(), /^\{"workspace_id":/);
  });

  it('is answered alike whatever is wrong with key or secret', async () => {
    const other = await gateway.newKey('test', 'Another Lender (fictional)');
    const live = await gateway.newKey('live');
    const revoked = await gateway.newKey();
    await revokeKey(gateway.deps, revoked.apiKey);
    const wrong: Record<string, Record<string, string>> = {
      nothing: {},
      'no secret': { 'x-api-key': key.apiKey },
      'no key': { 'x-api-secret': key.apiSecret },
      'unknown key': { ...credentials(), 'x-api-key': `key_test_${'0'.repeat(32)}` },
      'wrong secret': { ...credentials(), 'x-api-secret': `secret_test_${'0'.repeat(32)}` },
      "another key's secret": { ...credentials(), 'x-api-secret': other.apiSecret },
      'malformed key': { ...credentials(), 'x-api-key': "key_test_' or 1=1 --" },
      'malformed secret': { ...credentials(), 'x-api-secret': key.apiSecret.toUpperCase() },
      'secret with a blank': { ...credentials(), 'x-api-secret': `${key.apiSecret}0` },
      'the hash as secret': { ...credentials(), 'x-api-secret': '0'.repeat(64) },
      'key twice': { ...credentials(), 'x-api-key': `${key.apiKey}, ${key.apiKey}` },
      'a live key where none is taken': { 'x-api-key': live.apiKey, 'x-api-secret': live.apiSecret },
      'a revoked key': { 'x-api-key': revoked.apiKey, 'x-api-secret': revoked.apiSecret },
    };
    for (const [what, headers] of Object.entries(wrong)) {
      const response = await ask(headers, '{}');
      assert.equal(response.statusCode, 401, what);
      assert.equal(response.headers['x-error-code'], 'unauthorized', what);
      const { transaction_id: _, ...rest } = response.json();
      assert.deepEqual(rest, { code: 401, timestamp: gateway.clock.nowMs, message: 'Unauthorized' }, what);
    }
  });

  it('gives tokens that are taken raw and after `Bearer`, in any case', async () => {
    const token = await tokenOf();
    for (const authorization of [token, `Bearer ${token}`, `bearer ${token}`, `BEARER  ${token}`]) {
      const response = await integrator(gateway, key).send({
        method: 'GET',
        url: '/kyc/entitylocker-sdk/sessions/none/status',
        headers: { authorization },
      });
      assert.equal(response.statusCode, 521, authorization.slice(0, 8));
    }
    for (const authorization of [`Basic ${token}`, `Bearer${token}`, `Bearer: ${token}`, 'Bearer', 'Bearer ']) {
      const response = await integrator(gateway, key).send({
        method: 'GET',
        url: '/kyc/entitylocker-sdk/sessions/none/status',
        headers: { authorization },
      });
      assert.equal(response.headers['x-error-code'], 'invalid_access_token', authorization.slice(0, 8));
    }
  });
});
