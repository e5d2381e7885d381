import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { AppError } from '../../domain/app-error.ts';
import { consentEnded, refusalOf } from '../refusal.ts';
import type { Upstream } from '../upstream.ts';
import { json, withLies } from './lying-upstream.ts';

const nowMs = Date.UTC(2026, 10, 22, 12);
const answer = { access_token: 'a'.repeat(40), expires_in: 3600, token_type: 'Bearer', scope: 'files.issueddocs' };
const input = {
  query: new URLSearchParams({ code: 'the-code', state: 's1' }),
  state: 's1',
  codeVerifier: 'v'.repeat(43),
  redirectUri: 'https://us.example/callbacks/entitylocker',
};

const redeemed = (body: unknown, status = 200) =>
  withLies(json(body, status), (upstream) => upstream.redeem(input), {}, { nowMs: () => nowMs });

async function failureOf(action: Promise<unknown>): Promise<AppError> {
  const error = await action.then(
    () => assert.fail('resolved'),
    (cause: unknown) => cause,
  );
  assert.ok(error instanceof AppError, inspect(error));
  const shown = inspect(error, { depth: 10 });
  for (const secret of ['the-code', 'aaaaaaaa', 'vvvvvvvv']) assert.ok(!shown.includes(secret), shown);
  return error;
}

describe('redeeming a code', () => {
  it('sends the fields of entitylocker-upstream §1.3, with the client in the body', () =>
    withLies(json(answer), async (upstream, { requests }) => {
      await upstream.redeem(input);
      const [seen] = requests;
      assert.deepEqual([seen?.method, seen?.target], ['POST', '/oauth2/1/token']);
      assert.match(seen?.headers['content-type'] ?? '', /^application\/x-www-form-urlencoded/);
      assert.equal(seen?.headers.authorization, undefined);
      assert.deepEqual(Object.fromEntries(new URLSearchParams(seen?.body)), {
        grant_type: 'authorization_code',
        code: 'the-code',
        redirect_uri: input.redirectUri,
        code_verifier: input.codeVerifier,
        client_id: 'A1B2C3D4E5',
        client_secret: 'test-client-secret',
      });
    }));

  it('or with the client in the header', () =>
    withLies(
      json(answer),
      async (upstream, { requests }) => {
        await upstream.redeem(input);
        const credentials = requests[0]?.headers.authorization?.replace('Basic ', '') ?? '';
        assert.match(Buffer.from(credentials, 'base64').toString(), /^A1B2C3D4E5:test(-|%2D)client(-|%2D)secret$/);
        assert.ok(!requests[0]?.body.includes('client_secret'));
      },
      { clientAuth: 'basic' },
    ));

  it('gives the grant', async () => {
    const full = { ...answer, refresh_token: 'b'.repeat(40), consent_valid_till: 1_800_000_000 };
    assert.deepEqual(await redeemed(full), {
      accessToken: 'a'.repeat(40),
      accessTokenExpiresAtMs: nowMs + 3_600_000,
      refreshToken: 'b'.repeat(40),
      consentValidTillMs: 1_800_000_000_000,
      scope: answer.scope,
    });
  });

  const plain = { accessToken: 'a'.repeat(40), accessTokenExpiresAtMs: nowMs + 3_600_000 };
  const scope = { scope: answer.scope };
  const drift: [string, Record<string, unknown>, object][] = [
    ['scope null', { scope: null }, { scope: undefined }],
    ['scope blank', { scope: '' }, { scope: undefined }],
    ['scope absent', { scope: undefined }, { scope: undefined }],
    ['scope a list', { scope: ['a'] }, { scope: undefined }],
    ['refresh token null or blank', { refresh_token: null }, {}],
    ['refresh token blank', { refresh_token: '' }, {}],
    ['token type in other case', { token_type: 'bearer' }, {}],
    ['expires_in as text', { expires_in: '60' }, { accessTokenExpiresAtMs: nowMs + 60_000 }],
    ['expires_in absent', { expires_in: undefined }, {}],
    ['expires_in null', { expires_in: null }, {}],
    ['expires_in absurd', { expires_in: 1e300 }, { accessTokenExpiresAtMs: nowMs + 30 * 24 * 3_600_000 }],
    ['consent_valid_till as text', { consent_valid_till: '1800000000' }, { consentValidTillMs: 1_800_000_000_000 }],
    ['consent_valid_till blank', { consent_valid_till: '' }, {}],
    ['consent_valid_till null', { consent_valid_till: null }, {}],
    ['consent_valid_till garbage', { consent_valid_till: 'soon' }, {}],
    ['consent_valid_till in ms', { consent_valid_till: 1_800_000_000_000 }, {}],
    ['an id_token nobody asked for', { id_token: 'not.a.jwt' }, {}],
    ['the person beside the token', { digilockerid: 'x', name: 'x', eaadhaar: 'Y', dob: '01011990' }, {}],
  ];
  for (const [what, change, expected] of drift) {
    it(`tolerates ${what}`, async () => {
      const { scope: granted, ...rest } = { ...scope, ...plain, ...expected };
      assert.deepEqual(
        await redeemed({ ...answer, ...change }),
        granted === undefined ? rest : { ...rest, scope: granted },
      );
    });
  }

  const broken: [string, unknown][] = [
    ['no access token', { ...answer, access_token: undefined }],
    ['a blank access token', { ...answer, access_token: '' }],
    ['an access token that is no text', { ...answer, access_token: 12 }],
    ['no token type', { ...answer, token_type: undefined }],
    ['another token type', { ...answer, token_type: 'mac' }],
    ['a DPoP token', { ...answer, token_type: 'DPoP' }],
    ['a negative life', { ...answer, expires_in: -1 }],
    ['a life that is no number', { ...answer, expires_in: 'soon' }],
    ['a refresh token that is no text', { ...answer, refresh_token: {} }],
  ];
  for (const [what, body] of broken) {
    it(`refuses ${what}`, async () => assert.equal((await failureOf(redeemed(body))).code, 'upstream_refused'));
  }

  it('does not take a token with a line break', async () => {
    const error = await failureOf(redeemed({ ...answer, access_token: 'a\r\nx-injected: 1' }));
    assert.equal(error.code, 'upstream_unavailable');
  });

  it('tells a bad client and a bad code apart, both with 400', async () => {
    for (const code of ['invalid_client', 'invalid_grant']) {
      const error = await failureOf(redeemed({ error: code, error_description: 'the-code' }, 400));
      assert.deepEqual([error.code, refusalOf(error)], ['upstream_refused', { status: 400, error: code }]);
    }
  });

  const noCall = async (change: Partial<Parameters<Upstream['redeem']>[0]>) =>
    withLies(json(answer), async (upstream, { requests }) => {
      assert.equal((await failureOf(upstream.redeem({ ...input, ...change }))).code, 'upstream_refused');
      assert.deepEqual(requests, []);
    });

  it('calls nobody when the state is another', () => noCall({ state: 's2' }));
  it('calls nobody when the state is missing', () => noCall({ query: new URLSearchParams('code=the-code') }));
  it('calls nobody when the code is there twice', () =>
    noCall({ query: new URLSearchParams('code=a&code=b&state=s1') }));
  it('calls nobody after a refusal', () =>
    noCall({ query: new URLSearchParams('error=access_denied&code=a&state=s1') }));
});

describe('renewing a grant', () => {
  const old = { accessToken: 'o'.repeat(40), accessTokenExpiresAtMs: 0, refreshToken: 'r1', consentValidTillMs: 7_000 };
  const renewed = (body: unknown) =>
    withLies(
      json(body),
      async (upstream, { requests }) => ({ grant: await upstream.refresh(old), requests }),
      {},
      { nowMs: () => nowMs },
    );

  it('sends the refresh token with the client in the header, and takes the new one', async () => {
    const { grant, requests } = await renewed({ ...answer, refresh_token: 'r2' });
    assert.deepEqual(Object.fromEntries(new URLSearchParams(requests[0]?.body)), {
      grant_type: 'refresh_token',
      refresh_token: 'r1',
    });
    assert.match(requests[0]?.headers.authorization ?? '', /^Basic /);
    assert.deepEqual(grant, {
      accessToken: 'a'.repeat(40),
      accessTokenExpiresAtMs: nowMs + 3_600_000,
      refreshToken: 'r2',
      consentValidTillMs: 7_000,
      scope: answer.scope,
    });
  });

  it('is no end of the consent when our client secret is refused, whatever status says so', async () => {
    for (const status of [400, 401]) {
      await withLies(json({ error: 'invalid_client' }, status), async (upstream) => {
        assert.equal(consentEnded(await failureOf(upstream.refresh(old))), false, `${status}`);
      });
    }
    await withLies(json({ error: 'invalid_grant' }, 400), async (upstream) => {
      assert.equal(consentEnded(await failureOf(upstream.refresh(old))), true);
    });
  });

  it('keeps the old refresh token only where no new one comes', async () => {
    assert.equal((await renewed(answer)).grant.refreshToken, 'r1');
  });

  it('asks nobody without a refresh token', () =>
    withLies(json(answer), async (upstream, { requests }) => {
      const error = await failureOf(upstream.refresh({ accessToken: 'x', accessTokenExpiresAtMs: 0 }));
      assert.equal(consentEnded(error), true);
      assert.deepEqual(requests, []);
    }));
});
