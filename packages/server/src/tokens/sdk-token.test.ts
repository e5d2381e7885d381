import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { AppError } from '../domain/app-error.ts';
import { keyIdOf, liveKeyring } from '../domain/keyring.ts';
import { type AccessTokens, accessTokens } from './access-token.ts';
import { type SdkIdentity, type SdkTokens, sdkTokens } from './sdk-token.ts';
import { signingKeys } from './signing-keys.ts';

const startMs = 1_750_331_120_324;
const identity: SdkIdentity = {
  sessionId: '0454f149-26d0-41ef-9f14-c54f4b5f7b70',
  workspaceId: '5ccad959-0bf4-4472-a3dd-d57e2b61b5a9',
  apiKeyId: `key_test_${'0'.repeat(32)}`,
  mode: 'test',
  browserHash: 'b'.repeat(64),
  hasReturned: false,
};

describe('an SDK token', () => {
  const key = randomBytes(32);
  const keys = signingKeys(liveKeyring({ current: key, old: [] }));
  const clock = { nowMs: startMs };
  const now = () => clock.nowMs;
  let tokens: SdkTokens;
  let access: AccessTokens;
  before(async () => {
    tokens = sdkTokens({ keys, issuer: 'tijori', now });
    access = accessTokens({ keys, issuer: 'tijori', now });
  });

  const refused = (token: string, code = 'invalid_access_token') =>
    assert.rejects(tokens.verify(token), (error) => error instanceof AppError && error.code === code, token);

  it('comes back as it went, with and without a finished callback', async () => {
    for (const hasReturned of [false, true]) {
      const token = await tokens.issue({ ...identity, hasReturned }, startMs + 7_200_000);
      assert.deepEqual(await tokens.verify(token), { ...identity, hasReturned });
    }
  });

  it('has its times in seconds, lives an hour at most, and never longer than its session', async () => {
    const issuedAt = Math.floor(startMs / 1000);
    for (const [sessionExpiresAtMs, exp] of [
      [startMs + 7_200_000, issuedAt + 3_600],
      [startMs + 3_600_000, issuedAt + 3_600],
      [startMs + 60_000, issuedAt + 60],
    ] as const) {
      const claims = decodeJwt(await tokens.issue(identity, sessionExpiresAtMs));
      assert.equal(claims.iat, issuedAt);
      assert.equal(claims.exp, exp);
      assert.ok((claims.exp ?? 0) * 1000 <= sessionExpiresAtMs);
    }
  });

  it('says nothing but session, browser, key and workspace', async () => {
    const token = await tokens.issue(identity, startMs + 3_600_000);
    assert.deepEqual(decodeProtectedHeader(token), { typ: 'sdk+jwt', alg: 'HS256', kid: keyIdOf(key) });
    const { iat, exp, ...claims } = decodeJwt(token);
    assert.deepEqual(claims, {
      iss: 'tijori',
      aud: 'SDK',
      sub: identity.sessionId,
      api_key: identity.apiKeyId,
      workspace_id: identity.workspaceId,
      mode: 'test',
      browser: identity.browserHash,
      intent: 'SDK_TOKEN',
    });
  });

  it('ends at its very second', async () => {
    const token = await tokens.issue(identity, startMs + 7_200_000);
    const exp = Number(decodeJwt(token).exp);
    try {
      clock.nowMs = exp * 1000 - 1;
      await tokens.verify(token);
      clock.nowMs = exp * 1000;
      await refused(token, 'access_token_expired');
    } finally {
      clock.nowMs = startMs;
    }
  });

  it('is no access token, and an access token is none of these, though one key signs both', async () => {
    const { workspaceId, apiKeyId, mode } = identity;
    await refused(await access.issue({ workspaceId, apiKeyId, mode }));
    const isRefusal = (error: unknown) => error instanceof AppError && error.code === 'invalid_access_token';
    for (const hasReturned of [false, true]) {
      const token = await tokens.issue({ ...identity, hasReturned }, startMs + 3_600_000);
      await assert.rejects(access.verify(token), isRefusal);
      await assert.rejects(access.renew(token), isRefusal);
    }
  });

  it('is refused when anything in it is not ours to the letter', async () => {
    const seconds = Math.floor(startMs / 1000);
    const good = {
      iss: 'tijori',
      aud: 'SDK',
      sub: identity.sessionId,
      api_key: identity.apiKeyId,
      workspace_id: identity.workspaceId,
      mode: 'test',
      browser: identity.browserHash,
      intent: 'SDK_TOKEN',
      iat: seconds,
      exp: seconds + 60,
    };
    const forge = (claims: object, header: object = { typ: 'sdk+jwt', alg: 'HS256' }, secret = key) => {
      const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
      return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
    };
    assert.deepEqual(await tokens.verify(forge(good)), identity, 'the forger knows the form');
    for (const change of [
      { iss: 'sdk.sandbox.co.in/kyc/entitylocker' },
      { aud: 'API' },
      { aud: undefined },
      { sub: undefined },
      { api_key: 1 },
      { workspace_id: undefined },
      { mode: 'prod' },
      { browser: undefined },
      { browser: null },
      { intent: 'ACCESS_TOKEN' },
      { intent: undefined },
      { exp: undefined },
      { exp: String(seconds + 60) },
      { iat: undefined },
      { nbf: seconds + 1 },
    ]) {
      await refused(forge({ ...good, ...change }));
    }
    for (const header of [{ typ: 'JWT', alg: 'HS256' }, { alg: 'HS256' }, { typ: 'sdk+jwt', alg: 'none' }]) {
      await refused(forge(good, header));
    }
    await refused(forge(good, undefined, randomBytes(32)));
    for (const none of ['', '.', '..', 'x', 'x'.repeat(100_000)]) await refused(none);
  });

  it('would be far in the future with the vendor’s milliseconds, and ours is not', async () => {
    const claims = decodeJwt(await tokens.issue(identity, startMs + 3_600_000));
    assert.ok(Number(claims.exp) < startMs / 1000 + 3_601);
  });
});
