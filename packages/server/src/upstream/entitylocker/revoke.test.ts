import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { AppError } from '../../domain/app-error.ts';
import { json, type Lie, withLies } from './lying-upstream.ts';

const grant = { accessToken: 'a'.repeat(40), refreshToken: 'r'.repeat(40), accessTokenExpiresAtMs: 0 };

/** Codes of the errors that a revocation ends with, or undefined. */
const outcomeOf = (lie: Lie) =>
  withLies(lie, async (upstream) => {
    const error = await upstream.revoke(grant).catch((cause: unknown) => cause);
    if (error === undefined) return undefined;
    assert.ok(error instanceof AppError, inspect(error));
    assert.ok(!/aaaa|rrrr/.test(inspect(error, { depth: 10 })));
    return error.code;
  });

describe('a revocation', () => {
  it('names both tokens, the refresh token first, with the client in the header (entitylocker-upstream §1.4)', () =>
    withLies(
      (response) => response.end(),
      async (upstream, { requests }) => {
        await upstream.revoke(grant);
        await upstream.revoke({ accessToken: grant.accessToken, accessTokenExpiresAtMs: 0 });
        const forms = requests.map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
        const access = { token: grant.accessToken, token_type_hint: 'access_token' };
        assert.deepEqual(forms, [{ token: grant.refreshToken, token_type_hint: 'refresh_token' }, access, access]);
        for (const { target, headers } of requests) {
          assert.equal(target, '/oauth2/1/revoke');
          assert.match(headers.authorization ?? '', /^Basic /);
        }
      },
    ));

  it('takes any answer of 200 that is not a page, and a token that is over already', async () => {
    assert.equal(await outcomeOf(json({ status: 'anything' })), undefined);
    assert.equal(await outcomeOf(json({ error: 'invalid_token' }, 400)), undefined);
    assert.equal(await outcomeOf(json({ error: 'token_revoked' }, 401)), undefined);
    const page: Lie = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>soon</p>');
    assert.equal(await outcomeOf(page), 'upstream_unavailable');
  });

  it('is not done when anything else was the matter', async () => {
    assert.equal(await outcomeOf(json({ error: 'invalid_client' }, 400)), 'upstream_refused');
    assert.equal(await outcomeOf(json({}, 400)), 'upstream_refused');
    assert.equal(await outcomeOf(json({}, 500)), 'upstream_unavailable');
  });
});
