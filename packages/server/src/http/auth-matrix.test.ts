import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Credentials, createSdkSession, type Endpoint, type ErrorCode, errorsOf } from '@tijori/wire';
import { allEndpoints, callTo, sdkCredentials, sdkTokenEndpoint, sessionFor } from '../testing/contract-calls.ts';
import { forgedTokens, forger } from '../testing/forged-tokens.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import type { NewKey } from '../usecases/keys/create.ts';
import { revokeKey } from '../usecases/keys/revoke.ts';

type Key = NewKey & { token: string };
type Headers = Record<string, string>;

/** Everybody who calls. The server takes test keys alone. */
interface World {
  own: Key;
  /** Of the same workspace. */
  second: Key;
  stranger: Key;
  revoked: Key;
  live: Key;
  expiredToken: string;
  /** Tokens of ours for another use, as far as there are any. */
  otherTokens: Headers;
  /** What a browser sends that has taken up this session, or one of its own. */
  browserOf: (sessionId?: string) => Promise<Headers>;
}

/** What comes of a call: refused with this code, refused with any documented one of 401 or 403, or let in. */
type Outcome = ErrorCode | 'refused' | 'let in';
/** Headers, or how to get them for the session that is called. */
type Row = [what: string, headers: Headers | ((sessionId: string) => Promise<Headers>), outcome: Outcome];

const nobody = `key_test_${'0'.repeat(32)}`;

function rowsOfToken({ own, second, stranger, revoked, live, expiredToken, otherTokens }: World): Row[] {
  const call = (authorization: string, apiKey: string): Headers => ({ authorization, 'x-api-key': apiKey });
  return [
    ['no credential', {}, 'invalid_access_token'],
    ['the key alone', { 'x-api-key': own.apiKey }, 'invalid_access_token'],
    ['key and secret', { 'x-api-key': own.apiKey, 'x-api-secret': own.apiSecret }, 'invalid_access_token'],
    ['garbage', call('garbage', own.apiKey), 'invalid_access_token'],
    ['the secret as token', call(own.apiSecret, own.apiKey), 'invalid_access_token'],
    ['an expired token', call(expiredToken, own.apiKey), 'access_token_expired'],
    ['the token of a revoked key', call(revoked.token, revoked.apiKey), 'invalid_access_token'],
    ['a mode that is not served', call(live.token, live.apiKey), 'invalid_access_token'],
    ['the token alone', { authorization: own.token }, 'insufficient_privilege'],
    ['a key that nobody has', call(own.token, nobody), 'insufficient_privilege'],
    ["the workspace's other key", call(own.token, second.apiKey), 'insufficient_privilege'],
    ["another workspace's key", call(own.token, stranger.apiKey), 'insufficient_privilege'],
    ["another workspace's token", call(stranger.token, own.apiKey), 'insufficient_privilege'],
    ...Object.entries(otherTokens).map(([what, token]): Row => [what, call(token, own.apiKey), 'invalid_access_token']),
    ['the right ones', call(own.token, own.apiKey), 'let in'],
    ['the right ones after Bearer', call(`Bearer ${own.token}`, own.apiKey), 'let in'],
  ];
}

function rowsOfSecret({ own, second, stranger, revoked, live }: World): Row[] {
  const pair = (apiKey: string, apiSecret: string): Headers => ({ 'x-api-key': apiKey, 'x-api-secret': apiSecret });
  return [
    ['no credential', {}, 'unauthorized'],
    ['the key alone', { 'x-api-key': own.apiKey }, 'unauthorized'],
    ['the secret alone', { 'x-api-secret': own.apiSecret }, 'unauthorized'],
    ['garbage', pair('garbage', 'garbage'), 'unauthorized'],
    ['a key that nobody has', pair(nobody, own.apiSecret), 'unauthorized'],
    ["the workspace's other secret", pair(own.apiKey, second.apiSecret), 'unauthorized'],
    ["another workspace's secret", pair(own.apiKey, stranger.apiSecret), 'unauthorized'],
    ['a revoked key', pair(revoked.apiKey, revoked.apiSecret), 'unauthorized'],
    ['a mode that is not served', pair(live.apiKey, live.apiSecret), 'unauthorized'],
    ['the token as secret', pair(own.apiKey, own.token), 'unauthorized'],
    ['key and token', { 'x-api-key': own.apiKey, authorization: own.token }, 'unauthorized'],
    ['the right ones', pair(own.apiKey, own.apiSecret), 'let in'],
  ];
}

function rowsOfKey({ own, revoked, live }: World): Row[] {
  return [
    ['no credential', {}, 'refused'],
    ['garbage', { 'x-api-key': 'garbage' }, 'refused'],
    ['a key that nobody has', { 'x-api-key': nobody }, 'refused'],
    ['the secret as key', { 'x-api-key': own.apiSecret }, 'refused'],
    ['a revoked key', { 'x-api-key': revoked.apiKey }, 'refused'],
    ['a mode that is not served', { 'x-api-key': live.apiKey }, 'refused'],
    ['the right one', { 'x-api-key': own.apiKey }, 'let in'],
  ];
}

/** What each call needs beyond the token differs, so that the right ones are let in by the tests of those calls. */
function rowsOfSdkToken({ own, expiredToken, browserOf }: World): Row[] {
  const call = (authorization: string): Headers => ({ authorization, 'x-api-key': own.apiKey });
  return [
    ['no credential', {}, 'refused'],
    ['the key alone', { 'x-api-key': own.apiKey }, 'refused'],
    ['garbage', call('garbage'), 'refused'],
    ['an access token', call(own.token), 'refused'],
    ['an expired access token', call(expiredToken), 'refused'],
    ['the token of another session', () => browserOf(), 'refused'],
    ['the token in another browser', async (id) => ({ ...(await browserOf(id)), cookie: '' }), 'refused'],
  ];
}

/** The policy. An operation whose kind of credentials is not here does not compile. */
const policy: Record<Credentials, (world: World) => Row[]> = {
  key_and_token: rowsOfToken,
  key_and_secret: rowsOfSecret,
  key: rowsOfKey,
  key_and_sdk_token: rowsOfSdkToken,
  none: () => [['no credential', {}, 'let in']],
};

const nameOf = ({ method, path }: Endpoint) => `${method} ${path}`;

describe('who may call what', () => {
  let gateway: TestGateway;
  let world: World;
  before(async () => {
    gateway = await startTestGateway({ modes: ['test'] });
    const [own, second, stranger] = [
      await gateway.newKey(),
      await gateway.newKey(),
      await gateway.newKey('test', 'Another Lender (fictional)'),
    ];
    const [revoked, live] = [await gateway.newKey(), await gateway.newKey('live')];
    await revokeKey(gateway.deps, revoked.apiKey);
    const past = Math.floor(gateway.clock.nowMs / 1000) - 86_400;
    const expiredToken = forger(gateway, own).forged({ iat: past, exp: past + 86_400 });
    const browserOf = async (id?: string) => {
      const endpoint = sdkTokenEndpoint ?? createSdkSession;
      return sdkCredentials(gateway, own.apiKey, id ?? (await sessionFor(endpoint, gateway, own)));
    };
    const otherTokens: Headers = sdkTokenEndpoint
      ? { "a browser's token": (await browserOf()).authorization ?? '' }
      : {};
    world = { own, second, stranger, revoked, live, expiredToken, otherTokens, browserOf };
  });
  after(() => gateway.close());

  /** A session of its own for each call, so that none is judged by what an earlier one did. */
  const send = async (endpoint: Endpoint, headers: Row[1]) => {
    const id = await sessionFor(endpoint, gateway, world.own);
    const sent = typeof headers === 'function' ? await headers(id) : headers;
    const call = callTo(endpoint, id, gateway.clock.nowMs);
    const { statusCode, headers: answered } = await gateway.app.inject({ ...call, headers: sent });
    return { status: statusCode, code: answered['x-error-code'] };
  };
  const outcomeOf = ({ status, code }: { status: number; code: unknown }, wanted: Outcome): Outcome => {
    if (status !== 401 && status !== 403) return 'let in';
    return wanted === 'refused' ? 'refused' : (code as ErrorCode);
  };

  for (const endpoint of allEndpoints) {
    it(`is as the policy says: ${nameOf(endpoint)}`, async () => {
      for (const [what, headers, wanted] of policy[endpoint.credentials](world)) {
        const answer = await send(endpoint, headers);
        assert.equal(outcomeOf(answer, wanted), wanted, `${nameOf(endpoint)}, ${what}: ${JSON.stringify(answer)}`);
        if (wanted !== 'let in') assert.ok(errorsOf(endpoint).includes(answer.code as ErrorCode), what);
      }
    });
  }

  it('is nobody with a forged token, at any operation (acceptance A3)', async () => {
    const attacks = forgedTokens(gateway, world.own, world.stranger);
    assert.ok(attacks.length >= 60, `only ${attacks.length} attacks`);
    const wanting = allEndpoints.filter(({ credentials }) => credentials === 'key_and_token');
    assert.ok(wanting.length > 0);
    for (const endpoint of wanting) {
      for (const { what, token } of attacks) {
        const call = callTo(endpoint, 'none', gateway.clock.nowMs);
        const headers = { authorization: token, 'x-api-key': world.own.apiKey };
        const { statusCode, headers: answered } = await gateway.app.inject({ ...call, headers });
        const refusal = [statusCode, answered['x-error-code']];
        assert.deepEqual(refusal, [403, 'invalid_access_token'], `${nameOf(endpoint)}, ${what}`);
      }
    }
  });

  it('is nobody with a forged token of a browser either', async () => {
    const attacks = forgedTokens(gateway, world.own, world.stranger);
    for (const endpoint of allEndpoints.filter(({ credentials }) => credentials === 'key_and_sdk_token')) {
      for (const { what, token } of attacks) {
        const headers = { authorization: token, 'x-api-key': world.own.apiKey };
        const { statusCode } = await gateway.app.inject({ ...callTo(endpoint, 'none', gateway.clock.nowMs), headers });
        assert.ok(statusCode === 401 || statusCode === 403, `${nameOf(endpoint)}, ${what}: ${statusCode}`);
      }
    }
  });

  it('ends for a key that is revoked under load, within a second, at every operation (acceptance A4)', async () => {
    const doomed = await gateway.newKey();
    const startMs = gateway.clock.nowMs;
    const wanting = allEndpoints.filter(({ credentials }) => credentials === 'key_and_token');
    const burst = () =>
      Promise.all(
        Array.from({ length: 50 }, (_, index) => {
          const endpoint = wanting[index % wanting.length] as Endpoint;
          const call = callTo(endpoint, 'none', gateway.clock.nowMs);
          return gateway.app.inject({ ...call, headers: gateway.headers(doomed) });
        }),
      );
    for (const { statusCode } of await burst()) assert.notEqual(statusCode, 403);
    try {
      const [under] = await Promise.all([burst(), revokeKey(gateway.deps, doomed.apiKey)]);
      for (const { statusCode } of under) assert.ok(statusCode < 500 || statusCode >= 520, `${statusCode}`);
      gateway.clock.nowMs += 999;
      for (const { statusCode } of await burst()) assert.equal(statusCode, 403);
    } finally {
      gateway.clock.nowMs = startMs;
    }
  });
});
