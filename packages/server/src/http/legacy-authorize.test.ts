import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { legacyAuthorize } from '@tijori/wire';
import { decodeJwt } from 'jose';
import Schema from 'typebox/schema';
import { integrator } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import type { NewKey } from '../usecases/keys/create.ts';
import { revokeKey } from '../usecases/keys/revoke.ts';

const dayMs = 86_400_000;

describe('POST /authorize', () => {
  let gateway: TestGateway;
  let key: NewKey & { token: string };
  let startMs: number;
  before(async () => {
    gateway = await startTestGateway({ legacyAuthorize: true });
    startMs = gateway.clock.nowMs;
    key = await gateway.newKey();
  });
  after(() => gateway.close());

  const ask = ({ authorization = key.token, query = `request_token=${key.token}`, apiKey = key.apiKey } = {}) =>
    gateway.app.inject({ method: 'POST', url: `/authorize?${query}`, headers: { authorization, 'x-api-key': apiKey } });
  const codeOf = async (asked: ReturnType<typeof ask>) => (await asked).headers['x-error-code'];

  it('is not there unless it was switched on', async () => {
    const without = await startTestGateway();
    try {
      const own = await without.newKey();
      const url = `/authorize?request_token=${own.token}`;
      const response = await without.app.inject({ method: 'POST', url, headers: without.headers(own) });
      assert.equal(response.statusCode, 404);
    } finally {
      await without.close();
    }
  });

  it('answers a fresh token, in both places, for one that is shown in both places', async () => {
    gateway.clock.nowMs += 60_000;
    for (const authorization of [key.token, `Bearer ${key.token}`]) {
      const response = await ask({ authorization });
      assert.equal(response.statusCode, 200);
      const body = response.json();
      assert.ok(Schema.Compile(legacyAuthorize.response).Check(body));
      assert.equal(body.access_token, body.data.access_token);
      const [old, fresh] = [decodeJwt(key.token), decodeJwt(body.access_token)];
      assert.equal(fresh.exp, Number(old.exp) + 60);
      assert.deepEqual({ ...fresh, iat: 0, exp: 0 }, { ...old, auth_time: old.iat, iat: 0, exp: 0 });
      assert.equal((await integrator(gateway, { ...key, token: body.access_token }).status('none')).statusCode, 521);
      assert.equal(response.headers['cache-control'], 'no-store');
    }
    gateway.clock.nowMs = startMs;
  });

  it('takes no second token, none, a doubled one, or one that is not of this key', async () => {
    const other = await gateway.newKey();
    const invalid: Parameters<typeof ask>[0][] = [
      { query: '' },
      { query: 'request_token=' },
      { query: `request_token=${other.token}` },
      { query: `request_token=${key.token}&request_token=${key.token}` },
      { query: `request_token[]=${key.token}` },
      { query: `token=${key.token}` },
      { authorization: '' },
      { authorization: 'none', query: 'request_token=none' },
      { authorization: other.token, apiKey: other.apiKey },
    ];
    for (const change of invalid)
      assert.equal(await codeOf(ask(change)), 'invalid_access_token', JSON.stringify(change));
    assert.equal(await codeOf(ask({ apiKey: other.apiKey })), 'insufficient_privilege');
    assert.equal(await codeOf(ask({ apiKey: '' })), 'insufficient_privilege');
  });

  it('renews nothing that is past its day, and nothing of a revoked key', async () => {
    gateway.clock.nowMs = startMs + dayMs;
    assert.equal(await codeOf(ask()), 'access_token_expired');
    gateway.clock.nowMs = startMs;
    const doomed = await gateway.newKey();
    await revokeKey(gateway.deps, doomed.apiKey);
    const { token, apiKey } = doomed;
    assert.equal(
      await codeOf(ask({ authorization: token, query: `request_token=${token}`, apiKey })),
      'invalid_access_token',
    );
  });

  it('renews from day to day for a year after the secret was shown, and no longer', async () => {
    let token = key.token;
    const renew = () => ask({ authorization: token, query: `request_token=${token}` });
    for (let day = 1; day <= 367; day += 1) {
      gateway.clock.nowMs = startMs + day * (dayMs - 1_000);
      const response = await renew();
      if (response.statusCode !== 200) {
        assert.equal(response.headers['x-error-code'], 'invalid_access_token');
        assert.equal(day, 366);
        break;
      }
      token = response.json().access_token;
      assert.equal(decodeJwt(token).auth_time, decodeJwt(key.token).iat);
    }
    assert.ok(gateway.clock.nowMs > startMs + 364 * dayMs);
    gateway.clock.nowMs = startMs;
  });
});
